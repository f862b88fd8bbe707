"""A stop moved by hand, a proposal taken in part, and the lock on a plan."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlmodel import col, select

from consortium.branches.closing import close_branch
from consortium.core.errors import Conflict, Forbidden, NotFound
from consortium.core.settings import Routing
from consortium.core.work import Actor, Works
from consortium.crates.moving import pack
from consortium.transports.answering import answer_plan
from consortium.transports.locking import lock_plan, unlock_plan
from consortium.transports.plan_rules import Move, order_of
from consortium.transports.proposing import (
    accept_part,
    propose_move,
    propose_part,
    restore_proposal,
    try_move,
    try_part,
    withdraw_proposal,
)
from consortium.transports.queries import plan_of, proposals
from consortium.transports.registering import NewVehicle, WeeklyStop, add_vehicle, set_template_stop
from consortium.transports.tables import Plan
from tests.conftest import NOON, OPERATOR, Clock
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    KVARNSVEDEN,
    MORA,
    SERVICE_S,
    TOMORROW,
    make_crates,
    make_transports,
    plan_day,
    timetable,
)

COORDINATOR = Actor("samordnare", {"transports.see": None, "transports.plan": None})
WEDNESDAY = 2
SPARE = NewVehicle("van2", "Bil 2", DEPOT, 20, (time(7), time(17)), 36_000, 450, 38_000, 500_00)
DAY_OF_FOUR = [BORLANGE, FALUN, MORA, KVARNSVEDEN]


@pytest.fixture
def published(works: Works) -> Plan:
    """Tomorrow is planned: one van serves all four; a second would cost 500 kr more."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        add_vehicle(work, SPARE)
    made = plan_day(works)
    assert order_of(made.plan) == {"van1": tuple(DAY_OF_FOUR)}
    return made


@pytest.fixture
def proposal(works: Works, published: Plan) -> Plan:
    """Tomorrow's proposal: Mora first, and Kvarnsveden with the second van."""
    with works.writing(COORDINATOR) as work:
        first = propose_move(work, TOMORROW, Move(MORA, "van1", 1))
        second = propose_move(work, TOMORROW, Move(KVARNSVEDEN, "van2", 1), first.id)
    assert order_of(second.plan) == {"van1": (MORA, BORLANGE, FALUN), "van2": (KVARNSVEDEN,)}
    return second


def states(works: Works) -> list[tuple[int, str]]:
    with works.reading(OPERATOR) as work:
        rows = select(Plan).where(Plan.on_date == TOMORROW).order_by(col(Plan.revision))
        return [(plan.revision, plan.state) for plan in work.session.exec(rows)]


def seconds(clock: str) -> int:
    hours, minutes, rest = map(int, clock.split(":"))
    return (hours * 60 + minutes) * 60 + rest


def kronor_and_time(metres: int, work_s: int) -> int:
    """In öre, at 4,50 kr a km and 380 kr an hour, each rounded by itself."""
    return round(metres * 450 / 1000) + round(work_s * 38_000 / 3600)


def test_a_move_says_what_it_costs_and_whose_time_changes(works: Works, published: Plan) -> None:
    with works.reading(COORDINATOR) as work:
        trial = try_move(work, TOMORROW, Move(FALUN, "van1", 1))
    before, after = timetable(DAY_OF_FOUR), timetable([FALUN, BORLANGE, MORA, KVARNSVEDEN])
    assert trial.broken == ()
    assert trial.step is not None
    work_s, metres = before.work_s - after.work_s, before.distance_m - after.distance_m
    assert work_s < 0
    assert trial.step["minutes_saved"] == -round(-work_s / 60)
    assert trial.step["km_saved"] == -round(-metres / 1000)
    saved = [kronor_and_time(each.distance_m, each.work_s) for each in (before, after)]
    assert trial.step["ore_saved"] == saved[0] - saved[1]
    shifted = {each["id"]: each["now"] for each in trial.step["shifted"]}
    moved = {slug: at for slug, at in after.arrivals.items() if at != before.arrivals[slug]}
    assert shifted == moved
    assert states(works) == [(1, "published")]


def test_a_moved_stop_is_a_proposal_that_the_service_leaves_alone(
    works: Works, published: Plan
) -> None:
    with works.writing(COORDINATOR) as work:
        made = propose_move(work, TOMORROW, Move(FALUN, "van1", 1))
    assert (made.made_by, made.reason, made.state) == ("samordnare", "Moved by hand", "proposed")
    with works.writing(OPERATOR) as work:
        close_branch(work, MORA, (TOMORROW, TOMORROW), "Utbildningsdag")
    plan_day(works)
    assert states(works) == [(1, "published"), (2, "proposed"), (3, "proposed")]
    plan_day(replace(works, routing=Routing(moved_stop_ore=0, buffer_percent=0)))
    assert states(works)[1] == (2, "proposed")


def test_moves_add_up_where_one_goes_on_from_the_other(works: Works, proposal: Plan) -> None:
    assert states(works) == [(1, "published"), (2, "replaced"), (3, "proposed")]
    with works.writing(COORDINATOR) as work:
        answer_plan(work, proposal.id, accept=True)
        standing = plan_of(work, TOMORROW)
    assert standing is not None
    assert standing.id == proposal.id


def test_a_stop_is_taken_off_and_put_on_again(works: Works, published: Plan) -> None:
    with works.writing(COORDINATOR) as work:
        off = propose_move(work, TOMORROW, Move(MORA))
        assert [stop["id"] for stop in off.plan["unserved"]] == [MORA]
        answer_plan(work, off.id, accept=True)
        on = propose_move(work, TOMORROW, Move(MORA, "van2"))
    assert order_of(on.plan)["van2"] == (MORA,)


def test_a_refused_move_names_the_rule_and_the_stop(works: Works, published: Plan) -> None:
    with works.writing(OPERATOR) as work:
        stop = WeeklyStop(WEDNESDAY, BORLANGE, (time(8), time(8, 30)), SERVICE_S)
        set_template_stop(work, stop)
        for code in make_crates(work, 21):
            pack(work, code, KVARNSVEDEN, MORA)
    with works.reading(COORDINATOR) as work:
        late = try_move(work, TOMORROW, Move(BORLANGE, "van2", 1))
        full = try_move(work, TOMORROW, Move(KVARNSVEDEN, "van2", 1))
        last = try_move(work, TOMORROW, Move(BORLANGE, "van1", 4))
    assert [(fault.at, fault.text) for fault in full.broken] == [
        (KVARNSVEDEN, "{least} crates on board are more than {allowed}")
    ]
    assert late.plan is None  # the first van still takes too much at Kvarnsveden
    assert (BORLANGE, "earliest possible arrival {least} is after {allowed}") in {
        (fault.at, fault.text) for fault in last.broken
    }
    with pytest.raises(Conflict) as refused, works.writing(COORDINATOR) as work:
        propose_move(work, TOMORROW, Move(BORLANGE, "van1", 4))
    assert refused.value.faults == last.broken
    assert states(works) == [(1, "published")]


def test_what_is_not_there_is_not_moved(works: Works, published: Plan, clock: Clock) -> None:
    with works.reading(COORDINATOR) as work:
        for move, base in (
            (Move("falun", "van1"), None),
            (Move(FALUN, "van9"), None),
            (Move(FALUN, "van1"), published.id + 1),
        ):
            with pytest.raises(NotFound):
                try_move(work, TOMORROW, move, base)
    with pytest.raises(Conflict), works.writing(COORDINATOR) as work:
        propose_move(work, TOMORROW, Move(FALUN, "van1", 2))  # it stands there
    clock.now = NOON + timedelta(days=2)
    with pytest.raises(Conflict, match="is over"), works.writing(COORDINATOR) as work:
        propose_move(work, TOMORROW, Move(FALUN, "van1", 1))


def test_a_part_is_the_published_order_with_only_the_chosen_stops_moved(
    works: Works, published: Plan, proposal: Plan
) -> None:
    with works.reading(COORDINATOR) as work:
        trial = try_part(work, proposal.id, [MORA])
        nothing = try_part(work, proposal.id, [])
    assert trial.order == {"van1": (MORA, BORLANGE, FALUN, KVARNSVEDEN)}
    assert nothing.step is not None
    assert nothing.step["ore_saved"] == 0
    with works.writing(COORDINATOR) as work:
        answered = accept_part(work, proposal.id, [MORA])
    assert order_of(answered.plan.plan) == trial.order
    assert answered.plan.reason == "Part of a proposal"
    assert states(works)[2:] == [(3, "replaced"), (4, "published")]
    told = {*answered.written_to, *answered.without_email}
    (before,), (after,) = published.plan["routes"], answered.plan.plan["routes"]
    was, now = ({s["id"]: s["arrive"] for s in r["stops"]} for r in (before, after))
    assert told == {slug for slug in was if abs(seconds(now[slug]) - seconds(was[slug])) > 600}


def test_a_part_withdrawn_lets_the_whole_wait_again(works: Works, proposal: Plan) -> None:
    with works.writing(COORDINATOR) as work:
        part = propose_part(work, proposal.id, [MORA])
    with works.writing(COORDINATOR) as work:
        withdraw_proposal(work, part.id, proposal.id)
    assert states(works)[2:] == [(3, "proposed"), (4, "rejected")]
    with works.writing(COORDINATOR) as work:
        restore_proposal(work, part.id, proposal.id)
    assert states(works)[2:] == [(3, "replaced"), (4, "proposed")]


def test_a_locked_plan_is_neither_replaced_nor_moved(works: Works, proposal: Plan) -> None:
    with works.writing(COORDINATOR) as work:
        locked = lock_plan(work, TOMORROW)
    assert (locked.locked_by, locked.locked_at) == ("samordnare", NOON)
    for change in (
        lambda work: answer_plan(work, proposal.id, accept=True),
        lambda work: propose_move(work, TOMORROW, Move(FALUN, "van1", 1)),
        lambda work: accept_part(work, proposal.id, [MORA]),
        lambda work: lock_plan(work, TOMORROW),
    ):
        with pytest.raises(Conflict, match="locked"), works.writing(COORDINATOR) as work:
            change(work)
    with works.writing(COORDINATOR) as work:
        unlock_plan(work, TOMORROW)
        answer_plan(work, proposal.id, accept=True)
    assert states(works)[2] == (3, "published")


def test_a_proposal_may_come_and_be_rejected_while_the_plan_is_locked(
    works: Works, published: Plan
) -> None:
    with works.writing(COORDINATOR) as work:
        lock_plan(work, TOMORROW)
    with works.writing(OPERATOR) as work:
        close_branch(work, MORA, (TOMORROW, TOMORROW), "Utbildningsdag")
    waiting = plan_day(works)
    with works.writing(COORDINATOR) as work:
        answer_plan(work, waiting.id, accept=False)
        assert proposals(work, TOMORROW) == []


def test_changing_a_plan_takes_the_right_to_plan(works: Works, proposal: Plan) -> None:
    reader = Actor("mora", {"transports.see": frozenset({"2062"})})
    for change in (
        lambda work: try_move(work, TOMORROW, Move(FALUN, "van1", 1)),
        lambda work: propose_move(work, TOMORROW, Move(FALUN, "van1", 1)),
        lambda work: try_part(work, proposal.id, [MORA]),
        lambda work: propose_part(work, proposal.id, [MORA]),
        lambda work: withdraw_proposal(work, proposal.id, None),
        lambda work: lock_plan(work, TOMORROW),
        lambda work: unlock_plan(work, TOMORROW),
    ):
        with pytest.raises(Forbidden), works.writing(reader) as work:
            change(work)
