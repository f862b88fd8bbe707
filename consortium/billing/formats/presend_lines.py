"""Rules before sending on lines, their prices, and allowances and charges.

Meanings: Peppol BIS Billing 3, rules for UBL (docs.peppol.eu/poacc/billing/3.0/rules, May 2026),
but amounts must be equal exactly, where the published rules leave room for 0.02. We write neither
allowances nor charges: those rules guard against a file that has them all the same.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from consortium.billing.formats.presend_reading import (
    INSTEAD,
    LINES,
    MISSING,
    Broken,
    Node,
    Rule,
    at,
    lacking,
    nodes,
    number,
    one_of,
    shown,
    text,
    text_at,
)
from consortium.core.words import mark

EACH: Final = "/*/*[self::cac:InvoiceLine or self::cac:CreditNoteLine]"
ALLOWANCES: Final = f"/*/cac:AllowanceCharge | {EACH}/cac:AllowanceCharge"
OUTSIDE: Final = mark("The line's date {found} is outside of the period, whose limit is {expected}")


def allowed_and_charged(node: Node) -> Fraction:
    """What the charges of a line or document come to, less its allowances."""
    return sum(
        (
            number(each, "cbc:Amount") * (1 if text(each, "cbc:ChargeIndicator") == "true" else -1)
            for each in nodes(node, "cac:AllowanceCharge")
        ),
        Fraction(),
    )


def _line_amounts(root: Node) -> Iterator[Broken]:
    """Net amount = quantity · price / base quantity + charges − allowances, exactly."""
    for line in nodes(root, LINES):
        quantity = number(line, "cbc:InvoicedQuantity | cbc:CreditedQuantity")
        base = number(line, "cac:Price/cbc:BaseQuantity") or Fraction(1)
        net = quantity * number(line, "cac:Price/cbc:PriceAmount") / base
        net += allowed_and_charged(line)
        for amount in nodes(line, "cbc:LineExtensionAmount"):
            if number(amount, ".") != net:
                yield Broken(amount, shown(net))


def _allowance_amounts(root: Node) -> Iterator[Broken]:
    """Amount = base · per cent, where both stand."""
    for each in nodes(root, ALLOWANCES):
        if nodes(each, "self::*[cbc:MultiplierFactorNumeric and cbc:BaseAmount]"):
            part = number(each, "cbc:BaseAmount") * number(each, "cbc:MultiplierFactorNumeric")
            if number(each, "cbc:Amount") != part / 100:
                yield Broken(each, shown(part / 100))


def _price_reductions(root: Node) -> Iterator[Broken]:
    """Net price = gross price − allowance on it."""
    for price in nodes(root, "//cac:Price[cac:AllowanceCharge/cbc:BaseAmount]"):
        net = number(price, "cac:AllowanceCharge/cbc:BaseAmount")
        net -= number(price, "cac:AllowanceCharge/cbc:Amount")
        if number(price, "cbc:PriceAmount") != net:
            yield Broken(nodes(price, "cbc:PriceAmount")[0], shown(net))


def _units(root: Node) -> Iterator[Broken]:
    for base in nodes(root, "//cac:Price/cbc:BaseQuantity[@unitCode]"):
        quantity = nodes(base, "../../*[self::cbc:InvoicedQuantity or self::cbc:CreditedQuantity]")
        if quantity and quantity[0].get("unitCode") != base.get("unitCode"):
            yield Broken(base)


def _before_period(root: Node) -> Iterator[Broken]:
    start = text(root, "/*/cac:InvoicePeriod/cbc:StartDate")
    for day in nodes(root, f"{EACH}/cac:InvoicePeriod/cbc:StartDate"):
        if start and text_at(day) < start:
            yield Broken(day, start)


def _after_period(root: Node) -> Iterator[Broken]:
    end = text(root, "/*/cac:InvoicePeriod/cbc:EndDate")
    for day in nodes(root, f"{EACH}/cac:InvoicePeriod/cbc:EndDate"):
        if end and text_at(day) > end:
            yield Broken(day, end)


def _nothing_or_less(root: Node) -> Iterator[Broken]:
    for base in nodes(root, "//cac:Price/cbc:BaseQuantity"):
        if number(base, ".") <= 0:
            yield Broken(base)


LINE: Final = (
    Rule(
        "BR-27",
        mark("The price {found} is negative"),
        at("//cac:Price/cbc:PriceAmount[. < 0]"),
    ),
    Rule("PEPPOL-EN16931-R040", INSTEAD, _allowance_amounts),
    Rule(
        "PEPPOL-EN16931-R041",
        MISSING,
        lacking("(" + ALLOWANCES + ")[cbc:MultiplierFactorNumeric]", "cbc:BaseAmount"),
    ),
    Rule(
        "PEPPOL-EN16931-R042",
        MISSING,
        lacking("(" + ALLOWANCES + ")[cbc:BaseAmount]", "cbc:MultiplierFactorNumeric"),
    ),
    Rule(
        "PEPPOL-EN16931-R043",
        INSTEAD,
        one_of("(" + ALLOWANCES + ")/cbc:ChargeIndicator", "true", "false"),
    ),
    Rule(
        "PEPPOL-EN16931-R044",
        mark("A price may be lowered, never raised by a charge"),
        at("//cac:Price/cac:AllowanceCharge[not(normalize-space(cbc:ChargeIndicator) = 'false')]"),
    ),
    Rule("PEPPOL-EN16931-R046", INSTEAD, _price_reductions),
    Rule(
        "PEPPOL-EN16931-R100",
        mark("The line is about more than one object"),
        at(f"{EACH}/cac:DocumentReference[2]"),
    ),
    Rule(
        "PEPPOL-EN16931-R101",
        mark("The line refers to another document"),
        at(f"{EACH}/cac:DocumentReference[not(cbc:DocumentTypeCode = '130')]"),
    ),
    Rule("PEPPOL-EN16931-R110", OUTSIDE, _before_period),
    Rule("PEPPOL-EN16931-R111", OUTSIDE, _after_period),
    Rule("PEPPOL-EN16931-R120", INSTEAD, _line_amounts),
    Rule(
        "PEPPOL-EN16931-R121",
        mark("The quantity {found} that the price is for is not positive"),
        _nothing_or_less,
    ),
    Rule(
        "PEPPOL-EN16931-R130",
        mark("The price is for another unit than the line's"),
        _units,
    ),
)
