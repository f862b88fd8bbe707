"""The cheapest seconds of one order: worked out from its end backwards, followed from its start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from consortium.transports.routing.case import Case
from consortium.transports.routing.spans import (
    FOREVER,
    Piece,
    Price,
    added,
    best_from,
    earlier,
    first_at,
    first_lowest,
    lower_of,
    price_at,
    within,
)
from consortium.transports.routing.timing import Rest, Schedule, Way, moments, timed, windows_of


@dataclass(frozen=True, slots=True)
class Seconds:
    """A way whose seconds are to be chosen.

    targets: for each stop the price of arriving when it does. places: where one more break can be
    taken, and must be at one of them; by leg and whether after it, on arrival. second_parts: the
    price of each second from depart to back. soonest, latest: to depart. ends: to be back.
    """

    way: Way
    targets: tuple[Price, ...]
    places: Mapping[tuple[int, bool], Rest]
    second_parts: int
    soonest: int
    latest: int
    ends: int

    def unpriced(self) -> "Seconds":
        """The same where only time has a price, the same every second."""
        free = tuple((Piece(-FOREVER, FOREVER, 0, 0),) for _ in self.targets)
        return replace(self, targets=free, second_parts=1)

    def leaving_at(self, depart: int, longest_s: int) -> "Seconds":
        """The same with one departure, and home after no more than `longest_s`."""
        ends = min(self.ends, depart + longest_s)
        return replace(self, soonest=depart, latest=depart, ends=ends)

    @property
    def home(self) -> Price:
        price = -self.second_parts * FOREVER
        return (Piece(-FOREVER, self.ends, price, self.second_parts),)

    def drive_s(self, leg: int) -> int:
        return self.way.legs_s[leg] + self.way.rest_s(leg, waiting=False)


@dataclass(frozen=True, slots=True)
class _Prices:
    """The lowest price from a second on. leaving: from the start of each leg. waited: from its
    end, the wait to come included, the price of that arrival not. serving: from the service on.
    """

    leaving: list[Price]
    waited: list[Price]
    serving: list[Price]


def cheapest(case: Case, seconds: Seconds) -> tuple[int, Schedule] | None:
    """The lowest price and the earliest schedule that has it; None where there is none."""
    before, after = _both(seconds)
    best = first_lowest(_departing(seconds, before))
    if best is None:
        return None
    return best[1], _followed(case, seconds, best[0], before, after)


def departing(seconds: Seconds) -> Price:
    """The lowest price of leaving at a second."""
    return _departing(seconds, _both(seconds)[0])


def _both(seconds: Seconds) -> tuple[_Prices, _Prices]:
    """The prices before and after the break that is to come; the same where none is."""
    after = _prices(seconds)
    return (_resting(seconds, after) if seconds.places else after), after


def _departing(seconds: Seconds, prices: _Prices) -> Price:
    parts = seconds.second_parts
    leaving = (Piece(seconds.soonest, seconds.latest, -parts * seconds.soonest, -parts),)
    return added(prices.leaving[0], leaving)


def _prices(seconds: Seconds) -> _Prices:
    """With no break to come but those that the way has already."""
    way, size = seconds.way, len(seconds.way.stops)
    leaving: list[Price] = [()] * (size + 1)
    waited, serving = leaving[:size], leaving[:size]
    leaving[size] = earlier(seconds.home, seconds.drive_s(size))
    for leg in reversed(range(size)):
        stop = way.stops[leg]
        serving[leg] = within(earlier(leaving[leg + 1], stop.service_s), windows_of(stop))
        waited[leg] = earlier(best_from(serving[leg]), way.rest_s(leg, waiting=True))
        leaving[leg] = earlier(added(waited[leg], seconds.targets[leg]), seconds.drive_s(leg))
    return _Prices(leaving, waited, serving)


def _resting(seconds: Seconds, after: _Prices) -> _Prices:
    """With one more break to come. after: once it has been taken."""
    way, size = seconds.way, len(seconds.way.stops)
    leaving: list[Price] = [()] * (size + 1)
    waited, serving = leaving[:size], leaving[:size]
    for leg in reversed(range(size + 1)):
        if leg < size:
            stop = way.stops[leg]
            serving[leg] = within(earlier(leaving[leg + 1], stop.service_s), windows_of(stop))
            waited[leg] = earlier(best_from(serving[leg]), way.rest_s(leg, waiting=True))
            if rest := seconds.places.get((leg, True)):
                waited[leg] = lower_of(waited[leg], earlier(after.waited[leg], rest.duration_s))
            leaving[leg] = earlier(added(waited[leg], seconds.targets[leg]), seconds.drive_s(leg))
        if rest := seconds.places.get((leg, False)):
            leaving[leg] = lower_of(leaving[leg], earlier(after.leaving[leg], rest.duration_s))
    return _Prices(leaving, waited, serving)


def _followed(
    case: Case, seconds: Seconds, depart: int, before: _Prices, after: _Prices
) -> Schedule:
    """The earliest way through the lowest prices, wherever the break to come is taken."""
    way = seconds.way
    if not seconds.places:
        return timed(case, way, depart, _starts(seconds, after, 0, depart))
    found, now, starts = list[Schedule](), depart, list[int]()
    for leg in range(len(way.legs_s)):
        for rest, later in _rested(seconds, before, after, leg, now):
            resting = replace(way, rests=(*way.rests, rest))
            found.append(timed(case, resting, depart, [*starts, *later]))
        ready = now + seconds.drive_s(leg)
        if leg == len(way.stops) or price_at(before.leaving[leg], now) != _driven(
            seconds, before, leg, ready
        ):
            break
        lowest = price_at(before.waited[leg], ready)
        start = first_at(before.serving[leg], ready + way.rest_s(leg, waiting=True), lowest)
        if start is None:
            break
        starts.append(start)
        now = start + way.stops[leg].service_s
    return min(found, key=moments)


def _rested(
    seconds: Seconds, before: _Prices, after: _Prices, leg: int, now: int
) -> Iterator[tuple[Rest, list[int]]]:
    """The cheapest breaks on a leg that begins now, or after it, and all services from there."""
    price = price_at(before.leaving[leg], now)
    rest = seconds.places.get((leg, False))
    if rest and price == price_at(after.leaving[leg], now + rest.duration_s):
        yield rest, _starts(seconds, after, leg, now + rest.duration_s)
    rest = seconds.places.get((leg, True))
    arrive = now + seconds.drive_s(leg)
    if rest is None or price != _driven(seconds, before, leg, arrive):
        return
    lowest = price_at(before.waited[leg], arrive)
    rested = arrive + rest.duration_s
    if lowest != price_at(after.waited[leg], rested):
        return
    ready = rested + seconds.way.rest_s(leg, waiting=True)
    start = first_at(after.serving[leg], ready, lowest)
    if start is not None:
        left = start + seconds.way.stops[leg].service_s
        yield rest, [start, *_starts(seconds, after, leg + 1, left)]


def _driven(seconds: Seconds, prices: _Prices, leg: int, arrive: int) -> int | None:
    """The price of having driven a leg without a break on it."""
    waited, target = price_at(prices.waited[leg], arrive), price_at(seconds.targets[leg], arrive)
    return None if waited is None or target is None else waited + target


def _starts(seconds: Seconds, prices: _Prices, leg: int, now: int) -> list[int]:
    """The earliest services through the lowest prices, from the start of a leg on."""
    starts = []
    for place in range(leg, len(seconds.way.stops)):
        ready = now + seconds.drive_s(place)
        lowest = price_at(prices.waited[place], ready)
        ready += seconds.way.rest_s(place, waiting=True)
        start = first_at(prices.serving[place], ready, lowest)
        starts.append(ready if start is None else start)
        now = starts[-1] + seconds.way.stops[place].service_s
    return starts
