"""What an approved or issued invoice run has frozen since a change was made."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from consortium.billing.tables import InvoiceRun, RunCase
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.costs.tables import CostPool


@dataclass(frozen=True, slots=True)
class Frozen:
    """A pool's month as a run that is approved or issued has it."""

    month: date
    issued: bool
    case: dict[str, Any]


def frozen_since(
    work: Work, at: datetime, pool: CostPool | None = None, from_on: date | None = None
) -> Iterator[Frozen]:
    """What runs approved at `at` or later have frozen, the earliest month first.

    pool: of this one only. from_on: of the month that this day is in, and later ones.
    """
    rows = (
        select(InvoiceRun, RunCase)
        .join(RunCase, col(RunCase.run_id) == col(InvoiceRun.id))
        .where(col(InvoiceRun.state).in_(("approved", "issued")))
        .where(col(InvoiceRun.approved_at) >= at)
        .order_by(col(InvoiceRun.month), col(InvoiceRun.sequence))
    )
    if pool is not None:
        rows = rows.where(RunCase.pool_id == pool.id)
    if from_on is not None:
        rows = rows.where(InvoiceRun.month >= from_on.replace(day=1))
    for run, case in work.session.exec(rows):
        yield Frozen(run.month, run.state == "issued", case.basis["basis"]["case"])


def if_billed(
    work: Work, at: datetime, pool: CostPool | None = None, from_on: date | None = None
) -> Iterator[Fault]:
    """A fault naming the first month that runs have frozen since; as `frozen_since`."""
    for frozen in frozen_since(work, at, pool, from_on):
        yield billed_fault(frozen)
        return


def if_weighed(
    work: Work, at: datetime, measure: str, on: date, members: Collection[str]
) -> Iterator[Fault]:
    """A fault where a frozen case has read a measure's values of a date of one of `members`."""
    for frozen in frozen_since(work, at):
        read = frozen.case.get("measures", {}).get(measure, ())
        if any(row["date"] == on.isoformat() and row["member"] in members for row in read):
            yield billed_fault(frozen)
            return


def billed_fault(frozen: Frozen) -> Fault:
    month = f"{frozen.month:%Y-%m}"
    if frozen.issued:
        return Fault(
            "The invoices of {month} are issued by it",
            f"run {month}",
            {"month": month},
            "Make a new change from now on instead",
        )
    return Fault(
        "The approved invoice run of {month} rests on it",
        f"run {month}",
        {"month": month},
        "Take the approval back first",
    )
