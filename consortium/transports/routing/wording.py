"""The words for a rule that is broken, in a refusal and in the reason of a stop left out."""

from typing import Final

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.transports.routing.breaching import Breach
from consortium.transports.routing.day import Day

_PLAIN: Final = {
    "pin": (
        mark("the stop is pinned to another vehicle or place"),
        mark("Serve the stop where it is pinned, or take the pin away"),
    ),
    "not_with": (
        mark("the stop is kept apart from one of this route"),
        mark("Serve one of them in another route"),
    ),
    "break": (
        mark("the breaks that fall due leave too little time"),
        mark("Serve fewer stops in the route"),
    ),
}
"""Rule → what is wrong and the remedy, where no number says more."""


def breach_fault(day: Day, breach: Breach, at: str) -> Fault:
    if breach.rule in _PLAIN:
        text, remedy = _PLAIN[breach.rule]
        return Fault(text, at, {}, remedy)
    if breach.rule == "capacity" or breach.work:
        facts = {"least": str(breach.least), "allowed": str(breach.allowed)}
    else:
        facts = {"least": day.short(breach.least), "allowed": day.short(breach.allowed)}
    if breach.rule == "window":
        remedy = "Serve the stop earlier, or in another route"
        return Fault("earliest possible arrival {least} is after {allowed}", at, facts, remedy)
    if breach.rule == "capacity":
        remedy = "Take fewer crates, or a larger vehicle"
        return Fault("{least} crates on board are more than {allowed}", at, facts, remedy)
    remedy = "Serve fewer stops in the route"
    if breach.work:
        return Fault("{least} s of work are more than {allowed} s", at, facts, remedy)
    return Fault("earliest possible return {least} is after {allowed}", at, facts, remedy)
