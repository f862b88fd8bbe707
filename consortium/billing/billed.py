"""Questions about what has been billed: the lines that stand, and what was taken off them."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, func, or_, select

from consortium.billing.periods import stem_of
from consortium.billing.rules import (
    CONTRIBUTION,
    GIVEN,
    INVOICE,
    ISSUED,
    SHARE,
    Before,
    Draft,
    Line,
    finish,
    line_key,
)
from consortium.billing.tables import Invoice, InvoiceLine, RunCase
from consortium.core.db import sum_ore
from consortium.core.work import Work
from consortium.costs.tables import CostPool
from consortium.members.tables import Member

_HEAD: Final[tuple[Any, ...]] = (
    Invoice.id,
    Invoice.number,
    Invoice.key,
    Invoice.kind,
    Member.code,
    Member.name,
)
_LINE: Final[tuple[Any, ...]] = (
    CostPool.code,
    CostPool.place,
    InvoiceLine.month,
    InvoiceLine.kind,
    InvoiceLine.net_ore,
    InvoiceLine.category,
    InvoiceLine.percent,
)
"""The columns that a BilledLine and its Line begin with."""


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of an issued invoice. credited_ore: what credit notes took off it, mostly negative.

    credits: how many did. key: of its invoice. of_invoice: `rated` or `outside`.
    """

    invoice_id: int
    number: str
    key: str
    of_invoice: str
    member: str
    name: str
    line: Line
    credited_ore: int
    credits: int

    @property
    def stands(self) -> bool:
        """Whether it is not credited whole."""
        return not self.credits or self.line.net_ore + self.credited_ore != 0


def billed_lines(work: Work, months: Sequence[date]) -> list[BilledLine]:
    """The shares of and contributions to `months` that have been invoiced, by invoice."""
    within = col(InvoiceLine.month).between(min(months), max(months))
    off = _taken_off(within)
    columns: tuple[Any, ...] = (*_HEAD, *_LINE, off.c.ore, off.c.count)
    rows = (
        select(*columns)
        .join(InvoiceLine, col(InvoiceLine.invoice_id) == col(Invoice.id))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id))
        .join(off, off.c.line_id == col(InvoiceLine.id), isouter=True)
        .where(within, col(InvoiceLine.kind).in_((SHARE, CONTRIBUTION)))
        .where(Invoice.document == INVOICE, col(InvoiceLine.credits_id).is_(None))
        .order_by(col(Invoice.id), col(InvoiceLine.position))
    )
    return [_billed(row) for row in work.session.execute(rows)]


def _taken_off(within: Any) -> Any:
    """What credit notes took off each line of some months: line_id, ore and count."""
    return (
        select(
            col(InvoiceLine.credits_id).label("line_id"),
            sum_ore(InvoiceLine.net_ore).label("ore"),
            func.count().label("count"),
        )
        .where(within, col(InvoiceLine.credits_id).is_not(None))
        .group_by(col(InvoiceLine.credits_id))
        .subquery()
    )


def _billed(row: Any) -> BilledLine:
    invoice_id, number, key, of_invoice, member, name = row[: len(_HEAD)]
    pool, place, month, kind, net_ore, category, percent, ore, count = row[len(_HEAD) :]
    reason = GIVEN if kind == CONTRIBUTION else ""
    return BilledLine(
        invoice_id=invoice_id,
        number=number,
        key=key,
        of_invoice=of_invoice,
        member=member,
        name=name,
        line=Line(pool, place, month, kind, net_ore, category, percent, reason),
        credited_ore=int(ore or 0),
        credits=count or 0,
    )


def issued_drafts(lines: Sequence[BilledLine], but: Collection[int]) -> Iterator[Draft]:
    """The issued invoices that `lines` stand on, each with those of them; `but`: ids to leave."""
    by_invoice: dict[int, list[BilledLine]] = {}
    for line in lines:
        if line.stands and line.invoice_id not in but:
            by_invoice.setdefault(line.invoice_id, []).append(line)
    for those in by_invoice.values():
        head = those[0]
        of_invoice = tuple(line.line for line in those)
        draft = Draft(head.key, head.member, head.name, head.of_invoice, of_invoice, ISSUED)
        yield finish(draft, (), head.number)


def before_of(
    work: Work, cut: str, lines: Sequence[BilledLine], but: Collection[int] = ()
) -> Before:
    """What was billed before of a period by that name. but: invoices that are being replaced."""
    keys = select(Invoice.key).where(col(Invoice.key).startswith(f"{cut}/", autoescape=True))
    return Before(
        Counter(stem_of(key) for key in work.session.exec(keys)),
        Counter(line_key(row.member, row.line) for row in lines),
        frozenset(
            line_key(row.member, row.line)
            for row in lines
            if row.stands and row.invoice_id not in but
        ),
    )


def invoices_of_run(work: Work, run_id: int) -> list[Invoice]:
    """The invoices of a run, and those of later runs that rest on a case that it froze."""
    cases = select(RunCase.id).where(RunCase.run_id == run_id)
    resting = select(InvoiceLine.invoice_id).where(col(InvoiceLine.case_id).in_(cases))
    rows = (
        select(Invoice)
        .where(Invoice.document == INVOICE, col(Invoice.credits_id).is_(None))
        .where(or_(Invoice.run_id == run_id, col(Invoice.id).in_(resting)))
    )
    return list(work.session.exec(rows.order_by(col(Invoice.id))))
