"""What loans become: a cost of the pot's pool, and a measure that keys can weigh by."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import col, select

from consortium.core.errors import Conflict
from consortium.core.work import Work
from consortium.costs.queries import pool_of_year
from consortium.costs.recording import NewCost, replace_costs
from consortium.emedia.queries import costs_by_reference
from consortium.emedia.rules import (
    MEASURE,
    POOL,
    Price,
    cost_ore,
    month_end,
    month_name,
    months_text,
    price_on,
    reference,
)
from consortium.emedia.tables import LoanPrice, Supplier, Usage
from consortium.measures.entering import put_values
from consortium.measures.queries import measure_by_code, snapshot_of
from consortium.members.tables import Member

Used = tuple[Supplier, Member, Usage]


def record_costs(work: Work, used: Sequence[Used], prices: Mapping[str, Sequence[Price]]) -> None:
    """Let the usage cost its pool what its price says, in place of what it cost before.

    prices: supplier code → prices; one holds on the first day of every month used. Each row is
    rounded by itself, half up to the öre, and is dated the last day of its month.
    """
    pools = {year: pool_of_year(work, POOL, year) for year in {row.month.year for *_, row in used}}
    for supplier, member, row in used:
        price = price_on(prices[supplier.code], row.month)
        if price is None:
            raise Conflict(
                "{supplier} has no price on {day}",
                supplier=supplier.code,
                day=row.month.isoformat(),
            )
        known_as = reference(supplier.code, row.month, member.code)
        month, ore = month_name(row.month), price.ore_per_loan
        cost = NewCost(
            reference=known_as,
            on_date=month_end(row.month),
            supplier=supplier.name,
            text=f"{member.name} {month}: {row.loans} × {ore} öre",
            amount_ore=cost_ore(row.loans, ore),
        )
        replace_costs(work, pools[row.month.year], known_as, [cost])


def cost_again(work: Work, supplier: Supplier, price: LoanPrice) -> tuple[int, int]:
    """Cost anew what is used at a supplier in months that begin on a price's days.

    Returns what those months cost before and after, in öre.
    """
    rows = (
        select(Member, Usage)
        .join(Usage, col(Usage.member_id) == col(Member.id))
        .where(Usage.supplier_id == supplier.id, Usage.month >= price.from_on)
        .order_by(col(Usage.month), col(Member.code))
    )
    used = [
        (supplier, member, row)
        for member, row in work.session.exec(rows)
        if price.to_on is None or row.month <= price.to_on
    ]
    before_ore = _recorded_ore(work, used)
    plain = Price(price.from_on, price.to_on, price.ore_per_loan)
    record_costs(work, used, {supplier.code: [plain]})
    return before_ore, sum(cost_ore(row.loans, price.ore_per_loan) for _, _, row in used)


def require_open(work: Work, years: Sequence[int]) -> None:
    """Refuse, as Conflict, where the loans of one of the years are locked."""
    measure = measure_by_code(work, MEASURE)
    for year in years:
        if snapshot_of(work, measure, _dated(year)):
            raise Conflict(
                "The values of {code} on {day} are locked",
                code=MEASURE,
                day=_dated(year).isoformat(),
                remedy="Usage of that year can no longer change",
            )


def record_loans(work: Work, year: int) -> None:
    """Enter each member's loans of a year as the measure, dated its 31 December.

    The source says which months of which supplier are counted.
    """
    loans: dict[str, int] = defaultdict(int)
    counted: dict[str, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    rows = (
        select(Member.code, Supplier.code, col(Usage.month), Usage.loans)
        .join(Usage, col(Usage.member_id) == col(Member.id))
        .join(Supplier, col(Supplier.id) == col(Usage.supplier_id))
        .where(Usage.month >= date(year, 1, 1), Usage.month <= _dated(year))
        .order_by(col(Member.code), col(Supplier.code), col(Usage.month))
    )
    for member, supplier, month, number in work.session.exec(rows):
        loans[member] += number
        counted[member][supplier].append(month)
    by_source: dict[str, dict[str, str]] = defaultdict(dict)
    for member, months in counted.items():
        by_source[_source(months)][member] = str(loans[member])
    for source, values in sorted(by_source.items()):
        put_values(work, MEASURE, _dated(year), values, source)


def _recorded_ore(work: Work, used: Sequence[Used]) -> int:
    years = sorted({row.month.year for _, _, row in used})
    costs = {name: ore for year in years for name, ore in costs_by_reference(work, year).items()}
    return sum(
        costs.get(reference(supplier.code, row.month, member.code), 0)
        for supplier, member, row in used
    )


def _source(months: Mapping[str, Sequence[date]]) -> str:
    """As `E-media: e-books 2026-01–2026-10; film 2026-03`."""
    parts = [f"{supplier} {months_text(theirs)}" for supplier, theirs in sorted(months.items())]
    return "E-media: " + "; ".join(parts)


def _dated(year: int) -> date:
    return date(year, 12, 31)
