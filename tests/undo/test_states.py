"""What is switched on and off: letters, webhooks and tokens; and imports, which go back whole."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlmodel import select

from consortium.billing.holding_back import go_on, stop_deliveries
from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import FINAL, Cut
from consortium.billing.preparing import discard_run, prepare_run
from consortium.billing.queries import cut_of
from consortium.billing.tables import InvoiceRun
from consortium.core.errors import Conflict
from consortium.core.work import Work, Works
from consortium.exchange.kinds import kind_of
from consortium.exchange.taking import Sent, take_in, try_sheet
from consortium.messages.hooks import add_webhook, end_webhook, resume_webhook
from consortium.messages.mending import settle, unsettle
from consortium.messages.sending import mark_letter_refused, write_letter
from consortium.messages.tables import Letter, Webhook
from consortium.people.admitting import give_token, restore_token, revoke_token
from consortium.people.tables import Account, ApiToken
from consortium.undo.taking_back import undo
from tests.conftest import OPERATOR
from tests.undo.changes import approve
from tests.undo.test_round_trips import newest, written_for
from tests.undo.world import dump

Do = Callable[[Work], object]
SHEET = "member;measure;date;value;source\n2080;population;2025-12-31;61000;SCB\n"


@dataclass(frozen=True)
class Switch:
    """before: what is done first. holds: the state that `change` brings, and undoing reverses."""

    before: tuple[Do, ...]
    change: Do
    holds: Callable[[Work], bool]
    after: bool


def write(work: Work) -> None:
    write_letter(work, "plan:1:mora", "mora@lib.example", ("Ämne", "Text"))
    work.session.flush()
    mark_letter_refused(work, "plan:1:mora", "550")


def settled(work: Work) -> bool:
    return work.session.exec(select(Letter)).one().settled_at is not None


def add(work: Work) -> None:
    add_webhook(work, "https://mottagare.example/krok", ["invoice.issued"])


def told(work: Work) -> bool:
    return work.session.exec(select(Webhook)).one().ended_at is None


def give(work: Work) -> None:
    account = work.session.exec(select(Account)).first()
    assert account is not None
    give_token(work, account, "Prov", work.now + timedelta(days=30))


def holding(work: Work) -> bool:
    return work.session.exec(select(ApiToken)).one().revoked_at is None


def issue(work: Work) -> None:
    issue_invoices(work, approve(work))


def held(work: Work) -> bool:
    return work.session.exec(select(InvoiceRun)).one().held_at is not None


SWITCHES = {
    "billing.deliveries_stopped": Switch(
        (issue,), lambda work: stop_deliveries(work, 1), held, True
    ),
    "billing.deliveries_went_on": Switch(
        (issue, lambda work: stop_deliveries(work, 1)), lambda work: go_on(work, 1), held, False
    ),
    "messages.settled": Switch((write,), lambda work: settle(work, 1), settled, True),
    "messages.unsettled": Switch(
        (write, lambda work: settle(work, 1)), lambda work: unsettle(work, 1), settled, False
    ),
    "messages.webhook_added": Switch((), add, told, True),
    "messages.webhook_ended": Switch((add,), lambda work: end_webhook(work, 1), told, False),
    "messages.webhook_resumed": Switch(
        (add, lambda work: end_webhook(work, 1)), lambda work: resume_webhook(work, 1), told, True
    ),
    "people.token_given": Switch((), give, holding, True),
    "people.token_revoked": Switch((give,), lambda work: revoke_token(work, 1), holding, False),
    "people.token_restored": Switch(
        (give, lambda work: revoke_token(work, 1)),
        lambda work: restore_token(work, 1),
        holding,
        True,
    ),
}


@pytest.mark.parametrize("event", sorted(SWITCHES))
def test_what_was_switched_is_switched_back_and_again(works: Works, event: str) -> None:
    switch = SWITCHES[event]
    for step in (*switch.before, switch.change):
        with works.writing(OPERATOR) as work:
            step(work)
    with works.reading(OPERATOR) as work:
        entry = newest(work, event)
        assert switch.holds(work) is switch.after
    with works.writing(OPERATOR) as work:
        undone = undo(work, entry.id)
    with works.reading(OPERATOR) as work:
        assert switch.holds(work) is not switch.after
        inverse = written_for(work, undone)
    with works.writing(OPERATOR) as work:
        undo(work, inverse.id)
    with works.reading(OPERATOR) as work:
        assert switch.holds(work) is switch.after
    with pytest.raises(Conflict, match="taken back already"), works.writing(OPERATOR) as work:
        undo(work, entry.id)


def test_an_import_is_taken_back_whole_and_once(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        before = dump(work)
    sent = Sent(SHEET.encode(), "varden.csv")
    with works.writing(OPERATOR) as work:
        take_in(work, try_sheet(work, kind_of("measures"), sent), sent)
        entry = newest(work, "exchange.imported")
    with works.reading(OPERATOR) as work:
        assert dump(work)["measurevalue"] != before["measurevalue"]
    with works.writing(OPERATOR) as work:
        undone = undo(work, entry.id)
    assert (undone.event, undone.undoes) == ("exchange.taken_back", entry.id)
    with works.reading(OPERATOR) as work:
        assert dump(work)["measurevalue"] == before["measurevalue"]
    with pytest.raises(Conflict, match="taken back already"), works.writing(OPERATOR) as work:
        undo(work, entry.id)


def test_a_run_that_was_removed_is_prepared_again_as_it_was(works: Works) -> None:
    quarter = Cut(date(2026, 10, 1), 3, FINAL, True, frozenset({"system"}), frozenset({"2062"}))
    with works.writing(OPERATOR) as work:
        discard_run(work, prepare_run(work, quarter).id)
        assert work.session.exec(select(InvoiceRun)).all() == []
    with works.writing(OPERATOR) as work:
        undo(work, newest(work, "billing.run_discarded").id)
        (run,) = work.session.exec(select(InvoiceRun)).all()
        assert cut_of(run) == quarter
