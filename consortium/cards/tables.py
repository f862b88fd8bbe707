"""Patrons and their shared cards. Nothing here knows a title: library secrecy."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from consortium.core.db import Row


class Patron(Row, table=True):
    """A person with a shared card, registered by one municipality. forget_on: when it is deleted.

    Only what the counter needs to hand over a card: a name and a year of birth.
    """

    __table_args__ = (CheckConstraint("birth_year between 1900 and 2100", name="plausible_year"),)

    id: int = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    name: str
    birth_year: int
    registered_at: datetime
    forget_on: date


class Card(Row, table=True):
    """A shared card. number: 14 digits (Codabar, mod 10), unique for all time, so never deleted.

    state: `valid`, `replaced`. A patron has one valid card. patron_id is emptied when the patron
    is forgotten.
    """

    __table_args__ = (
        CheckConstraint("state in ('valid', 'replaced')", name="known_state"),
        CheckConstraint("length(number) = 14", name="fourteen_digits"),
        Index(
            "uq_card_valid",
            "patron_id",
            unique=True,
            sqlite_where=text("state = 'valid'"),
            postgresql_where=text("state = 'valid'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    number: str = Field(unique=True, max_length=14)
    member_id: int = Field(foreign_key="member.id", index=True)
    patron_id: int | None = Field(default=None, foreign_key="patron.id", index=True)
    state: str = "valid"
    issued_at: datetime
    replaced_at: datetime | None = None


class CardSeries(Row, table=True):
    """The last serial number that a member's cards have taken; only ever raised."""

    member_id: int = Field(foreign_key="member.id", primary_key=True)
    last: int = 0


class CardBlock(Row, table=True):
    """A block (spärr) on a card, until it is lifted. reason: one of the card rules' reasons."""

    id: int = Field(default=None, primary_key=True)
    card_id: int = Field(foreign_key="card.id", index=True)
    reason: str
    set_by: str
    set_at: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None


class CardLook(Row, table=True):
    """That somebody looked up a card, and why; kept for the patron's and the auditor's sake."""

    id: int = Field(default=None, primary_key=True)
    card_id: int = Field(foreign_key="card.id", index=True)
    looked_by: str
    reason: str
    at: datetime = Field(index=True)
