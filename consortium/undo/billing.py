"""How changes of invoice runs are taken back."""

from collections.abc import Iterator, Mapping
from typing import Final

from consortium.billing.preparing import approve_again, withdraw_approval
from consortium.billing.tables import InvoiceRun
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.undo.ways import GONE, Never, Undoing, Way, overtaken

RIGHT: Final = "billing.approve"
EVENTS: Final = ("billing.approved", "billing.approval_withdrawn", "billing.issued")


def _approved_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    run = work.session.get(InvoiceRun, entry.facts["run"])
    month = entry.subject
    if run is None:
        yield Fault(GONE)
    elif run.state == "issued":
        yield Fault(
            "The invoices of {month} are issued",
            f"run {month}",
            {"month": month},
            "Mend an invoice by a credit note",
        )
    elif run.state != "approved":
        yield overtaken(work, entry, *EVENTS)


def _withdrawn_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    run = work.session.get(InvoiceRun, entry.facts["run"])
    if run is None:
        yield Fault(GONE)
    elif run.state != "prepared":
        yield overtaken(work, entry, *EVENTS)


WAYS: Final[Mapping[str, Way]] = {
    "billing.approved": Undoing(
        RIGHT, lambda work, entry: withdraw_approval(work, entry.facts["run"]), _approved_depends
    ),
    "billing.approval_withdrawn": Undoing(
        RIGHT,
        lambda work, entry: approve_again(work, entry.facts["run"], entry.facts["figures"]),
        _withdrawn_depends,
    ),
    "billing.prepared": Never(
        mark("A prepared run binds nothing: it follows the records until it is approved")
    ),
    "billing.issued": Never(mark("An issued invoice stands"), mark("Mend it by a credit note")),
    "billing.delivered": Never(mark("What has left the house cannot be called back")),
}
