"""Reasons: why a stop is in no route, shown by lifting one rule after the other for it alone."""

from collections.abc import Iterator
from dataclasses import replace

from consortium.transports.routing.breaching import Breach, breaches
from consortium.transports.routing.case import ALWAYS, RULES, Case, Pin, Route, Rule, Stop
from consortium.transports.routing.day import Day
from consortium.transports.routing.ranking import Routes, left_out
from consortium.transports.routing.refilling import inserted, refilled
from consortium.transports.routing.timing import is_lifted
from consortium.transports.routing.wording import breach_fault

_TRIES = 60
"""Over all stops left out: how often routes are loosened to see whether a stop fits in."""


def reason(case: Case, routes: Routes, stop: Stop, *, thorough: bool) -> tuple[str, str]:
    """Why a stop is in no route, and what shows it, in plain words.

    A required one: the first rule whose lifting for this stop alone lets it be served beside all
    that the plan serves; `no_vehicle` where none does. thorough: where it does not fit in beside
    the routes as they are, they are also loosened and filled again to see.
    """
    if not stop.required:
        return "skipped", f"skipping it costs {stop.skip_ore} öre"
    if not case.vehicles:
        return "no_vehicle", "there are no vehicles"
    if inserted(case, routes, stop) is not None:
        return "no_vehicle", "it could be served, but the routes that were given leave it out"
    for rule in RULES:
        if _says(case, stop, rule) and _would_be_served(case, routes, stop, rule, thorough):
            return rule, _shown(case, stop, rule)
    alone = [breaches(case, route) for route in _alone(case, stop)]
    if not all(alone):
        return "no_vehicle", "it could be served, but the vehicles are taken up"
    fewest = min(alone, key=len)
    return "no_vehicle", " and ".join(breach_fault(case.day, one, "").fault for one in fewest)


def with_stop(case: Case, stop: Stop) -> Case:
    """The case with a stop in place of the one that has its id."""
    stops = tuple(stop if other.id == stop.id else other for other in case.stops)
    return replace(case, stops=stops)


def _says(case: Case, stop: Stop, rule: Rule) -> bool:
    """Whether the rule says anything of the stop."""
    return {
        "pin": stop.pin != Pin(),
        "not_with": bool(stop.not_with),
        "window": stop.windows != (ALWAYS,),
        "capacity": stop.deliver > 0 or stop.collect > 0,
        "break": any(vehicle.breaks for vehicle in case.vehicles),
        "shift": True,
    }[rule]


def _would_be_served(case: Case, routes: Routes, stop: Stop, rule: Rule, thorough: bool) -> bool:
    freed = replace(stop, lifted=rule)
    eased = with_stop(case, freed)
    if inserted(eased, routes, freed) is not None:
        return True
    if not thorough:
        return False
    tries = _TRIES // max(1, len(left_out(case, routes)))
    among = [freed, *(served for route in routes for served in route.stops)]
    return freed not in left_out(eased, refilled(eased, routes, among, tries))


def _alone(case: Case, stop: Stop) -> Iterator[Route]:
    for vehicle in case.vehicles:
        yield Route(vehicle, (stop,))


def _shown(case: Case, stop: Stop, rule: Rule) -> str:
    """What shows it: what breaks the rule even in a route of its own, else that others do."""
    broken = [one for route in _alone(case, stop) for one in _of_rule(case, route, rule)]
    if broken:
        return _detail(case.day, rule, stop, min(broken, key=_excess))
    return {
        "pin": "beside the others there is no room where it is pinned",
        "not_with": "every route that could take it has a stop that it is kept from",
        "window": "beside the others no vehicle is there in its windows",
        "capacity": "beside the others there is no room for its crates",
        "break": "with it, the breaks could not be taken in time",
        "shift": "with it, a shift would be too long",
    }[rule]


def _of_rule(case: Case, route: Route, rule: Rule) -> list[Breach]:
    """What lifting the rule mends in a route of one stop."""
    broken, (stop,) = breaches(case, route), route.stops
    eased = Route(route.vehicle, (replace(stop, lifted=rule),))
    if not broken or breaches(case, eased) or is_lifted(route, rule):
        return []
    return [max(broken, key=lambda breach: (breach.rule == rule, _excess(breach)))]


def _excess(breach: Breach) -> int:
    return breach.least - breach.allowed


def _detail(day: Day, rule: Rule, stop: Stop, breach: Breach) -> str:
    text = breach_fault(day, breach, "").fault
    if rule == "window" and breach.rule == "shift":
        return f"service cannot start before {day.short(stop.opens)}, and {text}"
    return text
