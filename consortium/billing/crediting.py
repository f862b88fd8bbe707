"""Use case: a credit note takes back an invoice, whole or in part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import col, select

from consortium.billing.formats.checking import faults_of
from consortium.billing.formats.paper import Paper
from consortium.billing.formats.paper_json import paper_from, paper_json
from consortium.billing.formats.payment import ocr
from consortium.billing.handing_over import claim_holders
from consortium.billing.numbering import Numbers
from consortium.billing.parties import series_of
from consortium.billing.queries import invoice_by_number, lines_of
from consortium.billing.queueing import queue_issued
from consortium.billing.rules import CREDIT_NOTE, INTEREST, INVOICE, Line, vat_groups
from consortium.billing.tables import Invoice, InvoiceLine, InvoiceRun
from consortium.core.db import sum_ore
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.money import ORE_PER_KRONA
from consortium.core.work import Work
from consortium.costs.tables import CostPool
from consortium.ledger.posting import Heading, post_all
from consortium.ledger.queries import accounts_for
from consortium.ledger.rules import INVOICED_ON, Amount
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class Creditable:
    """A line of an invoice, and how much of it no credit note has taken back yet."""

    line: InvoiceLine
    pool: CostPool | None
    left_ore: int


def creditable(work: Work, invoice: Invoice) -> list[Creditable]:
    """The lines of an invoice with what is left of each, in their order."""
    rows = (
        select(InvoiceLine.credits_id, sum_ore(InvoiceLine.net_ore))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(Invoice.credits_id == invoice.id)
        .group_by(col(InvoiceLine.credits_id))
    )
    taken = {line_id: int(ore) for line_id, ore in work.session.exec(rows)}
    return [
        Creditable(line, pool, line.net_ore + taken.get(line.id, 0))
        for line, pool in lines_of(work, [invoice.id])
    ]


def credit_invoice(
    work: Work, number: str, why: str, amounts: Mapping[int, int] | None = None
) -> Invoice:
    """Credit an issued invoice. amounts: position of a line → net öre, None: all that is left.

    why: stands on the credit note. Its number goes on in the seller's series. VAT is computed on
    the credit note's own sums, so that a whole credit note and its invoice come to 0.
    """
    work.require("billing.issue")
    invoice, buyer = invoice_by_number(work, number)
    work.session.exec(select(Invoice.id).where(Invoice.id == invoice.id).with_for_update()).one()
    lines = creditable(work, invoice)
    if faults := list(_faults(invoice, lines, why, amounts)):
        raise Invalid(faults)
    chosen = [
        replace(row, left_ore=row.left_ore if amounts is None else amounts[row.line.position])
        for row in lines
        if amounts is None or amounts.get(row.line.position)
    ]
    if not any(row.left_ore for row in chosen):
        raise Conflict("Invoice {number} is credited already", number=number)
    _require_other(work, invoice)
    note = issue_note(work, (invoice, buyer), chosen, why.strip())
    work.audit("billing.credited", note.number, invoice=number, payable_ore=note.payable_ore)
    return note


def issue_note(
    work: Work, credited: tuple[Invoice, Member], lines: Sequence[Creditable], why: str
) -> Invoice:
    """A credit note that takes back `left_ore` of each line, with its rows and bookings.

    credited: the invoice and its buyer. Where what is left comes to less than nothing (its lines
    above 0 were credited before) it is an invoice that asks for it back. For use cases, which have
    asked for the right.
    """
    invoice, buyer = credited
    prefix = series_of(work, invoice.host_id, work.today)
    invoice_number = Numbers(work, work.today.year, prefix).take()
    paper = _paper(work, invoice, lines, (invoice_number, why))
    if faults := faults_of(paper):
        raise Invalid(faults)
    note = _row(invoice, paper)
    work.session.add(note)
    work.session.flush()
    work.session.add_all(
        InvoiceLine(
            invoice_id=note.id,
            position=position,
            pool_id=row.line.pool_id,
            case_id=row.line.case_id,
            credits_id=row.line.id,
            kind=row.line.kind,
            month=row.line.month,
            net_ore=-row.left_ore,
            category=row.line.category,
            percent=row.line.percent,
            snapshot=row.line.snapshot,
        )
        for position, row in enumerate(lines, 1)
    )
    _book(work, note, credited, lines)
    queue_issued(work, [(note, buyer.code)])
    return note


def _paper(
    work: Work, invoice: Invoice, lines: Sequence[Creditable], stated: tuple[str, str]
) -> Paper:
    """The credit note's paper: the invoice's, with what is given back of each line."""
    was = paper_from(invoice.paper)
    by_position = {line.position: line for line in was.lines}
    sign = -1 if _is_claim(lines) else 1
    shown = tuple(
        replace(by_position[row.line.position], position=place, net_ore=sign * row.left_ore)
        for place, row in enumerate(lines, 1)
    )
    vat = vat_groups(shown)
    net_ore, tax_ore = sum(line.net_ore for line in shown), sum(group.vat_ore for group in vat)
    return replace(
        was,
        number=stated[0],
        issued_on=work.today,
        due_on=work.today + timedelta(days=was.terms_days),
        ocr=ocr(stated[0]),
        lines=shown,
        vat=vat,
        net_ore=net_ore,
        vat_ore=tax_ore,
        payable_ore=net_ore + tax_ore,
        why=(),
        document=INVOICE if sign < 0 else CREDIT_NOTE,
        credits=((invoice.number, invoice.issued_on),),
        note=stated[1],
    )


def _is_claim(lines: Sequence[Creditable]) -> bool:
    """Whether what is left of the lines, VAT included, is less than nothing."""
    groups = vat_groups(map(_as_line, lines))
    return sum(group.base_ore + group.vat_ore for group in groups) < 0


def _row(invoice: Invoice, paper: Paper) -> Invoice:
    sign = 1 if paper.document == INVOICE else -1
    return Invoice(
        number=paper.number,
        key=f"credit/{invoice.number}/{paper.number}",
        document=paper.document,
        member_id=invoice.member_id,
        host_id=invoice.host_id,
        credits_id=invoice.id,
        kind=invoice.kind,
        month=invoice.month,
        issued_on=paper.issued_on,
        due_on=paper.due_on,
        net_ore=sign * paper.net_ore,
        vat_ore=sign * paper.vat_ore,
        payable_ore=sign * paper.payable_ore,
        ocr=paper.ocr,
        paper=paper_json(paper),
    )


def _book(
    work: Work, note: Invoice, credited: tuple[Invoice, Member], lines: Sequence[Creditable]
) -> None:
    """The invoice's bookings with the sign turned, in its seller's books.

    Where the claim has passed to another host since, what is credited of it stands in that one's
    books, and between the two on `handover`.
    """
    invoice, buyer = credited
    seller = work.session.get_one(Member, note.host_id).code
    holder = claim_holders(work, [invoice.number]).get(invoice.number, seller)
    passed = holder not in {seller, buyer.code}
    own = () if all(row.pool for row in lines) else (INTEREST,)
    books = accounts_for(work, (*INVOICED_ON, *own, *(("handover",) if passed else ())))
    claim = Amount(books["receivable"], buyer.code, note.payable_ore)
    between = Amount(books["handover"], holder, note.payable_ore) if passed else claim
    what = "Faktura" if note.document == INVOICE else "Kreditfaktura"
    text, key = f"{what} {note.number} {buyer.name}", f"invoice:{note.number}"
    heading = Heading(key, note.number, work.today, text, seller)
    entries = [(heading, [between, *_given_back(lines, buyer.code, books)])]
    if passed:
        owed = Amount(books["handover"], seller, -note.payable_ore)
        there = replace(heading, key=f"{key}/{holder}", books=holder)
        entries.append((there, [claim, owed]))
    post_all(work, entries)


def _given_back(
    lines: Sequence[Creditable], buyer: str, books: Mapping[str, str]
) -> Iterator[Amount]:
    """What is taken off the shared costs, the interest and the VAT, in öre."""
    for row in lines:
        use, pool = ("shared_costs", row.pool.code) if row.pool else (INTEREST, "")
        yield Amount(books[use], buyer, row.left_ore, pool)
    for group in vat_groups(map(_as_line, lines)):
        if group.percent:
            yield Amount(books[f"vat_{group.percent}"], buyer, group.vat_ore)


def _as_line(row: Creditable) -> Line:
    """What is left of a line, as VAT is worked out on it."""
    line = row.line
    return Line("", 0, line.month, "", row.left_ore, line.category, line.percent, "")


def _faults(
    invoice: Invoice, lines: list[Creditable], why: str, amounts: Mapping[int, int] | None
) -> list[Fault]:
    faults = []
    if invoice.document != INVOICE or invoice.credits_id is not None:
        faults.append(Fault("A credit note cannot be credited", "number", {}, "Invoice it anew"))
    if not why.strip():
        faults.append(Fault("Say why it is credited", "why", {}, "It stands on the credit note"))
    left = {row.line.position: row.left_ore for row in lines}
    for position, ore in (amounts or {}).items():
        most = left.get(position, 0)
        if ore and (ore * most < 0 or abs(ore) > abs(most)):
            faults.append(
                Fault(
                    "Line {position} has {left} öre left to credit, not {ore}",
                    f"lines[{position}]",
                    {"position": position, "left": most, "ore": ore},
                    "Credit at most what is left",
                )
            )
    return faults


def _require_other(work: Work, invoice: Invoice) -> None:
    """Where the settings ask for two persons, who issued an invoice does not credit it."""
    run = work.session.get(InvoiceRun, invoice.run_id) if invoice.run_id else None
    above_ore = work.invoicing.second_person_above_kr * ORE_PER_KRONA
    same = run is not None and run.issued_by == work.actor.name
    if work.invoicing.second_person and same and invoice.payable_ore > above_ore:
        raise Conflict(
            "You issued invoice {number}: somebody else must credit it", number=invoice.number
        )
