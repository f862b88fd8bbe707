"""Use cases: a run is prepared, approved, its approval taken back, and let go again."""

from dataclasses import replace
from typing import Final

from sqlmodel import col, delete, select

from consortium.billing.billed import invoices_of_run
from consortium.billing.periods import REGULAR, Cut, cut_faults
from consortium.billing.queries import cut_of, latest_run, run_by_id
from consortium.billing.rules import HOST, READY
from consortium.billing.settlements import settlement_view
from consortium.billing.tables import InvoiceRun, RunCase
from consortium.billing.views import RunView, frozen_months, period_view
from consortium.core.casefile import snapshot
from consortium.core.collecting import without_collecting
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.money import ORE_PER_KRONA, kronor
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.queries import pools
from consortium.costs.tables import CostPool
from consortium.members.queries import members

STANDS: Final = {
    "prepared": mark("The run of {month} is not approved"),
    "approved": mark("The run of {month} is approved already"),
    "issued": mark("The run of {month} is issued already"),
    "credited": mark("The run of {month} is credited and replaced"),
}


def prepare_run(work: Work, cut: Cut) -> InvoiceRun:
    """The open run of a period, made where there is none.

    Where the period is issued and something was left, a new run takes it up; where nothing was
    left, the issued run is the answer, so that asking again changes nothing.
    """
    work.require("billing.prepare")
    if faults := [*cut_faults(cut), *_unknown(work, cut)]:
        raise Invalid(faults)
    run = latest_run(work, cut.month, cut.months)
    if run is not None and run.state in {"prepared", "approved"}:
        if cut_of(run) != cut:
            raise Conflict(
                "Another run of {month} is open",
                month=cut.name,
                remedy="Issue it or remove it first",
            )
        return run
    if run is not None and not ready_invoices(period_view(work, cut)):
        return run
    return add_run(work, cut, REGULAR)


def replace_run(work: Work, run_id: int) -> InvoiceRun:
    """Prepare a run in place of an issued one: issued, it credits that one's invoices whole.

    What is wrong is mended in the records first: nothing that the old run has frozen is used. What
    later runs have billed on its cases is credited and issued anew with it.
    """
    work.require("billing.prepare")
    old = run_by_id(work, run_id, lock=True)
    cut = cut_of(old)
    if old.state != "issued" or old.purpose != REGULAR:
        raise Conflict(
            "Only an issued run of invoices can be replaced",
            remedy="A settlement is mended by a new settlement",
        )
    newest = latest_run(work, cut.month, cut.months)
    if newest is not None and newest.state in {"prepared", "approved"}:
        raise Conflict("Another run of {month} is open", month=cut.name)
    billed = {invoice.key.split("/")[1] for invoice in invoices_of_run(work, old.id)}
    if cut.members and not billed <= cut.members:  # later runs rest on its cases
        cut = replace(cut, members=frozenset())
    return add_run(work, cut, REGULAR, replaces=old)


def add_run(work: Work, cut: Cut, purpose: str, replaces: InvoiceRun | None = None) -> InvoiceRun:
    """A new run of a period, the next in its sequence."""
    before = latest_run(work, cut.month, cut.months, purpose)
    made = InvoiceRun(
        month=cut.month,
        months=cut.months,
        purpose=purpose,
        stage=cut.stage,
        separate=cut.separate,
        chosen_pools=sorted(cut.pools),
        chosen_members=sorted(cut.members),
        replaces_id=replaces.id if replaces else None,
        sequence=before.sequence + 1 if before else 1,
        prepared_by=work.actor.name,
        prepared_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    replaced = replaces.sequence if replaces else 0
    work.audit("billing.prepared", cut.name, sequence=made.sequence, run=made.id, replaces=replaced)
    return made


def discard_run(work: Work, run_id: int) -> None:
    """Let a prepared run go; nothing rests on it."""
    work.require("billing.prepare")
    run = run_by_id(work, run_id, lock=True)
    if run.state != "prepared":
        raise Conflict(STANDS[run.state], month=cut_of(run).name)
    work.audit(
        "billing.run_discarded",
        cut_of(run).name,
        sequence=run.sequence,
        purpose=run.purpose,
        month=run.month.isoformat(),
        months=run.months,
        stage=run.stage,
        separate=run.separate,
        pools=run.chosen_pools,
        members=run.chosen_members,
        replaces=run.replaces_id or 0,
    )
    work.session.delete(run)
    work.session.flush()


def approve_run(work: Work, run_id: int) -> InvoiceRun:
    """Approve a prepared run: its cases are frozen by their digests, its invoices by their sums."""
    work.require("billing.approve")
    run = run_by_id(work, run_id, lock=True)
    name = cut_of(run).name
    if run.state != "prepared":
        raise Conflict(STANDS[run.state], month=name)
    with without_collecting():
        view = current_view(work, run)
    ready = ready_invoices(view)
    if not ready and not _only_host(run, view):
        raise Conflict("No invoice of {month} can be issued", month=name)
    if faults := list(_too_large(work, ready)):
        raise Conflict(faults)
    _freeze(work, run, view)
    run.state, run.approved = "approved", ready
    run.approved_by, run.approved_at = work.actor.name, work.now
    work.session.flush()
    work.audit(
        "billing.approved",
        name,
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
            month=cut_of(run).name,
            remedy="Look at the run and approve it as it is now",
        )
    return run


def withdraw_approval(work: Work, run_id: int) -> InvoiceRun:
    """Take an approval back: the run is prepared again and follows the records."""
    work.require("billing.approve")
    run = run_by_id(work, run_id, lock=True)
    if run.state != "approved":
        raise Conflict(STANDS[run.state], month=cut_of(run).name)
    figures = _figures(work, run)
    work.session.exec(delete(RunCase).where(col(RunCase.run_id) == run.id))
    run.state, run.approved, run.approved_by, run.approved_at = "prepared", {}, "", None
    work.audit("billing.approval_withdrawn", cut_of(run).name, run=run.id, figures=figures)
    return run


def current_view(work: Work, run: InvoiceRun) -> RunView:
    """The run's period by the records as they are now, but for what issued runs have frozen."""
    if run.purpose == REGULAR:
        return period_view(work, cut_of(run), run.replaces_id)
    return settlement_view(work, run)


def changed_since(work: Work, run: InvoiceRun, view: RunView) -> tuple[list[str], list[str]]:
    """What of an approved run is no longer as approved: codes of pools, keys of invoices."""
    now = {(p.terms.basis.pool, p.terms.from_on): p.terms.sha256() for p in view.pools}
    frozen = (
        select(CostPool.code, RunCase)
        .join(CostPool, col(CostPool.id) == col(RunCase.pool_id))
        .where(RunCase.run_id == run.id)
        .order_by(col(RunCase.id))
    )
    pools_changed = [
        code
        for code, case in work.session.exec(frozen)
        if now.get((code, case.from_on)) != case.sha256
    ]
    ready = ready_invoices(view)
    keys = [key for key, payable_ore in run.approved.items() if ready.get(key) != payable_ore]
    return list(dict.fromkeys(pools_changed)), keys


def ready_invoices(view: RunView) -> dict[str, int]:
    """What can be issued: invoice key → payable öre."""
    return {draft.key: draft.payable_ore for draft in view.drafts if draft.status == READY}


def _unknown(work: Work, cut: Cut) -> list[Fault]:
    known = {pool.code for pool in pools(work, cut.month.year)}
    if not known:
        raise Conflict("There are no cost pools in {year}", year=cut.month.year, remedy="Add them")
    faults = [
        Fault("There is no cost pool {code} in {year}", "pools", {"code": code, "year": year})
        for code, year in ((code, cut.month.year) for code in sorted(cut.pools - known))
    ]
    there = {member.code for member in members(work)}
    faults += [
        Fault("No member has the code {code}", "members", {"code": code})
        for code in sorted(cut.members - there)
    ]
    return faults


def _too_large(work: Work, ready: dict[str, int]) -> list[Fault]:
    """Invoices above the limit that the settings name, which are wrong more often than right."""
    most_ore = work.invoicing.largest_invoice_kr * ORE_PER_KRONA
    return [
        Fault(
            "The invoice {key} comes to {amount}, more than the limit of {limit}",
            key,
            {"key": key, "amount": kronor(ore), "limit": kronor(most_ore)},
            "Mend what is wrong, or raise largest_invoice_kr in the settings",
        )
        for key, ore in ready.items()
        if most_ore and abs(ore) > most_ore
    ]


def _only_host(run: InvoiceRun, view: RunView) -> bool:
    """Whether a settlement has nothing but the host's own share to book, as for a few öre."""
    differs = any(draft.kind == HOST and draft.net_ore for draft in view.drafts)
    return run.purpose != REGULAR and not view.stopped and differs


def _freeze(work: Work, run: InvoiceRun, view: RunView) -> None:
    """Keep the cases that no earlier run of the period has kept; a settlement keeps its own."""
    already = (
        frozen_months(work, view.cut.of_months, ("issued",), run.replaces_id)
        if run.purpose == REGULAR
        else {}
    )
    ids = {pool.code: pool.id for pool in pools(work, run.month.year)}
    work.session.add_all(
        RunCase(
            run_id=run.id,
            pool_id=ids[pool.terms.basis.pool],
            from_on=pool.terms.from_on,
            basis=pool.terms.as_json(),
            sha256=pool.terms.sha256(),
        )
        for pool in view.pools
        if (ids[pool.terms.basis.pool], pool.terms.from_on) not in already
    )


def _figures(work: Work, run: InvoiceRun) -> str:
    """A digest of what an approved run has frozen: its cases and the sums of its invoices."""
    of_run = work.session.exec(select(RunCase).where(RunCase.run_id == run.id))
    cases = {f"{case.pool_id} {case.from_on}": case.sha256 for case in of_run}
    return snapshot({"cases": cases, "sums": run.approved}).removeprefix("sha256:")
