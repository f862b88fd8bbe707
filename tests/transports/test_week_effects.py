from datetime import date, time

import pytest

from consortium.core.errors import Invalid
from consortium.core.work import Works
from consortium.transports.registering import WeeklyStop, drop_template_stop
from consortium.transports.week_effects import WeekStops, effect_of, read_effect
from tests.conftest import OPERATOR
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    SERVICE_S,
    make_transports,
    timetable,
)

ALL_DAY = (time(8), time(16))


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)


def test_a_stop_that_is_dropped_saves_what_a_second_program_says(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        basis = read_effect(work, WeeklyStop(2, FALUN, ALL_DAY, 0), dropped=True)
    found = effect_of(basis, iterations=50)
    before = timetable([BORLANGE, FALUN, MORA, KVARNSVEDEN])
    after = timetable([BORLANGE, MORA, KVARNSVEDEN])
    assert (found.day, found.name) == (date(2026, 11, 25), "Falu stadsbibliotek")
    assert (found.was, found.becomes) == (WeekStops(5, 3), WeekStops(4, 3))
    assert found.minutes_more == round(after.work_s / 60) - round(before.work_s / 60)
    assert found.km_more == round(after.distance_m / 1000) - round(before.distance_m / 1000)
    first = found.branches[0]
    assert (first.slug, first.vehicle_becomes, first.becomes) == (FALUN, "", None)
    assert found.others + len(found.branches) == 4
    assert found.ore_more < 0


def test_a_stop_that_cannot_be_managed_is_told(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        drop_template_stop(work, 2, MORA)
    with works.reading(OPERATOR) as work:
        basis = read_effect(work, WeeklyStop(2, MORA, (time(7), time(7, 5)), SERVICE_S))
    found = effect_of(basis, iterations=50)
    assert found.unserved == ("Mora bibliotek",)
    assert (found.was, found.becomes) == (WeekStops(4, 3), WeekStops(5, 3))


def test_what_cannot_be_saved_has_no_effect(works: Works) -> None:
    with pytest.raises(Invalid), works.reading(OPERATOR) as work:
        read_effect(work, WeeklyStop(5, MORA, ALL_DAY, 0))
