"""Lists that come a page at a time, cut from rows that are short enough to be read whole."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from consortium.api.fields import Page
from consortium.core.cursors import Cursor, Order, Value
from consortium.http.paging import cursor_of, cursor_text

R = TypeVar("R")


def cut(
    rows: Iterable[R],
    asked: Page,
    kinds: tuple[type[Value], ...],
    values: Callable[[R], tuple[Value, ...]],
) -> tuple[list[R], str | None]:
    """The page that is asked for, in the order of `values`, and the cursor of the next one.

    kinds: the types of `values`, which together are different for each row.
    """
    begun = cursor_of(asked.cursor, Order((), (), kinds, values)).values
    left = sorted((row for row in rows if not begun or values(row) > begun), key=values)
    shown = left[: asked.limit]
    more = len(left) > len(shown)
    return shown, cursor_text(Cursor(values(shown[-1]))) if more else None
