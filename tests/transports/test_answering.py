from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlmodel import col, select

from consortium.branches.closing import close_branch, lift_closure
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, NotFound
from consortium.core.later import Task
from consortium.core.work import Actor, Works
from consortium.messages.tables import Letter
from consortium.transports.answering import Answer, answer_plan
from consortium.transports.queries import plan_by_id, plan_of, proposals
from consortium.transports.tables import Plan
from tests.conftest import NOON, OPERATOR, Clock
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TOMORROW,
    make_transports,
    plan_day,
)

COORDINATOR = Actor("samordnare", {"transports.see": None, "transports.plan": None})


@pytest.fixture
def proposal(works: Works) -> Plan:
    """Falun is closed tomorrow: Borlänge comes 22 min 3 s later, the others 10 min earlier."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
    plan_day(works)
    with works.writing(OPERATOR) as work:
        close_branch(work, FALUN, (TOMORROW, TOMORROW), "Utbildningsdag")
    return plan_day(works)


def answer(works: Works, plan: Plan, *, accept: bool, notice_minutes: int = 10) -> Answer:
    with works.writing(COORDINATOR) as work:
        return answer_plan(work, plan.id, accept, notice_minutes)


def letters(works: Works) -> dict[str, Letter]:
    with works.reading(OPERATOR) as work:
        rows = work.session.exec(select(Letter).order_by(col(Letter.key)))
        return {letter.key: letter for letter in rows}


def test_an_accepted_plan_takes_the_place_of_the_published_one(
    works: Works, proposal: Plan
) -> None:
    answer(works, proposal, accept=True)
    with works.reading(OPERATOR) as work:
        now = plan_of(work, TOMORROW)
        rows = select(Plan).order_by(col(Plan.revision))
        states = [row.state for row in work.session.exec(rows)]
        asked = work.session.exec(select(Task.key).where(Task.name == "routing.render_plan")).all()
        assert proposals(work, TOMORROW) == []
    assert now is not None
    assert (now.id, now.answered_by, now.answered_at) == (proposal.id, "samordnare", NOON)
    assert states == ["replaced", "published"]
    assert str(proposal.id) in asked


def test_a_rejected_plan_leaves_the_published_one(works: Works, proposal: Plan) -> None:
    assert answer(works, proposal, accept=False).written_to == ()
    with works.reading(OPERATOR) as work:
        now = plan_of(work, TOMORROW)
        rejected = plan_by_id(work, proposal.id)
        asked = work.session.exec(select(Task.key).where(Task.name == "routing.render_plan")).all()
    assert now is not None
    assert (now.revision, rejected.state, rejected.answered_by) == (1, "rejected", "samordnare")
    assert str(proposal.id) not in asked
    assert letters(works) == {}


def test_letters_go_to_exactly_the_affected_branches(works: Works, proposal: Plan) -> None:
    answered = answer(works, proposal, accept=True)
    assert answered.written_to == (BORLANGE, FALUN)
    assert answered.without_email == ()
    written = letters(works)
    assert {key: letter.to_address for key, letter in written.items()} == {
        f"plan:{proposal.id}:{BORLANGE}": "borlange@lib.example",
        f"plan:{proposal.id}:{FALUN}": "falun@lib.example",
    }
    dropped, shifted = (written[f"plan:{proposal.id}:{slug}"].body for slug in (FALUN, BORLANGE))
    assert "2026-11-25" in dropped
    assert "08:33" in dropped
    assert "08:00" in shifted
    assert "08:22" in shifted
    with works.reading(OPERATOR) as work:
        entry = work.session.exec(
            select(AuditEntry).where(AuditEntry.event == "transports.plan_accepted")
        ).one()
    assert (entry.actor, entry.subject) == ("samordnare", "2026-11-25 2")
    assert entry.facts == {
        "written_to": [BORLANGE, FALUN],
        "without_email": [],
        "plan": proposal.id,
        "instead_of": proposal.id - 1,
        "notice_minutes": 10,
    }


@pytest.mark.parametrize(
    ("notice_minutes", "told", "called"),
    [
        (9, (BORLANGE, FALUN, MORA), (KVARNSVEDEN,)),
        (10, (BORLANGE, FALUN), ()),
        (22, (BORLANGE, FALUN), ()),
        (23, (FALUN,), ()),
    ],
)
def test_small_changes_of_time_are_not_told(
    works: Works,
    proposal: Plan,
    notice_minutes: int,
    told: tuple[str, ...],
    called: tuple[str, ...],
) -> None:
    answered = answer(works, proposal, accept=True, notice_minutes=notice_minutes)
    assert (answered.written_to, answered.without_email) == (told, called)


def test_a_stop_that_comes_back_is_told(works: Works, proposal: Plan) -> None:
    answer(works, proposal, accept=True)
    with works.writing(OPERATOR) as work:
        lift_closure(work, 1)
    back = plan_day(works)
    assert FALUN in answer(works, back, accept=True).written_to
    assert f"plan:{back.id}:{FALUN}" in letters(works)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_a_plan_is_answered_once(works: Works, proposal: Plan, first: bool, second: bool) -> None:
    answer(works, proposal, accept=first)
    with pytest.raises(Conflict):
        answer(works, proposal, accept=second)
    with works.reading(OPERATOR) as work:
        state = plan_by_id(work, proposal.id).state
    assert state == ("published" if first else "rejected")


def test_of_two_answers_at_once_one_holds(works: Works, proposal: Plan) -> None:
    together = Barrier(2)

    def accept(_: int) -> str:
        together.wait()
        try:
            answer(works, proposal, accept=True)
        except Conflict:
            return "refused"
        return "accepted"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(accept, range(2))) == ["accepted", "refused"]
    assert len(letters(works)) == 2


def test_only_a_proposal_that_waits_is_answered(works: Works, proposal: Plan) -> None:
    with works.writing(OPERATOR) as work:
        close_branch(work, MORA, (TOMORROW, TOMORROW), "Vattenläcka")
    newer = plan_day(works)
    with pytest.raises(Conflict):
        answer(works, proposal, accept=True)
    with works.reading(OPERATOR) as work:
        published = plan_of(work, TOMORROW)
    assert published is not None
    with pytest.raises(Conflict):
        answer(works, published, accept=False)
    with pytest.raises(NotFound), works.writing(COORDINATOR) as work:
        answer_plan(work, newer.id + 1, accept=True)


def test_a_plan_with_a_stop_that_has_closed_since_is_not_published(
    works: Works, proposal: Plan
) -> None:
    with works.writing(OPERATOR) as work:
        close_branch(work, BORLANGE, (TOMORROW, TOMORROW), "Vattenläcka")
    with pytest.raises(Conflict) as refused:
        answer(works, proposal, accept=True)
    assert [(fault.at, fault.fault) for fault in refused.value.faults] == [
        (BORLANGE, "Borlänge bibliotek is closed by now: Vattenläcka")
    ]
    answer(works, proposal, accept=False)


def test_a_plan_of_a_day_that_is_over_is_not_published(
    works: Works, proposal: Plan, clock: Clock
) -> None:
    clock.now = NOON + timedelta(days=2)
    with pytest.raises(Conflict, match="is over"):
        answer(works, proposal, accept=True)


def test_answering_takes_the_right_to_plan(works: Works, proposal: Plan) -> None:
    manager = Actor("mora", {"transports.see": frozenset({"2062"})})
    with pytest.raises(Forbidden), works.writing(manager) as work:
        answer_plan(work, proposal.id, accept=True)
