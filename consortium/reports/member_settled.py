"""How a member's part of a settlement came about: each pool's cost, key, share, invoices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from consortium.billing.differences import Difference
from consortium.billing.rules import CONTRIBUTION, SplitPool
from consortium.billing.settlements import GIVEN_KEY, previewed
from consortium.billing.tables import Invoice, InvoiceLine
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import NotFound
from consortium.core.words import Say
from consortium.core.work import Work
from consortium.costs.explaining import Explanation, explain
from consortium.costs.tables import CostPool
from consortium.measures.queries import measures
from consortium.members.queries import member_by_code
from consortium.reports.settled import Compared


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of an invoice or a credit note (negative), about a pool's month."""

    number: str
    document: str
    issued_on: date
    pool: str
    month: date
    given: bool
    net_ore: int


@dataclass(frozen=True, slots=True)
class PoolPart:
    """A member's part of a pool's days, months `from_on` to `to_month`.

    given: what it gives beside the key. explanation: of the share; None where no key makes it.
    lines: what has been invoiced of it; a host's own share is booked, without invoices.
    """

    code: str
    name: str
    name_en: str
    from_on: date
    to_month: int
    cost_ore: int
    split_ore: int
    key_name: str
    clause: str
    given: bool
    compared: Compared
    explanation: Explanation | None
    lines: tuple[Billed, ...]


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A member's settlement of a year, as it stands now."""

    year: int
    code: str
    name: str
    host: bool
    parts: tuple[PoolPart, ...]

    @property
    def of_all(self) -> Compared:
        return sum((part.compared for part in self.parts), Compared())


def member_settled(work: Work, year: int, code: str, say: Say) -> MemberPage:
    """How a member's settlement of a year came about; NotFound outside the actor's scope."""
    scope = work.scope("billing.see")
    if scope is not None and code not in scope:
        raise NotFound("No member has the code {code}", code=code)
    member, view = member_by_code(work, code), previewed(work, year)
    names = {measure.code: measure.name for measure in measures(work)}
    pools = {(pool.terms.basis.pool, pool.terms.from_on): pool for pool in view.pools}
    lines = list(_billed(work, year, code))
    parts = tuple(
        _part(row, pools[row.line.pool, row.line.month], lines, (names, say))
        for row in view.found
        if row.member == code and (row.actual_ore or row.invoiced_ore)
    )
    return MemberPage(year, code, member.name, code == view.host.member.code, parts)


def _part(
    row: Difference,
    pool: SplitPool,
    lines: Sequence[Billed],
    worded: tuple[dict[str, str], Say],
) -> PoolPart:
    terms, outcome = pool.terms, pool.outcome
    shared = not row.given and row.member in outcome.shares
    months = range(terms.from_on.month, terms.basis.month + 1)
    return PoolPart(
        terms.basis.pool,
        terms.name,
        terms.name_en,
        terms.from_on,
        terms.basis.month,
        outcome.cost_ore,
        outcome.split_ore,
        terms.key_name,
        terms.clause,
        row.given,
        Compared(row.actual_ore, row.invoiced_ore),
        explain(outcome, row.member, *worded) if shared else None,
        tuple(
            line
            for line in lines
            if (line.pool, line.given) == (terms.basis.pool, row.given)
            and line.month.month in months
        ),
    )


def _billed(work: Work, year: int, code: str) -> Iterator[Billed]:
    """What has been invoiced a member about months of a year, in the order of invoices."""
    member = member_by_code(work, code)
    original = InvoiceLine.__table__.alias("original")  # type: ignore[attr-defined]
    columns: tuple[Any, ...] = (
        Invoice.number,
        Invoice.document,
        Invoice.issued_on,
        InvoiceLine,
        CostPool.code,
        original.c.key,
    )
    rows = (
        select(*columns)
        .select_from(Invoice)
        .join(InvoiceLine, col(InvoiceLine.invoice_id) == col(Invoice.id))
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id))
        .join(original, original.c.id == col(InvoiceLine.credits_id), isouter=True)
        .where(Invoice.member_id == member.id)
        .where(col(InvoiceLine.month).between(date(year, 1, 1), date(year, MONTHS_A_YEAR, 31)))
        .order_by(col(Invoice.id), col(InvoiceLine.position))
    )
    for number, document, issued_on, line, pool, credited in work.session.execute(rows):
        given = line.kind == CONTRIBUTION or GIVEN_KEY in (credited or line.key or "")
        yield Billed(number, document, issued_on, pool, line.month, given, line.net_ore)
