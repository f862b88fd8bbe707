"""How changes of invoice runs are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from consortium.billing.holding_back import go_on, stop_deliveries
from consortium.billing.periods import LEAVING, REGULAR, SETTLEMENT, Cut, period_text
from consortium.billing.preparing import (
    approve_again,
    prepare_run,
    replace_run,
    withdraw_approval,
)
from consortium.billing.settling import prepare_leaving, prepare_settlement
from consortium.billing.tables import InvoiceRun
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.undo.ways import GONE, Never, Undoing, Way, overtaken

RIGHT: Final = "billing.approve"
EVENTS: Final = ("billing.approved", "billing.approval_withdrawn", "billing.issued")
DELIVERIES: Final = ("billing.deliveries_stopped", "billing.deliveries_went_on")


def _run(work: Work, entry: AuditEntry) -> InvoiceRun | None:
    return work.session.get(InvoiceRun, entry.facts["run"])


def _page(run: InvoiceRun) -> str:
    """The page of a run, as a fault names it."""
    if run.purpose != REGULAR:
        return f"settlement {run.month.year}"
    return f"run {period_text(run.month, run.months)}"


def _approved_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    run = _run(work, entry)
    if run is None:
        yield Fault(GONE)
    elif run.state in {"issued", "credited"}:
        yield Fault(
            "The invoices of {month} are issued",
            _page(run),
            {"month": period_text(run.month, run.months)},
            "Mend an invoice by a credit note",
        )
    elif run.state != "approved":
        yield overtaken(work, entry, *EVENTS)


def _withdrawn_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    run = _run(work, entry)
    if run is None:
        yield Fault(GONE)
    elif run.state != "prepared":
        yield overtaken(work, entry, *EVENTS)


def _stopped_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    run = _run(work, entry)
    if run is None:
        yield Fault(GONE)
    elif run.held_at is None:
        yield overtaken(work, entry, *DELIVERIES)


def _went_on_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    run = _run(work, entry)
    if run is None:
        yield Fault(GONE)
    elif run.held_at is not None or run.state != "issued":
        yield overtaken(work, entry, *DELIVERIES)


def _prepare_again(work: Work, entry: AuditEntry) -> None:
    """The same run anew; Conflict where another one of its period is open by now."""
    facts = entry.facts
    month = date.fromisoformat(facts["month"])
    if facts["purpose"] == SETTLEMENT:
        prepare_settlement(work, month.year)
    elif facts["purpose"] == LEAVING:
        prepare_leaving(work, facts["members"][0])
    elif facts["replaces"]:
        replace_run(work, facts["replaces"])
    else:
        chosen = frozenset(facts["pools"]), frozenset(facts["members"])
        prepare_run(work, Cut(month, facts["months"], facts["stage"], facts["separate"], *chosen))


WAYS: Final[Mapping[str, Way]] = {
    "billing.approved": Undoing(
        RIGHT, lambda work, entry: withdraw_approval(work, entry.facts["run"]), _approved_depends
    ),
    "billing.approval_withdrawn": Undoing(
        RIGHT,
        lambda work, entry: approve_again(work, entry.facts["run"], entry.facts["figures"]),
        _withdrawn_depends,
    ),
    "billing.credited": Never(
        mark("An issued credit note stands"), mark("Invoice what is to be paid after all")
    ),
    "billing.delivered": Never(mark("What has left the house cannot be called back")),
    "billing.deliveries_stopped": Undoing(
        "billing.issue", lambda work, entry: go_on(work, entry.facts["run"]), _stopped_depends
    ),
    "billing.deliveries_went_on": Undoing(
        "billing.issue",
        lambda work, entry: stop_deliveries(work, entry.facts["run"]),
        _went_on_depends,
    ),
    "billing.interest_charged": Never(
        mark("An issued invoice stands"), mark("Mend it by a credit note")
    ),
    "billing.issued": Never(mark("An issued invoice stands"), mark("Mend it by a credit note")),
    "billing.prepared": Never(
        mark("A prepared run binds nothing: it follows the records until it is approved"),
        mark("Remove it on its page"),
    ),
    "billing.run_discarded": Undoing("billing.prepare", _prepare_again),
}
