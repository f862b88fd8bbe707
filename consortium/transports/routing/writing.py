"""Writing a plan: timed and priced routes as the JSON value that ROUTING.md describes."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from consortium.transports.routing.case import NO_LIMIT_S, SOURCES, Case, Route, Stop, Vehicle
from consortium.transports.routing.comparing import differences
from consortium.transports.routing.day import Day
from consortium.transports.routing.pricing import cost
from consortium.transports.routing.ranking import left_out, schedules
from consortium.transports.routing.reasons import reason
from consortium.transports.routing.remedies import Change, Remedy, remedy
from consortium.transports.routing.solving import NAME, VERSION
from consortium.transports.routing.timing import Call, Schedule


def plan_of(
    case: Case, routes: Sequence[Route], *, runs: int, snapshot: str, remedied: bool
) -> dict[str, Any]:
    """The plan of routes that break nothing. runs: how many the solver made for it.

    Routes stand in the order of their vehicles' ids, stops left out in that of their own.
    remedied: whether a remedy is looked for, for each required stop left out, and its reason
    thoroughly.
    """
    driven = tuple(sorted(routes, key=lambda one: one.vehicle.id))
    timed = schedules(case, driven)
    left = left_out(case, driven)
    priced = cost(case, timed, [stop for stop in left if not stop.required])
    found = {stop.id: remedy(case, driven, stop) for stop in left if remedied and stop.required}
    return {
        "routes": [_route(case, one) for one in timed],
        "unserved": [
            _unserved(case, driven, stop, found.get(stop.id), thorough=remedied) for stop in left
        ],
        "cost": {**asdict(priced), "total_ore": priced.total_ore},
        **_distances(case, timed),
        **({"diff": differences(case, timed)} if case.previous is not None else {}),
        "solver": {
            "name": NAME,
            "version": VERSION,
            **asdict(case.search),
            "runs": runs + sum(one.runs for one in found.values()),
        },
        "snapshot": snapshot,
    }


def _unserved(
    case: Case,
    routes: tuple[Route, ...],
    stop: Stop,
    mended: Remedy | None,
    *,
    thorough: bool,
) -> dict[str, Any]:
    word, detail = reason(case, routes, stop, thorough=thorough)
    told: dict[str, Any] = {"id": stop.id, "reason": word, "detail": detail}
    if mended is None:
        return told
    change = mended.change
    return {**told, "remedy": change and {**_remedy(case, change, stop), "ore": mended.ore}}


def _remedy(case: Case, change: Change, stop: Stop) -> dict[str, Any]:
    clock = case.day.short
    changed: dict[str, Any]
    if change.kind == "window" and change.stop:
        windows = [[clock(at) for at in window] for window in change.stop.windows]
        texts = " and ".join(f"{opens} to {closes}" for opens, closes in windows)
        detail, changed = f"a window of {texts}", {"stop": stop.id, "windows": windows}
    elif change.kind == "crates" and change.stop:
        deliver, collect = change.stop.deliver, change.stop.collect
        detail = f"{deliver} crates to leave and {collect} to fetch"
        changed = {"stop": stop.id, "deliver": deliver, "collect": collect}
    elif change.kind == "shift" and change.vehicle:
        given = _vehicle(case, change.vehicle)
        starts, ends = given["shift"]
        detail = f"a shift of {starts} to {ends} for {change.vehicle.id}"
        changed = {name: given[name] for name in ("shift", "max_duration_s") if name in given}
        changed["vehicle"] = change.vehicle.id
    else:
        assert change.vehicle is not None  # noqa: S101 - a change has what its kind changes
        given = _vehicle(case, change.vehicle)
        starts, ends = given["shift"]
        detail = f"one more van, {starts} to {ends}, with room for {given['capacity']} crates"
        changed = {"vehicles": [given]}
    return {"kind": change.kind, "detail": detail, "change": changed}


def _vehicle(case: Case, vehicle: Vehicle) -> dict[str, Any]:
    """A vehicle as a case has it."""
    bounded = vehicle.max_duration_s < NO_LIMIT_S
    return {
        "id": vehicle.id,
        "start": case.places[vehicle.start],
        "end": case.places[vehicle.end],
        "capacity": vehicle.capacity,
        "shift": [case.day.clock(vehicle.starts), case.day.clock(vehicle.ends)],
        **({"max_duration_s": vehicle.max_duration_s} if bounded else {}),
        "breaks": [asdict(one) for one in vehicle.breaks],
        "cost_per_km_ore": vehicle.cost_per_km_ore,
        "cost_per_hour_ore": vehicle.cost_per_hour_ore,
        "fixed_ore": vehicle.fixed_ore,
        "spare": vehicle.spare,
    }


def _distances(case: Case, timed: Sequence[Schedule]) -> dict[str, Any]:
    """Where the least sure leg comes from; and, of estimated ones, how far they are off."""
    weakest = _weakest(case, timed)
    if weakest != "estimated" or case.error_percent is None:
        return {"distances": weakest}
    mean, worst = case.error_percent
    return {"distances": weakest, "estimate_error_percent": {"mean": mean, "worst": worst}}


def _weakest(case: Case, timed: Sequence[Schedule]) -> str:
    """Where the least sure leg of the routes comes from; of all legs where nothing is driven."""
    used = {
        case.sources[here][there] for one in timed for here, there in pairwise(one.route.places)
    }
    known = used or {source for row in case.sources for source in row}
    return max(known, key=SOURCES.index, default="measured")


def _route(case: Case, timed: Schedule) -> dict[str, Any]:
    day = case.day
    return {
        "vehicle": timed.route.vehicle.id,
        "depart": day.clock(timed.depart),
        "back": day.clock(timed.back),
        "distance_m": timed.distance_m,
        "drive_s": timed.drive_s,
        "work_s": timed.work_s,
        "wait_s": timed.wait_s,
        "load_at_start": timed.load_at_start,
        "stops": [_stop(day, call) for call in timed.calls],
        "breaks": _breaks(case, timed),
        "legs": [
            {
                "from": case.places[here],
                "to": case.places[there],
                "distance_m": case.distances_m[here][there],
                "drive_s": case.durations_s[here][there],
                "source": case.sources[here][there],
            }
            for here, there in pairwise(timed.route.places)
        ],
    }


def _breaks(case: Case, timed: Schedule) -> list[dict[str, Any]]:
    """after_stop: the stop last left, or the place where the route starts."""
    names = (case.places[timed.route.vehicle.start], *timed.route.ids)
    return [
        {
            "after_stop": names[pause.after],
            "start": case.day.clock(pause.start),
            "duration_s": pause.duration_s,
        }
        for pause in timed.pauses
    ]


def _stop(day: Day, call: Call) -> dict[str, Any]:
    return {
        "id": call.stop.id,
        "arrive": day.clock(call.arrive),
        "start": day.clock(call.start),
        "leave": day.clock(call.leave),
        "load_after": call.load_after,
    }
