"""Use cases: the reference rate of a half-year is entered, or taken away."""

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from sqlmodel import col, select

from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.payments.interest import PUBLISHED, SOURCE, Rates, half_year
from consortium.payments.tables import ReferenceRate

LOWEST, HIGHEST = -5, 30
STEPS_A_POINT: Final = 2
LONGEST_SOURCE: Final = 200


def rate_rows(work: Work) -> list[ReferenceRate]:
    """Every reference rate that is entered, the latest first."""
    work.require("billing.see")
    rows = select(ReferenceRate).order_by(col(ReferenceRate.from_on).desc())
    return list(work.session.exec(rows))


def rates(work: Work) -> Rates:
    """The reference rates by the first day of their half-years."""
    return {row.from_on: Fraction(row.percent) for row in work.session.exec(select(ReferenceRate))}


def set_rate(work: Work, from_on: date, percent: str, source: str = "") -> ReferenceRate:
    """Enter the reference rate from a day on, the first of a half-year; another one is replaced.

    percent: a decimal with comma or point, in whole steps of half a percentage point.
    """
    work.require_whole("billing.receive")
    number = _number(percent)
    if faults := _faults(from_on, number, source):
        raise Invalid(faults)
    text = f"{number.normalize() if number else Decimal(0):f}"
    row = work.session.get(ReferenceRate, from_on)
    before, source_before = (row.percent, row.source) if row else ("", "")
    if row is None:
        row = ReferenceRate(from_on=from_on, percent=text, entered_by="", entered_at=work.now)
    row.percent, row.source = text, source.strip()
    row.entered_by, row.entered_at = work.actor.name, work.now
    work.session.add(row)
    work.session.flush()
    work.audit(
        "payments.rate_set",
        from_on.isoformat(),
        percent=[before, text],
        source=row.source,
        source_before=source_before,
    )
    return row


def remove_rate(work: Work, from_on: date) -> None:
    """Take away a reference rate that was entered."""
    work.require_whole("billing.receive")
    row = work.session.get(ReferenceRate, from_on)
    if row is None:
        raise NotFound("No reference rate is entered from {day}", day=from_on.isoformat())
    work.session.delete(row)
    work.session.flush()
    work.audit("payments.rate_removed", from_on.isoformat(), percent=row.percent, source=row.source)


def add_published_rates(work: Work) -> list[ReferenceRate]:
    """Enter the published rates that are missing; Conflict where none is."""
    work.require_whole("billing.receive")
    there = rates(work)
    missing = [(date.fromisoformat(day), text) for day, text in PUBLISHED]
    missing = [(day, text) for day, text in missing if day not in there]
    if not missing:
        raise Conflict("Every reference rate that the program knows is entered already")
    return [set_rate(work, day, text, SOURCE) for day, text in missing]


def _number(percent: str) -> Decimal | None:
    try:
        number = Decimal(percent.strip().replace("\u2212", "-").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _faults(from_on: date, number: Decimal | None, source: str) -> list[Fault]:
    faults = []
    if from_on != half_year(from_on):
        faults.append(
            Fault(
                "A reference rate holds from 1 January or 1 July",
                "from_on",
                remedy="Write the first day of the half-year",
            )
        )
    if number is None or not LOWEST <= number <= HIGHEST or number * STEPS_A_POINT % 1:
        faults.append(
            Fault(
                "A reference rate is a number of half percentage points",
                "percent",
                remedy="Write it as 2 or 2,5",
            )
        )
    if len(source) > LONGEST_SOURCE:
        faults.append(
            Fault("The source is too long", "source", remedy="Use at most 200 characters")
        )
    return faults
