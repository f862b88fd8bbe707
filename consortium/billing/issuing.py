"""Use case: issue an approved run, all of it or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import select

from consortium.billing.formats.checking import faults_of
from consortium.billing.formats.paper import Paper, Party
from consortium.billing.formats.paper_json import paper_json
from consortium.billing.numbering import Numbers
from consortium.billing.papers import Sale, paper_of
from consortium.billing.preparing import STANDS, current_view
from consortium.billing.queries import MonthView, case_ids, run_by_id
from consortium.billing.rules import HOST, READY, Draft, SplitPool, bookings, invoice_key
from consortium.billing.tables import Invoice, InvoiceLine, InvoiceRun, RunCase
from consortium.core.days import last_day
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.later import Later
from consortium.core.words import words
from consortium.core.work import Work
from consortium.costs.queries import pools
from consortium.ledger.posting import Heading, post_all
from consortium.ledger.queries import accounts
from consortium.ledger.rules import Amount
from consortium.measures.queries import measures
from consortium.members.queries import consortium, members
from consortium.members.tables import Member
from consortium.messages.telling import tell

RENDER_INVOICE = Later("invoicing.render_invoice")
LANGUAGE = "sv"  # members are Swedish municipalities; an invoice is written in their language
Entry = tuple[Heading, list[Amount]]
USES = ("receivable", "shared_costs", "own_share", "vat_25", "vat_12", "vat_6")


def issue_invoices(work: Work, run_id: int) -> list[Invoice]:
    """Issue exactly what was approved: numbers, rows, bookings and the host's own share.

    A case, or an invoice's sum, that is no longer what was approved is a Conflict and nothing is
    issued. Numbers are taken from the year's series under a lock, so that it has no gap.
    """
    work.require("billing.issue")
    run = run_by_id(work, run_id, lock=True)
    if run.state != "approved":
        raise Conflict(STANDS[run.state], month=f"{run.month:%Y-%m}")
    view = current_view(work, run)
    cases = list(work.session.exec(select(RunCase).where(RunCase.run_id == run.id)))
    if faults := _changes(run, view, cases, _codes(work, run.month)):
        raise Conflict(faults)
    issued = _issue(work, run, view, frozenset(case.pool_id for case in cases))
    run.state, run.issued_by, run.issued_at = "issued", work.actor.name, work.now
    for invoice in issued:
        work.later(RENDER_INVOICE, key=invoice.number, number=invoice.number)
    for invoice in issued:
        tell(work, "invoice.issued", invoice.number, _told(invoice))
    work.audit(
        "billing.issued",
        f"{run.month:%Y-%m}",
        first=issued[0].number,
        last=issued[-1].number,
        payable_ore=sum(invoice.payable_ore for invoice in issued),
    )
    return issued


def _issue(
    work: Work, run: InvoiceRun, view: MonthView, own_pools: frozenset[int]
) -> list[Invoice]:
    """Rows and bookings in the order of the drafts, so that the journal reads as the summary."""
    sale, books = _sale(work, run, view), _books(work)
    buyers = {member.code: member for member in members(work)}
    ids = {code: pool_id for pool_id, code in _codes(work, run.month).items()}
    numbers = Numbers(work, work.today.year, view.host.series)
    issued: list[tuple[Invoice, Draft]] = []
    entries: list[Entry] = []
    faults: list[Fault] = []
    for draft in view.drafts:
        if draft.kind == HOST:
            own = frozenset(code for code, pool_id in ids.items() if pool_id in own_pools)
            entries += _of_host(work, run, draft, own, books)
        elif invoice_key(run.month, draft.member, draft.kind) in run.approved:
            buyer = buyers[draft.member]
            party = _party(buyer), buyer.buyer_reference
            paper = paper_of(draft, view.pools, sale, party, numbers.take())
            faults += [replace(fault, at=f"{draft.name}: {fault.at}") for fault in faults_of(paper)]
            invoice = _row(run, draft, paper, (buyer, view.host.member))
            issued.append((invoice, draft))
            entries.append(_entry(draft, invoice, books))
    if faults:
        raise Invalid(faults)
    work.session.add_all(invoice for invoice, _draft in issued)
    work.session.flush()
    _add_lines(work, run, issued, view.pools, ids)
    post_all(work, entries)
    return [invoice for invoice, _draft in issued]


def _told(invoice: Invoice) -> dict[str, str | int]:
    return {
        "number": invoice.number,
        "member": invoice.key.split("/")[1],
        "month": f"{invoice.month:%Y-%m}",
        "due_on": invoice.due_on.isoformat(),
        "payable_ore": invoice.payable_ore,
    }


def _row(run: InvoiceRun, draft: Draft, paper: Paper, parties: tuple[Member, Member]) -> Invoice:
    buyer, seller = parties
    return Invoice(
        number=paper.number,
        key=invoice_key(run.month, draft.member, draft.kind),
        run_id=run.id,
        member_id=buyer.id,
        host_id=seller.id,
        kind=draft.kind,
        month=run.month,
        issued_on=paper.issued_on,
        due_on=paper.due_on,
        net_ore=paper.net_ore,
        vat_ore=paper.vat_ore,
        payable_ore=paper.payable_ore,
        ocr=paper.ocr,
        paper=paper_json(paper),
    )


def _add_lines(
    work: Work,
    run: InvoiceRun,
    issued: Sequence[tuple[Invoice, Draft]],
    pools: Sequence[SplitPool],
    ids: Mapping[str, int],
) -> None:
    frozen = case_ids(work, run.month)
    snapshots = {pool.terms.basis.pool: pool.outcome.result["snapshot"] for pool in pools}
    rows: list[dict[str, Any]] = [
        {
            "invoice_id": invoice.id,
            "position": position,
            "pool_id": ids[line.pool],
            "case_id": frozen[ids[line.pool]],
            "key": f"{run.month:%Y-%m}/{draft.member}/{line.pool}/{line.kind}/1",
            "kind": line.kind,
            "month": run.month,
            "net_ore": line.net_ore,
            "category": line.category,
            "percent": line.percent,
            "snapshot": snapshots[line.pool],
        }
        for invoice, draft in issued
        for position, line in enumerate(draft.lines, 1)
    ]
    if rows:  # as plain rows: a month of a large consortium has thousands
        work.session.exec(insert(InvoiceLine), params=rows)


def _entry(draft: Draft, invoice: Invoice, books: Mapping[str, str]) -> Entry:
    text = f"Faktura {invoice.number} {draft.name}"
    heading = Heading(f"invoice:{invoice.number}", invoice.number, invoice.issued_on, text)
    return heading, bookings(draft, books)


def _of_host(
    work: Work, run: InvoiceRun, draft: Draft, own_pools: frozenset[str], books: Mapping[str, str]
) -> Iterator[Entry]:
    """Book the host's share of the pools that this run has frozen; other runs book theirs."""
    own = replace(draft, lines=tuple(line for line in draft.lines if line.pool in own_pools))
    if own.net_ore:
        text = f"{draft.name}: egen andel {run.month:%Y-%m}"
        heading = Heading(f"host:{run.month:%Y-%m}/{run.sequence}", "host", work.today, text)
        yield heading, bookings(own, books)


def _sale(work: Work, run: InvoiceRun, view: MonthView) -> Sale:
    host = view.host
    return Sale(
        seller=_party(host.member, seller=True),
        bankgiro=host.bankgiro,
        issued_on=work.today,
        due_on=work.today + timedelta(days=host.due_days),
        period=(run.month, last_day(run.month.year, run.month.month)),
        example=consortium(work).example,
        measures={measure.code: measure.name for measure in measures(work)},
        say=words(LANGUAGE),
    )


def _party(member: Member, *, seller: bool = False) -> Party:
    return Party(
        code=member.code,
        legal_name=member.legal_name,
        organisation_number=member.organisation_number,
        vat_number=f"SE{member.organisation_number}01" if seller else "",
        endpoint_scheme=member.endpoint_scheme,
        endpoint_id=member.endpoint_id,
        street=member.street,
        postcode=member.postcode,
        city=member.city,
        email=member.email,
    )


def _changes(
    run: InvoiceRun, view: MonthView, cases: Sequence[RunCase], codes: Mapping[int, str]
) -> list[Fault]:
    """What has changed since the approval: cases by their digests, invoices by their sums."""
    now = {pool.terms.basis.pool: pool.terms.sha256() for pool in view.pools}
    faults = [
        Fault(
            "The basis of {pool} has changed since it was approved",
            f"pool {codes[case.pool_id]}",
            {"pool": codes[case.pool_id]},
            "Take the approval back, look at the run and approve it again",
        )
        for case in cases
        if now.get(codes[case.pool_id]) != case.sha256
    ]
    ready = {
        invoice_key(run.month, d.member, d.kind): d.payable_ore
        for d in view.drafts
        if d.status == READY
    }
    faults += [
        Fault(
            "The invoice {key} is no longer what was approved",
            key,
            {"key": key},
            "Take the approval back, look at the run and approve it again",
        )
        for key, payable_ore in run.approved.items()
        if ready.get(key) != payable_ore
    ]
    return faults


def _codes(work: Work, month: date) -> dict[int, str]:
    return {pool.id: pool.code for pool in pools(work, month.year)}


def _books(work: Work) -> dict[str, str]:
    found = accounts(work)
    if missing := [use for use in USES if use not in found]:
        raise Conflict(
            [
                Fault("No account is chosen for {use}", "accounts", {"use": use}, "Choose one")
                for use in missing
            ]
        )
    return found
