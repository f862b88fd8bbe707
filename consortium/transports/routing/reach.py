"""Reach: which stops no route whatever can serve, however the rest of the day is planned."""

from consortium.transports.routing.case import Case, Matrix, Stop
from consortium.transports.routing.holding import may_drive


def within_reach(case: Case) -> tuple[Stop, ...]:
    """The stops that some vehicle could serve if it drove nowhere else but the quickest way.

    A quickest way may lead over other places, as measured times do not always keep the triangle
    inequality; it is never longer than a route, so a stop outside is outside of every plan.
    """
    starts, ends = {v.start for v in case.vehicles}, {v.end for v in case.vehicles}
    out = {place: _quickest_s(case.durations_s, place) for place in starts}
    mirrored = tuple(zip(*case.durations_s, strict=True))
    home = {place: _quickest_s(mirrored, place) for place in ends}

    def reached(stop: Stop) -> bool:
        for vehicle in case.vehicles:
            out_s, home_s = out[vehicle.start][stop.place], home[vehicle.end][stop.place]
            arrive = vehicle.starts + out_s
            start = max(arrive, next((o for o, c in stop.windows if arrive <= c), 0))
            if (
                may_drive(stop, vehicle)
                and arrive <= stop.closes
                and start + stop.service_s + home_s <= vehicle.ends
                and out_s + stop.service_s + home_s <= vehicle.max_duration_s
                and max(stop.deliver, stop.collect) <= vehicle.capacity
            ):
                return True
        return False

    return tuple(filter(reached, case.stops))


def _quickest_s(durations_s: Matrix, source: int) -> list[int]:
    """Seconds from `source` to every place by the quickest way (Dijkstra's method)."""
    quickest = list(durations_s[source])
    quickest[source] = 0
    left = set(range(len(quickest))) - {source}
    while left:
        here = min(left, key=quickest.__getitem__)
        left.remove(here)
        for there in left:
            quickest[there] = min(quickest[there], quickest[here] + durations_s[here][there])
    return quickest
