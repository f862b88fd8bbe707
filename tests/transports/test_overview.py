from datetime import date, time

import pytest
from sqlmodel import select

from consortium.branches.closing import close_branch
from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import OpeningHours
from consortium.core.errors import Forbidden, NotFound
from consortium.core.work import Actor, Works
from consortium.crates.moving import pack
from consortium.transports.absences import note_absence
from consortium.transports.day_basis import ClosedStop, WaitingBranch
from consortium.transports.delivery_points import describe_delivery_point
from consortium.transports.measuring_legs import NewLeg, enter_leg
from consortium.transports.overview import plan_view, proposal_view
from consortium.transports.plan_views import BreakView, LegView, StopChange
from consortium.transports.queries import plan_by_id, plan_of, planned_days, proposals
from consortium.transports.registering import WeeklyStop, set_template_stop
from tests.conftest import OPERATOR
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    LIBRARIES,
    MORA,
    SERVICE_S,
    TODAY,
    TOMORROW,
    make_crates,
    make_transports,
    plan_day,
    send,
)

WEDNESDAY = 2
MANAGER = Actor("mora", {"transports.see": frozenset({"2062"})})


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)


def test_a_plan_is_shown_with_names_times_and_counts(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        codes = make_crates(work, 5)
        for code in codes[:3]:
            send(work, code, FALUN, BORLANGE)
        pack(work, codes[3], FALUN, MORA)
        send(work, codes[4], BORLANGE, MORA)
        stop = WeeklyStop(WEDNESDAY, KVARNSVEDEN, (time(8), time(16)), SERVICE_S, False, 100)
        set_template_stop(work, stop)
        close_branch(work, FALUN, (TOMORROW, TOMORROW), "Utbildningsdag")
    plan = plan_day(works)
    with works.reading(MANAGER) as work:
        view = plan_view(work, plan_by_id(work, plan.id))
    (route,) = view.routes
    assert (route.vehicle, route.name, route.depot) == ("van1", "Bil 1", "Depån")
    assert (route.load_at_start, route.most_load, route.capacity) == (4, 4, 20)
    # Falun is closed and Kvarnsveden is cheaper left out: Borlänge, then Mora and back
    first, second = route.stops
    assert (first.slug, first.name, first.municipality) == (
        BORLANGE,
        "Borlänge bibliotek",
        "Borlänge",
    )
    assert (first.arrive, first.start, first.leave) == (time(8), time(8), time(8, 10))
    assert (first.deliver, first.collect, first.load_after) == (3, 0, 1)
    assert first.hours == (time(8), time(18))
    assert (second.name, second.deliver, second.load_after) == ("Mora bibliotek", 1, 0)
    assert view.closed == (ClosedStop(FALUN, "Falu stadsbibliotek", "Utbildningsdag"),)
    assert view.waiting == (WaitingBranch(FALUN, "Falu stadsbibliotek", 0, 1, date(2026, 11, 26)),)
    assert [(warning.at, warning.fault) for warning in view.warnings] == [
        (KVARNSVEDEN, "Kvarnsvedens bibliotek is left out today: that is cheaper")
    ]
    assert view.estimated
    assert view.cost_ore == plan.plan["cost"]["total_ore"]


@pytest.mark.parametrize(("count", "warned"), [(18, []), (19, ["van1"])])
def test_a_van_that_is_nearly_full_gives_a_warning(
    works: Works, count: int, warned: list[str]
) -> None:
    with works.writing(OPERATOR) as work:
        for code in make_crates(work, count):
            pack(work, code, KVARNSVEDEN, MORA)
    plan = plan_day(works)
    with works.reading(OPERATOR) as work:
        view = plan_view(work, plan)
    assert [warning.at for warning in view.warnings] == warned
    assert view.routes[0].most_load == count


def test_a_van_that_comes_while_nobody_is_there_gives_a_warning(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        borlange = branch_by_slug(work, BORLANGE)
        rows = select(OpeningHours).where(OpeningHours.branch_id == borlange.id)
        for hours in work.session.exec(rows):
            hours.opens = time(10)
    plan = plan_day(works)
    with works.reading(OPERATOR) as work:
        view = plan_view(work, plan)
    assert [(warning.at, warning.fault) for warning in view.warnings] == [
        (BORLANGE, "Borlänge bibliotek is staffed 10:00 to 18:00, the van comes at 08:00")
    ]


def test_a_plan_is_held_against_the_day_as_it_is_by_now(works: Works) -> None:
    plan = plan_day(works)
    with works.writing(OPERATOR) as work:
        for code in make_crates(work, 21):  # the van has room for 20
            pack(work, code, MORA, FALUN)
        spans = {BORLANGE: (time(9), time(16)), MORA: (time(8), time(10))}
        for slug, window in spans.items():
            set_template_stop(work, WeeklyStop(WEDNESDAY, slug, window, SERVICE_S))
    with works.reading(OPERATOR) as work:
        view = plan_view(work, plan)
    assert [(warning.at, warning.fault) for warning in view.warnings] == [
        ("van1", "Bil 1 would carry 21 crates with what waits by now, and has room for 20"),
        (BORLANGE, "Borlänge bibliotek takes crates 09:00–16:00, the van comes at 08:00"),
        (MORA, "Mora bibliotek takes crates 08:00–10:00, the van comes at 10:01"),
    ]
    with works.writing(OPERATOR) as work:
        note_absence(work, "van1", (TOMORROW, TOMORROW), "Verkstad")
    with works.reading(OPERATOR) as work:
        view = plan_view(work, plan)
    assert view.warnings[0].fault == "Bil 1 has a route but is not driven that day"


def test_a_stop_that_the_driver_has_a_key_to_needs_nobody_there(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        mora = branch_by_slug(work, MORA)
        for row in work.session.exec(select(OpeningHours).where(OpeningHours.branch_id == mora.id)):
            row.opens = time(12)
    plan = plan_day(works)
    with works.reading(OPERATOR) as work:
        assert [each.at for each in plan_view(work, plan).warnings] == [MORA]
    with works.writing(OPERATOR) as work:
        describe_delivery_point(work, MORA, has_key=True, instructions="")
    with works.reading(OPERATOR) as work:
        assert plan_view(work, plan).warnings == ()


def test_a_route_is_shown_with_its_breaks_and_where_each_leg_comes_from(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        enter_leg(work, NewLeg(BORLANGE, FALUN, 1_300, 24_000, TODAY))
    made = plan_day(works)
    (planned,) = made.plan["routes"]
    with works.reading(OPERATOR) as work:
        view = plan_view(work, made)
    (route,) = view.routes
    assert [leg.source for leg in route.legs] == [
        "estimated",
        "measured",
        "estimated",
        "estimated",
        "estimated",
    ]
    assert (view.sources["measured"], view.sources["estimated"]) == (1, 4)
    assert route.stops[1].leg == LegView(24_000, 1_300, "measured")
    # depot to depot in three hours and three quarters: no break falls due, and none is warned of
    assert (route.breaks, view.warnings) == ((), ())
    pause = {"after_stop": FALUN, "start": planned["stops"][2]["arrive"], "duration_s": 1_800}
    rested = {**planned, "breaks": [pause]}
    with works.reading(OPERATOR) as work:
        view = plan_view(work, made.model_copy(update={"plan": {**made.plan, "routes": [rested]}}))
    assert view.routes[0].breaks == (BreakView(3, view.routes[0].stops[2].arrive, 1_800),)


def test_a_proposal_is_shown_beside_what_is_published(works: Works) -> None:
    first = plan_day(works)
    with works.writing(OPERATOR) as work:
        close_branch(work, FALUN, (TOMORROW, TOMORROW), "Utbildningsdag")
    second = plan_day(works)
    with works.reading(MANAGER) as work:
        (waiting,) = proposals(work, TOMORROW)
        view = proposal_view(work, waiting)
    assert view.published is not None
    assert (view.plan.id, view.published.id) == (second.id, first.id)
    assert view.changes == (
        StopChange(BORLANGE, "Borlänge bibliotek", "van1", "van1", time(8), time(8, 22, 3), ""),
        StopChange(FALUN, "Falu stadsbibliotek", "van1", "", time(8, 33, 51), None, "closed"),
        StopChange(MORA, "Mora bibliotek", "van1", "van1", time(10, 1, 54), time(9, 51, 54), ""),
        StopChange(
            KVARNSVEDEN,
            "Kvarnsvedens bibliotek",
            "van1",
            "van1",
            time(11, 27, 36),
            time(11, 17, 36),
            "",
        ),
    )
    assert (view.minutes_saved, view.km_saved, view.ore_saved) == (32, 20, 29_125)


def test_what_is_not_planned_is_not_there(works: Works) -> None:
    plan = plan_day(works)
    with works.reading(OPERATOR) as work:
        assert plan_of(work, TODAY) is None
        assert proposals(work, TOMORROW) == []
        assert planned_days(work, TODAY, TOMORROW) == [TOMORROW]
        with pytest.raises(NotFound):
            plan_by_id(work, plan.id + 1)
        first = proposal_view(work, plan.model_copy(update={"on_date": TODAY}))
    assert first.published is None
    assert {change.slug for change in first.changes} == set(LIBRARIES)


def test_plans_are_seen_by_right_only(works: Works) -> None:
    plan = plan_day(works)
    with works.reading(Actor("guest")) as work:
        for ask in (
            lambda: plan_of(work, TOMORROW),
            lambda: proposals(work, TOMORROW),
            lambda: planned_days(work, TODAY, TOMORROW),
            lambda: plan_by_id(work, plan.id),
            lambda: plan_view(work, plan),
        ):
            with pytest.raises(Forbidden):
                ask()
