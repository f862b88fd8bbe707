"""Crates, the ledger of what happens to them, delivery points, and samples of the volumes."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Crate(Row, table=True):
    """A transport crate. code: what its barcode says, `LD` and six digits, never used again."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    home_id: int = Field(foreign_key="branch.id", index=True)
    registered_on: date


class CrateEvent(Row, table=True):
    """Something that happened to a crate at a branch; only added, in any order, repeats ignored.

    event: the name that whoever noted it gave it, by which a repeat is known. destination_id:
    where a `packed` crate goes. on_date: the Swedish day of `at`, by which months are counted.
    vehicle: the van's code, where one was there. withdrawn: noted by mistake; counts for nothing.
    """

    __table_args__ = (
        CheckConstraint(
            "kind in ('packed', 'collected', 'at_depot', 'loaded', 'delivered', 'emptied', "
            "'lost', 'found')",
            name="known_kind",
        ),
        CheckConstraint("destination_id <> branch_id", name="goes_somewhere"),
        Index("ix_crateevent_crate_at", "crate_id", "at"),
        Index("ix_crateevent_branch_at", "branch_id", "at"),
    )

    id: int = Field(default=None, primary_key=True)
    event: str = Field(unique=True, max_length=64)
    crate_id: int = Field(foreign_key="crate.id")
    kind: str
    branch_id: int = Field(foreign_key="branch.id")
    destination_id: int | None = Field(default=None, foreign_key="branch.id")
    at: datetime
    on_date: date = Field(index=True)
    vehicle: str = ""
    entered_by: str
    entered_at: datetime
    withdrawn: bool = False


class CrateState(Row, table=True):
    """Where a crate is by all its events: made from them alone, and anew at any time.

    state: the kind of its last event. branch_id: where that was. origin_id, destination_id: of the
    journey that it is on, None where it is on none. since: when the last event happened.
    """

    crate_id: int = Field(foreign_key="crate.id", primary_key=True)
    event_id: int = Field(foreign_key="crateevent.id")
    state: str = Field(index=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    origin_id: int | None = Field(default=None, foreign_key="branch.id", index=True)
    destination_id: int | None = Field(default=None, foreign_key="branch.id", index=True)
    vehicle: str = ""
    since: datetime
    packed_at: datetime | None = None


class DeliveryPoint(Row, table=True):
    """What a driver has to know of a branch. has_key: it can be served while it is closed.

    empties_kept: how many empty crates it wants to have at hand. feed_version: of the address of
    its calendar; raised, the address changes.
    """

    __table_args__ = (CheckConstraint("empties_kept >= 0", name="not_negative"),)

    branch_id: int = Field(foreign_key="branch.id", primary_key=True)
    has_key: bool = False
    instructions: str = ""
    empties_kept: int = 0
    feed_version: int = 1


class VolumeSample(Row, table=True):
    """A count of crates on some days, from which the volumes of a whole time are estimated.

    days: the drawn dates, ISO 8601, between from_on and to_on. seed: they were drawn with it.
    """

    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="in_order"),
        CheckConstraint("state in ('open', 'closed')", name="known_state"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    from_on: date
    to_on: date
    days: list[str] = Field(sa_type=JSON)
    seed: int
    state: str = "open"
    made_by: str
    made_at: datetime


class VolumeCount(Row, table=True):
    """Crates that a branch sent and received on a day of a sample."""

    __table_args__ = (
        UniqueConstraint("sample_id", "on_date", "branch_id"),
        CheckConstraint("sent >= 0 and received >= 0", name="not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    sample_id: int = Field(foreign_key="volumesample.id", index=True)
    on_date: date
    branch_id: int = Field(foreign_key="branch.id", index=True)
    sent: int
    received: int
    entered_by: str
    entered_at: datetime
