"""What stands on the map of a day: its places with short names, and its routes' tracks."""

from collections import Counter
from collections.abc import Iterable

from consortium.core.words import mark
from consortium.reports.tomorrow import DayReport, Place
from consortium.web.language import told
from consortium.web.mapping import Spot

DEPOT = "depot"


def spots_of(report: DayReport) -> list[Spot]:
    """Depots, stops in the order they are served, and what is not served, each once."""
    served = dict.fromkeys(slug for track in tracks_of(report) for slug in track)
    off = [slug for slug in _unserved(report) if slug not in served]
    places = [report.places[slug] for slug in (*served, *off)]
    names = _short_names(places)
    return [
        Spot(
            place.slug,
            names[place.slug],
            "off" if place.slug in off else DEPOT if place.kind == DEPOT else "stop",
            place.lat,
            place.lon,
        )
        for place in places
    ]


def tracks_of(report: DayReport) -> list[list[str]]:
    """The slugs that each route passes, its depot first and last."""
    slugs = {place.name: place.slug for place in report.places.values()}
    return [
        [slugs[route.depot], *(stop.slug for stop in route.stops), slugs[route.depot]]
        for route in (report.plan.routes if report.plan else ())
    ]


def _unserved(report: DayReport) -> list[str]:
    left = [stop["id"] for stop in report.plan.plan.plan["unserved"]] if report.plan else []
    return list(dict.fromkeys([*(stop.slug for stop in report.closed), *left]))


def _short_names(places: Iterable[Place]) -> dict[str, str]:
    """Slug → its locality where no other of the places has it, else its whole name."""
    shown = list(places)
    count = Counter(place.locality for place in shown if place.kind != DEPOT)
    depots = [place for place in shown if place.kind == DEPOT]
    names = {
        place.slug: place.locality if count[place.locality] == 1 else place.name for place in shown
    }
    if len(depots) == 1:
        names[depots[0].slug] = told(mark("Depot"))
    return names
