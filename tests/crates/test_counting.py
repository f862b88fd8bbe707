from datetime import UTC, date, datetime

import pytest

from consortium.core.errors import Conflict, Forbidden
from consortium.core.work import Actor, Work, Works
from consortium.crates.counting import count_crates
from consortium.crates.moving import pack, record_event
from consortium.measures.entering import add_measure, lock_values
from consortium.measures.queries import values
from consortium.members.joining import Address, Newcomer, join
from tests.conftest import OPERATOR, Clock
from tests.making import FIRST
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    make_crates,
    make_transports,
)

OCTOBER = date(2026, 10, 31)


@pytest.fixture(autouse=True)
def world(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, 9)
        join(work, Newcomer("20", "Region Dalarna", "", "region"), Address(), FIRST)
        add_measure(work, "crates_sent", ("Skickade lådor", "Crates sent"), "låda")
        add_measure(work, "crates_received", ("Mottagna lådor", "Crates received"), "låda")


def journey(work: Work, code: int, way: tuple[str, str], *moments: datetime) -> None:
    """Packed and collected at the first of `moments`, delivered and received at the others."""
    origin, destination = way
    name = f"LD{code:06}"
    pack(work, name, origin, destination, at=moments[0])
    kinds = (("collected", origin), ("delivered", destination), ("emptied", destination))
    for (kind, slug), at in zip(kinds, moments, strict=False):
        record_event(work, name, kind, slug, at=at)


def counted(works: Works, measure: str) -> dict[tuple[str, str], str]:
    """(member, date) → value."""
    with works.reading(OPERATOR) as work:
        rows = values(work, measure)
    return {(member.code, row.on_date.isoformat()): row.value for member, row in rows}


def at(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


def test_a_month_is_counted_by_its_swedish_days(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        # The last second of September in Sweden (CEST), and the first one of October
        journey(work, 1, (FALUN, MORA), at(9, 30, 21, 59, 59), at(9, 30, 22, 0, 0))
        journey(work, 2, (FALUN, BORLANGE), at(9, 30, 22, 0, 0), at(10, 1, 8))
        # The night in which 02:30 comes twice, before and after the clocks are put back
        journey(work, 3, (KVARNSVEDEN, FALUN), at(10, 25, 0, 30), at(10, 25, 1, 30))
        journey(work, 4, (BORLANGE, FALUN), at(10, 25, 1, 30), at(10, 26, 7))
        # The last second of October in Sweden (CET), and the first one of November
        journey(work, 5, (FALUN, MORA), at(10, 31, 22, 59, 59), at(10, 31, 23, 0, 0))
        journey(work, 6, (MORA, FALUN), at(10, 31, 23, 0, 0), at(11, 2, 8))
        pack(work, "LD000007", MORA, FALUN, at=at(10, 15, 8))  # packed alone is not sent
        count_crates(work, date(2026, 10, 1))
    # Sent: Falun 2 and 5, Borlänge 3 and 4. Received: Mora 1, Borlänge 2, Falun 3 and 4.
    assert counted(works, "crates_sent") == {
        ("2062", "2026-10-31"): "0",
        ("2080", "2026-10-31"): "2",
        ("2081", "2026-10-31"): "2",
    }
    assert counted(works, "crates_received") == {
        ("2062", "2026-10-31"): "1",
        ("2080", "2026-10-31"): "2",
        ("2081", "2026-10-31"): "1",
    }


def test_counting_again_corrects_until_the_date_is_locked(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        count_crates(work, OCTOBER)
    assert set(counted(works, "crates_sent").values()) == {"0"}
    with works.writing(OPERATOR) as work:
        journey(work, 1, (MORA, FALUN), at(10, 30, 8))
        count_crates(work, date(2026, 10, 17))
    assert counted(works, "crates_sent")["2062", "2026-10-31"] == "1"
    with works.writing(OPERATOR) as work:
        lock_values(work, "crates_sent", OCTOBER)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        count_crates(work, OCTOBER)


def test_counting_takes_the_right_to_change_transports(works: Works) -> None:
    with pytest.raises(Forbidden), works.writing(Actor("mora", {"crates.handle": None})) as work:
        count_crates(work, OCTOBER)
