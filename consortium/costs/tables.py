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
    """What the host has paid or used for a pool. reference: what the row is, so never twice.

    account: of the host's books, may be empty. from_on, to_on: the time it is for, both inclusive,
    where that is not its own day; then it weighs on each month of that time in equal parts.
    """

    __table_args__ = (
        CheckConstraint(
            "(from_on is null and to_on is null) or (from_on is not null and to_on >= from_on)",
            name="whole_time",
        ),
    )

    id: int = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    reference: str = Field(unique=True)
    on_date: date = Field(index=True)
    supplier: str
    text: str
    amount_ore: int = Field(sa_type=BigInteger)
    account: str = ""
    from_on: date | None = None
    to_on: date | None = None
    entered_by: str
    entered_at: datetime


class CostAttachment(Row, table=True):
    """A supplier's invoice, or another paper, that a cost rests on. name: of the file."""

    __table_args__ = (UniqueConstraint("cost_id", "sha256"),)

    id: int = Field(default=None, primary_key=True)
    cost_id: int = Field(foreign_key="actualcost.id", index=True)
    sha256: str = Field(foreign_key="document.sha256", index=True)
    name: str
    attached_by: str
    attached_at: datetime


class BudgetLine(Row, table=True):
    """What a pool's budget is made of; a pool that has lines has their sum as its budget.

    account: of the host's books (Kommun-Bas), may be empty. A line may be negative (an income).
    """

    __table_args__ = (UniqueConstraint("pool_id", "position"),)

    id: int = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    position: int
    text: str
    account: str = ""
    amount_ore: int = Field(sa_type=BigInteger)


class CostForecast(Row, table=True):
    """What somebody expects a pool's whole year to cost, as judged on a day; the latest holds."""

    id: int = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    on_date: date
    amount_ore: int = Field(sa_type=BigInteger)
    why: str = ""
    made_by: str
    made_at: datetime


class BudgetRound(Row, table=True):
    """A version of next year's figures as it was sent to the members, kept as it was.

    figures: pools with budgets, and each member's share of each, in öre; sha256: of them as
    canonical JSON. state: `sent`, `replaced` by a later version, or `decided`.
    """

    __table_args__ = (
        UniqueConstraint("year", "version"),
        CheckConstraint("state in ('sent', 'replaced', 'decided')", name="known_state"),
    )

    id: int = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    version: int
    state: str = "sent"
    reply_by: date
    message: str = ""
    figures: dict[str, Any] = Field(sa_type=JSON)
    sha256: str
    sent_by: str
    sent_at: datetime
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


class BudgetComment(Row, table=True):
    """What a member says of a version. stance: `agrees`, `objects` or `asks`."""

    __table_args__ = (
        CheckConstraint("stance in ('agrees', 'objects', 'asks')", name="known_stance"),
    )

    id: int = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="budgetround.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    stance: str
    text: str
    written_by: str
    written_at: datetime


class VotingRule(Row, table=True):
    """How an agreement weighs votes from a day on: `votes` in all, shared by a key (ALLOCATION).

    body: who votes, as `Styrgruppen`. The key's parts and rounding are those of a cost key, with
    votes in the place of öre.
    """

    __table_args__ = (
        UniqueConstraint("body", "from_on"),
        CheckConstraint("votes > 0", name="positive"),
    )

    id: int = Field(default=None, primary_key=True)
    body: str
    from_on: date
    votes: int
    clause_id: int = Field(foreign_key="clause.id", index=True)
    key: dict[str, Any] = Field(sa_type=JSON)
    approved_by: str
    approved_at: datetime
