"""Branches, their other names, their hours and the days they are closed."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Branch(Row, table=True):
    """A place where crates are left and fetched: a library, a book bus stop, a depot.

    kind: `main` (huvudbibliotek), `branch` (filial), `bus` (bokbuss), `bus_stop`, `depot`.
    slug: its name in addresses and plans. lat, lon: WGS 84; coordinate_basis says how exact.
    email: where messages to the branch go. merged_into_id, merged_on: the branch that took over
    from that day; what happened before stays its own.
    """

    __table_args__ = (
        CheckConstraint("kind in ('main','branch','bus','bus_stop','depot')", name="known_kind"),
        CheckConstraint("lat between -90 and 90 and lon between -180 and 180", name="on_earth"),
    )

    id: int = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str = Field(unique=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    kind: str
    locality: str
    lat: float
    lon: float
    coordinate_basis: str = ""
    source: str = ""
    email: str = ""
    merged_into_id: int | None = Field(default=None, foreign_key="branch.id")
    merged_on: date | None = None


class BranchPlace(Row, table=True):
    """Where a branch lies, and what it is called, from a day on; the branch's own row has today's.

    The last one to begin holds. lat, lon: WGS 84.
    """

    __table_args__ = (
        UniqueConstraint("branch_id", "from_on"),
        CheckConstraint("lat between -90 and 90 and lon between -180 and 180", name="on_earth"),
    )

    id: int = Field(default=None, primary_key=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    from_on: date
    name: str
    locality: str
    lat: float
    lon: float
    coordinate_basis: str = ""
    entered_by: str
    entered_at: datetime


class BranchAlias(Row, table=True):
    """Another name under which lists and carriers know a branch."""

    id: int = Field(default=None, primary_key=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    name: str = Field(unique=True)


class OpeningHours(Row, table=True):
    """Staffed hours of a weekday (0 Monday … 6 Sunday), Swedish time."""

    __table_args__ = (
        UniqueConstraint("branch_id", "weekday"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("closes > opens", name="in_order"),
    )

    id: int = Field(default=None, primary_key=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    weekday: int
    opens: time
    closes: time


class Closure(Row, table=True):
    """Days, both inclusive, on which a branch takes no deliveries; lifted ones are kept."""

    __table_args__ = (CheckConstraint("to_on >= from_on", name="in_order"),)

    id: int = Field(default=None, primary_key=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    from_on: date = Field(index=True)
    to_on: date
    reason: str
    entered_by: str
    entered_at: datetime
    lifted_at: datetime | None = None
