"""A route as other programs take it: its places in the order of driving, with times and crates."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class DrivePoint:
    """A place on a route, and the way to it from the one before.

    kind: `depot` or `stop`. lat, lon: WGS 84 degrees. arrive: None at the start, leave: None at the
    end; both are aware. start: when service begins, after any waiting. deliver, collect,
    load_after: crates. source: how distance and time are known, `measured`, `routed` or
    `estimated`; empty at the start.
    """

    slug: str
    name: str
    kind: str
    lat: float
    lon: float
    arrive: datetime | None
    start: datetime | None
    leave: datetime | None
    deliver: int = 0
    collect: int = 0
    load_after: int = 0
    distance_m: int = 0
    drive_s: int = 0
    source: str = ""

    @property
    def at(self) -> datetime | None:
        """When the van gets there, or leaves its start."""
        return self.arrive or self.leave


@dataclass(frozen=True, slots=True)
class Drive:
    """A van's route on a day. vehicle: its code. points: its start first and its end last."""

    day: date
    vehicle: str
    name: str
    points: tuple[DrivePoint, ...]
