"""What an issued line rests on, as it is stored: read in few statements, told by reasons.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from consortium.agreements.queries import figures_are_open
from consortium.billing.periods import FINAL, REGULAR
from consortium.billing.rules import CONTRIBUTION, SETTLED
from consortium.billing.settlements import GIVEN_KEY
from consortium.billing.tables import Invoice, InvoiceLine, InvoiceRun, RunCase
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.tables import BudgetLine, CostPool
from consortium.measures.tables import Measure
from consortium.members.tables import Member

_original = aliased(InvoiceLine)
_credited = aliased(Invoice)
_COLUMNS: Final[tuple[Any, ...]] = (
    col(Member.code).label("member"),
    Member.name,
    col(Invoice.id).label("invoice"),
    Invoice.number,
    Invoice.document,
    col(Invoice.month).label("period"),
    cast(col(Invoice.paper), Text).label("paper"),
    InvoiceLine.position,
    InvoiceLine.kind,
    InvoiceLine.month,
    InvoiceLine.net_ore,
    InvoiceLine.snapshot,
    col(InvoiceLine.pool_id).label("pool"),
    col(InvoiceLine.key).label("key"),
    col(_credited.number).label("credited"),
    col(_original.position).label("credited_line"),
    CostPool.year,
    CostPool.budget_ore,
    cast(col(RunCase.basis), Text).label("basis"),
    RunCase.from_on,
    InvoiceRun.stage,
    InvoiceRun.purpose,
    InvoiceRun.approved_at,
    InvoiceRun.approved_by,
)
_LINE: Final = (
    select(*_COLUMNS)
    .select_from(InvoiceLine)
    .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
    .join(Member, col(Member.id) == col(Invoice.member_id))
    .join(_original, col(_original.id) == col(InvoiceLine.credits_id), isouter=True)
    .join(_credited, col(_credited.id) == col(_original.invoice_id), isouter=True)
    .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id), isouter=True)
    .join(RunCase, col(RunCase.id) == col(InvoiceLine.case_id), isouter=True)
    .join(InvoiceRun, col(InvoiceRun.id) == col(RunCase.run_id), isouter=True)
    .where(col(Invoice.number) == bindparam("number"))
    .where(col(InvoiceLine.position) == bindparam("position"))
)
_NAMES: Final = select(col(Measure.code), col(Measure.name), col(Measure.name_en)).order_by(
    col(Measure.code)
)
_BUDGET: Final = (
    select(col(BudgetLine.text), col(BudgetLine.account), col(BudgetLine.amount_ore))
    .where(col(BudgetLine.pool_id) == bindparam("pool"))
    .order_by(col(BudgetLine.position))
)
_BILLED_COLUMNS: Final[tuple[Any, ...]] = (
    Invoice.number,
    Invoice.document,
    InvoiceLine.month,
    InvoiceLine.position,
    InvoiceLine.net_ore,
    InvoiceLine.kind,
    InvoiceLine.key,
    col(_original.key).label("original"),
)
_BILLED: Final = (
    select(*_BILLED_COLUMNS)
    .select_from(InvoiceLine)
    .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
    .join(Member, col(Member.id) == col(Invoice.member_id))
    .join(_original, col(_original.id) == col(InvoiceLine.credits_id), isouter=True)
    .where(col(Invoice.id) < bindparam("invoice"), col(Member.code) == bindparam("member"))
    .where(col(InvoiceLine.pool_id) == bindparam("pool"))
    .where(col(InvoiceLine.month).between(bindparam("first"), bindparam("last")))
    .order_by(col(Invoice.id), col(InvoiceLine.position))
)


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line that was invoiced, or credited (negative), before a settlement."""

    number: str
    document: str
    month: date
    position: int
    net_ore: int


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """A line of an invoice or credit note with all that it rests on; equal where nothing differs.

    paper, basis: JSON as stored, basis empty for interest. credits: number and position of the
    line that it takes back. given: about what is given beside the key. final: what the pool came
    to was shared, not its budget. year_ore, budget: the pool's budget as it is now, its lines as
    text, account, öre. before: of a settlement, what was invoiced. names: measure code, name, name
    in English. everyone: the asker may see what the other members pay.
    """

    number: str
    document: str
    member: str
    name: str
    period: date
    paper: str
    position: int
    kind: str
    month: date
    net_ore: int
    snapshot: str
    credits: tuple[str, int] | None
    given: bool
    basis: str
    from_on: date
    final: bool
    settled: bool
    approved_at: datetime | None
    approved_by: str
    year_ore: int
    budget: tuple[tuple[str, str, int], ...]
    before: tuple[BilledLine, ...]
    names: tuple[tuple[str, str, str], ...]
    everyone: bool


def line_evidence(work: Work, number: str, position: int) -> LineEvidence:
    """What line `position` (from 1) of an invoice rests on; NotFound outside the scope."""
    scope = work.scope("billing.see")
    connection = work.session.connection()
    row = connection.execute(_LINE, {"number": number, "position": position}).first()
    if row is None or (scope is not None and row.member not in scope):
        raise NotFound("Invoice {number} has no line {position}", number=number, position=position)
    shared = row.basis is not None and row.credited is None
    given = row.kind == CONTRIBUTION or GIVEN_KEY in (row.key or "")
    final = shared and (row.stage == FINAL or row.purpose != REGULAR)
    budget = connection.execute(_BUDGET, {"pool": row.pool}) if shared and not final else ()
    names = connection.execute(_NAMES) if shared else ()
    return LineEvidence(
        row.number,
        row.document,
        row.member,
        row.name,
        row.period,
        row.paper,
        row.position,
        row.kind,
        row.month,
        row.net_ore,
        row.snapshot,
        (row.credited, row.credited_line) if row.credited is not None else None,
        given,
        row.basis or "",
        row.from_on or row.month,
        final,
        row.kind == SETTLED,
        row.approved_at,
        row.approved_by or "",
        row.budget_ore or 0,
        tuple((text, account, ore) for text, account, ore in budget),
        tuple(_before(connection.execute, row, given=given)) if row.kind == SETTLED else (),
        tuple((code, name, name_en) for code, name, name_en in names),
        scope is None or figures_are_open(work),
    )


def _before(execute: Any, row: Any, *, given: bool) -> Sequence[BilledLine]:
    """The lines that a settlement compares with: before it, of its pool's days and kind."""
    asked = {
        "invoice": row.invoice,
        "member": row.member,
        "pool": row.pool,
        "first": row.from_on,
        "last": date(row.year, MONTHS_A_YEAR, 1),
    }
    return [
        BilledLine(line.number, line.document, line.month, line.position, line.net_ore)
        for line in execute(_BILLED, asked)
        if given == (line.kind == CONTRIBUTION or GIVEN_KEY in (line.original or line.key or ""))
    ]
