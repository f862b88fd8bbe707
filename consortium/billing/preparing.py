"""Use cases: a month's run is prepared, approved, and its approval taken back."""

from datetime import date
from typing import Final

from sqlmodel import col, delete, select

from consortium.billing.queries import (
    MonthView,
    current_pool,
    frozen_pools,
    latest_run,
    run_by_id,
    view_of,
)
from consortium.billing.rules import READY, PoolMonth, StoppedPool, invoice_key
from consortium.billing.tables import InvoiceRun, RunCase
from consortium.core.casefile import snapshot
from consortium.core.errors import Conflict, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.queries import pools

STANDS: Final = {
    "prepared": mark("The run of {month} is not approved"),
    "approved": mark("The run of {month} is approved already"),
    "issued": mark("The run of {month} is issued already"),
}


def prepare_run(work: Work, month: date) -> InvoiceRun:
    """The open run of a month, made where there is none.

    Where the month is issued and something was left, a new run takes it up; where nothing was
    left, the issued run is the answer, so that asking again changes nothing.
    """
    work.require("billing.prepare")
    if month.day != 1:
        raise Invalid("A run is for a month, named by its first day", at="month")
    if not pools(work, month.year):
        raise Conflict("There are no cost pools in {year}", year=month.year, remedy="Add them")
    run = latest_run(work, month)
    if run is not None and (run.state != "issued" or not _ready(current_view(work, run))):
        return run
    made = InvoiceRun(
        month=month,
        sequence=run.sequence + 1 if run else 1,
        prepared_by=work.actor.name,
        prepared_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    work.audit("billing.prepared", f"{month:%Y-%m}", sequence=made.sequence)
    return made


def approve_run(work: Work, run_id: int) -> InvoiceRun:
    """Approve a prepared run: its cases are frozen by their digests, its invoices by their sums."""
    work.require("billing.approve")
    run = run_by_id(work, run_id, lock=True)
    if run.state != "prepared":
        raise Conflict(STANDS[run.state], month=f"{run.month:%Y-%m}")
    view = current_view(work, run)
    ready = _ready(view)
    if not ready:
        raise Conflict("No invoice of {month} can be issued", month=f"{run.month:%Y-%m}")
    already = frozen_pools(work, run.month, states=("issued",))
    ids = {pool.code: pool.id for pool in pools(work, run.month.year)}
    for pool in view.pools:
        pool_id = ids[pool.terms.basis.pool]
        if pool_id not in already:
            work.session.add(
                RunCase(
                    run_id=run.id,
                    pool_id=pool_id,
                    from_on=run.month,
                    basis=pool.terms.as_json(),
                    sha256=pool.terms.sha256(),
                )
            )
    run.state, run.approved = "approved", ready
    run.approved_by, run.approved_at = work.actor.name, work.now
    work.session.flush()
    work.audit(
        "billing.approved",
        f"{run.month:%Y-%m}",
        invoices=len(ready),
        run=run.id,
        figures=_figures(work, run),
    )
    return run


def approve_again(work: Work, run_id: int, figures: str) -> InvoiceRun:
    """Approve a run whose approval was taken back, if it comes to the same figures as then.

    figures: the digest of what was approved, as the audit trail has it.
    """
    run = approve_run(work, run_id)
    if _figures(work, run) != figures:
        raise Conflict(
            "The figures of {month} are no longer what was approved",
            month=f"{run.month:%Y-%m}",
            remedy="Look at the run and approve it as it is now",
        )
    return run


def withdraw_approval(work: Work, run_id: int) -> InvoiceRun:
    """Take an approval back: the run is prepared again and follows the records."""
    work.require("billing.approve")
    run = run_by_id(work, run_id, lock=True)
    if run.state != "approved":
        raise Conflict(STANDS[run.state], month=f"{run.month:%Y-%m}")
    figures = _figures(work, run)
    work.session.exec(delete(RunCase).where(col(RunCase.run_id) == run.id))
    run.state, run.approved, run.approved_by, run.approved_at = "prepared", {}, "", None
    work.audit("billing.approval_withdrawn", f"{run.month:%Y-%m}", run=run.id, figures=figures)
    return run


def current_view(work: Work, run: InvoiceRun) -> MonthView:
    """The run's month by the records as they are now, but for what issued runs have frozen."""
    frozen = frozen_pools(work, run.month, states=("issued",))
    read: list[PoolMonth | StoppedPool] = [
        frozen.get(pool.id) or current_pool(work, pool, run.month)
        for pool in pools(work, run.month.year)
    ]
    return view_of(work, run.month, read)


def _figures(work: Work, run: InvoiceRun) -> str:
    """A digest of what an approved run has frozen: its cases and the sums of its invoices."""
    rows = select(RunCase.pool_id, RunCase.sha256).where(RunCase.run_id == run.id)
    cases = {str(pool_id): sha256 for pool_id, sha256 in work.session.exec(rows)}
    return snapshot({"cases": cases, "sums": run.approved}).removeprefix("sha256:")


def _ready(view: MonthView) -> dict[str, int]:
    return {
        invoice_key(view.month, draft.member, draft.kind): draft.payable_ore
        for draft in view.drafts
        if draft.status == READY
    }
