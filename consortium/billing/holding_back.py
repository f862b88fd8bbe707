"""Use cases: the deliveries of an issued run are stopped, and go on."""

from sqlmodel import and_, col, select

from consortium.billing.queries import cut_of, run_by_id
from consortium.billing.rendering import DELIVER_INVOICE
from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceDocument, InvoiceRun
from consortium.core.errors import Conflict
from consortium.core.later import Task, TaskState
from consortium.core.trying import ask_again
from consortium.core.work import Work


def stop_deliveries(work: Work, run_id: int) -> InvoiceRun:
    """Let none of the run's invoices leave that has not left yet; they stay issued and drawn."""
    work.require("billing.issue")
    run = run_by_id(work, run_id, lock=True)
    if run.state != "issued":
        raise Conflict("The run of {month} is not issued", month=cut_of(run).name)
    if run.held_at is not None:
        raise Conflict("The deliveries of {month} are stopped already", month=cut_of(run).name)
    run.held_by, run.held_at = work.actor.name, work.now
    work.session.add(run)
    work.audit("billing.deliveries_stopped", cut_of(run).name, run=run.id)
    return run


def go_on(work: Work, run_id: int) -> InvoiceRun:
    """Let the deliveries that were stopped go on."""
    work.require("billing.issue")
    run = run_by_id(work, run_id, lock=True)
    if run.held_at is None:
        raise Conflict("The deliveries of {month} are not stopped", month=cut_of(run).name)
    run.held_by, run.held_at = "", None
    work.session.add(run)
    for number, state in _waiting(work, run):
        if state in {TaskState.DONE, None}:
            ask_again(work, DELIVER_INVOICE, number, number=number)
        elif state == TaskState.RUNNING:  # it may have seen the stop, and be about to end
            again = f"{number}:{work.now.isoformat()}"
            work.later(DELIVER_INVOICE, again, number=number)
    work.audit("billing.deliveries_went_on", cut_of(run).name, run=run.id)
    return run


def _waiting(work: Work, run: InvoiceRun) -> list[tuple[str, str | None]]:
    """The run's invoices that are drawn and have not left, each with its task's state."""
    left = select(InvoiceDelivery.invoice_id)
    drawn = select(InvoiceDocument.invoice_id)
    of_invoice = and_(col(Task.key) == col(Invoice.number), col(Task.name) == DELIVER_INVOICE.name)
    rows = (
        select(Invoice.number, Task.state)
        .join(Task, of_invoice, isouter=True)
        .where(Invoice.run_id == run.id, col(Invoice.id).in_(drawn))
        .where(col(Invoice.id).not_in(left))
    )
    return list(work.session.exec(rows).all())
