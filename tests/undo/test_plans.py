from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from consortium.branches.closing import close_branch
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict
from consortium.core.later import Task
from consortium.core.work import Work, Works
from consortium.messages.tables import Letter
from consortium.transports.answering import answer_plan
from consortium.transports.locking import lock_plan
from consortium.transports.plan_rules import Move
from consortium.transports.proposing import propose_move, propose_part
from consortium.transports.registering import add_vehicle
from consortium.transports.tables import Plan
from consortium.undo.taking_back import undo
from tests.conftest import OPERATOR, Clock
from tests.transports.making import BORLANGE, FALUN, MORA, TOMORROW, plan_day
from tests.undo.changes import VAN2
from tests.undo.test_round_trips import newest, written_for
from tests.undo.world import dump


@pytest.fixture
def proposal(works: Works) -> Plan:
    """Tomorrow's plan is published with all libraries, one without Falun waits for its answer."""
    plan_day(works)
    with works.writing(OPERATOR) as work:
        close_branch(work, FALUN, (TOMORROW, TOMORROW), "Utbildningsdag")
    return plan_day(works)


def answer(works: Works, plan: Plan, *, accept: bool) -> AuditEntry:
    with works.writing(OPERATOR) as work:
        answer_plan(work, plan.id, accept)
        return newest(work, f"transports.plan_{'accepted' if accept else 'rejected'}")


def states(work: Work) -> list[str]:
    return list(work.session.exec(select(Plan.state).order_by(col(Plan.revision))))


@pytest.mark.parametrize("accept", [True, False])
def test_an_answer_taken_back_lets_the_proposal_wait_again_and_may_be_given_again(
    works: Works, proposal: Plan, accept: bool
) -> None:
    with works.reading(OPERATOR) as work:
        before = dump(work)
    entry = answer(works, proposal, accept=accept)
    with works.reading(OPERATOR) as work:
        answered = dump(work)
    with works.writing(OPERATOR) as work:
        undone = undo(work, entry.id)
    with works.reading(OPERATOR) as work:
        assert dump(work) == before
        assert states(work) == ["published", "proposed"]
        inverse = written_for(work, undone)
    with works.writing(OPERATOR) as work:
        undo(work, inverse.id)
    with works.reading(OPERATOR) as work:
        assert dump(work) == answered


def test_who_was_told_of_the_new_plan_is_told_that_the_old_one_holds(
    works: Works, proposal: Plan
) -> None:
    entry = answer(works, proposal, accept=True)
    with works.writing(OPERATOR) as work:
        undo(work, entry.id)
    answer(works, proposal, accept=True)
    with works.reading(OPERATOR) as work:
        letters = {row.key: row.body for row in work.session.exec(select(Letter))}
        drawn = work.session.exec(select(Task.key).where(Task.name == "routing.render_plan")).all()
    first = proposal.id - 1
    assert set(letters) == {
        f"plan:{plan}:{slug}{again}"
        for plan, again in ((proposal.id, ""), (first, ""), (proposal.id, ":2"))
        for slug in (BORLANGE, FALUN)
    }
    assert "08:33" in letters[f"plan:{proposal.id}:{FALUN}"]  # it was to come then, and does not
    assert "08:33" in letters[f"plan:{first}:{FALUN}"]  # it comes then after all
    assert letters[f"plan:{proposal.id}:{FALUN}:2"] == letters[f"plan:{proposal.id}:{FALUN}"]
    assert sorted(drawn) == sorted({str(first), str(proposal.id)})


def test_an_answer_stays_once_the_vans_have_left(
    works: Works, proposal: Plan, clock: Clock
) -> None:
    entry = answer(works, proposal, accept=True)
    clock.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    refuse(works, entry, "The vans of {day} have left", "plan 2026-11-25")
    clock.now = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    refuse(works, entry, "The vans of {day} have left", "plan 2026-11-25")


def test_an_answer_stays_once_there_is_a_later_plan(works: Works, proposal: Plan) -> None:
    entry = answer(works, proposal, accept=True)
    with works.writing(OPERATOR) as work:
        close_branch(work, MORA, (TOMORROW, TOMORROW), "Utbildningsdag")
    later = plan_day(works)
    assert later.revision == 3
    refuse(works, entry, "There is a later plan of {day}, number {number}", "plan 2026-11-25")


def test_a_van_that_a_plan_sends_out_stays(works: Works) -> None:
    for_nothing = replace(VAN2, cost_per_km_ore=0, cost_per_hour_ore=0, fixed_ore=0)
    with works.writing(OPERATOR) as work:
        add_vehicle(work, for_nothing)
        added = newest(work, "transports.vehicle_added")
    plan_day(works)
    refuse(works, added, "The plan of {day} sends it out", "plan 2026-11-25")


def later(route: dict[str, Any]) -> dict[str, Any]:
    """A route whose last two stops are the other way round; its times are not looked at."""
    *stops, one, other = route["stops"]
    return {**route, "stops": [*stops, other, one]}


@pytest.mark.parametrize("part", [True, False])
def test_a_proposal_made_by_hand_is_withdrawn_and_waits_again(
    works: Works, proposal: Plan, part: bool
) -> None:
    with works.writing(OPERATOR) as work:
        if part:  # Mora comes later than in the proposal; of that, only that Falun is left out
            proposal.plan = {**proposal.plan, "routes": [later(proposal.plan["routes"][0])]}
            work.session.merge(proposal)
            propose_part(work, proposal.id, [])
        else:
            propose_move(work, TOMORROW, Move(MORA, "van1", 1), proposal.id)
        entry = newest(work, "transports.part_proposed" if part else "transports.stop_moved")
    with works.reading(OPERATOR) as work:
        proposed = dump(work)
        assert states(work) == ["published", "replaced", "proposed"]
    with works.writing(OPERATOR) as work:
        undone = undo(work, entry.id)
    with works.reading(OPERATOR) as work:
        assert states(work) == ["published", "proposed", "rejected"]
        withdrawn, inverse = dump(work), written_for(work, undone)
    with works.writing(OPERATOR) as work:
        undone = undo(work, inverse.id)
    with works.reading(OPERATOR) as work:
        assert dump(work) == proposed
        inverse = written_for(work, undone)
    with works.writing(OPERATOR) as work:
        undo(work, inverse.id)
    with works.reading(OPERATOR) as work:
        assert dump(work) == withdrawn


def test_a_proposal_that_is_answered_is_withdrawn_no_more(works: Works, proposal: Plan) -> None:
    with works.writing(OPERATOR) as work:
        made = propose_move(work, TOMORROW, Move(MORA, "van1", 1))
        entry = newest(work, "transports.stop_moved")
    answer(works, made, accept=True)
    text = "It has been changed since: {event}, {day}, by {actor}"
    with works.reading(OPERATOR) as work:
        accepted = newest(work, "transports.plan_accepted")
    refuse(works, entry, text, f"entry {accepted.id}")


def test_a_lock_is_taken_back_and_put_back(works: Works, proposal: Plan) -> None:
    with works.writing(OPERATOR) as work:
        lock_plan(work, TOMORROW)
        entry = newest(work, "transports.plan_locked")
    with works.writing(OPERATOR) as work:
        undone = undo(work, entry.id)
    with works.reading(OPERATOR) as work:
        assert [plan.locked_at for plan in work.session.exec(select(Plan))] == [None, None]
        inverse = written_for(work, undone)
    with works.writing(OPERATOR) as work:
        undo(work, inverse.id)
    with works.reading(OPERATOR) as work:
        rows = select(Plan.locked_by).order_by(col(Plan.revision))
        assert work.session.exec(rows).all() == ["operator", ""]


def test_an_answer_stays_while_the_plan_is_locked(works: Works, proposal: Plan) -> None:
    entry = answer(works, proposal, accept=True)
    with works.writing(OPERATOR) as work:
        lock_plan(work, TOMORROW)
    refuse(works, entry, "The plan of {day} is locked: the drivers have it", "plan 2026-11-25")


def refuse(works: Works, entry: AuditEntry, text: str, at: str) -> None:
    with works.reading(OPERATOR) as work:
        before = dump(work)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        undo(work, entry.id)
    assert (text, at) in {(fault.text, fault.at) for fault in refused.value.faults}
    with works.reading(OPERATOR) as work:
        assert dump(work) == before
