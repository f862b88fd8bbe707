"""Use case: issue an approved run, all of it or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert
from sqlmodel import select

from consortium.billing.formats.checking import faults_of
from consortium.billing.formats.paper import Paper
from consortium.billing.formats.paper_json import paper_json
from consortium.billing.numbering import Numbers
from consortium.billing.papers import Sale, paper_of
from consortium.billing.parties import party_of
from consortium.billing.periods import REGULAR
from consortium.billing.preparing import STANDS, changed_since, current_view
from consortium.billing.queries import cut_of, run_by_id
from consortium.billing.queueing import queue_issued
from consortium.billing.replacing import credit_replaced, host_name
from consortium.billing.rules import (
    CREDIT_NOTE,
    HOST,
    SETTLED,
    Draft,
    bookings,
    line_key,
)
from consortium.billing.selling import sale_of
from consortium.billing.settlements import GIVEN_KEY
from consortium.billing.tables import Invoice, InvoiceLine, InvoiceRun, RunCase
from consortium.billing.views import PoolKey, RunView, case_ids
from consortium.core.collecting import without_collecting
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.money import ORE_PER_KRONA
from consortium.core.work import Work
from consortium.costs.queries import pools
from consortium.ledger.posting import Heading, post_many
from consortium.ledger.queries import accounts_for
from consortium.ledger.rules import INVOICED_ON, Amount
from consortium.members.queries import members
from consortium.members.tables import Member

Entry = tuple[Heading, list[Amount]]


@dataclass(frozen=True, slots=True)
class _Issue:
    """What all invoices of a run are issued with. ids: pool code → id."""

    run: InvoiceRun
    view: RunView
    sale: Sale
    books: Mapping[str, str]
    ids: Mapping[str, int]
    buyers: Mapping[str, Member]


def issue_invoices(work: Work, run_id: int) -> list[Invoice]:
    """Issue exactly what was approved: numbers, rows, bookings and the host's own share.

    A case, or an invoice's sum, that is no longer what was approved is a Conflict and nothing is
    issued. Numbers are taken from the year's series under a lock, so that it has no gap. A run
    that replaces another credits that one's invoices first.
    """
    work.require("billing.issue")
    with without_collecting():
        return _issue_run(work, run_by_id(work, run_id, lock=True))


def _issue_run(work: Work, run: InvoiceRun) -> list[Invoice]:
    name = cut_of(run).name
    if run.state != "approved":
        raise Conflict(STANDS[run.state], month=name)
    _require_other(work, run)
    view = current_view(work, run)
    if faults := _changes(work, run, view):
        raise Conflict(faults)
    own = select(RunCase).where(RunCase.run_id == run.id)
    cases = frozenset((case.pool_id, case.from_on) for case in work.session.exec(own))
    notes = credit_replaced(work, run) if run.replaces_id else []
    issued = _issue(work, _issue_of(work, run, view), cases)
    run.state, run.issued_by, run.issued_at = "issued", work.actor.name, work.now
    queue_issued(work, issued)
    numbers = [invoice.number for invoice, _member in issued]
    work.audit(
        "billing.issued",
        name,
        run=run.id,
        credited=len(notes),
        first=numbers[0] if numbers else "",
        last=numbers[-1] if numbers else "",
        payable_ore=sum(invoice.payable_ore for invoice, _member in issued),
    )
    return [*notes, *(invoice for invoice, _member in issued)]


def _require_other(work: Work, run: InvoiceRun) -> None:
    """Where the settings ask for two persons, who approved a run does not issue it."""
    above_ore = work.invoicing.second_person_above_kr * ORE_PER_KRONA
    sum_ore = sum(abs(ore) for ore in run.approved.values())
    same = run.approved_by == work.actor.name
    if work.invoicing.second_person and same and sum_ore > above_ore:
        raise Conflict(
            "You approved the run of {month}: somebody else must issue it",
            month=cut_of(run).name,
        )


def _issue(work: Work, issue: _Issue, own_pools: frozenset[PoolKey]) -> list[tuple[Invoice, str]]:
    """Rows and bookings in the order of the drafts, so that the journal reads as the summary."""
    run, sale = issue.run, issue.sale
    numbers = Numbers(work, work.today.year, issue.view.host.series)
    issued: list[tuple[Invoice, Draft]] = []
    entries: list[Entry] = []
    faults: list[Fault] = []
    for draft in issue.view.drafts:
        if draft.kind == HOST:
            entries += _of_host(work, issue, draft, own_pools)
        elif draft.key in run.approved and not draft.number:
            buyer = issue.buyers[draft.member]
            party = party_of(buyer), buyer.buyer_reference
            paper = paper_of(draft, sale, party, numbers.take())
            faults += [replace(fault, at=f"{draft.name}: {fault.at}") for fault in faults_of(paper)]
            invoice = _row(issue, draft, paper)
            issued.append((invoice, draft))
            entries.append(_entry(issue, draft, invoice))
    if faults:
        raise Invalid(faults)
    work.session.add_all(invoice for invoice, _draft in issued)
    work.session.flush()
    _add_lines(work, issue, issued)
    post_many(work, entries)
    return [(invoice, draft.member) for invoice, draft in issued]


def _row(issue: _Issue, draft: Draft, paper: Paper) -> Invoice:
    sign = -1 if draft.document == CREDIT_NOTE else 1
    return Invoice(
        number=paper.number,
        key=draft.key,
        document=draft.document,
        run_id=issue.run.id,
        member_id=issue.buyers[draft.member].id,
        host_id=issue.view.host.member.id,
        kind=draft.kind,
        month=issue.run.month,
        issued_on=paper.issued_on,
        due_on=paper.due_on,
        net_ore=sign * paper.net_ore,
        vat_ore=sign * paper.vat_ore,
        payable_ore=sign * paper.payable_ore,
        ocr=paper.ocr,
        paper=paper_json(paper),
    )


def _add_lines(work: Work, issue: _Issue, issued: Sequence[tuple[Invoice, Draft]]) -> None:
    run, ids = issue.run, issue.ids
    frozen = case_ids(work, issue.view.cut.of_months, run)
    snapshots = {key: pool.outcome.result["snapshot"] for key, pool in issue.sale.pools.items()}
    settled = "" if run.purpose == REGULAR else f"{run.purpose}-{run.sequence}/"
    rows: list[dict[str, Any]] = [
        {
            "invoice_id": invoice.id,
            "position": position,
            "pool_id": ids[line.pool],
            "case_id": frozen[ids[line.pool], line.month],
            "key": f"{settled}{line_key(draft.member, line)}/{line.revision}"
            + (GIVEN_KEY if _given(issue, draft, line) else ""),
            "kind": line.kind,
            "month": line.month,
            "net_ore": line.net_ore,
            "category": line.category,
            "percent": line.percent,
            "snapshot": snapshots[line.pool, line.month],
        }
        for invoice, draft in issued
        for position, line in enumerate(draft.lines, 1)
    ]
    if rows:  # as plain rows: a month of a large consortium has thousands
        work.session.exec(insert(InvoiceLine), params=rows)


def _given(issue: _Issue, draft: Draft, line: Any) -> bool:
    """Whether a settlement's line is about what was given beside the key."""
    found = issue.sale.differences.get((draft.member, (line.pool, line.month), True))
    return line.kind == SETTLED and found is not None and found.line == line


def _entry(issue: _Issue, draft: Draft, invoice: Invoice) -> Entry:
    what = "Kreditfaktura" if invoice.document == CREDIT_NOTE else "Faktura"
    text = f"{what} {invoice.number} {draft.name}"
    seller = issue.view.host.member.code
    heading = Heading(f"invoice:{invoice.number}", invoice.number, invoice.issued_on, text, seller)
    return heading, bookings(draft, issue.books)


def _of_host(
    work: Work, issue: _Issue, draft: Draft, own_pools: frozenset[PoolKey]
) -> Iterator[Entry]:
    """Book the host's share, month by month, of the pools that this run has frozen."""
    own = [line for line in draft.lines if (issue.ids[line.pool], line.month) in own_pools]
    for month in sorted({line.month for line in own}):
        lines = tuple(line for line in own if line.month == month)
        if any(line.net_ore for line in lines):
            text = f"{draft.name}: egen andel {month:%Y-%m}"
            key = f"host:{month:%Y-%m}/{host_name(issue.run)}"
            heading = Heading(key, "host", work.today, text, issue.view.host.member.code)
            yield heading, bookings(replace(draft, lines=lines), issue.books)


def _issue_of(work: Work, run: InvoiceRun, view: RunView) -> _Issue:
    return _Issue(
        run,
        view,
        sale_of(work, run, view),
        accounts_for(work, INVOICED_ON),
        {pool.code: pool.id for pool in pools(work, run.month.year)},
        {member.code: member for member in members(work)},
    )


def _changes(work: Work, run: InvoiceRun, view: RunView) -> list[Fault]:
    """What has changed since the approval, as refusals."""
    pools_changed, keys = changed_since(work, run, view)
    again = "Take the approval back, look at the run and approve it again"
    faults = [
        Fault(
            "The basis of {pool} has changed since it was approved",
            f"pool {code}",
            {"pool": code},
            again,
        )
        for code in pools_changed
    ]
    faults += [
        Fault("The invoice {key} is no longer what was approved", key, {"key": key}, again)
        for key in keys
    ]
    return faults
