from datetime import date, timedelta

import pytest

from consortium.core.days import STOCKHOLM
from consortium.core.errors import NotFound
from consortium.core.work import Works
from consortium.transports.drives import drive_of
from consortium.transports.tables import WeekPlan
from consortium.transports.transfers import arrivals_on, transfers
from tests.conftest import OPERATOR
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    KVARNSVEDEN,
    LIBRARIES,
    MORA,
    TOMORROW,
    make_transports,
    plan_day,
    timetable,
)

THURSDAY = TOMORROW + timedelta(days=1)
ORDER = [BORLANGE, FALUN, MORA, KVARNSVEDEN]


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)


def test_the_published_plan_decides_and_the_week_after_it(works: Works) -> None:
    """The van goes Borlänge, Falun, Mora, Kvarnsveden: what lies behind waits until Thursday."""
    plan_day(works)
    with works.reading(OPERATOR) as work:
        found = transfers(work)
    assert found is not None
    assert (found.packed_on, [place.slug for place in found.places]) == (
        TOMORROW,
        sorted(LIBRARIES),
    )
    for number, origin in enumerate(ORDER):
        days = {place: found.reached[origin][place].days for place in ORDER if place != origin}
        assert days == {place: int(ORDER.index(place) < number) for place in days}
    seconds = found.reached[FALUN][MORA].at_s
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    assert clock == timetable(ORDER).arrivals[MORA]
    assert found.sources == {"planned", "before", "template"}


def test_without_plans_nothing_arrives_the_day_it_is_fetched(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        found = transfers(work)
    assert found is not None
    days = {found.reached[a][b].days for a in LIBRARIES for b in LIBRARIES if a != b}
    assert days == {1}
    assert found.sources == {"template"}
    assert TOMORROW in found.untimed


def test_the_weeks_plan_stands_where_no_plan_is_made(works: Works) -> None:
    routes = [{"vehicle": "van1", "stops": [MORA, FALUN], "arrivals": ["09:00", "11:00"]}]
    with works.writing(OPERATOR) as work:
        kept = WeekPlan(weekday=3, routes=routes, made_by="test", made_at=work.now)
        work.session.add(kept)
    with works.reading(OPERATOR) as work:
        found = transfers(work, THURSDAY)
    assert found is not None
    assert (found.reached[MORA][FALUN].day, found.reached[FALUN][MORA].days) == (THURSDAY, 1)


def test_a_day_without_transports_cannot_be_chosen(works: Works) -> None:
    with pytest.raises(NotFound), works.reading(OPERATOR) as work:
        transfers(work, date(2026, 11, 28))


def test_nothing_is_known_where_there_is_neither_plan_nor_week(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        assert arrivals_on(work, TOMORROW, []) == {}


def test_a_route_has_its_places_times_and_crates(works: Works) -> None:
    plan_day(works)
    with works.reading(OPERATOR) as work:
        drive = drive_of(work, TOMORROW, "van1")
        with pytest.raises(NotFound):
            drive_of(work, TOMORROW, "van9")
        with pytest.raises(NotFound):
            drive_of(work, THURSDAY, "van1")
    assert [point.slug for point in drive.points] == [DEPOT, *ORDER, DEPOT]
    assert [point.kind for point in drive.points] == ["depot", *["stop"] * 4, "depot"]
    arrivals = {
        p.slug: f"{p.arrive.astimezone(STOCKHOLM):%H:%M:%S}" for p in drive.points if p.arrive
    }
    arrivals.pop(DEPOT)
    assert arrivals == timetable(ORDER).arrivals
    assert (drive.points[0].arrive, drive.points[-1].leave) == (None, None)
