"""Resting: where in an order the breaks that fall due can be taken."""

from collections.abc import Iterator
from typing import NamedTuple

from consortium.transports.routing.case import Break
from consortium.transports.routing.timing import Rest, Way


class Since(NamedTuple):
    """Where the last break was, on a leg or at its end, `driven_s` seconds of the leg behind it."""

    leg: int = 0
    driven_s: int = 0


class Slot(NamedTuple):
    """A place for a break, and where it leaves the route."""

    rest: Rest
    then: Since


_START = Since()


def rests(
    way: Way, breaks: tuple[Break, ...], *, waiting: bool, since: Since = _START
) -> Iterator[tuple[Rest, ...]]:
    """Every way to take the breaks that fall due, in their order; nothing where none does.

    waiting: also after an arrival, before its service.
    """
    if not breaks or not is_due(way, breaks[0], since):
        yield ()
        return
    for slot in slots(way, breaks[0], since, last=len(breaks) == 1, waiting=waiting):
        for later in rests(way, breaks[1:], waiting=waiting, since=slot.then):
            yield (slot.rest, *later)


def is_due(way: Way, due: Break, since: Since) -> bool:
    """Whether more than its `after_work_s` is driven and served from there to the end."""
    left_s = sum(way.legs_s[since.leg :]) - since.driven_s
    left_s += sum(stop.service_s for stop in way.stops[since.leg :])
    return left_s > due.after_work_s


def slots(way: Way, due: Break, since: Since, *, last: bool, waiting: bool) -> Iterator[Slot]:
    """The places of one break, from the earliest: on a leg, or after it.

    On a leg it is taken at once, at the stop that is left, where nothing depends on the work
    since; else as late as it may be, which leaves the least work to come.
    """
    worked_s = 0
    for leg in range(since.leg, len(way.legs_s)):
        if worked_s > due.after_work_s:
            return
        driven_s = since.driven_s if leg == since.leg else 0
        drive_s = way.legs_s[leg] - driven_s
        into_s = driven_s + min(drive_s, due.after_work_s - worked_s)
        if last and leg > since.leg:
            into_s = 0
        yield Slot(Rest(leg, into_s, due.duration_s), Since(leg, into_s))
        worked_s += drive_s
        if leg == len(way.stops):
            return
        if waiting and worked_s <= due.after_work_s:
            rest = Rest(leg, way.legs_s[leg], due.duration_s, waiting=True)
            yield Slot(rest, Since(leg, way.legs_s[leg]))
        worked_s += way.stops[leg].service_s
