"""Use case: interest on what was paid late becomes an invoice of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from consortium.billing.formats.checking import faults_of
from consortium.billing.formats.paper import Paper, PaperLine
from consortium.billing.formats.paper_json import paper_json
from consortium.billing.formats.payment import ocr
from consortium.billing.numbering import Numbers
from consortium.billing.parties import party_of
from consortium.billing.queueing import queue_issued
from consortium.billing.rules import INTEREST, OUTSIDE, vat_groups
from consortium.billing.selling import LANGUAGE
from consortium.billing.tables import Invoice, InvoiceLine
from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.ledger.posting import Heading, post
from consortium.ledger.queries import accounts_for
from consortium.ledger.rules import Amount
from consortium.members.queries import Host, consortium, host_on, member_by_code
from consortium.members.tables import Member

NO_SALE: Final = "Dröjsmålsränta, ingen omsättning"
"""Why no VAT is charged; stands on the invoice."""
TEXT: Final = mark("Interest on invoice {number}, {from_on} to {to_on}")


@dataclass(frozen=True, slots=True)
class Owed:
    """Interest on one invoice for the days between two, both inclusive. note: how it came about."""

    number: str
    from_on: date
    to_on: date
    amount_ore: int
    note: str


def charge_interest(work: Work, code: str, owed: Sequence[Owed]) -> Invoice:
    """Issue an invoice of interest to a member; the same days of an invoice are charged once.

    Interest is no sale, so it stands outside VAT. Booked on the account for `interest`.
    """
    work.require("billing.issue")
    if faults := list(_faults(owed)):
        raise Invalid(faults)
    host, buyer = host_on(work, work.today), member_by_code(work, code)
    books = accounts_for(work, ("receivable", INTEREST))
    paper = _paper(work, host, buyer, owed)
    if found := faults_of(paper):
        raise Invalid(found)
    invoice = _keep(work, host, buyer, (paper, owed))
    text = f"Faktura {invoice.number} {buyer.name}: dröjsmålsränta"
    heading = Heading(
        f"invoice:{invoice.number}", invoice.number, work.today, text, host.member.code
    )
    owes = Amount(books["receivable"], code, invoice.payable_ore)
    post(work, heading, [owes, Amount(books[INTEREST], code, -invoice.payable_ore)])
    queue_issued(work, [(invoice, code)])
    work.audit(
        "billing.interest_charged", invoice.number, member=code, payable_ore=invoice.payable_ore
    )
    return invoice


def _paper(work: Work, host: Host, buyer: Member, owed: Sequence[Owed]) -> Paper:
    lines = tuple(_line(place, row) for place, row in enumerate(owed, 1))
    net_ore = sum(line.net_ore for line in lines)
    number = Numbers(work, work.today.year, host.series).take()
    return Paper(
        number=number,
        issued_on=work.today,
        due_on=work.today + timedelta(days=host.due_days),
        terms_days=host.due_days,
        period_from=min(row.from_on for row in owed),
        period_to=max(row.to_on for row in owed),
        seller=party_of(host.member, seller=True),
        buyer=party_of(buyer),
        buyer_reference=buyer.buyer_reference,
        bankgiro=host.bankgiro,
        ocr=ocr(number),
        lines=lines,
        vat=vat_groups(lines),
        net_ore=net_ore,
        vat_ore=0,
        payable_ore=net_ore,
        why=(),
        example=consortium(work).example,
        f_tax=host.f_tax,
    )


def _keep(work: Work, host: Host, buyer: Member, stated: tuple[Paper, Sequence[Owed]]) -> Invoice:
    paper, owed = stated
    days = sorted(f"{row.number}:{row.from_on}" for row in owed)
    invoice = Invoice(
        number=paper.number,
        key="/".join([INTEREST, buyer.code, *days]),
        member_id=buyer.id,
        host_id=host.member.id,
        kind=OUTSIDE,
        month=paper.period_from.replace(day=1),
        issued_on=paper.issued_on,
        due_on=paper.due_on,
        net_ore=paper.net_ore,
        vat_ore=0,
        payable_ore=paper.payable_ore,
        ocr=paper.ocr,
        paper=paper_json(paper),
    )
    work.session.add(invoice)
    work.session.flush()
    work.session.add_all(
        InvoiceLine(
            invoice_id=invoice.id,
            position=place,
            key=f"{INTEREST}/{row.number}/{row.from_on}",
            kind=INTEREST,
            month=row.from_on.replace(day=1),
            net_ore=row.amount_ore,
            category="O",
        )
        for place, row in enumerate(owed, 1)
    )
    return invoice


def _faults(owed: Sequence[Owed]) -> list[Fault]:
    if not owed:
        return [Fault("There is no interest to charge", "owed")]
    return [
        Fault("Interest is more than 0", f"owed[{place}].amount_ore", {}, "Leave it out")
        for place, row in enumerate(owed)
        if row.amount_ore <= 0
    ]


def _line(position: int, row: Owed) -> PaperLine:
    text = words(LANGUAGE)(
        TEXT, number=row.number, from_on=row.from_on.isoformat(), to_on=row.to_on.isoformat()
    )
    return PaperLine(position, "", text, row.note, row.amount_ore, "O", None, NO_SALE)
