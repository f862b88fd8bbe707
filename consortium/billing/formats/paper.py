"""What stands on an invoice, whatever its format: plain values, all of them fixed at issue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from consortium.costs.explaining import Step

__all__ = [
    "COSTS_SHOWN",
    "CostRow",
    "Paper",
    "PaperLine",
    "Party",
    "ReadingRow",
    "Step",
    "VatGroup",
    "Why",
    "foremost",
]

COSTS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer as they were when the invoice was issued.

    organisation_number: ten digits without hyphen. endpoint_scheme: `0007` (Swedish organisation
    number) or `0088` (GLN), see the Peppol participant identifier policy. vat_number: `SE…01`,
    empty where there is none. street, postcode, city: may be empty.
    """

    code: str
    legal_name: str
    organisation_number: str
    vat_number: str
    endpoint_scheme: str
    endpoint_id: str
    street: str
    postcode: str
    city: str
    email: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line. category: VAT category of EN 16931, `S` rated, `E` exempt, `O` outside VAT.

    position: 1, 2, 3 … in the order of `lines`. pool: the pool's name or code, may be empty.
    text: what the line is for, understood by itself (`Transporter, november 2026`). note: in
    smaller type below it, such as the key's name; may be empty. net_ore: negative for a credit.
    percent: 25, 12 or 6 for `S`, else None. reason: why no VAT is charged (`E`, `O`).
    """

    position: int
    pool: str
    text: str
    note: str
    net_ore: int
    category: str
    percent: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class VatGroup:
    """The lines of one VAT category and rate: base and VAT in öre, half up on the base.

    reason: those of its lines in one text, as a category without VAT has one group only.
    """

    category: str
    percent: int | None
    base_ore: int
    vat_ore: int
    reason: str


@dataclass(frozen=True, slots=True)
class CostRow:
    """A document that a pool's cost rests on: what it is called in the books, and its amount.

    amount_ore: as much of it as weighs on the period.
    """

    reference: str
    supplier: str
    on_date: date
    amount_ore: int


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A measure as the key has read it on one reference date.

    value: the member's own. total: of all that share the pool. Both as readers write numbers.
    everyone: each member's name and value, where the agreement lets members see each other's.
    """

    measure: str
    on_date: date
    source: str
    value: str
    total: str
    everyone: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """How the share on one line was worked out, worded for its reader. exact: kronor unrounded.

    costs: the foremost documents behind the cost; more_costs, more_costs_ore: how many others
    there are and what they come to. clause_text: as the agreement has it. key_valid: the first and
    last day of the key version. approved: by whom it was, and when. rounding: the rule that made
    `share_ore` of `exact`. line: position of the line on the invoice, 0 where it is not known.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    exact: str
    share_ore: int
    snapshot: str
    costs: tuple[CostRow, ...] = ()
    more_costs: int = 0
    more_costs_ore: int = 0
    clause_text: str = ""
    key_valid: str = ""
    approved: str = ""
    readings: tuple[ReadingRow, ...] = ()
    rounding: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice or a credit note. Amounts in öre; `payable_ore` = Σ net + Σ VAT, unrounded.

    example: the figures are made up (a demo), which every rendering must say. document: `invoice`
    or `credit_note`; what a credit note gives back stands with plus on it. credits: number and
    date of the invoices that a credit note is about. note: why it is given; may be empty. f_tax:
    the seller is approved for F-tax (SE-R-005).
    """

    number: str
    issued_on: date
    due_on: date
    terms_days: int
    period_from: date
    period_to: date
    seller: Party
    buyer: Party
    buyer_reference: str
    bankgiro: str
    ocr: str
    lines: tuple[PaperLine, ...]
    vat: tuple[VatGroup, ...]
    net_ore: int
    vat_ore: int
    payable_ore: int
    why: tuple[Why, ...]
    example: bool
    document: str = "invoice"
    credits: tuple[tuple[str, date], ...] = ()
    note: str = ""
    f_tax: bool = False


def foremost(costs: Iterable[CostRow]) -> tuple[tuple[CostRow, ...], int, int]:
    """The documents that an explanation shows: the largest amounts first, twelve at most.

    Returns them, how many others there are, and what those come to in öre.
    """
    largest = sorted(costs, key=lambda row: (-abs(row.amount_ore), row.on_date, row.reference))
    others = largest[COSTS_SHOWN:]
    return tuple(largest[:COSTS_SHOWN]), len(others), sum(row.amount_ore for row in others)
