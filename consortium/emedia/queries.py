"""Questions about e-media: suppliers, prices, usage, and how long the pot lasts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.queries import actual_costs, pool_of_year, pools
from consortium.costs.tables import ActualCost
from consortium.emedia.rules import (
    POOL,
    Price,
    month_end,
    reference,
    run_out,
    year_end_ore,
)
from consortium.emedia.tables import LoanPrice, Supplier, SupplierCustomer, Usage
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class UsageRow:
    """A member's loans at a supplier in a month (its first day), and what they cost the pool."""

    supplier: Supplier
    member: Member
    month: date
    loans: int
    cost_ore: int
    source: str


@dataclass(frozen=True, slots=True)
class MonthUse:
    """A month of the pot. cost_ore: of loans and other costs; used_ore: from January on."""

    month: date
    loans: int
    cost_ore: int
    used_ore: int


@dataclass(frozen=True, slots=True)
class SupplierUse:
    """A supplier's part. last_month: the latest with usage; behind: others have reported later."""

    code: str
    name: str
    loans: int
    cost_ore: int
    last_month: date
    behind: bool


@dataclass(frozen=True, slots=True)
class MemberUse:
    code: str
    name: str
    loans: int
    cost_ore: int


@dataclass(frozen=True, slots=True)
class Pot:
    """The year's e-media money: budget_ore = used_ore + left_ore, the last below 0 when overdrawn.

    used_ore: every cost of the pool, of loans (loans_ore) and recorded beside them (other_ore).
    settled_on: the last day of the latest month with usage, None before the first.
    run_out_on: the first day that the pot does not cover, None where it lasts the year or nothing
    is used yet; year_end_ore: what is likely used on 31 December. Both by the rule `run_out`: the
    cost of loans goes on as it was, the other costs stay what they are.
    months: from January to the latest with a cost. members: those that the actor may see.
    """

    year: int
    budget_ore: int
    used_ore: int
    left_ore: int
    loans_ore: int
    other_ore: int
    settled_on: date | None
    run_out_on: date | None
    year_end_ore: int | None
    months: tuple[MonthUse, ...]
    suppliers: tuple[SupplierUse, ...]
    members: tuple[MemberUse, ...]


def suppliers(work: Work) -> list[Supplier]:
    """All suppliers, by name."""
    work.require("emedia.see")
    return list(work.session.exec(select(Supplier).order_by(col(Supplier.name))))


def supplier_by_code(work: Work, code: str, *, lock: bool = False) -> Supplier:
    """The supplier with a code. lock: nobody else takes in its usage or prices till work closes."""
    rows = select(Supplier).where(Supplier.code == code)
    if lock:
        rows = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    supplier = work.session.exec(rows).first()
    if supplier is None:
        raise NotFound("There is no supplier {code}", code=code)
    return supplier


def prices(work: Work, supplier_code: str) -> list[LoanPrice]:
    """A supplier's prices, the earliest first."""
    work.require("emedia.see")
    return price_rows(work, supplier_by_code(work, supplier_code))


def price_rows(work: Work, supplier: Supplier) -> list[LoanPrice]:
    rows = select(LoanPrice).where(LoanPrice.supplier_id == supplier.id)
    return list(work.session.exec(rows.order_by(col(LoanPrice.from_on))))


def plain_prices(rows: list[LoanPrice]) -> tuple[Price, ...]:
    """Prices as the rules take them."""
    return tuple(Price(row.from_on, row.to_on, row.ore_per_loan) for row in rows)


def customers(work: Work, supplier_code: str) -> list[tuple[Member, str]]:
    """The ids under which a supplier knows the members that the actor sees, by member code."""
    scope = work.scope("emedia.see")
    supplier = supplier_by_code(work, supplier_code)
    rows = (
        select(Member, SupplierCustomer.customer_id)
        .join(SupplierCustomer, col(SupplierCustomer.member_id) == col(Member.id))
        .where(SupplierCustomer.supplier_id == supplier.id)
        .order_by(col(Member.code), col(SupplierCustomer.customer_id))
    )
    found = [(member, customer_id) for member, customer_id in work.session.exec(rows)]
    return [row for row in found if scope is None or row[0].code in scope]


def usage(work: Work, year: int) -> list[UsageRow]:
    """A year's usage of the members that the actor sees, by month, supplier and member code."""
    scope = work.scope("emedia.see")
    rows = _all_usage(work, year, costs_by_reference(work, year))
    return [row for row in rows if scope is None or row.member.code in scope]


def pot(work: Work, year: int) -> Pot:
    """How the pot of a year stands; the figures of members only within the actor's scope."""
    scope = work.scope("emedia.see")
    pool = pool_of_year(work, POOL, year)
    costs = actual_costs(work, pool)
    rows = _all_usage(work, year, {cost.reference: cost.amount_ore for cost in costs})
    used_ore = sum(cost.amount_ore for cost in costs)
    loans_ore = sum(row.cost_ore for row in rows)
    other_ore = used_ore - loans_ore
    settled_on = max((month_end(row.month) for row in rows), default=None)
    return Pot(
        year=year,
        budget_ore=pool.budget_ore,
        used_ore=used_ore,
        left_ore=pool.budget_ore - used_ore,
        loans_ore=loans_ore,
        other_ore=other_ore,
        settled_on=settled_on,
        run_out_on=run_out(pool.budget_ore - other_ore, loans_ore, settled_on, year)
        if settled_on
        else None,
        year_end_ore=other_ore + year_end_ore(loans_ore, settled_on, year) if settled_on else None,
        months=_months(rows, costs, year),
        suppliers=_suppliers(rows),
        members=tuple(use for use in _members(rows) if scope is None or use.code in scope),
    )


def costs_by_reference(work: Work, year: int) -> dict[str, int]:
    """What the pot's pool has paid in a year: reference → öre; nothing where there is no pool."""
    found = [pool for pool in pools(work, year) if pool.code == POOL]
    return {cost.reference: cost.amount_ore for pool in found for cost in actual_costs(work, pool)}


def _all_usage(work: Work, year: int, costs: Mapping[str, int]) -> list[UsageRow]:
    rows = (
        select(Usage, Supplier, Member)
        .join(Supplier, col(Supplier.id) == col(Usage.supplier_id))
        .join(Member, col(Member.id) == col(Usage.member_id))
        .where(Usage.month >= date(year, 1, 1), Usage.month <= date(year, 12, 31))
        .order_by(col(Usage.month), col(Supplier.code), col(Member.code))
    )
    return [
        UsageRow(
            supplier=supplier,
            member=member,
            month=row.month,
            loans=row.loans,
            cost_ore=costs.get(reference(supplier.code, row.month, member.code), 0),
            source=row.source,
        )
        for row, supplier, member in work.session.exec(rows)
    ]


def _months(rows: list[UsageRow], costs: list[ActualCost], year: int) -> tuple[MonthUse, ...]:
    loans: dict[int, int] = defaultdict(int)
    paid: dict[int, int] = defaultdict(int)
    for row in rows:
        loans[row.month.month] += row.loans
    for cost in costs:
        paid[cost.on_date.month] += cost.amount_ore
    used_ore, months = 0, []
    for month in range(1, max([*loans, *paid], default=0) + 1):
        used_ore += paid[month]
        months.append(MonthUse(date(year, month, 1), loans[month], paid[month], used_ore))
    return tuple(months)


def _suppliers(rows: list[UsageRow]) -> tuple[SupplierUse, ...]:
    latest = max((row.month for row in rows), default=None)
    by_code = defaultdict(list)
    for row in rows:
        by_code[row.supplier.code].append(row)
    return tuple(
        SupplierUse(
            code=code,
            name=theirs[0].supplier.name,
            loans=sum(row.loans for row in theirs),
            cost_ore=sum(row.cost_ore for row in theirs),
            last_month=theirs[-1].month,
            behind=theirs[-1].month != latest,
        )
        for code, theirs in sorted(by_code.items())
    )


def _members(rows: list[UsageRow]) -> tuple[MemberUse, ...]:
    by_code = defaultdict(list)
    for row in rows:
        by_code[row.member.code].append(row)
    return tuple(
        MemberUse(
            code=code,
            name=theirs[0].member.name,
            loans=sum(row.loans for row in theirs),
            cost_ore=sum(row.cost_ore for row in theirs),
        )
        for code, theirs in sorted(by_code.items())
    )
