"""Crates and their journeys, vehicles, the week's route templates, and the plans made of them."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from consortium.core.db import Row


class Crate(Row, table=True):
    """A transport crate. code: what its barcode says, `LD` and six digits, never used again."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    home_id: int = Field(foreign_key="branch.id", index=True)
    registered_on: date


class CrateTrip(Row, table=True):
    """One journey of a crate from a branch to another.

    state: `packed` (waits at its origin), `collected` (in a van or at the depot), `delivered`
    (left at its destination), `received` (taken care of there). One open journey a crate.
    """

    __table_args__ = (
        CheckConstraint(
            "state in ('packed', 'collected', 'delivered', 'received')", name="known_state"
        ),
        CheckConstraint("origin_id <> destination_id", name="goes_somewhere"),
        Index(
            "uq_cratetrip_open",
            "crate_id",
            unique=True,
            sqlite_where=text("state <> 'received'"),
            postgresql_where=text("state <> 'received'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    crate_id: int = Field(foreign_key="crate.id", index=True)
    origin_id: int = Field(foreign_key="branch.id", index=True)
    destination_id: int = Field(foreign_key="branch.id", index=True)
    state: str = Field(default="packed", index=True)
    packed_on: date


class CrateEvent(Row, table=True):
    """Something that happened to a crate on a journey, once: `packed`, `collected`, …

    branch_id: where. on_date: the Swedish day of `at`, by which months are counted.
    """

    __table_args__ = (
        UniqueConstraint("trip_id", "kind"),
        CheckConstraint(
            "kind in ('packed', 'collected', 'delivered', 'received')", name="known_kind"
        ),
    )

    id: int = Field(default=None, primary_key=True)
    trip_id: int = Field(foreign_key="cratetrip.id", index=True)
    kind: str
    branch_id: int = Field(foreign_key="branch.id", index=True)
    at: datetime
    on_date: date = Field(index=True)
    entered_by: str


class Vehicle(Row, table=True):
    """A van. shift: the earliest departure and the latest return. Costs in öre; depot: a branch."""

    __table_args__ = (
        CheckConstraint("capacity > 0", name="carries_something"),
        CheckConstraint("shift_to > shift_from", name="in_order"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    depot_id: int = Field(foreign_key="branch.id")
    capacity: int
    shift_from: time
    shift_to: time
    max_duration_s: int
    cost_per_km_ore: int = Field(sa_type=BigInteger)
    cost_per_hour_ore: int = Field(sa_type=BigInteger)
    fixed_ore: int = Field(sa_type=BigInteger)
    active: bool = True


class TemplateStop(Row, table=True):
    """A stop that a weekday (0 Monday … 4 Friday) has by the route template.

    window: when service may begin. required: else it is skipped where that is cheaper by skip_ore,
    unless crates wait there.
    """

    __table_args__ = (
        UniqueConstraint("weekday", "branch_id"),
        CheckConstraint("weekday between 0 and 4", name="weekday"),
        CheckConstraint("window_to > window_from", name="in_order"),
    )

    id: int = Field(default=None, primary_key=True)
    weekday: int = Field(index=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    window_from: time
    window_to: time
    service_s: int
    required: bool = True
    skip_ore: int = Field(default=0, sa_type=BigInteger)


class Plan(Row, table=True):
    """A transport plan of a date. revision 1 is the first; at most one is published a date.

    state: `published`, `proposed` (waits for a person's answer), `replaced`, `rejected`.
    case, plan: as ROUTING has them. reason: why it was made, for its reader.
    """

    __table_args__ = (
        UniqueConstraint("on_date", "revision"),
        CheckConstraint(
            "state in ('published', 'proposed', 'replaced', 'rejected')", name="known_state"
        ),
        Index(
            "uq_plan_published",
            "on_date",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    on_date: date = Field(index=True)
    revision: int
    state: str = Field(index=True)
    reason: str
    case: dict[str, Any] = Field(sa_type=JSON)
    plan: dict[str, Any] = Field(sa_type=JSON)
    snapshot: str
    made_by: str
    made_at: datetime
    answered_by: str = ""
    answered_at: datetime | None = None


class PlanDocument(Row, table=True):
    """A paper of a plan: `manifest` of a vehicle or the day's `labels`."""

    __table_args__ = (UniqueConstraint("plan_id", "form", "vehicle"),)

    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    form: str
    vehicle: str = ""
    sha256: str = Field(foreign_key="document.sha256")
