"""The words for a rule that is broken, in a refusal and in the reason of a stop left out."""

from consortium.core.errors import Fault
from consortium.transports.routing.day import Day
from consortium.transports.routing.timing import Breach


def breach_fault(day: Day, breach: Breach, at: str) -> Fault:
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
