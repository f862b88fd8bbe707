from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from consortium.exchange.formats import cells
from consortium.exchange.formats.cells import Unreadable

READ: list[tuple[Callable[[str], Any], str, Any]] = [
    (cells.day, "2026-11-24", date(2026, 11, 24)),
    (cells.day, " 20261124 ", date(2026, 11, 24)),
    (cells.day, "24/11 2026", date(2026, 11, 24)),
    (cells.day, "4.1.2026", date(2026, 1, 4)),
    (cells.day, "2026-11-24 00:00:00", date(2026, 11, 24)),
    (cells.month, "2026-10", date(2026, 10, 1)),
    (cells.month, "2026-10-01", date(2026, 10, 1)),
    (cells.kronor, "1\u00a0234,50", 123_450),
    (cells.kronor, "1 234,5 kr", 123_450),
    (cells.kronor, "\u221212", -1200),
    (cells.kronor, "12.30", 1230),
    (cells.decimal, "20\u202f540,5", "20540.5"),
    (cells.whole, "1 204", 1204),
    (cells.whole, "5.0", 5),
    (cells.degrees, "-60,5", -60.5),
    (cells.code, "180", "0180"),
    (cells.code, "20", "20"),
    (cells.hours, "8-18", (time(8), time(18))),
    (cells.hours, "08.30 – 18:00", (time(8, 30), time(18))),
    (cells.hours, " ", None),
    (cells.names, "b | a|b", ("a", "b")),
    (cells.yes, "Sant", True),
    (cells.yes, "", False),
    (cells.text, " å\r\nb ", "å\nb"),
]
REFUSED: list[tuple[Callable[[str], Any], str]] = [
    (cells.day, "11/24/2026"),
    (cells.day, "24/11"),
    (cells.day, "24/11 26"),
    (cells.day, "2026-02-30"),
    (cells.day, "45985"),
    (cells.month, "2026-13"),
    (cells.kronor, "1.234,50"),
    (cells.kronor, "1,234"),
    (cells.kronor, ""),
    (cells.decimal, "-1"),
    (cells.whole, "5,5"),
    (cells.whole, "٣"),
    (cells.hours, "18-8"),
    (cells.hours, "25-26"),
    (cells.yes, "kanske"),
    (cells.text, "a\x00b"),
    (cells.text, "x" * 301),
]


@pytest.mark.parametrize(("read", "cell", "value"), READ)
def test_a_cell_is_read_as_people_write_it(
    read: Callable[[str], Any], cell: str, value: object
) -> None:
    assert read(cell) == value


@pytest.mark.parametrize(("read", "cell"), REFUSED)
def test_what_could_mean_two_things_or_nothing_is_refused(
    read: Callable[[str], Any], cell: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read(cell)
    assert str(refused.value.fault("row 2, x"))
