"""Rules: what it costs a day that stops are held, or kept apart. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from consortium.transports import routing
from consortium.transports.day_basis import CaseFile, DayBasis, PlanFile
from consortium.transports.rules import day_case

PRICING_ITERATIONS: Final = 150
"""Of one run: enough for a day's stops, and quick."""


@dataclass(frozen=True, slots=True)
class PinPrice:
    """What a day costs more for something that is held.

    stop: a slug; other: of the stop that it is kept from, empty for a pin. ore: never
    negative; None where the day cannot be compared, since other stops are served then.
    """

    stop: str
    other: str
    ore: int | None


def pin_prices(basis: DayBasis, iterations: int = PRICING_ITERATIONS) -> list[PinPrice]:
    """What each pin, and each pair kept apart, costs the day; pure.

    The day is planned with all of them and again without each, with `iterations` of one run, and
    as if nobody knew any routes yet: a price is what a pin costs in the long run. A plan that keeps
    a pin is also one of the day without it, so no price is below 0.
    """
    case = day_case(replace(basis, previous=(), stability=None), iterations)
    prices, with_all = [], None
    for stop, other, without in _without_each(case):
        with_all = with_all or routing.plan(case, remedied=False)
        prices.append(
            PinPrice(stop, other, _dearer(with_all, routing.plan(without, remedied=False)))
        )
    return prices


def _without_each(case: CaseFile) -> Iterator[tuple[str, str, CaseFile]]:
    """The case without each thing that is held: the stop, who it is kept from, the case."""
    for stop in case["stops"]:
        if stop.get("pin"):
            yield stop["id"], "", _changed(case, stop["id"], "pin", None)
    pairs = {
        (min(stop["id"], other), max(stop["id"], other))
        for stop in case["stops"]
        for other in stop.get("not_with", ())
    }
    for one, other in sorted(pairs):
        freed = _freed(_freed(case, one, other), other, one)
        yield one, other, freed


def _changed(case: CaseFile, stop_id: str, name: str, value: object) -> CaseFile:
    """`case` with one field of one stop put to `value`, None takes it away."""
    stops = []
    for stop in case["stops"]:
        kept = {key: each for key, each in stop.items() if stop["id"] != stop_id or key != name}
        stops.append({**kept, name: value} if stop["id"] == stop_id and value else kept)
    return {**case, "stops": stops}


def _freed(case: CaseFile, stop_id: str, other: str) -> CaseFile:
    named = next(stop.get("not_with", []) for stop in case["stops"] if stop["id"] == stop_id)
    return _changed(case, stop_id, "not_with", [each for each in named if each != other])


def _dearer(with_it: PlanFile, without: PlanFile) -> int | None:
    """What `with_it` costs more; None where other stops are served."""
    served = [{stop["id"] for stop in plan["unserved"]} for plan in (with_it, without)]
    if served[0] != served[1]:
        return None
    dearer, cheaper = (int(plan["cost"]["total_ore"]) for plan in (with_it, without))
    return max(dearer - cheaper, 0)
