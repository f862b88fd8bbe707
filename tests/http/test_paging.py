import json
import re
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime

import pytest

from consortium.core.cursors import END, START, Cursor, Order, Window
from consortium.core.errors import Invalid
from consortium.http.paging import (
    Pager,
    Paging,
    cursor_of,
    cursor_pager,
    cursor_text,
    pager,
    paging_of,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [(None, 1), ("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("99999", 99999), ("100000", 1)],
)
def test_an_address_names_a_page_or_the_first(text: str | None, number: int) -> None:
    assert paging_of(text).number == number


@pytest.mark.parametrize(
    ("number", "total", "expected"),
    [
        (1, 0, (0, 0, "", "")),
        (1, 50, (1, 50, "", "")),
        (1, 51, (1, 50, "", "?2")),
        (2, 51, (51, 51, "?1", "")),
        (2, 150, (51, 100, "?1", "?3")),
        (9, 51, (51, 51, "?2", "")),  # past the end: back to the last page there is
    ],
)
def test_what_stands_below_a_list(
    number: int, total: int, expected: tuple[int, int, str, str]
) -> None:
    found = pager(Paging(number), total, lambda page: f"?{page}")
    assert (found.first, found.last, found.before, found.after) == expected


def test_rows_before_a_page() -> None:
    assert Paging(1).offset == 0
    assert Paging(3, 6).offset == 12


NEWEST = Order((), (True, True), (datetime, int), lambda row: row)
BY_DAY = Order((), (False, False), (date, str), lambda row: row)


@pytest.mark.parametrize(
    ("order", "cursor"),
    [
        (NEWEST, START),
        (NEWEST, END),
        (NEWEST, Cursor((datetime(2026, 11, 24, 11, 0, 0, 123456, UTC), 900_000))),
        (NEWEST, Cursor((datetime(2026, 11, 24, 11, tzinfo=UTC), 2**63 - 1), back=True)),
        (BY_DAY, Cursor((date(2026, 11, 24), "Åsele\tÖ"))),
    ],
)
def test_a_cursor_survives_the_way_through_an_address(order: Order, cursor: Cursor) -> None:
    text = cursor_text(cursor)
    assert cursor_of(text, order) == cursor
    assert text is None or re.fullmatch(r"[A-Za-z0-9_-]+", text)  # nothing that has to be quoted


def packed(*values: object) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "å",
        "AAAA",
        "A" * 1001,
        urlsafe_b64encode(b'{"a": 1}').decode(),
        urlsafe_b64encode(b"[" * 700).decode(),
        packed(),
        packed(2),
        packed([0], "2026-11-24T11:00:00+00:00", 1),
        packed(0, "2026-11-24T11:00:00+00:00"),
        packed(0, "2026-11-24T11:00:00+00:00", 1, 1),
        packed(0, "2026-11-24T11:00:00", 1),  # without a zone
        packed(0, "0001-01-01T00:00:00+14:00", 1),  # before the first moment that UTC has
        packed(0, "2026-11-24T11:00:00+00:00", 2**63),
        packed(0, "2026-11-24T11:00:00+00:00", 1.5),
        packed(0, "2026-11-24T11:00:00+00:00", "1"),
        packed(0, 1, 1),
        packed(0, None, None),
    ],
)
def test_what_is_no_cursor_of_the_list_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        cursor_of(text, NEWEST)
    assert [fault.at for fault in refused.value.faults] == ["cursor"]


@pytest.mark.parametrize("name", ["a\x00", "\ud800", 1])
def test_a_text_that_no_database_takes_is_no_cursor(name: object) -> None:
    with pytest.raises(Invalid):
        cursor_of(packed(0, "2026-11-24", name), BY_DAY)


def test_what_stands_below_a_list_that_goes_by_cursor() -> None:
    here = Cursor((date(2026, 11, 24), "b"))
    back = Cursor((date(2026, 11, 24), "a"), back=True)
    between = cursor_pager(Window((1,), back, here), lambda cursor: f"?{cursor}", 7)
    assert between == Pager(
        0, 0, 7, f"?{cursor_text(back)}", f"?{cursor_text(here)}", "?None", f"?{cursor_text(END)}"
    )
    assert cursor_pager(Window((1,), None, None), str) == Pager(0, 0, None)
