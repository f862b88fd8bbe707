"""A year's settlement: its preview, its runs, and what is left to look at before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from consortium.billing.periods import LEAVING, REGULAR, SETTLEMENT
from consortium.billing.preparing import current_view
from consortium.billing.queries import cut_of, run_by_id, runs
from consortium.billing.rules import StoppedPool
from consortium.billing.settlements import issued_view, previewed
from consortium.billing.tables import Invoice, InvoiceRun
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.accruing import accrued_pools
from consortium.costs.queries import pool_years, pools
from consortium.costs.rules import month_part
from consortium.members.queries import members, memberships
from consortium.payments.debts import debts
from consortium.reports.runs import RunPage, page_of, require_whole
from consortium.reports.settled import Matrix, found_in, matrix


@dataclass(frozen=True, slots=True)
class YearState:
    """A year that has pools, with its settlements, the newest first."""

    year: int
    ended: bool
    runs: tuple[InvoiceRun, ...]

    @property
    def state(self) -> str:
        """The newest settlement's state, else `none`."""
        return self.runs[0].state if self.runs else "none"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A member whose last day is in the year. run: its newest final settlement."""

    code: str
    name: str
    last_day: date
    gone: bool
    run: InvoiceRun | None


@dataclass(frozen=True, slots=True)
class Checks:
    """What to look at before a year is settled.

    months: not invoiced. costs: pool and its months with a budget and no cost. unpaid, unpaid_ore:
    invoices of the year that are not paid.
    """

    months: tuple[date, ...]
    costs: tuple[tuple[str, str, tuple[date, ...]], ...]
    stopped: tuple[StoppedPool, ...]
    unpaid: int
    unpaid_ore: int

    @property
    def count(self) -> int:
        """How many of the four have something."""
        return sum(map(bool, (self.months, self.costs, self.stopped, self.unpaid)))


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year as it would be settled now. whole: the actor sees every member.

    checks: None where the actor does not. runs: settlements of the year, the newest first.
    """

    year: int
    ended: bool
    whole: bool
    matrix: Matrix
    checks: Checks | None
    runs: tuple[InvoiceRun, ...]
    leaving: tuple[Leaving, ...]

    @property
    def open_run(self) -> InvoiceRun | None:
        newest = self.runs[0] if self.runs else None
        return newest if newest and newest.state in {"prepared", "approved"} else None


def settlement_years(work: Work) -> list[YearState]:
    """The years that have pools, the latest first."""
    of_year = _by_year(work, SETTLEMENT)
    return [
        YearState(year, work.today.year > year, tuple(of_year.get(year, ())))
        for year in pool_years(work)
    ]


def settlement_page(work: Work, year: int) -> YearPage:
    """What settling a year would come to now, of the members that the actor sees."""
    view = previewed(work, year)
    whole = work.scope("billing.see") is None
    names = {member.code: member.name for member in members(work)}
    return YearPage(
        year=year,
        ended=work.today.year > year,
        whole=whole,
        matrix=matrix(names, view, view.found),
        checks=_checks(work, year, view.stopped) if whole else None,
        runs=tuple(_by_year(work, SETTLEMENT).get(year, ())) if whole else (),
        leaving=tuple(_leaving(work, year)) if whole else (),
    )


def settlement_run(work: Work, run_id: int) -> tuple[RunPage, Matrix]:
    """A settlement's run as any run, and its matrix; NotFound for a run of another purpose."""
    require_whole(work)
    run = run_by_id(work, run_id)
    if run.purpose == REGULAR:
        raise NotFound("There is no settlement {id}", id=run_id)
    view = issued_view(work, run) if run.state == "issued" else current_view(work, run)
    names = {member.code: member.name for member in members(work)}
    return page_of(work, view, (run,)), matrix(names, view, found_in(work, run, view))


def _by_year(work: Work, purpose: str) -> dict[int, list[InvoiceRun]]:
    found: dict[int, list[InvoiceRun]] = {}
    for run in runs(work):
        if run.purpose == purpose:
            found.setdefault(run.month.year, []).append(run)
    return found


def _leaving(work: Work, year: int) -> Iterator[Leaving]:
    of_year = _by_year(work, LEAVING).get(year, [])
    belonging = memberships(work, date(year, 1, 1), date(year, MONTHS_A_YEAR, 31))
    for member in members(work):
        row = belonging.get(member.id)
        if row and row.to_on and row.to_on.year == year:
            run = next((run for run in of_year if run.chosen_members == [member.code]), None)
            yield Leaving(member.code, member.name, row.to_on, row.to_on < work.today, run)


def _checks(work: Work, year: int, stopped: tuple[StoppedPool, ...]) -> Checks:
    months = tuple(date(year, month, 1) for month in range(1, MONTHS_A_YEAR + 1))
    billed = {
        month
        for run in runs(work)
        if run.purpose == REGULAR and run.state == "issued" and run.month.year == year
        for month in cut_of(run).of_months
    }
    of_year = select(Invoice.id).where(
        col(Invoice.month).between(months[0], months[-1]) & (Invoice.document == "invoice")
    )
    owed = debts(work, list(work.session.exec(of_year))).values()
    unpaid = [row.debt_ore for row in owed if row.debt_ore > 0]
    return Checks(
        tuple(month for month in months if month not in billed),
        tuple(_missing_costs(work, months)),
        stopped,
        len(unpaid),
        sum(unpaid),
    )


def _missing_costs(
    work: Work, months: tuple[date, ...]
) -> Iterator[tuple[str, str, tuple[date, ...]]]:
    """Pools with their ended months that have a budget and no cost."""
    year = months[0].year
    costs = accrued_pools(work, year)
    ended = [month for month in months if month <= work.today - timedelta(days=31)]
    for pool in pools(work, year):
        of_pool = costs.get(pool.code, {})
        gaps = tuple(
            month
            for month in ended
            if not of_pool.get(month.month) and month_part(pool.budget_ore, month.month)
        )
        if gaps:
            yield pool.code, pool.name, gaps
