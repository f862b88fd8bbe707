"""Rules of the day as driven: what notes make of a route, and when the rest is expected. Pure.

Notes come from phones: late, out of order and more than once. What they come to depends on the
set of notes alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consortium.core.errors import Fault

DEPART, ARRIVE, LEAVE, BACK = "depart", "arrive", "leave", "back"
MISSED, REFUSED, BREAK = "missed", "refused", "break"
KINDS: Final = (DEPART, ARRIVE, MISSED, REFUSED, LEAVE, BREAK, BACK)
"""Kinds of notes, in the order in which those of one moment happened."""

AT_STOPS: Final = frozenset({ARRIVE, LEAVE, MISSED, REFUSED})
WITH_REASON: Final = frozenset({MISSED, REFUSED})
AHEAD, HERE, DONE = "ahead", "here", "done"
STATES: Final = {ARRIVE: HERE, LEAVE: DONE, MISSED: MISSED, REFUSED: REFUSED}
"""What the last note about a stop makes of it; without one it is `ahead`."""

LONGEST_NAME: Final = 64
LONGEST_REASON: Final = 200
EARLY: Final = timedelta(minutes=5)
"""How far a phone's clock may be ahead of the service's."""

NOTHING: Final = timedelta(0)
DEPOT: Final = ""
"""Stands for the depot where stops are named."""


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop of the plan. windows: when service may begin, both ends inclusive, in order."""

    slug: str
    arrive: datetime
    start: datetime
    leave: datetime
    windows: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedBreak:
    start: datetime
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """A van's route by the plan, stops in their order."""

    vehicle: str
    depart: datetime
    back: datetime
    stops: tuple[PlannedStop, ...]
    breaks: tuple[PlannedBreak, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What a driver noted. stop: a slug, empty for `depart`, `break` and `back`."""

    event: str
    kind: str
    stop: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StopState:
    """How it stands with a stop: `ahead`, `here`, `done`, `missed` or `refused`.

    arrived_at: the first time, left_at: the last. expected_at: when the van comes, for a stop
    ahead; None where nothing has been noted yet, or the van is back. late: against the plan,
    negative where it is early; None where neither is known.
    """

    slug: str
    state: str
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    reason: str = ""
    expected_at: datetime | None = None
    late: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RouteState:
    """How it stands with a route. next_stop: where the van is or goes; empty where none is left.

    expected_back: at the depot, None where nothing has been noted yet, or the van is back.
    """

    stops: tuple[StopState, ...]
    departed_at: datetime | None
    back_at: datetime | None
    breaks: tuple[datetime, ...]
    next_stop: str
    expected_back: datetime | None = None

    @property
    def late(self) -> timedelta | None:
        """How late the van is at its next stop; None where that is not known."""
        return next((stop.late for stop in self.stops if stop.slug == self.next_stop), None)


@dataclass(frozen=True, slots=True)
class _Position:
    """Where the van was last heard of. place: among the stops, -1 for the depot."""

    place: int
    note: Note


def drive(route: PlannedRoute, notes: Iterable[Note]) -> RouteState:
    """How it stands with `route` by its notes; those about other stops than its own are left out.

    A stop is as the last note about it says. The rest of the route is timed from the last note of
    the van's whereabouts: waits that the plan has take up delay, a break that was taken earlier
    is not taken again, and a leg that the plan does not have is taken to be as long as the one
    that leads to the same stop. When a stop is served that was passed over without a note is not
    known; it comes after those that follow.
    """
    told = in_order(notes)
    own = {stop.slug for stop in route.stops}
    about: dict[str, list[Note]] = {slug: [] for slug in own}
    for note in told:
        if note.kind in AT_STOPS and note.stop in own:
            about[note.stop].append(note)
    states = [_state(stop, about[stop.slug]) for stop in route.stops]
    expected = _expected(route, states, told)
    stops = tuple(
        _timed(state, stop, expected.get(stop.slug))
        for state, stop in zip(states, route.stops, strict=True)
    )
    departed = [note.at for note in told if note.kind == DEPART]
    back = [note.at for note in told if note.kind == BACK]
    return RouteState(
        stops,
        departed[0] if departed else None,
        back[-1] if back else None,
        tuple(note.at for note in told if note.kind == BREAK),
        _next(stops, _place(route, told)),
        expected.get(DEPOT),
    )


def in_order(notes: Iterable[Note]) -> list[Note]:
    """Notes in the order in which they happened, each once by its name."""
    named = {note.event: note for note in notes}
    return sorted(named.values(), key=lambda note: (note.at, KINDS.index(note.kind), note.event))


def note_faults(note: Note, now: datetime) -> Iterator[Fault]:
    """What is wrong with a note by itself."""
    if not 1 <= len(note.event) <= LONGEST_NAME:
        yield Fault("A note needs a name of at most 64 characters", "event")
    if note.kind not in KINDS:
        yield Fault("{kind} is nothing that a driver notes", "kind", {"kind": note.kind})
        return
    if note.kind in AT_STOPS and not note.stop:
        yield Fault("Name the stop that it is about", "branch")
    if note.kind not in AT_STOPS and note.stop:
        yield Fault("This is about the route and no stop of it", "branch")
    if note.kind in WITH_REASON and not note.reason.strip():
        yield Fault("Say why in a few words", "reason", {}, "Write as: the door was locked")
    if len(note.reason) > LONGEST_REASON:
        yield Fault("The reason is too long", "reason", {}, "Use at most 200 characters")
    if note.at > now + EARLY:
        yield Fault("The moment has not come yet", "at", {}, "Check the clock of the device")


def _state(stop: PlannedStop, notes: Sequence[Note]) -> StopState:
    if not notes:
        return StopState(stop.slug, AHEAD)
    arrived = [note.at for note in notes if note.kind == ARRIVE]
    left = [note.at for note in notes if note.kind == LEAVE]
    return StopState(
        stop.slug,
        STATES[notes[-1].kind],
        arrived[0] if arrived else None,
        left[-1] if left else None,
        notes[-1].reason,
    )


def _timed(state: StopState, stop: PlannedStop, expected_at: datetime | None) -> StopState:
    at = expected_at or state.arrived_at
    return StopState(
        state.slug,
        state.state,
        state.arrived_at,
        state.left_at,
        state.reason,
        expected_at,
        at - stop.arrive if at else None,
    )


def _next(stops: Sequence[StopState], place: int) -> str:
    """Where the van is, else the first stop ahead of `place`, else one that was passed over."""
    here = [stop.slug for stop in stops if stop.state == HERE]
    ahead = [stop.slug for stop in stops[max(place, 0) :] if stop.state == AHEAD]
    passed = [stop.slug for stop in stops if stop.state == AHEAD]
    return next(iter([*here, *ahead, *passed]), "")


def _place(route: PlannedRoute, told: Sequence[Note]) -> int:
    position = _position(route, told)
    return position.place if position else -1


def _position(route: PlannedRoute, told: Sequence[Note]) -> _Position | None:
    places = {stop.slug: place for place, stop in enumerate(route.stops)} | {DEPOT: -1}
    where = [note for note in told if note.kind != BREAK and note.stop in places]
    return _Position(places[where[-1].stop], where[-1]) if where else None


def _expected(
    route: PlannedRoute, states: Sequence[StopState], told: Sequence[Note]
) -> dict[str, datetime]:
    """Stop ahead, and the depot → when the van comes; nothing before a note and when it is back."""
    position = _position(route, told)
    if position is None or position.note.kind == BACK:
        return {}
    breaks = [note for note in told if note.kind == BREAK]
    left_out = frozenset(range(min(len(breaks), len(route.breaks))))
    now = _free_at(route, position, breaks, left_out)
    expected: dict[str, datetime] = {}
    for place, (stop, state) in enumerate(zip(route.stops, states, strict=True)):
        if state.state != AHEAD or place < position.place:
            continue
        expected[stop.slug] = now = now + _leg(route, place, left_out)
        now = _served(route, stop, now, left_out)
    return {**expected, DEPOT: now + _leg(route, len(route.stops), left_out)}


def _free_at(
    route: PlannedRoute, position: _Position, breaks: Sequence[Note], left_out: frozenset[int]
) -> datetime:
    """When the van can go on from where it was last heard of. A missed stop is left at once."""
    at = position.note.at
    if position.note.kind == ARRIVE:
        at = _served(route, route.stops[position.place], at, left_out)
    lasts = [each.lasts for each in route.breaks]
    for place, note in enumerate(breaks):
        if note.at >= position.note.at and lasts:
            at += lasts[min(place, len(lasts) - 1)]
    return at


def _leg(route: PlannedRoute, place: int, left_out: frozenset[int]) -> timedelta:
    """From the stop before to a stop, or the depot, with the breaks to be taken on the way."""
    before = route.stops[place - 1].leave if place else route.depart
    arrive = route.stops[place].arrive if place < len(route.stops) else route.back
    return arrive - before - _breaks(route, before, arrive, left_out)


def _served(
    route: PlannedRoute, stop: PlannedStop, arrive: datetime, left_out: frozenset[int]
) -> datetime:
    """When a stop is left that the van comes to at `arrive`: waits, serves, then goes on."""
    still = _breaks(route, stop.arrive, stop.start) - _breaks(
        route, stop.arrive, stop.start, left_out
    )
    start = _opening(stop, arrive + still)
    service = stop.leave - stop.start - _breaks(route, stop.start, stop.leave, left_out)
    return start + service


def _opening(stop: PlannedStop, at: datetime) -> datetime:
    """The first moment from `at` on when service may begin; `at` where no window is left."""
    openings = [max(opens, at) for opens, closes in stop.windows if closes >= at]
    return min(openings, default=at)


def _breaks(
    route: PlannedRoute,
    since: datetime,
    until: datetime,
    among: frozenset[int] | None = None,
) -> timedelta:
    """What the planned breaks between two moments last, of those whose places are `among`."""
    found = [
        each.lasts
        for place, each in enumerate(route.breaks)
        if since <= each.start < until and (among is None or place in among)
    ]
    return sum(found, NOTHING)
