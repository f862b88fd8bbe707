"""Vans, the week by weekday and season, distances, plans, the day as driven, and the carriers."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from consortium.core.db import Row


class Carrier(Row, table=True):
    """Who drives for the consortium. missed_stop_ore: what a stop that they miss costs them.

    clause: where the agreement says so.
    """

    __table_args__ = (CheckConstraint("missed_stop_ore >= 0", name="not_negative"),)

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    organisation_number: str = ""
    email: str = ""
    missed_stop_ore: int = Field(default=0, sa_type=BigInteger)
    clause: str = ""
    active: bool = True


class Vehicle(Row, table=True):
    """A van. shift: the earliest departure and the latest return. Costs in öre; depot: a branch.

    breaks: `[{"after_work_s": …, "duration_s": …}]`, as ROUTING has them. spare: it is only driven
    where more stops are served with it. carrier_id: who drives it, None for the host itself.
    """

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
    breaks: list[dict[str, int]] = Field(default_factory=list, sa_type=JSON)
    spare: bool = False
    carrier_id: int | None = Field(default=None, foreign_key="carrier.id")


class VehicleAbsence(Row, table=True):
    """Days, both inclusive, on which a van or its driver is missing; lifted ones are kept."""

    __table_args__ = (CheckConstraint("to_on >= from_on", name="in_order"),)

    id: int = Field(default=None, primary_key=True)
    vehicle_id: int = Field(foreign_key="vehicle.id", index=True)
    from_on: date = Field(index=True)
    to_on: date
    reason: str
    entered_by: str
    entered_at: datetime
    lifted_at: datetime | None = None


class Season(Row, table=True):
    """A part of the year with other routes or roads; of those that a date is in, the last to begin.

    driving_percent: how much longer every leg takes, in whole per cent (winter roads).
    """

    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="in_order"),
        CheckConstraint("driving_percent between 0 and 100", name="driving_percent"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    first_on: date = Field(index=True)
    last_on: date
    driving_percent: int = 0


class SpecialDay(Row, table=True):
    """A date that is not as its weekday: `no_traffic`, or driven `as_weekday` (0 Monday …)."""

    __table_args__ = (
        CheckConstraint("kind in ('no_traffic', 'as_weekday')", name="known_kind"),
        CheckConstraint(
            "(kind = 'as_weekday' and weekday between 0 and 4) or "
            "(kind = 'no_traffic' and weekday is null)",
            name="weekday",
        ),
    )

    id: int = Field(default=None, primary_key=True)
    on_date: date = Field(unique=True)
    kind: str
    weekday: int | None = None
    note: str = ""


class TemplateStop(Row, table=True):
    """A stop that a weekday (0 Monday … 4 Friday) has by the route template.

    season_id: only in that season, where it stands instead of the ordinary week's; served: else
    the season does without it. window, more_windows (`[["08:00", "10:00"]]`): when service may
    begin. required: else it is skipped where that is cheaper by skip_ore, unless crates wait
    there. usual_deliver, usual_collect: crates expected before anything has been counted.
    """

    __table_args__ = (
        Index(
            "uq_templatestop_ordinary",
            "weekday",
            "branch_id",
            unique=True,
            sqlite_where=text("season_id is null"),
            postgresql_where=text("season_id is null"),
        ),
        UniqueConstraint("season_id", "weekday", "branch_id"),
        CheckConstraint("weekday between 0 and 4", name="weekday"),
        CheckConstraint("window_to > window_from", name="in_order"),
        CheckConstraint("usual_deliver >= 0 and usual_collect >= 0", name="not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    season_id: int | None = Field(default=None, foreign_key="season.id", index=True)
    weekday: int = Field(index=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    window_from: time
    window_to: time
    service_s: int
    required: bool = True
    skip_ore: int = Field(default=0, sa_type=BigInteger)
    served: bool = True
    more_windows: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    usual_deliver: int = 0
    usual_collect: int = 0


class WeekPlan(Row, table=True):
    """The routes that a weekday of a season (None: the ordinary week) is known by.

    routes: `[{"vehicle", "stops", "arrivals"}]`, as `previous` of ROUTING. plan_id: the plan that
    they were taken from.
    """

    __table_args__ = (
        Index(
            "uq_weekplan_ordinary",
            "weekday",
            unique=True,
            sqlite_where=text("season_id is null"),
            postgresql_where=text("season_id is null"),
        ),
        UniqueConstraint("season_id", "weekday"),
        CheckConstraint("weekday between 0 and 4", name="weekday"),
    )

    id: int = Field(default=None, primary_key=True)
    season_id: int | None = Field(default=None, foreign_key="season.id")
    weekday: int
    routes: list[dict[str, Any]] = Field(sa_type=JSON)
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    made_by: str
    made_at: datetime


class ExtraStop(Row, table=True):
    """A stop of one date beside the week's, with the crates that are expected for it."""

    __table_args__ = (
        UniqueConstraint("on_date", "branch_id"),
        CheckConstraint("window_to > window_from", name="in_order"),
        CheckConstraint("deliver >= 0 and collect >= 0", name="not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    on_date: date = Field(index=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    deliver: int
    collect: int
    window_from: time
    window_to: time
    service_s: int
    note: str = ""
    entered_by: str
    entered_at: datetime


class BusCall(Row, table=True):
    """A call in a book bus's own timetable: every so many weeks from first_on, on its weekday.

    bus_id: a branch of kind `bus`. stop_id: a branch of kind `bus_stop`.
    """

    __table_args__ = (
        UniqueConstraint("bus_id", "stop_id", "weekday", "first_on"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("every_weeks between 1 and 8", name="every_weeks"),
        CheckConstraint("leaves > arrives", name="in_order"),
    )

    id: int = Field(default=None, primary_key=True)
    bus_id: int = Field(foreign_key="branch.id", index=True)
    stop_id: int = Field(foreign_key="branch.id", index=True)
    weekday: int
    every_weeks: int = 1
    first_on: date
    last_on: date | None = None
    arrives: time
    leaves: time


class Pin(Row, table=True):
    """A stop that is held to a van or to a place in its route: always, on a weekday, or on a date.

    position: empty, `first`, `last`, or a number from 1.
    """

    __table_args__ = (
        CheckConstraint("weekday is null or on_date is null", name="one_time"),
        CheckConstraint("vehicle_id is not null or position <> ''", name="holds_something"),
    )

    id: int = Field(default=None, primary_key=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    weekday: int | None = None
    on_date: date | None = Field(default=None, index=True)
    vehicle_id: int | None = Field(default=None, foreign_key="vehicle.id")
    position: str = ""
    entered_by: str
    entered_at: datetime


class Apart(Row, table=True):
    """Two branches that never share a route; the smaller id stands first."""

    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    id: int = Field(default=None, primary_key=True)
    first_id: int = Field(foreign_key="branch.id")
    second_id: int = Field(foreign_key="branch.id", index=True)
    entered_by: str
    entered_at: datetime


class Leg(Row, table=True):
    """The way between two points, known better than by an estimate.

    source: `measured` (somebody drove it) or `routed` (a server worked it out). The points are
    kept with it: it holds for branches only as long as they lie there. as_of: when it was
    measured, or the date of the server's map.
    """

    __table_args__ = (
        UniqueConstraint("from_lat", "from_lon", "to_lat", "to_lon", "source"),
        CheckConstraint("source in ('measured', 'routed')", name="known_source"),
        CheckConstraint("duration_s >= 0 and distance_m >= 0", name="not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    from_lat: float
    from_lon: float
    to_lat: float
    to_lon: float
    source: str
    duration_s: int
    distance_m: int
    as_of: date | None = None
    server: str = ""
    entered_by: str
    entered_at: datetime


class Plan(Row, table=True):
    """A transport plan of a date. revision 1 is the first; at most one is published a date.

    state: `published`, `proposed` (waits for a person's answer), `replaced`, `rejected`.
    case, plan: as ROUTING has them. reason: why it was made, for its reader. frontier: what the
    day costs, and how many stops it moves, at some prices of change. locked_at: the drivers have
    it; it is not answered, moved or replaced until it is unlocked.
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
    frontier: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    locked_by: str = ""
    locked_at: datetime | None = None


class PlanDocument(Row, table=True):
    """A paper of a plan: `manifest` of a vehicle or the day's `labels`."""

    __table_args__ = (UniqueConstraint("plan_id", "form", "vehicle"),)

    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    form: str
    vehicle: str = ""
    sha256: str = Field(foreign_key="document.sha256")


class RouteEvent(Row, table=True):
    """Something that a driver noted on a route, once: by the name that the phone gave it.

    kind: `depart`, `arrive`, `leave`, `missed` and `refused` (with a reason), `break`, `back`.
    branch_id: the stop, None for the depot's `depart` and `back` and for a break.
    """

    __table_args__ = (
        CheckConstraint(
            "kind in ('depart', 'arrive', 'leave', 'missed', 'refused', 'break', 'back')",
            name="known_kind",
        ),
        Index("ix_routeevent_date_vehicle", "on_date", "vehicle"),
    )

    id: int = Field(default=None, primary_key=True)
    event: str = Field(unique=True, max_length=64)
    on_date: date
    vehicle: str
    branch_id: int | None = Field(default=None, foreign_key="branch.id", index=True)
    kind: str
    reason: str = ""
    at: datetime
    entered_by: str
    entered_at: datetime
    withdrawn: bool = False


class DelayNotice(Row, table=True):
    """That a branch was told how late a van comes. minutes: late; 0 or less: in time again."""

    id: int = Field(default=None, primary_key=True)
    on_date: date = Field(index=True)
    vehicle: str
    branch_id: int = Field(foreign_key="branch.id", index=True)
    minutes: int
    expected_at: datetime
    told_at: datetime


class CarrierInvoice(Row, table=True):
    """An invoice from a carrier, net of VAT, borne by the pool of transports.

    pool: its code. withdrawn: it was taken back, and its costs with it.
    """

    __table_args__ = (
        UniqueConstraint("carrier_id", "number"),
        CheckConstraint("to_on >= from_on", name="in_order"),
    )

    id: int = Field(default=None, primary_key=True)
    carrier_id: int = Field(foreign_key="carrier.id", index=True)
    number: str
    from_on: date
    to_on: date
    amount_ore: int = Field(sa_type=BigInteger)
    pool: str
    entered_by: str
    entered_at: datetime
    withdrawn: bool = False


class CarrierClaim(Row, table=True):
    """What a carrier owes for a missed stop. state: `open`, `sent`, `accepted`, `rejected`."""

    __table_args__ = (
        UniqueConstraint("on_date", "branch_id"),
        CheckConstraint("state in ('open', 'sent', 'accepted', 'rejected')", name="known_state"),
        CheckConstraint("amount_ore >= 0", name="not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    carrier_id: int = Field(foreign_key="carrier.id", index=True)
    on_date: date = Field(index=True)
    vehicle: str
    branch_id: int = Field(foreign_key="branch.id")
    reason: str
    amount_ore: int = Field(sa_type=BigInteger)
    state: str = Field(default="open", index=True)
    note: str = ""
    made_by: str
    made_at: datetime
    answered_by: str = ""
    answered_at: datetime | None = None
