"""Rules before sending on sums and VAT, exact to the öre.

Meanings: EN 16931-1, business rules `BR-CO-…`, `BR-S-08`, `BR-E-08`, `BR-O-08` and their
neighbours. The official files of those rules let VAT be 0.99 and a taxable base 0.50 wrong; here
an öre is too much. VAT is the base times the rate, half up to the öre, a credit as its debit with
the sign turned.
"""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from consortium.billing.formats.presend_lines import allowed_and_charged
from consortium.billing.formats.presend_reading import (
    INSTEAD,
    LINES,
    Broken,
    Finder,
    Node,
    Rule,
    at,
    nodes,
    number,
    shown,
    text,
    text_at,
)
from consortium.core.money import vat_ore
from consortium.core.words import mark

Kind = tuple[str, Fraction]
"""VAT category and per cent; those that charge none have 0."""

TOTALS: Final = "/*/cac:LegalMonetaryTotal"
VAT: Final = "/*/cac:TaxTotal[cac:TaxSubtotal]/cbc:TaxAmount"
NO_REASON: Final = mark("Nothing says why no VAT is charged")
SAY_WHY: Final = mark("Write the reason in the VAT setting of the pool")

_ORE: Final = re.compile(r"-?[0-9]+\.[0-9]{2}")


def _sum(path: str, expected: Callable[[Node], Fraction]) -> Finder:
    """What stands at `path` must be exactly `expected`, worked out from the rest of the file."""

    def broken(root: Node) -> Iterator[Broken]:
        for node in nodes(root, path):
            right = expected(root)
            if number(node, ".") != right:
                yield Broken(node, shown(right))

    return broken


def _all(root: Node, path: str) -> Fraction:
    return sum((number(node, ".") for node in nodes(root, path)), Fraction())


def _lines(root: Node) -> Fraction:
    return sum((number(line, "cbc:LineExtensionAmount") for line in nodes(root, LINES)), Fraction())


def _net(root: Node) -> Fraction:
    return _lines(root) + allowed_and_charged(nodes(root, "/*")[0])


def _payable(root: Node) -> Fraction:
    rounding = number(root, f"{TOTALS}/cbc:PayableRoundingAmount")
    prepaid = number(root, f"{TOTALS}/cbc:PrepaidAmount")
    return _net(root) + number(root, VAT) - prepaid + rounding


def _kind(category: Node) -> Kind:
    return text(category, "cbc:ID"), number(category, "cbc:Percent")


def _bases(root: Node) -> dict[Kind, Fraction]:
    """What is taxed of each kind: lines, and charges less allowances on the document."""
    found: dict[Kind, Fraction] = {}
    for line in nodes(root, LINES):
        for category in nodes(line, "cac:Item/cac:ClassifiedTaxCategory"):
            kind, net = _kind(category), number(line, "cbc:LineExtensionAmount")
            found[kind] = found.get(kind, Fraction()) + net
    for each in nodes(root, "/*/cac:AllowanceCharge"):
        sign = 1 if text(each, "cbc:ChargeIndicator") == "true" else -1
        for category in nodes(each, "cac:TaxCategory"):
            kind, amount = _kind(category), sign * number(each, "cbc:Amount")
            found[kind] = found.get(kind, Fraction()) + amount
    return found


def _wrong_bases(category: str) -> Finder:
    def broken(root: Node) -> Iterator[Broken]:
        bases = _bases(root)
        for group in nodes(root, f"//cac:TaxSubtotal[cac:TaxCategory/cbc:ID='{category}']"):
            right = bases.get(_kind(nodes(group, "cac:TaxCategory")[0]), Fraction())
            for base in nodes(group, "cbc:TaxableAmount"):
                if number(base, ".") != right:
                    yield Broken(base, shown(right))

    return broken


def _wrong_vat(root: Node) -> Iterator[Broken]:
    for group in nodes(root, "//cac:TaxSubtotal"):
        base_ore = number(group, "cbc:TaxableAmount") * 100
        percent = number(group, "cac:TaxCategory/cbc:Percent")
        if base_ore.denominator != 1 or percent.denominator != 1:
            continue  # OWN-ORE and SE-R-006 have spoken
        right = Fraction(vat_ore(int(base_ore), int(percent)), 100)
        for amount in nodes(group, "cbc:TaxAmount"):
            if number(amount, ".") != right:
                yield Broken(amount, shown(right))


def _wrong_groups(root: Node) -> Iterator[Broken]:
    """Each kind of lines has one group, and no group is without lines."""
    groups = [_kind(node) for node in nodes(root, "//cac:TaxSubtotal/cac:TaxCategory")]
    if sorted(groups) != sorted(_bases(root)):
        yield from map(Broken, nodes(root, "/*/cac:TaxTotal[cac:TaxSubtotal]") or [root])


def _parts_of_ore(root: Node) -> Iterator[Broken]:
    for node in nodes(root, "//*[@currencyID]"):
        if not _ORE.fullmatch(text_at(node)):
            yield Broken(node)


FIGURES: Final = (
    Rule("OWN-ORE", mark("{found} is not an amount with two decimals"), _parts_of_ore),
    Rule("BR-CO-10", INSTEAD, _sum(f"{TOTALS}/cbc:LineExtensionAmount", _lines)),
    Rule("BR-CO-13", INSTEAD, _sum(f"{TOTALS}/cbc:TaxExclusiveAmount", _net)),
    Rule(
        "BR-CO-14",
        INSTEAD,
        _sum(VAT, lambda root: _all(root, "//cac:TaxSubtotal/cbc:TaxAmount")),
    ),
    Rule(
        "BR-CO-15",
        INSTEAD,
        _sum(f"{TOTALS}/cbc:TaxInclusiveAmount", lambda root: _net(root) + number(root, VAT)),
    ),
    Rule("BR-CO-16", INSTEAD, _sum(f"{TOTALS}/cbc:PayableAmount", _payable)),
    Rule("BR-CO-17", INSTEAD, _wrong_vat),
    *(Rule(f"BR-{category}-08", INSTEAD, _wrong_bases(category)) for category in ("S", "E", "O")),
    Rule(
        "OWN-GROUPS",
        mark("The VAT by rate does not fit the lines, one sum for each rate"),
        _wrong_groups,
    ),
    Rule(
        "OWN-ROUNDING",
        mark("The sum is rounded by {found} kronor, more than half a krona"),
        at(f"{TOTALS}/cbc:PayableRoundingAmount[. > 0.5 or . < -0.5]"),
    ),
    Rule(
        "BR-E-10",
        NO_REASON,
        at("//cac:TaxSubtotal/cac:TaxCategory[cbc:ID='E'][not(cbc:TaxExemptionReason)]"),
        SAY_WHY,
    ),
    Rule(
        "BR-O-10",
        NO_REASON,
        at("//cac:TaxSubtotal/cac:TaxCategory[cbc:ID='O'][not(cbc:TaxExemptionReason)]"),
        SAY_WHY,
    ),
    Rule(
        "BR-O-02",
        mark("A VAT number stands on an invoice that is outside VAT"),
        at("/*[//cac:TaxCategory/cbc:ID='O']//cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']"),
    ),
    Rule(
        "BR-O-11",
        mark("What is outside VAT stands beside what is not"),
        at("/*[count(//cac:TaxSubtotal) > 1][//cac:TaxSubtotal/cac:TaxCategory/cbc:ID='O']"),
        mark("Make two invoices of it"),
    ),
)
