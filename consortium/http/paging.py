"""Pages of a long list: which rows, and the addresses before and after. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PAGE_SIZE: Final = 50


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
    """What stands below a list: rows `first` to `last` of `total`, empty addresses at its ends."""

    first: int
    last: int
    total: int
    before: str = ""
    after: str = ""


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
