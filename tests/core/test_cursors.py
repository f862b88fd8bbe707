from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.cursors import END, START, Cursor, Order, Window, window
from consortium.core.work import Works
from tests.conftest import NOON, OPERATOR

NEWEST = Order(
    (col(AuditEntry.at), col(AuditEntry.id)),
    (True, True),
    (type(NOON), int),
    lambda row: (row.at, row.id),
)
BY_SUBJECT = Order(
    (col(AuditEntry.subject), col(AuditEntry.id)),
    (False, True),
    (str, int),
    lambda row: (row.subject, row.id),
)


def make_entries(works: Works, count: int) -> None:
    """Entries 1, 2, 3 …, three and three at the same moment, with the subjects a, b, a, b …"""
    with works.writing(OPERATOR) as work:
        for place in range(count):
            at = NOON + timedelta(minutes=place // 3)
            subject = "ab"[place % 2]
            work.session.add(AuditEntry(at=at, actor="x", event="a.b", subject=subject))
            work.session.flush()


def page(works: Works, cursor: Cursor, order: Order = NEWEST, size: int = 3) -> Window[Any]:
    with works.reading(OPERATOR) as work:
        return window(work, select(AuditEntry), order, cursor, size)


def ids(found: Window[Any]) -> list[int]:
    return [row.id for row in found.rows]


def walk(works: Works, order: Order, cursor: Cursor | None, *, back: bool) -> Iterator[list[int]]:
    while cursor is not None:
        found = page(works, cursor, order)
        yield ids(found)
        cursor = found.before if back else found.after


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (NEWEST, [[8, 7, 6], [5, 4, 3], [2, 1]]),
        (BY_SUBJECT, [[7, 5, 3], [1, 8, 6], [4, 2]]),  # a first, the newest of each first
    ],
)
def test_pages_follow_each_other_to_the_end(
    works: Works, order: Order, expected: list[list[int]]
) -> None:
    make_entries(works, 8)
    assert list(walk(works, order, START, back=False)) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (NEWEST, [[3, 2, 1], [6, 5, 4], [8, 7, 6]]),  # the first page is whole
        (BY_SUBJECT, [[6, 4, 2], [3, 1, 8], [7, 5, 3]]),
    ],
)
def test_pages_go_back_from_the_end(works: Works, order: Order, expected: list[list[int]]) -> None:
    make_entries(works, 8)
    assert list(walk(works, order, END, back=True)) == expected


def test_the_way_back_shows_the_same_pages(works: Works) -> None:
    make_entries(works, 9)
    second = page(works, page(works, START).after or START)
    third = page(works, second.after or START)
    assert (ids(second), ids(third)) == ([6, 5, 4], [3, 2, 1])
    assert third.after is None
    assert ids(page(works, third.before or END)) == [6, 5, 4]
    assert ids(page(works, second.before or END)) == [9, 8, 7]


def test_rows_that_come_meanwhile_move_no_page(works: Works) -> None:
    make_entries(works, 6)
    after = page(works, START).after
    with works.writing(OPERATOR) as work:
        late = AuditEntry(at=NOON + timedelta(hours=1), actor="x", event="a.b")
        work.session.add(late)
    assert ids(page(works, after or START)) == [3, 2, 1]


def test_a_list_that_just_fits_has_no_neighbours(works: Works) -> None:
    make_entries(works, 3)
    for cursor in (START, END):
        found = page(works, cursor)
        assert (ids(found), found.before, found.after) == ([3, 2, 1], None, None)


def test_an_empty_list_has_no_neighbours(works: Works) -> None:
    for cursor in (START, END):
        assert page(works, cursor) == Window((), None, None)


def test_after_the_last_row_there_is_a_way_back(works: Works) -> None:
    make_entries(works, 4)
    found = page(works, Cursor((NOON - timedelta(days=1), 1)))
    assert (found.rows, found.before, found.after) == ((), END, None)
