"""The cooperation agreement, its parties and its clauses."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Agreement(Row, table=True):
    """An agreement between members, in force on its days, both inclusive.

    open_figures: each member may see what every other member pays, not its own share only.
    """

    __table_args__ = (CheckConstraint("to_on is null or to_on >= from_on", name="in_order"),)

    id: int = Field(default=None, primary_key=True)
    title: str = Field(unique=True)
    from_on: date
    to_on: date | None = None
    example: bool = False
    open_figures: bool = False


class AgreementParty(Row, table=True):
    """A member that has signed an agreement."""

    __table_args__ = (UniqueConstraint("agreement_id", "member_id"),)

    id: int = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)


class Clause(Row, table=True):
    """A clause of an agreement, as it reads from a day on. number: as written there, `§ 7.1`."""

    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    number: str
    text: str
    from_on: date
