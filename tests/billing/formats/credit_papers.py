"""Credit notes for the tests, of the invoices in `papers.py`; sums worked out by hand."""

from dataclasses import replace
from datetime import date
from typing import Final

from consortium.billing.formats.paper import Paper, VatGroup
from tests.billing.formats.papers import exempt, line, outside, paper, rated

CREDITED: Final = ("2026110017", date(2026, 11, 25))
WHY: Final = "Fel folkmängd i nyckeln"


def credit_of(invoice: Paper) -> Paper:
    """The credit note that takes the whole of `invoice` back."""
    return replace(
        invoice,
        number="2026110044",
        ocr="202611004427",  # 2026110044, twelve digits in all, Luhn digit 7
        issued_on=date(2026, 12, 1),
        due_on=date(2026, 12, 31),
        document="credit_note",
        credits=((invoice.number, invoice.issued_on),),
        note=WHY,
        why=(),
    )


def credit_note() -> Paper:
    """Two rates: 12 440,33 and its VAT of 2 717,46 are given back."""
    return credit_of(rated())


def credit_note_outside() -> Paper:
    return credit_of(outside())


def credit_note_exempt() -> Paper:
    return credit_of(exempt())


def partial_credit_note() -> Paper:
    """A third of one line of the invoice: 128 817 at 25 % is 32 204,25 → 32 204."""
    lines = (line(1, "Transporter", 128_817, 25),)
    groups = (VatGroup("S", 25, 128_817, 32_204, ""),)
    return credit_of(paper(lines, groups, net_ore=128_817, vat_ore=32_204))


def settlement_back() -> Paper:
    """A year came to less: 90 002 back of one pool, 30 010 to pay for another.

    59 992 at 25 % is 14 998; 20 003 at 6 % is 1 200,18 → 1 200. It is about three invoices.
    """
    lines = (
        line(1, "Bibliotekssystem", 90_002, 25),
        line(2, "Transporter", -30_010, 25),
        line(3, "E-medier", 20_003, 6),
    )
    groups = (VatGroup("S", 25, 59_992, 14_998, ""), VatGroup("S", 6, 20_003, 1_200, ""))
    return replace(
        credit_of(paper(lines, groups, net_ore=79_995, vat_ore=16_198)),
        credits=tuple((f"20260{month}0017", date(2026, month, 25)) for month in (7, 8, 9)),
        period_from=date(2026, 1, 1),
        period_to=date(2026, 12, 31),
        note="Avräkning för 2026",
    )


def settlement_to_pay() -> Paper:
    """A year came to more, but for one pool: 5 000 − 1 250 = 3 750 at 25 % is 937,5 → 938."""
    lines = (line(1, "Bibliotekssystem", 5_000, 25), line(2, "Transporter", -1_250, 25))
    groups = (VatGroup("S", 25, 3_750, 938, ""),)
    made = paper(lines, groups, net_ore=3_750, vat_ore=938)
    return replace(made, credits=(CREDITED,), note="Avräkning för 2026")


CREDIT_NOTES: Final = (
    credit_note,
    credit_note_outside,
    credit_note_exempt,
    partial_credit_note,
    settlement_back,
)
