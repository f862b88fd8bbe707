"""Use cases: ways that were driven and measured; they go before what a server works out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.errors import Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.transports.distance_rules import MEASURED, circle_of, leg_faults
from consortium.transports.distancing import Pair, Spot, spots
from consortium.transports.tables import Leg

AT_ONCE: Final = 500
"""Ends asked for in one query."""

Ends = Sequence[float]
"""Latitude and longitude of the start, then of the end, as the audit trail has them."""
Standing = tuple[int, int, str]
"""Seconds, metres and the day (ISO 8601) of a measured way."""


@dataclass(frozen=True, slots=True)
class NewLeg:
    """A way as it was measured, between two branches (by their slugs) as they lie today."""

    origin: str
    destination: str
    duration_s: int
    distance_m: int
    measured_on: date

    @property
    def standing(self) -> Standing:
        return self.duration_s, self.distance_m, self.measured_on.isoformat()

    @property
    def name(self) -> str:
        return f"{self.origin} – {self.destination}"

    def back(self) -> "NewLeg":
        """The same way the other way round."""
        return replace(self, origin=self.destination, destination=self.origin)


def enter_leg(work: Work, new: NewLeg, *, both_ways: bool = False) -> None:
    """Enter how long and how far a way is, in place of what was measured before.

    both_ways: it is the same back. What stands already as it is given is left and not told of.
    """
    work.require("transports.change")
    located = {spot.slug: spot for spot in spots(work, work.today)}
    if faults := list(_faults(work, new, located)):
        raise Invalid(faults)
    for each in (new, new.back()) if both_ways else (new,):
        ends = _ends(each, located)
        if standing_leg(work, ends) != each.standing:
            restore_leg(work, each.name, ends, each.standing)


def remove_leg(work: Work, leg_id: int) -> str:
    """Take away what was measured of a way; it is routed or estimated again. Returns its name."""
    work.require("transports.change")
    leg = work.session.get(Leg, leg_id)
    if leg is None or leg.source != MEASURED:
        raise NotFound("There is no measured way {id}", id=leg_id)
    ends = [leg.from_lat, leg.from_lon, leg.to_lat, leg.to_lon]
    slugs = {spot.point: spot.slug for spot in spots(work, work.today)}
    name = " – ".join(slugs.get(point, f"{point[0]} {point[1]}") for point in _pair(ends))
    restore_leg(work, name, ends, None)
    return name


def restore_leg(work: Work, name: str, ends: Ends, wanted: Standing | None) -> None:
    """Let what is measured of a way be `wanted`; None: nothing is."""
    work.require("transports.change")
    leg = _measured(work, [ends]).get(_pair(ends))
    before = _standing(leg)
    _set(work, ends, leg, wanted)
    work.session.flush()
    sides = (before or (None,) * 3, wanted or (None,) * 3)
    seconds, metres, days = ([side[at] for side in sides] for at in range(3))
    facts: dict[str, Any] = {"duration_s": seconds, "distance_m": metres, "measured_on": days}
    if wanted is None:
        work.audit("transports.leg_removed", name, points=list(ends), **facts)
    else:
        work.audit("transports.leg_entered", name, points=list(ends), **facts)


def put_legs(work: Work, legs: Sequence[NewLeg]) -> None:
    """Enter many ways, each once, in place of what was measured before."""
    work.require("transports.change")
    located = {spot.slug: spot for spot in spots(work, work.today)}
    if faults := [fault for leg in legs for fault in _faults(work, leg, located)]:
        raise Invalid(faults)
    there = _measured(work, [_ends(leg, located) for leg in legs])
    before: list[Any] = []
    for new in legs:
        ends = _ends(new, located)
        leg = there.get(_pair(ends))
        before.append([ends, _standing(leg)])
        _set(work, ends, leg, new.standing)
    work.session.flush()
    work.audit("transports.legs_put", count=len(legs), before=before)


def put_back_legs(work: Work, before: Sequence[tuple[Ends, Sequence[Any] | None]]) -> None:
    """Let the ways of an import be what they were before it. before: as the trail has it."""
    work.require("transports.change")
    there = _measured(work, [ends for ends, _ in before])
    for ends, was in before:
        _set(work, ends, there.get(_pair(ends)), (was[0], was[1], was[2]) if was else None)
    work.session.flush()
    work.audit("transports.legs_put_back", count=len(before))


def standing_leg(work: Work, ends: Ends) -> Standing | None:
    """What is measured of a way; None where nothing is."""
    return _standing(_measured(work, [ends]).get(_pair(ends)))


def way_faults(new: NewLeg, located: Mapping[str, Spot]) -> Iterator[Fault]:
    """What is wrong with the ends, and with the way between them, at `from`, `to`, `minutes`, `km`.

    located: the branches by their slugs.
    """
    places = ((new.origin, "from"), (new.destination, "to"))
    if unknown := [(slug, at) for slug, at in places if slug not in located]:
        for slug, at in unknown:
            yield Fault("There is no branch {slug}", at, {"slug": slug})
        return
    start, end = located[new.origin].point, located[new.destination].point
    if start == end:
        yield Fault("The two places are at the same point", "to", {}, "Choose another")
    else:
        yield from leg_faults(new.duration_s, new.distance_m, circle_of(start, end))


def _faults(work: Work, new: NewLeg, located: Mapping[str, Spot]) -> Iterator[Fault]:
    yield from way_faults(new, located)
    if new.measured_on > work.today:
        yield Fault("The day has not come yet", "measured_on", {}, "Write today or earlier")


def _set(work: Work, ends: Ends, leg: Leg | None, wanted: Standing | None) -> None:
    if wanted is None:
        if leg is not None:
            work.session.delete(leg)
        return
    (from_lat, from_lon), (to_lat, to_lon) = _pair(ends)
    leg = leg or Leg(
        from_lat=from_lat,
        from_lon=from_lon,
        to_lat=to_lat,
        to_lon=to_lon,
        source=MEASURED,
        duration_s=0,
        distance_m=0,
        entered_by="",
        entered_at=work.now,
    )
    if _standing(leg) != wanted:
        leg.duration_s, leg.distance_m = wanted[0], wanted[1]
        leg.as_of = date.fromisoformat(wanted[2])
        leg.entered_by, leg.entered_at = work.actor.name, work.now
    work.session.add(leg)


def _measured(work: Work, ends: Iterable[Ends]) -> dict[Pair, Leg]:
    """The measured legs between the points of some ways, by their ends."""
    lats = sorted({each[0] for each in ends})
    found: dict[Pair, Leg] = {}
    for begin in range(0, len(lats), AT_ONCE):
        rows = select(Leg).where(
            Leg.source == MEASURED, col(Leg.from_lat).in_(lats[begin : begin + AT_ONCE])
        )
        for leg in work.session.exec(rows):
            found[(leg.from_lat, leg.from_lon), (leg.to_lat, leg.to_lon)] = leg
    return found


def _standing(leg: Leg | None) -> Standing | None:
    if leg is None:
        return None
    return leg.duration_s, leg.distance_m, leg.as_of.isoformat() if leg.as_of else ""


def _ends(new: NewLeg, located: Mapping[str, Spot]) -> list[float]:
    return [*located[new.origin].point, *located[new.destination].point]


def _pair(ends: Ends) -> Pair:
    return (ends[0], ends[1]), (ends[2], ends[3])
