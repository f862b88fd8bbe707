"""Rules of crates: their codes, and what the events of a crate come to. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from consortium.core.days import last_day, swedish_day
from consortium.core.errors import Conflict

CODE: Final = re.compile(r"LD\d{6}", re.ASCII)
LAST_SERIAL: Final = 999_999
PACKED, COLLECTED, AT_DEPOT, LOADED, DELIVERED, EMPTIED, LOST, FOUND = KINDS = (
    "packed",
    "collected",
    "at_depot",
    "loaded",
    "delivered",
    "emptied",
    "lost",
    "found",
)
"""What happens to a crate, in the order of its journey."""

RANK: Final = {kind: place for place, kind in enumerate(KINDS)}
ENDS: Final = (EMPTIED, FOUND)
"""After these a crate is on no journey."""

TURNS: Final = (PACKED, *ENDS)
"""What a crate was before one of these does not matter any more."""

ON_THE_WAY: Final = (COLLECTED, AT_DEPOT, LOADED)
"""Between its two branches, on a van or at a depot."""

FREE: Final = "free"
STATES: Final = (FREE, *(kind for kind in KINDS if kind not in ENDS))


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a crate. event: its name. destination_id: where a `packed` crate goes."""

    id: int
    event: str
    kind: str
    branch_id: int
    destination_id: int | None
    at: datetime
    vehicle: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events of a crate come to. last: the last one. packed: what began its journey.

    packed is None where it is on no journey, or on one that nobody packed.
    """

    last: Happening
    packed: Happening | None


@dataclass(frozen=True, slots=True)
class Journey:
    """The events from a crate's packing until it is free, in their order; never none."""

    events: tuple[Happening, ...]

    @property
    def packed(self) -> Happening | None:
        return self.events[0] if self.events[0].kind == PACKED else None

    @property
    def origin_id(self) -> int | None:
        return self.packed.branch_id if self.packed else None

    @property
    def destination_id(self) -> int | None:
        return self.packed.destination_id if self.packed else None

    @property
    def state(self) -> str:
        return self.events[-1].kind

    def noted(self, kind: str, branch_id: int, day: date) -> bool:
        """Whether `kind` happened on it at a branch on a Swedish day."""
        return any(
            event.kind == kind and event.branch_id == branch_id and swedish_day(event.at) == day
            for event in self.events
        )


def in_order(events: Iterable[Happening]) -> list[Happening]:
    """Events in the order that counts, whatever order they came in.

    By the moment; at one moment in the order of a journey, then by name. Repeats are one.
    """
    once = {event.event: event for event in events}
    return sorted(once.values(), key=lambda each: (each.at, RANK[each.kind], each.event))


def standing(events: Iterable[Happening]) -> Standing | None:
    """What the events of one crate come to, in any order and repeated; None of none.

    The last one says what the crate is. It is on the journey that it was packed for last, unless
    it was emptied or found after that.
    """
    last, packed = None, None
    for last in in_order(events):
        if last.kind == PACKED:
            packed = last
        elif last.kind in ENDS:
            packed = None
    return Standing(last, packed) if last else None


def journeys(events: Iterable[Happening]) -> list[Journey]:
    """The journeys of one crate, the first one first; packed anew, it begins another one."""
    return [Journey(tuple(part)) for part in _parts(in_order(events))]


def _parts(events: Sequence[Happening]) -> Iterator[list[Happening]]:
    part: list[Happening] = []
    for event in events:
        if part and (event.kind == PACKED or part[-1].kind in ENDS):
            yield part
            part = []
        part.append(event)
    if part:
        yield part


def crate_code(serial: int) -> str:
    """The code of a crate: `LD` and six digits. serial: 1 to 999 999; Conflict beyond."""
    if not 1 <= serial <= LAST_SERIAL:
        raise Conflict("The codes of crates are used up", remedy="Have the codes made longer")
    return f"LD{serial:06}"


def serial_of(code: str) -> int:
    """The serial number in a crate's code."""
    return int(code.removeprefix("LD"))


def tidy(code: str) -> str:
    """A code as it is kept, from what was scanned or typed."""
    return code.strip().upper()


def is_crate_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None


def is_depot(kind: str) -> bool:
    """Whether a branch of `kind` is where vans start: crates pass it, none is sent or received."""
    return kind == "depot"


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month that `day` is in."""
    return day.replace(day=1), last_day(day.year, day.month)
