"""A member's year in figures: what it paid, for what, and what changed, to be drawn as a report."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, func, or_, select

from consortium.billing.formats.report import STATES, Next, PoolYear, YearReport
from consortium.billing.tables import Invoice, InvoiceLine
from consortium.core.db import sum_ore
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.figures import by_member
from consortium.costs.queries import actual_sums, key_versions, pools
from consortium.costs.tables import BudgetRound, CostPool
from consortium.ledger.tables import JournalEntry, Posting
from consortium.measures.queries import values
from consortium.members.queries import consortium, member_by_code, members
from consortium.members.tables import Member

POPULATION: Final = "population"
PAID: Final = ("share", "contribution")
SETTLEMENT: Final = "settlement"
OWN: Final = re.compile(r"host(?:-back)?:[0-9]{4}-(?P<month>[0-9]{2})/(?P<settled>[a-z]+-)?.*")
"""The key of what the host bears itself of a month, or of its settlement; or of it taken back."""

Span = tuple[int, int]
"""The first and the last month, 1–12, that count; (0, 0) for none."""

NONE: Final[Span] = (0, 0)

Paid = dict[tuple[str, int, str], int]
"""Pool code, month (1–12) and member code → what was paid, in öre, without VAT."""


@dataclass(frozen=True, slots=True)
class YearRow:
    """A member in the list of reports: what it paid in a year and in the same months before."""

    code: str
    name: str
    now_ore: int
    before_ore: int


@dataclass(frozen=True, slots=True)
class _Own:
    """What the host bears itself of a pool's month. settled: by a settlement."""

    pool: str
    month: int
    member: str
    ore: int
    settled: bool


def report_years(work: Work) -> list[int]:
    """The years of which something is invoiced, the latest first."""
    work.require("billing.see")
    months = work.session.exec(select(col(InvoiceLine.month)).distinct())
    return sorted({month.year for month in months}, reverse=True)


def yearly_list(work: Work, year: int) -> list[YearRow]:
    """The members within the actor's scope that paid anything in `year` or the year before."""
    scope = work.scope("billing.see")
    months = _months(work, year)
    now = _sums(_paid(work, year), months)
    before = _sums(_paid(work, year - 1), months)
    return [
        YearRow(member.code, member.name, now[member.code], before[member.code])
        for member in members(work)
        if (scope is None or member.code in scope) and (member.code in now or member.code in before)
    ]


def yearly_report(work: Work, code: str, year: int) -> YearReport:
    """The year of the member with `code`; NotFound where it has paid nothing of it.

    The year before counts in the same months only, so that a year under way can be compared.
    """
    work.require("billing.see", code)
    member = member_by_code(work, code)
    months = _months(work, year)
    found = _pools(work, code, year, months) if months != NONE else ()
    if not any(pool.now_ore is not None for pool in found):
        raise NotFound("Nothing of {year} is invoiced to {name}", year=year, name=member.name)
    inhabitants, counted_on = _inhabitants(work, code, year)
    inhabitants_before, counted_before = _inhabitants(work, code, year - 1)
    site = consortium(work)
    return YearReport(
        code=code,
        member=member.name,
        consortium=site.name,
        year=year,
        months=months,
        pools=found,
        whole_ore=sum(_sums(_paid(work, year), months).values()),
        inhabitants=inhabitants,
        counted_on=counted_on,
        inhabitants_before=inhabitants_before,
        counted_before=counted_before,
        settlement_ore=_settlement(work, member, year),
        coming=_coming(work, code, year + 1),
        ended=work.today.year > year,
        made_on=work.today,
        example=site.example,
    )


def _pools(work: Work, code: str, year: int, months: Span) -> tuple[PoolYear, ...]:
    """The pools that the member has paid to in either year, in their place."""
    now, before = _paid(work, year), _paid(work, year - 1)
    rows = {pool.code: pool for pool in (*pools(work, year - 1), *pools(work, year))}
    places = {pool.code: pool.place for pool in rows.values()}
    budgets = {pool.code: pool.budget_ore for pool in pools(work, year)}
    outcomes = actual_sums(work, year)
    keys, keys_before = _keys(work, year, months), _keys(work, year - 1, months)
    return tuple(
        PoolYear(
            code=pool,
            name=rows[pool].name,
            name_en=rows[pool].name_en,
            now_ore=_of_member(now, pool, code, months),
            before_ore=_of_member(before, pool, code, months),
            whole_ore=_of_all(now, pool, months),
            whole_before_ore=_of_all(before, pool, months),
            key=keys.get(pool, ""),
            key_before=keys_before.get(pool, ""),
            budget_ore=budgets.get(pool, 0),
            outcome_ore=outcomes.get(pool, 0),
        )
        for pool in sorted(rows, key=lambda each: (places[each], each))
        if any(
            paid_by == code and paid_for == pool and _counts(month, months)
            for paid in (now, before)
            for paid_for, month, paid_by in paid
        )
    )


def _paid(work: Work, year: int) -> Paid:
    """What each member paid to each pool in each month; the host's own part is in the books."""
    paid: Paid = defaultdict(int)
    rows = (
        select(CostPool.code, col(InvoiceLine.month), Member.code, sum_ore(InvoiceLine.net_ore))
        .join(InvoiceLine, col(InvoiceLine.pool_id) == col(CostPool.id))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(InvoiceLine.month >= date(year, 1, 1), InvoiceLine.month <= date(year, 12, 31))
        .where(col(InvoiceLine.kind).in_(PAID))
        .group_by(CostPool.code, col(InvoiceLine.month), Member.code)
    )
    for pool, first, member, total in work.session.exec(rows):
        paid[pool, first.month, member] += int(total)
    for own in _own(work, year):
        if not own.settled:
            paid[own.pool, own.month, own.member] += own.ore
    return paid


def _own(work: Work, year: int) -> Iterator[_Own]:
    """The host's own part, which is booked and not invoiced."""
    key = col(JournalEntry.key)
    rows = (
        select(JournalEntry.key, Posting.pool, Posting.counterpart, Posting.amount_ore)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(or_(key.startswith(f"host:{year}-"), key.startswith(f"host-back:{year}-")))
        .where(Posting.pool != "")
    )
    for name, pool, member, amount_ore in work.session.exec(rows):
        found = OWN.fullmatch(name)
        if found:
            month, settled = int(found["month"]), bool(found["settled"])
            yield _Own(pool, month, member, -amount_ore, settled)


def _months(work: Work, year: int) -> Span:
    """The first and the last month of which anything is invoiced."""
    month = col(InvoiceLine.month)
    rows = (
        select(func.min(month), func.max(month))
        .where(InvoiceLine.month >= date(year, 1, 1), InvoiceLine.month <= date(year, 12, 31))
        .where(col(InvoiceLine.kind).in_(PAID))
    )
    first, last = work.session.exec(rows).one()
    return (first.month, last.month) if first and last else NONE


def _counts(month: int, months: Span) -> bool:
    return months[0] <= month <= months[1]


def _of_member(
    paid: Mapping[tuple[str, int, str], int], pool: str, code: str, months: Span
) -> int | None:
    """What a member paid to a pool in the first `months`; None for nothing at all."""
    found = [
        ore
        for (paid_for, month, paid_by), ore in paid.items()
        if paid_for == pool and paid_by == code and _counts(month, months)
    ]
    return sum(found) if found else None


def _of_all(paid: Mapping[tuple[str, int, str], int], pool: str, months: Span) -> int:
    return sum(
        ore
        for (paid_for, month, _), ore in paid.items()
        if paid_for == pool and _counts(month, months)
    )


def _sums(paid: Mapping[tuple[str, int, str], int], months: Span) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for (_, month, member), ore in paid.items():
        if _counts(month, months):
            sums[member] += ore
    return sums


def _keys(work: Work, year: int, months: Span) -> dict[str, str]:
    """The name of each pool's key in the last of the months."""
    day, names = date(year, max(months[1], 1), 1), {}
    for pool in pools(work, year):
        for version, _clause in key_versions(work, pool):
            if version.from_on <= day <= version.to_on:
                names[pool.code] = str(version.key.get("name", ""))
    return names


def _inhabitants(work: Work, code: str, year: int) -> tuple[int, date | None]:
    """The latest population before the year, and its day."""
    known = [
        (value.on_date, value.value)
        for member, value in values(work, POPULATION)
        if member.code == code and value.on_date < date(year, 1, 1)
    ]
    if not known:
        return 0, None
    day, value = max(known)
    return int(value.partition(".")[0]), day


def _settlement(work: Work, member: Member, year: int) -> int | None:
    """What the settlement of the year came to; None where nothing of it is invoiced."""
    rows = (
        select(func.count(), sum_ore(InvoiceLine.net_ore))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(Invoice.member_id == member.id, InvoiceLine.kind == SETTLEMENT)
        .where(InvoiceLine.month >= date(year, 1, 1), InvoiceLine.month <= date(year, 12, 31))
    )
    count, total = work.session.exec(rows).one()
    own = [each.ore for each in _own(work, year) if each.settled and each.member == member.code]
    return int(total) + sum(own) if count or own else None


def _coming(work: Work, code: str, year: int) -> Next | None:
    """The latest version of next year's figures that the members have been sent."""
    rows = (
        select(BudgetRound)
        .where(BudgetRound.year == year, col(BudgetRound.state).in_(STATES))
        .order_by(col(BudgetRound.version).desc())
    )
    sent = work.session.exec(rows).first()
    if sent is None or code not in sent.figures["members"]:
        return None
    (figures,) = by_member(sent.figures, None, frozenset({code}))
    return Next(year, figures.total.now_ore, sent.state, sent.version)
