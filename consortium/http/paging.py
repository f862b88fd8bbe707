"""Pages of a long list: which rows, and the addresses before and after. Pure.

Lists that can get long go by cursor (core/cursors.py); short ones by the number of the page.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from consortium.core.cursors import END, START, Cursor, Order, Value
from consortium.core.errors import Invalid
from consortium.http.parsing import has_unseen

PAGE_SIZE: Final = 50
LONGEST_CURSOR: Final = 1000
LARGEST: Final = 2**63 - 1  # the largest whole number of both databases


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list is asked for. number: from 1. size: rows on a page."""

    number: int = 1
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Pager:
    """What stands below a list: empty addresses at its ends.

    first, last: which rows of `total` the page has; 0 where the list goes by cursor and nobody has
    counted. total: None where nobody has. start, end: the first and the last page of such a list.
    """

    first: int
    last: int
    total: int | None
    before: str = ""
    after: str = ""
    start: str = ""
    end: str = ""


class Page(Protocol):
    """Where the neighbours of a page begin, None where it has none; a `Window` for one."""

    @property
    def before(self) -> Cursor | None: ...
    @property
    def after(self) -> Cursor | None: ...


def paging_of(text: str | None, size: int = PAGE_SIZE) -> Paging:
    """The page that an address names; the first where it names none that can be."""
    known = re.fullmatch(r"[1-9]\d{0,4}", text or "", re.ASCII)
    return Paging(int(known[0]) if known else 1, size)


def pager(paging: Paging, total: int, address: Callable[[int], str]) -> Pager:
    """The pager of `total` rows. address: page number → where that page is."""
    last = min(paging.offset + paging.size, total)
    pages = max(-(-total // paging.size), 1)
    return Pager(
        first=min(paging.offset + 1, total),
        last=last,
        total=total,
        before=address(min(paging.number - 1, pages)) if paging.number > 1 else "",
        after=address(paging.number + 1) if last < total else "",
    )


def cursor_pager(
    page: Page, address: Callable[[str | None], str], total: int | None = None
) -> Pager:
    """The pager of a list that goes by cursor. address: cursor as text → where that page is.

    The start has the address of the list itself, without a cursor (None).
    """
    return Pager(
        first=0,
        last=0,
        total=total,
        before=address(cursor_text(page.before)) if page.before else "",
        after=address(cursor_text(page.after)) if page.after else "",
        start=address(None) if page.before else "",
        end=address(cursor_text(END)) if page.after else "",
    )


def cursor_text(cursor: Cursor | None) -> str | None:
    """A cursor as an address or an answer carries it; None for the start and for none at all.

    Nobody but `cursor_of` has to understand it. It is not signed: it says from where the list goes
    on, not what of it the asker may see.
    """
    if cursor is None or cursor == START:
        return None
    values = [value.isoformat() if isinstance(value, date) else value for value in cursor.values]
    packed = json.dumps([int(cursor.back), *values], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def cursor_of(text: str | None, order: Order) -> Cursor:
    """The cursor that a text gives for a list in `order`, the start for none; else Invalid."""
    if not text:
        return START
    try:
        back, *values = _unpacked(text, len(order.kinds))
        return Cursor(tuple(map(_value, order.kinds, values)), bool(back))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(
            "The list cannot go on from {cursor}",
            at="cursor",
            cursor=text[:40],
            remedy="Use the cursor as the answer before gave it, or begin at the start of the list",
        ) from error


def _unpacked(text: str, count: int) -> Sequence[Any]:
    """Whether it goes back (0 or 1), then `count` values or none, not yet looked at."""
    if len(text) > LONGEST_CURSOR or not text.isascii():
        raise ValueError(text)
    found = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(found, list) or len(found) not in {1, count + 1} or found[0] not in {0, 1}:
        raise TypeError(text)
    return found


def _value(kind: type[Value], value: Any) -> Value:
    """`value` of JSON as `kind`; ValueError or TypeError where it is none."""
    if kind is int and isinstance(value, int) and abs(value) <= LARGEST:
        return int(value)
    if kind is str and isinstance(value, str) and not has_unseen(value):
        return value.encode().decode()  # half a surrogate pair is no text
    if kind is datetime and datetime.fromisoformat(value).tzinfo is not None:
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind is date:
        return date.fromisoformat(value)
    raise TypeError(value)
