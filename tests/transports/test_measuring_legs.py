"""Ways that were measured: they go first, as long as the libraries lie where they lay."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select

from consortium.branches.changing import change_branch
from consortium.branches.registering import NewBranch
from consortium.core.audit import AuditEntry
from consortium.core.errors import Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.transports.distancing import estimate_error, road, stopping_spots
from consortium.transports.leg_lists import LegFilter, distances_overview, legs_page
from consortium.transports.measuring_legs import NewLeg, enter_leg, remove_leg
from consortium.undo.taking_back import undo
from tests.conftest import OPERATOR
from tests.making import WEEK
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    KVARNSVEDEN,
    MORA,
    PLACES,
    TODAY,
    _leg,
    make_transports,
)
from tests.transports.road_server import routed

POINTS = [(slug, *PLACES[slug]) for slug in (FALUN, MORA, BORLANGE)]
DAY = date(2026, 11, 20)
FALUN_MORA = NewLeg(FALUN, MORA, 4_301, 89_500, DAY)


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    return works


def test_nothing_known_is_estimated_with_its_extra_time(world: Works) -> None:
    with world.reading(OPERATOR) as work:
        found = road(work, POINTS, 10)
        assert estimate_error(work) is None
    assert found.sources == [["estimated"] * 3] * 3
    for row, start in enumerate((FALUN, MORA, BORLANGE)):
        for column, end in enumerate((FALUN, MORA, BORLANGE)):
            metres, seconds = _leg(start, end) if start != end else (0, 0)
            assert found.distances_m[row][column] == pytest.approx(metres, abs=1)
            assert found.durations_s[row][column] == pytest.approx(seconds, abs=1)


def test_what_is_measured_goes_first_and_grows_by_season_and_buffer_only(world: Works) -> None:
    with world.writing(OPERATOR) as work:
        enter_leg(work, FALUN_MORA)
        routed(work, PLACES[MORA], PLACES[FALUN], (4_000, 88_000))
        routed(work, PLACES[FALUN], PLACES[MORA], (1, 1))
    with world.reading(OPERATOR) as work:
        found = road(work, POINTS, 10, season_percent=15, buffer_percent=20)
        plain = road(work, POINTS, 0)
    assert found.sources[0] == ["estimated", "measured", "estimated"]
    assert found.sources[1] == ["routed", "estimated", "estimated"]
    assert found.sources[2] == ["estimated"] * 3
    assert found.durations_s[0][1] == 5_935  # 4 301 x 1,15 x 1,20 = 5 935,38
    assert found.durations_s[1][0] == 5_520
    assert (found.distances_m[0][1], found.distances_m[1][0]) == (89_500, 88_000)
    assert plain.durations_s[0][1] == 4_301
    long, short = found.durations_s[0][2], plain.durations_s[0][2]
    assert long == pytest.approx(short * 1.1 * 1.15 * 1.2, abs=1)


def test_a_leg_is_of_two_points_and_not_of_who_lay_there(world: Works) -> None:
    with world.writing(OPERATOR) as work:
        enter_leg(work, FALUN_MORA)
        moved = NewBranch("Mora bibliotek", "2062", "main", "Mora", 61.0, 14.5)
        change_branch(work, MORA, moved, WEEK, [])
    with world.reading(OPERATOR) as work:
        new = [(FALUN, *PLACES[FALUN]), (MORA, 61.0, 14.5)]
        assert road(work, new, 10).sources[0] == ["estimated", "estimated"]
        assert road(work, POINTS, 10).sources[0][1] == "measured"
        (row,), total = legs_page(work, LegFilter())
        assert (row.origin, row.destination, total) == ("Falu stadsbibliotek", "", 1)
        assert legs_page(work, LegFilter(branch=MORA))[1] == 0
        assert legs_page(work, LegFilter(branch=FALUN))[1] == 1
        assert legs_page(work, LegFilter(source="routed"))[1] == 0


def entries(work: Work) -> list[AuditEntry]:
    rows = select(AuditEntry).where(col(AuditEntry.event).like("transports.leg_%"))
    return list(work.session.exec(rows.order_by(col(AuditEntry.id))))


def test_both_ways_are_entered_replaced_and_taken_back_together(world: Works) -> None:
    with world.writing(OPERATOR) as work:
        enter_leg(work, FALUN_MORA)
    with world.writing(OPERATOR) as work:
        enter_leg(work, replace(FALUN_MORA, duration_s=4_000), both_ways=True)
        enter_leg(work, replace(FALUN_MORA, duration_s=4_000), both_ways=True)
        first, there, back = entries(work)
        assert there.facts["duration_s"] == [4_301, 4_000]
        assert back.facts["duration_s"] == [None, 4_000]
        assert back.subject == f"{MORA} – {FALUN}"
        undo(work, back.id)
        undo(work, there.id)
    with world.reading(OPERATOR) as work:
        (row,), _total = legs_page(work, LegFilter())
        assert (row.origin, row.duration_s, row.as_of) == ("Falu stadsbibliotek", 4_301, DAY)
        assert first.id < there.id


def test_what_is_taken_away_is_estimated_again(world: Works) -> None:
    with world.writing(OPERATOR) as work:
        enter_leg(work, FALUN_MORA)
        (row,), _total = legs_page(work, LegFilter())
        assert remove_leg(work, row.id) == f"{FALUN} – {MORA}"
        assert road(work, POINTS, 10).sources[0][1] == "estimated"
    with pytest.raises(NotFound), world.writing(OPERATOR) as work:
        remove_leg(work, row.id)


def test_every_fault_of_a_way_is_told_at_its_field(world: Works) -> None:
    wrong = NewLeg(FALUN, MORA, 60, 20_000, date(2026, 11, 25))
    with pytest.raises(Invalid) as refused, world.writing(OPERATOR) as work:
        enter_leg(work, wrong, both_ways=True)
    assert [fault.at for fault in refused.value.faults] == ["km", "minutes", "measured_on"]
    with pytest.raises(Invalid) as refused, world.writing(OPERATOR) as work:
        enter_leg(work, replace(wrong, origin="ingenstans", destination="inte-heller"))
    assert [fault.at for fault in refused.value.faults][:2] == ["from", "to"]
    with pytest.raises(Invalid, match="same point"), world.writing(OPERATOR) as work:
        enter_leg(work, replace(FALUN_MORA, destination=FALUN))
    with pytest.raises(Forbidden), world.writing(Actor("x")) as work:
        enter_leg(work, FALUN_MORA)


def test_the_overview_counts_the_ways_between_the_places_where_vans_stop(world: Works) -> None:
    with world.writing(OPERATOR) as work:
        enter_leg(work, FALUN_MORA, both_ways=True)
    with world.reading(OPERATOR) as work:
        slugs = {spot.slug for spot in stopping_spots(work, TODAY)}
        found = distances_overview(work)
    assert slugs == {FALUN, MORA, BORLANGE, KVARNSVEDEN, DEPOT}
    assert (found.stops, found.pairs) == (5, 20)
    assert dict(found.counts) == {"measured": 2, "routed": 0, "estimated": 18}
    assert found.error is not None
    assert found.error.legs == 1  # it is the same back
    # 75,4 km by the great circle x 1,20 is 90,5 km, for 89,5
    assert found.error.mean_permille == pytest.approx(11, abs=2)
