"""How well vans keep their times at the branches. Pure.

Times are seconds since midnight, Swedish time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

NEAR_S: Final = 10 * 60
"""An arrival as near as this to its plan, before or after, counts as near."""
SECONDS_A_MINUTE: Final = 60
PERMILLE: Final = 1000

DRIVEN, MISSED, REFUSED, UNKNOWN = "driven", "missed", "refused", "unknown"
"""What became of a planned stop; `unknown`: nobody has noted anything."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A planned stop and what became of it. windows: when service may begin. arrived_s: if it did.

    state: DRIVEN, MISSED, REFUSED or UNKNOWN. reason: as the driver wrote it.
    """

    on_date: date
    vehicle: str
    slug: str
    planned_s: int
    windows: tuple[tuple[int, int], ...]
    state: str
    arrived_s: int | None = None
    reason: str = ""

    @property
    def late_s(self) -> int:
        """Seconds after the planned arrival; negative before it. 0 where nobody arrived."""
        return self.arrived_s - self.planned_s if self.arrived_s is not None else 0


@dataclass(frozen=True, slots=True)
class Kept:
    """How some arrivals kept their times. count: arrivals. in_window, near: how many of them.

    worst: the latest beyond its plan, None where nobody came after it.
    """

    count: int
    in_window: int
    near: int
    worst: Stop | None

    @property
    def window_permille(self) -> int | None:
        return _permille(self.in_window, self.count)

    @property
    def near_permille(self) -> int | None:
        return _permille(self.near, self.count)


def kept(stops: Iterable[Stop]) -> Kept:
    """How the stops that were driven to kept their times.

    In the window: service could begin inside one, as ROUTING counts it, so a van that is early and
    waits for the opening is in time. Near: at most ten minutes from the planned arrival, to the
    second.
    """
    driven = [stop for stop in stops if stop.arrived_s is not None]
    late = [stop for stop in driven if stop.late_s > 0]
    return Kept(
        count=len(driven),
        in_window=sum(is_in_window(stop.arrived_s or 0, stop.windows) for stop in driven),
        near=sum(abs(stop.late_s) <= NEAR_S for stop in driven),
        worst=max(late, key=lambda stop: (stop.late_s, stop.on_date, stop.slug), default=None),
    )


def is_in_window(arrived_s: int, windows: Sequence[tuple[int, int]]) -> bool:
    """Whether service can still begin inside a window, both ends inclusive, waiting allowed.

    Without any window, every time will do.
    """
    return not windows or any(arrived_s <= closes for _opens, closes in windows)


def minutes(seconds: int) -> int:
    """Seconds as whole minutes, half away from zero."""
    size = (2 * abs(seconds) + SECONDS_A_MINUTE) // (2 * SECONDS_A_MINUTE)
    return -size if seconds < 0 else size


def clock_seconds(text: str) -> int:
    """`HH:MM` or `HH:MM:SS` as seconds since midnight."""
    hours, mins, *rest = (int(part) for part in text.split(":"))
    return (hours * SECONDS_A_MINUTE + mins) * SECONDS_A_MINUTE + (rest[0] if rest else 0)


def windows_of(stop: dict[str, Any] | None) -> tuple[tuple[int, int], ...]:
    """The windows of a stop of a case, none where the case lacks it."""
    given = stop["windows"] if stop else ()
    return tuple((clock_seconds(opens), clock_seconds(closes)) for opens, closes in given)


def _permille(part: int, whole: int) -> int | None:
    """Thousandths, half up; None of nothing."""
    return (2 * part * PERMILLE + whole) // (2 * whole) if whole else None
