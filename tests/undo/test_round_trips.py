import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.work import Work, Works
from consortium.undo.taking_back import UNDOABLE, may_undo, undo
from tests.conftest import OPERATOR, Clock
from tests.undo.changes import CHANGES
from tests.undo.world import dump

ONE_WAY = {"cards.issued", "cards.replaced"}
"""Changes that can be taken back, but not made again by an undo of that."""
ELSEWHERE = {
    "billing.deliveries_stopped",
    "billing.deliveries_went_on",
    "billing.run_discarded",
    "exchange.imported",
    "messages.settled",
    "messages.unsettled",
    "messages.webhook_added",
    "messages.webhook_ended",
    "messages.webhook_resumed",
    "payments.paid_back",
    "payments.pay_back_withdrawn",
    "payments.placed",
    "payments.taken_back",
    "people.token_given",
    "people.token_restored",
    "people.token_revoked",
    "transports.answer_taken_back",
    "transports.part_proposed",
    "transports.plan_locked",
    "transports.plan_unlocked",
    "transports.proposal_restored",
    "transports.proposal_withdrawn",
    "transports.stop_moved",
    "transports.notes_restored",
    "transports.notes_withdrawn",
    "transports.plan_accepted",
    "transports.plan_rejected",
    "transports.route_noted",
}
"""In test_paying.py, test_plans.py, test_states.py; drivers' notes in tests/web/test_driver.py."""


def newest(work: Work, event: str) -> AuditEntry:
    work.session.flush()
    rows = select(AuditEntry).where(AuditEntry.event == event).order_by(col(AuditEntry.id).desc())
    found = work.session.exec(rows).first()
    assert found is not None
    return found


def written_for(work: Work, undone: AuditEntry) -> AuditEntry:
    """The entry of the inverse change."""
    return work.session.get_one(AuditEntry, undone.facts["by"][-1])


@pytest.mark.parametrize("event", sorted(CHANGES))
def test_a_change_undone_leaves_everything_as_it_was_and_is_made_again_by_the_undo_of_that(
    works: Works, clock: Clock, event: str
) -> None:
    background, change = CHANGES[event]
    with works.writing(OPERATOR) as work:
        background(work)
    with works.reading(OPERATOR) as work:
        before, bare = dump(work), dump(work, ids=False)
    clock.forward(minutes=5)
    with works.writing(OPERATOR) as work:
        change(work)
    with works.reading(OPERATOR) as work:
        changed, entry = dump(work, ids=False), newest(work, event)
        assert may_undo(work, [entry])[entry.id].reasons == ()
    assert changed != bare
    clock.forward(minutes=5)
    with works.writing(OPERATOR) as work:
        undone = undo(work, entry.id)
    assert (undone.undoes, undone.actor) == (entry.id, "operator")
    with works.reading(OPERATOR) as work:
        assert dump(work) == before
        inverse = written_for(work, undone)
    if event in ONE_WAY:
        return
    clock.forward(minutes=5)
    with works.writing(OPERATOR) as work:
        redone = undo(work, inverse.id)
    with works.reading(OPERATOR) as work:
        assert dump(work, ids=False) == changed
        again = written_for(work, redone)
    clock.forward(minutes=5)
    with works.writing(OPERATOR) as work:
        undo(work, again.id)
    with works.reading(OPERATOR) as work:
        assert dump(work, ids=False) == bare


def test_every_kind_of_change_that_can_be_taken_back_is_tried_here(works: Works) -> None:
    tried = set(CHANGES) | ELSEWHERE
    for event in sorted(CHANGES):
        background, change = CHANGES[event]
        with works.writing(OPERATOR) as work:
            point = work.session.begin_nested()
            background(work)
            change(work)
            inverse = written_for(work, undo(work, newest(work, event).id))
            tried.add(inverse.event)
            if event not in ONE_WAY:
                tried.add(written_for(work, undo(work, inverse.id)).event)
            point.rollback()
    assert tried >= UNDOABLE
