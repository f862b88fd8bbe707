"""Reasons: why a stop is in no route, as far as the stop by itself shows it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from consortium.transports.routing.case import NO_LIMIT_S, Case, Route, Stop
from consortium.transports.routing.day import Day
from consortium.transports.routing.timing import Breach, Rule, breaches
from consortium.transports.routing.wording import breach_fault

_RULES: Final[tuple[Rule, ...]] = ("window", "capacity", "shift")


def reason(case: Case, stop: Stop) -> tuple[str, str]:
    """Why a stop is in no route, and what shows it, in plain words.

    A required one: the first of window, capacity and shift whose lifting for this stop would let
    a vehicle serve it in a route of its own; `no_vehicle` where one could as things are, and where
    lifting one rule is not enough.
    """
    if not stop.required:
        return "skipped", f"skipping it costs {stop.skip_ore} öre"
    if not case.vehicles:
        return "no_vehicle", "there are no vehicles"
    alone = [(route, breaches(case, route)) for route in _alone(case, stop)]
    if any(not broken for _, broken in alone):
        return "no_vehicle", "it could be served, but the vehicles are taken up"
    for rule in _RULES:
        helped = [broken for route, broken in alone if not breaches(case, _lifted(rule, route))]
        if helped:
            return rule, _detail(case.day, rule, stop, min(map(_worst, helped), key=_excess))
    fewest = min((broken for _, broken in alone), key=len)
    return "no_vehicle", " and ".join(breach_fault(case.day, one, "").fault for one in fewest)


def _alone(case: Case, stop: Stop) -> Iterator[Route]:
    for vehicle in case.vehicles:
        yield Route(vehicle, (stop,))


def _lifted(rule: Rule, route: Route) -> Route:
    """The same route of one stop, for which `rule` holds no more."""
    vehicle, (stop,) = route.vehicle, route.stops
    if rule == "window":
        stop = replace(stop, opens=-NO_LIMIT_S, closes=NO_LIMIT_S)
    elif rule == "capacity":
        stop = replace(stop, deliver=0, collect=0)
    else:
        free = NO_LIMIT_S
        vehicle = replace(vehicle, starts=-free, ends=free, max_duration_s=free)
    return Route(vehicle, (stop,))


def _worst(broken: list[Breach]) -> Breach:
    """What to tell of what lifting one rule mends: a missed window first, then the most excess."""
    return max(broken, key=lambda breach: (breach.rule == "window", _excess(breach)))


def _excess(breach: Breach) -> int:
    return breach.least - breach.allowed


def _detail(day: Day, rule: Rule, stop: Stop, breach: Breach) -> str:
    text = breach_fault(day, breach, "").fault
    if rule == "window" and breach.rule == "shift":
        return f"service cannot start before {day.short(stop.opens)}, and {text}"
    return text
