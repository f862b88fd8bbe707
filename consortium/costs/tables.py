"""Cost pools, who shares each, by which key, and what they cost."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class CostPool(Row, table=True):
    """Costs of a year that members share by a key. budget_ore: the year's, contributions included.

    everyone: all municipalities that are members take part; else those with a Participation.
    place: its position in lists, on invoices and in the books.
    """

    __table_args__ = (
        UniqueConstraint("code", "year"),
        CheckConstraint("budget_ore >= 0", name="not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str
    year: int = Field(index=True)
    place: int
    name: str
    name_en: str
    budget_ore: int = Field(sa_type=BigInteger)
    everyone: bool = True


class Participation(Row, table=True):
    """A member's part in a pool that not everyone shares; both days inclusive, None: the year's."""

    __table_args__ = (UniqueConstraint("pool_id", "member_id"),)

    id: int = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    from_on: date | None = None
    to_on: date | None = None


class Contribution(Row, table=True):
    """What somebody gives to a pool in its year beside the key; taken off before the split."""

    __table_args__ = (
        UniqueConstraint("pool_id", "member_id"),
        CheckConstraint("amount_ore > 0", name="positive"),
    )

    id: int = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    amount_ore: int = Field(sa_type=BigInteger)


class VatTreatment(Row, table=True):
    """How a pool is taxed from a day on. A setting, never decided in code.

    category: `S` rated, `E` exempt, `O` outside (EN 16931). percent: 25, 12 or 6 with `S`.
    reason: stands on the invoice with `E` and `O`. confirmed: the host's VAT officer has said so.
    """

    __table_args__ = (
        UniqueConstraint("pool_id", "from_on"),
        CheckConstraint(
            "(category = 'S' and percent in (25, 12, 6) and reason = '')"
            " or (category in ('E', 'O') and percent is null and reason <> '')",
            name="whole",
        ),
    )

    id: int = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    from_on: date
    category: str
    percent: int | None = None
    reason: str = ""
    confirmed: bool = False


class KeyVersion(Row, table=True):
    """An allocation key (ALLOCATION: the case's `key`) as it holds for a pool on its days.

    clause_id: the clause of the agreement it rests on. approved_by, approved_at: who decided.
    previous_ore: member code → öre of the year before, where a limit compares with it.
    """

    __table_args__ = (
        UniqueConstraint("pool_id", "from_on"),
        CheckConstraint("to_on >= from_on", name="in_order"),
    )

    id: int = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    from_on: date
    to_on: date
    clause_id: int = Field(foreign_key="clause.id", index=True)
    key: dict[str, Any] = Field(sa_type=JSON)
    previous_ore: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    approved_by: str
    approved_at: datetime


class ActualCost(Row, table=True):
    """What the host has paid or used for a pool. reference: what the row is, so never twice."""

    id: int = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    reference: str = Field(unique=True)
    on_date: date = Field(index=True)
    supplier: str
    text: str
    amount_ore: int = Field(sa_type=BigInteger)
    entered_by: str
    entered_at: datetime
