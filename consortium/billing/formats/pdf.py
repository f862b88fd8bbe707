"""The invoice on paper."""

from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer

from consortium.billing.formats.explanation import explanation
from consortium.billing.formats.paper import Paper, PaperLine, Party, VatGroup
from consortium.billing.formats.payment import bankgiro_as_written
from consortium.billing.formats.peppol import EXAMPLE, TERMS
from consortium.core.money import amount, kronor
from consortium.core.words import Say
from consortium.documents.drawing import (
    INK,
    INNER_WIDTH,
    MUTED,
    SOFT,
    Sheet,
    fact_table,
    head_row,
    paragraph,
    pdf,
    ruled,
    style,
    table,
)

ADDRESS_AT: Final = 108 * mm  # of the inner width's left edge: the right window of an envelope
NET_WIDTH: Final = 74.0
RATE_WIDTH: Final = 62.0


def invoice_pdf(paper: Paper, say: Say) -> bytes:
    """`paper` as PDF in the language of `say`; the same paper and words give the same bytes.

    Whoever may be named at length is wrapped or cut, and whatever is long goes on to further
    pages; an example says so on each of them.
    """
    title = say("Invoice {number}", number=paper.number)
    sheet = Sheet(
        title=title,
        author=paper.seller.legal_name,
        say=say,
        mark=say(EXAMPLE) if paper.example else "",
        running=f"{title} · {paper.buyer.legal_name}",
        foot=_foot(paper, say),
    )
    story = [*_top(paper, say), *_lines(paper, say), *_sums(paper, say), *_payment(paper, say)]
    return pdf(sheet, [*story, *explanation(paper.why, say)])


def _foot(paper: Paper, say: Say) -> tuple[str, ...]:
    seller = paper.seller
    number = _hyphenated(seller.organisation_number)
    facts = [say("Organisation number {number}", number=number)]
    if seller.vat_number and _names_vat(paper):
        facts.append(say("VAT number {number}", number=seller.vat_number))
    if seller.email:
        facts.append(seller.email)
    return (", ".join([seller.legal_name, *_address(seller)]), " · ".join(facts))


def _names_vat(paper: Paper) -> bool:
    """Where nothing is a sale, no VAT number is shown, as in the e-invoice."""
    return all(group.category != "O" for group in paper.vat)


def _hyphenated(organisation_number: str) -> str:
    return f"{organisation_number[:6]}-{organisation_number[6:]}"


def _top(paper: Paper, say: Say) -> list[Any]:
    """Seller and title side by side, then the facts beside the buyer's address."""
    seller = [paragraph(paper.seller.legal_name, style(12, bold=True), 120)]
    seller += [paragraph(line, style(tone="muted")) for line in _address(paper.seller)]
    head = [
        paragraph(say("Invoice"), style(20, bold=True, tone="accent")),
        Spacer(0, 5),
        paragraph(paper.number, style(10, tone="muted")),
    ]
    buyer = [paragraph(paper.buyer.legal_name, style(10, bold=True), 120)]
    buyer += [paragraph(line, style(10)) for line in _address(paper.buyer)]
    buyer += [Spacer(0, 4)]
    buyer += [paragraph(line, style(7.5, tone="muted")) for line in _identity(paper.buyer, say)]
    widths = (ADDRESS_AT, INNER_WIDTH - ADDRESS_AT)
    return [
        table([(seller, head)], widths),
        Spacer(0, 9 * mm),
        table([(_facts(paper, say), buyer)], widths),
        Spacer(0, 9 * mm),
    ]


def _address(party: Party) -> list[str]:
    lines = [party.street, f"{party.postcode} {party.city}"]
    return [line for line in lines if line.strip()]


def _identity(party: Party, say: Say) -> list[str]:
    number = _hyphenated(party.organisation_number)
    lines = [say("Organisation number {number}", number=number)]
    if party.endpoint_id:
        address = f"{party.endpoint_scheme}:{party.endpoint_id}"
        lines.append(say("E-invoice address {address}", address=address))
    return lines


def _facts(paper: Paper, say: Say) -> Any:
    facts = (
        (say("Invoice number"), paper.number),
        (say("Invoice date"), paper.issued_on.isoformat()),
        (say("Due date"), paper.due_on.isoformat()),
        (say("Terms"), say(TERMS, days=paper.terms_days)),
        (say("Period"), f"{paper.period_from} – {paper.period_to}"),
        (say("Your reference"), paper.buyer_reference),
    )
    return fact_table(facts, 92, ADDRESS_AT - 20)


def _lines(paper: Paper, say: Say) -> list[Any]:
    head = (say("What it is for"), say("VAT"), say("Net (kr)"))
    rows = [_line(line, say) for line in paper.lines]
    return [
        table(
            [head_row(head, right=(1, 2)), *rows],
            (INNER_WIDTH - RATE_WIDTH - NET_WIDTH, RATE_WIDTH, NET_WIDTH),
            *ruled(),
            ("ALIGN", (1, 1), (2, -1), "RIGHT"),
            heads=1,
        ),
        Spacer(0, 5 * mm),
    ]


def _line(line: PaperLine, say: Say) -> tuple[Any, ...]:
    """The pool stands below the text unless the text names it."""
    pool = "" if line.pool in line.text else say("Cost pool {pool}", pool=line.pool)
    details = " · ".join(text for text in (pool, line.note) if text.strip())
    cell = [paragraph(line.text, style(), 200)]
    if details:
        cell.append(paragraph(details, style(7.5, tone="muted"), 600))
    return (cell, _treatment(line, say), amount(line.net_ore))


def _treatment(of: PaperLine | VatGroup, say: Say) -> str:
    if of.category == "O":
        return say("Outside VAT")
    if of.category == "E":
        return say("Exempt")
    return f"{of.percent}\u00a0%"


def _sums(paper: Paper, say: Say) -> list[Any]:
    """VAT by rate on the left, the sums on the right, the reasons below."""
    left = INNER_WIDTH * 0.49
    right = INNER_WIDTH * 0.45
    beside = table(
        [(_vat_table(paper, say, left), "", _totals(paper, say, right))],
        (left, INNER_WIDTH - left - right, right),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    )
    reasons = [
        paragraph(f"{_treatment(group, say)}: {group.reason}", style(7.5, tone="muted"))
        for group in paper.vat
        if group.reason.strip()
    ]
    return [KeepTogether([beside, Spacer(0, 4), *reasons]), Spacer(0, 6 * mm)]


def _vat_table(paper: Paper, say: Say, width: float) -> Any:
    rows = [
        (_treatment(group, say), amount(group.base_ore), amount(group.vat_ore))
        for group in paper.vat
    ]
    head = head_row((say("VAT"), say("Base (kr)"), say("VAT (kr)")), right=(1, 2))
    return table(
        [head, *rows],
        (width * 0.36, width * 0.34, width * 0.30),
        *ruled(),
        ("ALIGN", (1, 1), (2, -1), "RIGHT"),
    )


def _totals(paper: Paper, say: Say, width: float) -> Any:
    label = say("To pay") if paper.payable_ore >= 0 else say("To your credit")
    rows = [
        (say("Net"), kronor(paper.net_ore)),
        (say("VAT"), kronor(paper.vat_ore)),
        (
            paragraph(label, style(10.5, bold=True)),
            paragraph(kronor(paper.payable_ore), style(10.5, bold=True, align="right")),
        ),
    ]
    return table(
        rows,
        (width * 0.46, width * 0.54),
        ("ALIGN", (1, 0), (1, -1), "RIGHT"),
        ("TEXTCOLOR", (0, 0), (0, 1), MUTED),
        ("LINEABOVE", (0, 2), (-1, 2), 0.8, INK),
        ("TOPPADDING", (0, 2), (-1, 2), 5),
    )


def _payment(paper: Paper, say: Say) -> list[Any]:
    """Where and with what reference to pay; nothing where there is nothing to pay."""
    if paper.payable_ore <= 0:
        return []
    facts = (
        (say("Bankgiro"), bankgiro_as_written(paper.bankgiro)),
        (say("OCR reference"), paper.ocr),
        (say("Due date"), paper.due_on.isoformat()),
        (say("To pay"), kronor(paper.payable_ore)),
    )
    cells = [
        [paragraph(name, style(7.5, tone="muted")), paragraph(value, style(10.5, bold=True))]
        for name, value in facts
    ]
    box = table(
        [cells],
        [INNER_WIDTH * part for part in (0.20, 0.33, 0.21, 0.26)],
        ("BACKGROUND", (0, 0), (-1, -1), SOFT),
        ("LEFTPADDING", (0, 0), (0, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 7),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
        ("ROUNDEDCORNERS", [3, 3, 3, 3]),
    )
    hint = paragraph(say("State the OCR reference when you pay."), style(7.5, tone="muted"))
    return [KeepTogether([box, Spacer(0, 3), hint])]
