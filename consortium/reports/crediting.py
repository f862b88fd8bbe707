"""An invoice with what is left of it to credit, and what a credit note of it would come to."""

from collections.abc import Mapping
from dataclasses import dataclass

from consortium.billing.crediting import creditable
from consortium.billing.formats.paper import VatGroup
from consortium.billing.formats.paper_json import paper_from
from consortium.billing.queries import invoice_by_number
from consortium.billing.rules import INVOICE, Line, vat_groups
from consortium.billing.tables import Invoice
from consortium.core.work import Work
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class Left:
    """A line of an invoice, and how much of its net no credit note has taken back, in öre."""

    position: int
    text: str
    net_ore: int
    left_ore: int
    category: str
    percent: int | None


@dataclass(frozen=True, slots=True)
class CreditPage:
    """An invoice that may be credited, line by line."""

    invoice: Invoice
    buyer: Member
    lines: tuple[Left, ...]

    @property
    def left(self) -> dict[int, int]:
        """Position → net öre that is left."""
        return {line.position: line.left_ore for line in self.lines}

    @property
    def can_be_credited(self) -> bool:
        return self.invoice.document == INVOICE and any(self.left.values())


@dataclass(frozen=True, slots=True)
class CreditSums:
    """What a credit note would give back, in öre; VAT on the sum of its lines by rate."""

    net_ore: int
    vat: tuple[VatGroup, ...]

    @property
    def vat_ore(self) -> int:
        return sum(group.vat_ore for group in self.vat)

    @property
    def payable_ore(self) -> int:
        return self.net_ore + self.vat_ore


def credit_page(work: Work, number: str) -> CreditPage:
    """An invoice within the actor's scope, with what is left of each line."""
    invoice, buyer = invoice_by_number(work, number)
    texts = {line.position: line.text for line in paper_from(invoice.paper).lines}
    lines = tuple(
        Left(
            row.line.position,
            texts.get(row.line.position, ""),
            row.line.net_ore,
            row.left_ore,
            row.line.category,
            row.line.percent,
        )
        for row in creditable(work, invoice)
    )
    return CreditPage(invoice, buyer, lines)


def credit_sums(page: CreditPage, amounts: Mapping[int, int]) -> CreditSums:
    """What crediting `amounts` (position → net öre) would come to."""
    chosen = [
        Line("", 0, page.invoice.month, "", amounts[line.position], line.category, line.percent, "")
        for line in page.lines
        if amounts.get(line.position)
    ]
    return CreditSums(sum(line.net_ore for line in chosen), vat_groups(chosen))
