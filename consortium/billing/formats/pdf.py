"""The invoice on paper."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from reportlab.lib.units import mm

from consortium.billing.formats.explanation import explanation
from consortium.billing.formats.paper import Paper, PaperLine, Party, VatGroup
from consortium.billing.formats.payment import bankgiro_as_written
from consortium.billing.formats.peppol import EXAMPLE, TERMS
from consortium.core.money import amount, kronor
from consortium.core.words import Say, mark
from consortium.documents.archive import Attached
from consortium.documents.blocks import (
    Block,
    Box,
    Group,
    as_row,
    column,
    gap,
    item,
    row,
    stack,
    text,
)
from consortium.documents.drawing import (
    INK,
    INNER_WIDTH,
    LINE,
    SOFT,
    STRONG_LINE,
    Sheet,
    style,
)
from consortium.documents.pens import Stroke
from consortium.documents.tagging import HEAD, NAMED
from consortium.documents.typesetting import typeset

ADDRESS_AT: Final = 108 * mm  # of the inner width's left edge: the right window of an envelope
BESIDE: Final = (ADDRESS_AT, INNER_WIDTH - ADDRESS_AT)
FACTS: Final = (92.0, ADDRESS_AT - 112.0)
NET_WIDTH: Final = 74.0
RATE_WIDTH: Final = 62.0
LINES: Final = (INNER_WIDTH - RATE_WIDTH - NET_WIDTH, RATE_WIDTH, NET_WIDTH)
VAT_WIDTH: Final = INNER_WIDTH * 0.49
VAT: Final = (VAT_WIDTH * 0.36, VAT_WIDTH * 0.34, VAT_WIDTH * 0.30)
SUM_WIDTH: Final = INNER_WIDTH * 0.45
SUMS: Final = (SUM_WIDTH * 0.46, SUM_WIDTH * 0.54)
PAYMENT: Final = tuple(INNER_WIDTH * part for part in (0.20, 0.33, 0.21, 0.26))
INDENT: Final = 10.0  # of the box that says where to pay
THIN, STRONG, FINAL = Stroke(0.4, LINE), Stroke(0.8, STRONG_LINE), Stroke(0.8, INK)
LOOSE: Final = (3.5, 3.5)
CREDIT_NOTE: Final = "credit_note"
SAME_AS_DATA: Final = mark("The same as data: an e-invoice in UBL")


def invoice_pdf(paper: Paper, say: Say, xml: bytes = b"") -> bytes:
    """`paper` as PDF in the language of `say`; the same paper and words give the same bytes.

    Whoever may be named at length is wrapped or cut, and whatever is long goes on to further
    pages; an example says so on each of them. xml: the same as an e-invoice, which the PDF
    carries within it (PDF/A-3).
    """
    title = f"{_kind(paper, say)} {paper.number}"
    sheet = Sheet(
        title=title,
        author=paper.seller.legal_name,
        say=say,
        mark=say(EXAMPLE) if paper.example else "",
        running=f"{title} · {paper.buyer.legal_name}",
        foot=_foot(paper, say),
        made_on=paper.issued_on,
    )
    story = [_top(paper, say), _lines(paper, say), _sums(paper, say), *_payment(paper, say)]
    attached = Attached(f"faktura-{paper.number}.xml", "application/xml", xml, say(SAME_AS_DATA))
    return typeset(sheet, [*story, *explanation(paper, say)], (attached,) if xml else ())


def _kind(paper: Paper, say: Say) -> str:
    return say("Credit note") if paper.document == CREDIT_NOTE else say("Invoice")


def _foot(paper: Paper, say: Say) -> tuple[str, ...]:
    seller = paper.seller
    number = _hyphenated(seller.organisation_number)
    facts = [say("Organisation number {number}", number=number)]
    if seller.vat_number and _names_vat(paper):
        facts.append(say("VAT number {number}", number=seller.vat_number))
    if seller.email:
        facts.append(seller.email)
    lines = [", ".join([seller.legal_name, *_address(seller)]), " · ".join(facts)]
    if paper.f_tax:
        lines.append(say("Approved for F-tax"))
    return tuple(lines)


def _names_vat(paper: Paper) -> bool:
    """Where nothing is a sale, no VAT number is shown, as in the e-invoice."""
    return all(group.category != "O" for group in paper.vat)


def _hyphenated(organisation_number: str) -> str:
    return f"{organisation_number[:6]}-{organisation_number[6:]}"


def _top(paper: Paper, say: Say) -> Group:
    """Seller and title side by side, then the facts beside the buyer's address."""
    left, right = column(BESIDE, 0), BESIDE[1]
    seller = [text(paper.seller.legal_name, style(12, bold=True), left, 120)]
    seller += [text(line, style(tone="muted"), left) for line in _address(paper.seller)]
    title = (
        text(_kind(paper, say), style(20, bold=True, tone="accent"), right, role="H1"),
        gap(5),
        text(paper.number, style(10, tone="muted"), right),
    )
    buyer = [text(paper.buyer.legal_name, style(10, bold=True), right, 120)]
    buyer += [text(line, style(10), right) for line in _address(paper.buyer)]
    buyer.append(gap(4))
    buyer += [text(line, style(7.5, tone="muted"), right) for line in _identity(paper.buyer, say)]
    blocks = (
        row(BESIDE, (stack(*seller), stack(*title))),
        gap(9 * mm),
        row(BESIDE, (_facts(paper, say), stack(*buyer))),
        gap(9 * mm),
    )
    return Group(blocks)


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


def _facts(paper: Paper, say: Say) -> Block:
    muted, plain = style(tone="muted"), style()
    rows = (
        row(
            FACTS,
            (text(name, muted, column(FACTS, 0), 80), text(value, plain, FACTS[1], 400)),
            (2, 1),
        )
        for name, value in _facts_of(paper, say)
    )
    return stack(*(as_row(each, NAMED, FACTS) for each in rows))


def _facts_of(paper: Paper, say: Say) -> Iterable[tuple[str, str]]:
    """Names and values; a credit note has no day to be paid by, and says what it is about."""
    if paper.document == CREDIT_NOTE:
        yield say("Credit note number"), paper.number
        yield say("Credit note date"), paper.issued_on.isoformat()
        for number, day in paper.credits:
            yield say("Credits invoice"), say("{number} of {day}", number=number, day=str(day))
    else:
        yield say("Invoice number"), paper.number
        yield say("Invoice date"), paper.issued_on.isoformat()
        yield say("Due date"), paper.due_on.isoformat()
        yield say("Terms"), say(TERMS, days=paper.terms_days)
    yield say("Period"), f"{paper.period_from} – {paper.period_to}"
    yield say("Your reference"), paper.buyer_reference


def _lines(paper: Paper, say: Say) -> Group:
    head = _head_row(LINES, (say("What it is for"), say("VAT"), say("Net (kr)")))
    rows = [_line(line, say) for line in paper.lines]
    note = (text(paper.note, style(10), INNER_WIDTH, 1000), gap(5 * mm)) if paper.note else ()
    if not rows:
        return Group((*note, head), head=head)
    return Group((*note, stack(head, rows[0]), *rows[1:], gap(5 * mm)), head=head)


def _line(line: PaperLine, say: Say) -> Block:
    """The pool stands below the text unless the text names it."""
    pool = "" if line.pool in line.text else say("Cost pool {pool}", pool=line.pool)
    details = " · ".join(part for part in (pool, line.note) if part.strip())
    width = column(LINES, 0)
    cell = [text(line.text, style(), width, 200)]
    if details:
        cell.append(text(details, style(7.5, tone="muted"), width, 600))
    right = style(align="right")
    figures = (
        text(_treatment(line, say), right, column(LINES, 1)),
        text(amount(line.net_ore), right, LINES[2]),
    )
    return as_row(row(LINES, (stack(*cell), *figures), LOOSE, below=THIN), NAMED, LINES)


def _treatment(of: PaperLine | VatGroup, say: Say) -> str:
    if of.category == "O":
        return say("Outside VAT")
    if of.category == "E":
        return say("Exempt")
    return f"{of.percent}\u00a0%"


def _sums(paper: Paper, say: Say) -> Group:
    """VAT by rate on the left, the sums on the right, the reasons below."""
    widths = (INNER_WIDTH - SUM_WIDTH, SUM_WIDTH)
    reasons = [
        text(f"{_treatment(group, say)}: {group.reason}", style(7.5, tone="muted"), INNER_WIDTH)
        for group in paper.vat
        if group.reason.strip()
    ]
    beside = row(widths, (_vat_table(paper, say), _totals(paper, say)))
    return Group((beside, gap(4), *reasons, gap(6 * mm)), together=True)


def _vat_table(paper: Paper, say: Say) -> Block:
    right = style(align="right")
    rows = []
    for group in paper.vat:
        cells = (
            text(_treatment(group, say), style(), column(VAT, 0)),
            text(amount(group.base_ore), right, column(VAT, 1)),
            text(amount(group.vat_ore), right, VAT[2]),
        )
        rows.append(as_row(row(VAT, cells, LOOSE, below=THIN), NAMED, VAT))
    return stack(_head_row(VAT, (say("VAT"), say("Base (kr)"), say("VAT (kr)"))), *rows)


def _totals(paper: Paper, say: Say) -> Block:
    muted, right = style(tone="muted"), style(tone="muted", align="right")
    rows = [
        row(SUMS, (text(name, muted, column(SUMS, 0)), text(kronor(ore), right, SUMS[1])))
        for name, ore in ((say("Net"), paper.net_ore), (say("VAT"), paper.vat_ore))
    ]
    payable = (
        text(_payable(paper, say), style(10.5, bold=True), column(SUMS, 0)),
        text(kronor(paper.payable_ore), style(10.5, bold=True, align="right"), SUMS[1]),
    )
    rows.append(row(SUMS, payable, (5, 2), above=FINAL))
    return stack(*(as_row(each, NAMED, SUMS) for each in rows))


def _payable(paper: Paper, say: Say) -> str:
    if paper.document == CREDIT_NOTE:
        return say("To get back")
    return say("To pay") if paper.payable_ore >= 0 else say("To your credit")


def _payment(paper: Paper, say: Say) -> Iterable[Group]:
    """Where and with what reference to pay; nothing where there is nothing to pay."""
    if paper.payable_ore <= 0 or paper.document == CREDIT_NOTE:
        return
    facts = (
        (say("Bankgiro"), bankgiro_as_written(paper.bankgiro)),
        (say("OCR reference"), paper.ocr),
        (say("Due date"), paper.due_on.isoformat()),
        (say("To pay"), kronor(paper.payable_ore)),
    )
    cells = []
    for place, (name, value) in enumerate(facts):
        width = column(PAYMENT, place) - INDENT
        words = text(name, style(7.5, tone="muted"), width)
        cells.append(item(stack(words, text(value, style(10.5, bold=True), width))))
    inside = row(PAYMENT, cells, (7, 8))
    box = Block(inside.height, box=Box(INNER_WIDTH, 3, SOFT), parts=((INDENT, 0, inside),))
    hint = say("State the OCR reference when you pay.")
    advice = text(hint, style(7.5, tone="muted"), INNER_WIDTH)
    yield Group((box, gap(3), advice), together=True)


def _head_row(widths: Sequence[float], names: Sequence[str]) -> Block:
    """The head of a table whose columns are figures, but for the first."""
    cells = (
        text(name, _head_style(place), column(widths, place)) for place, name in enumerate(names)
    )
    return as_row(row(widths, tuple(cells), below=STRONG), HEAD, widths)


def _head_style(place: int) -> Any:
    return style(7.5, bold=True, tone="muted", align="right" if place else "left")
