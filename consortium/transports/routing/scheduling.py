"""Scheduling: the cheapest schedule of an order, of those the earliest.

What decides is when to leave, how long to wait before each service, and where to take breaks.
Where only time is paid and each stop has one window, waiting is as short as it can be, and all
that is left is the departure. Where an arrival or a second window has a price, the lowest price
from each second on is worked out from the end of the route backwards (`spans`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from consortium.transports.routing.case import Break, Case, Route, Window
from consortium.transports.routing.holding import is_held
from consortium.transports.routing.parts import PARTS_PER_HOUR_ORE, PARTS_PER_MINUTE_ORE
from consortium.transports.routing.resting import Since, is_due, rests, slots
from consortium.transports.routing.seconds import Seconds, cheapest, departing
from consortium.transports.routing.spans import FOREVER, Piece, Price, off_target, price_at
from consortium.transports.routing.timing import (
    Rest,
    Schedule,
    Way,
    breaks_of,
    moments,
    overload,
    soonest_starts,
    timed,
    way_of,
    windows_of,
)

Places = dict[tuple[int, bool], Rest]
"""Where one break can be taken: by leg, and whether after it, on arrival."""
_NONE: Final[Price] = (Piece(-FOREVER, FOREVER, 0, 0),)


def schedule(case: Case, route: Route) -> Schedule | None:
    """The cheapest schedule of the order, of those the earliest; None where there is none.

    None, too, where the route's order or vehicle breaks a pin or a capacity, or two of its stops
    are kept apart.
    """
    if route.named not in case.timed:
        case.timed[route.named] = _schedule(case, route)
    known: Schedule | None = case.timed[route.named]
    return known


def _schedule(case: Case, route: Route) -> Schedule | None:
    if not is_held(route) or overload(route.vehicle, route.stops):
        return None
    way, hour_ore = way_of(case, route), route.vehicle.cost_per_hour_ore
    targets = _targets(case, route)
    if targets is None and all(len(windows_of(stop)) == 1 for stop in route.stops):
        return _plain(case, way, hour_ore)
    return _priced(case, way, targets or [_NONE] * len(route.stops))


def _targets(case: Case, route: Route) -> list[Price] | None:
    """For each stop the price of arriving when it does; None where no second has one."""
    stability = case.stability
    per_s = PARTS_PER_MINUTE_ORE * stability.shifted_minute_ore
    kept = [stop.kept.arrive if stop.kept else None for stop in route.stops]
    if per_s == 0 or all(arrive is None for arrive in kept):
        return None
    return [
        _NONE if arrive is None else off_target(arrive, stability.free_shift_s, per_s)
        for arrive in kept
    ]


def _plain(case: Case, way: Way, hour_ore: int) -> Schedule | None:
    """Every stop has one window, and only time is paid."""
    windows = [windows_of(stop)[0] for stop in way.stops]
    if _span(way, windows, hour_ore) is None:
        return None
    spans = [
        (hour_ore * span[0], span[1], each)
        for taken in rests(way, breaks_of(way.route), waiting=True)
        if (span := _span(each := replace(way, rests=taken), windows, hour_ore)) is not None
    ]
    if not spans:
        return None
    least = min(span[:2] for span in spans)
    found = [
        _leaving(case, each, depart) for *price, depart, each in spans if (*price, depart) == least
    ]
    return min((one for one in found if one is not None), key=moments)


def _leaving(case: Case, way: Way, depart: int) -> Schedule | None:
    starts = soonest_starts(way, depart)
    return None if starts is None else timed(case, way, depart, starts)


def _span(way: Way, windows: Sequence[Window], hour_ore: int) -> tuple[int, int] | None:
    """The shortest work from depart to back, and the depart; None where nothing holds.

    Whoever leaves as soon as can be waits the most; leaving later only shortens that, as long as
    no window is missed. Where time is free, only as much later as the longest work asks for.
    """
    legs_s, halts_s = list(way.legs_s), [0] * len(windows)
    for rest in way.rests:
        if rest.waiting:
            halts_s[rest.leg] += rest.duration_s
        else:
            legs_s[rest.leg] += rest.duration_s
    now, waited_s, room_s = way.starts, 0, FOREVER
    for leg, (opens, closes) in enumerate(windows):
        now += legs_s[leg] + halts_s[leg]
        if now > closes:
            return None
        if now < opens:
            waited_s, now = waited_s + opens - now, opens
        room_s = min(room_s, waited_s + closes - now)
        now += way.stops[leg].service_s
    now += legs_s[-1]
    most_s, work_s = min(waited_s, room_s), now - way.starts
    if now > way.ends or work_s - most_s > way.longest_s:
        return None
    delay_s = most_s if hour_ore else max(0, work_s - way.longest_s)
    return work_s - delay_s, way.starts + delay_s


def _priced(case: Case, way: Way, targets: list[Price]) -> Schedule | None:
    """Waiting wherever it pays: a shorter wait elsewhere, an arrival that was promised."""
    found = [
        one
        for each, places in _choices(way, breaks_of(way.route), Since())
        if (one := _cheapest(case, each, targets, places)) is not None
    ]
    best = min(found, key=_key, default=None)
    return best[1] if best else None


def _choices(way: Way, breaks: tuple[Break, ...], since: Since) -> Iterator[tuple[Way, Places]]:
    """The way with all of its breaks placed that fall due, but for one, and the places of that.

    A break after which no other falls due can be taken at any of its places at once.
    """
    if not breaks or not is_due(way, breaks[0], since):
        yield way, {}
        return
    alone: Places = {}
    for slot in slots(way, breaks[0], since, last=len(breaks) == 1, waiting=True):
        if len(breaks) > 1 and is_due(way, breaks[1], slot.then):
            rested = replace(way, rests=(*way.rests, slot.rest))
            yield from _choices(rested, breaks[1:], slot.then)
        else:
            alone[slot.rest.leg, slot.rest.waiting] = slot.rest
    if alone:
        yield way, alone


def _cheapest(
    case: Case, way: Way, targets: list[Price], places: Places
) -> tuple[int, Schedule] | None:
    """The price in parts of an öre, as `Seconds` has it, and the schedule."""
    second_parts = PARTS_PER_HOUR_ORE * way.route.vehicle.cost_per_hour_ore
    seconds = Seconds(way, tuple(targets), places, second_parts, way.starts, way.ends, way.ends)
    found = cheapest(case, seconds)
    if found is None or found[1].work_s <= way.longest_s:
        return found
    return _short_enough(case, way, seconds)


def _short_enough(case: Case, way: Way, seconds: Seconds) -> tuple[int, Schedule] | None:
    """Where the cheapest schedule is too long: the cheapest of those that are not."""
    shortest = cheapest(case, seconds.unpriced())
    if shortest is None or shortest[1].work_s > way.longest_s:
        return None
    freely = departing(seconds)
    least = {depart: price_at(freely, depart) for depart in _departures(case, way)}
    best: tuple[int, Schedule] | None = None
    for depart in sorted(least, key=lambda one: (least[one] is None, least[one], one)):
        price = least[depart]
        if price is None or (best is not None and price > best[0]):
            break
        found = cheapest(case, seconds.leaving_at(depart, way.longest_s))
        if found is not None and (best is None or _key(found) < _key(best)):
            best = found
    return best


def _key(priced: tuple[int, Schedule]) -> tuple[int, tuple[int, ...]]:
    return priced[0], moments(priced[1])


def _departures(case: Case, way: Way) -> list[int]:
    """Departures of which one is best where the longest work binds.

    All that bounds the seconds of a route are their differences, so at a best one the departure
    hangs on a window, a price or the shift by driving and serving without a wait, or by the
    longest work from the end.
    """
    free_s = case.stability.free_shift_s
    rests_s = {0, *accumulate(one.duration_s for one in breaks_of(way.route))}
    before_s, whole_s = 0, sum(way.legs_s) + sum(stop.service_s for stop in way.stops)
    found = {way.starts, way.ends - way.longest_s, *(way.ends - whole_s - one for one in rests_s)}
    for leg, stop in enumerate(way.stops):
        before_s += way.legs_s[leg]
        seconds = {second for window in windows_of(stop) for second in window}
        if stop.kept and stop.kept.arrive is not None:
            seconds |= {stop.kept.arrive + by for by in (-free_s, 0, free_s)}
        for second in seconds:
            for rest_s in rests_s:
                found.add(second - before_s - rest_s)
                found.add(second + whole_s - before_s + rest_s - way.longest_s)
        before_s += stop.service_s
    return sorted(depart for depart in found if way.starts <= depart <= way.ends)
