"""Long lists by cursor: a page begins beside a row, and costs the same wherever that row is.

Skipping rows by their count (OFFSET) reads every one of them; a condition on the values that the
list is ordered by lets an index go straight to the page (keyset pagination, see
https://use-the-index-luke.com/no-offset). Rows that come meanwhile move no page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import and_, bindparam, or_, tuple_

from consortium.core.work import Work

R = TypeVar("R")
_SIZE: Final = "cursor_size"
Value = int | str | date | datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: just after a row, or, where `back`, what stands just before it.

    values: those of the list's order at that row; empty: the list's start, with `back` its end.
    """

    values: tuple[Value, ...] = ()
    back: bool = False


START: Final = Cursor()
END: Final = Cursor(back=True)


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What a list is ordered by: columns that together are unique, none of them ever NULL.

    falling: which of them have the largest value first, one for each column. values: row → its
    values in these columns. kinds: their types, by which a door reads a cursor.
    """

    columns: tuple[Any, ...]
    falling: tuple[bool, ...]
    kinds: tuple[type[Value], ...]
    values: Callable[[Any], tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Window(Generic[R]):
    """A page of a list. before, after: where its neighbours begin, None at the list's ends."""

    rows: tuple[R, ...]
    before: Cursor | None
    after: Cursor | None


def window(
    work: Work,
    found: Any,
    order: Order,
    cursor: Cursor,
    size: int,
    bound: Mapping[str, Any] | None = None,
) -> Window[Any]:
    """The page of `size` rows of `found` (a select without order) at `cursor`.

    bound: what the parameters of `found` are, where it is a select of columns that is put together
    once and for all; its rows are then read as they are, without a thought of objects.

    Going back past the start gives the first page whole, so that no page is short but the last.
    """
    beside = {_name(at): value for at, value in enumerate(cursor.values)}
    if bound is None:
        rows = list(work.session.exec(_beside(found, order, cursor).limit(size + 1), params=beside))
    else:
        page = _page_of_columns(found, order, cursor.back, bool(cursor.values))
        asked = {**bound, **beside, _SIZE: size + 1}
        rows = list(work.session.connection().execute(page, asked))
    more, rows = len(rows) > size, rows[:size]
    if not cursor.back:
        after = Cursor(order.values(rows[-1])) if more else None
        return Window(tuple(rows), _before(rows, order, cursor), after)
    if not more:
        return window(work, found, order, START, size, bound)
    rows.reverse()
    after = Cursor(order.values(rows[-1])) if cursor.values else None
    return Window(tuple(rows), Cursor(order.values(rows[0]), back=True), after)


def _before(rows: Sequence[Any], order: Order, cursor: Cursor) -> Cursor | None:
    if not cursor.values:
        return None
    return Cursor(order.values(rows[0]), back=True) if rows else END


@lru_cache(256)
def _page_of_columns(found: Any, order: Order, back: bool, beside: bool) -> Any:
    cursor = Cursor((0,) if beside else (), back)
    return _beside(found, order, cursor).limit(bindparam(_SIZE))


def _beside(found: Any, order: Order, cursor: Cursor) -> Any:
    """`found` in the direction of the cursor, from its row on."""
    falling = tuple(down != cursor.back for down in order.falling)
    past, directions = _parts(order, falling)
    ordered = found.order_by(*directions)
    return ordered.where(past) if cursor.values else ordered


@lru_cache(256)
def _parts(order: Order, falling: tuple[bool, ...]) -> tuple[Any, tuple[Any, ...]]:
    """What is later than the values that are bound later, and the order; put together once.

    One comparison of rows where it can be: an index serves it best.
    """
    sides = list(zip(order.columns, falling, strict=True))
    directions = tuple(column.desc() if down else column.asc() for column, down in sides)
    bound = [bindparam(_name(at), type_=column.type) for at, column in enumerate(order.columns)]
    if len(set(falling)) > 1:
        return _past_one_by_one(order.columns, falling, bound), directions
    here, there = tuple_(*order.columns), tuple_(*bound)
    return (here < there if falling[0] else here > there), directions


def _past_one_by_one(columns: Sequence[Any], falling: Sequence[bool], bound: Sequence[Any]) -> Any:
    beyond = columns[0] < bound[0] if falling[0] else columns[0] > bound[0]
    if len(columns) == 1:
        return beyond
    rest = _past_one_by_one(columns[1:], falling[1:], bound[1:])
    return or_(beyond, and_(columns[0] == bound[0], rest))


def _name(at: int) -> str:
    return f"cursor_{at}"
