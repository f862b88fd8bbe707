"""Jobs of distances: ways that are missing are asked for at the road server."""

from collections.abc import Mapping, Sequence
from typing import Any

from consortium.core.errors import Conflict, Invalid, Unavailable
from consortium.transports.client import ways
from consortium.transports.fetching_legs import Wanted, keep_ways, wanted_ways
from consortium.transports.formats.road_table import Asked, Ways
from consortium.transports.routing.distances import Point
from jobs.running import Running, acting
from jobs.wording import said

DISTANCES = acting("distances")


def fetch_legs(running: Running, _details: Mapping[str, Any]) -> None:
    """Ask for the ways that are missing between the places where vans stop."""
    fetch_ways(running)


def fetch_ways(running: Running, points: Sequence[tuple[str, Point]] | None = None) -> None:
    """Read, ask, keep. What was answered before a trouble is kept, and the trouble is noted.

    points: names and places; None: where vans stop. Done again, only what is still missing is
    asked for. The trouble is raised: Unavailable where a new try may mend it, else Invalid.
    """
    with running.works.reading(DISTANCES) as work:
        wanted = wanted_ways(work, points)
    if not wanted.questions:
        return
    answers, trouble = _ask(running, wanted)
    try:
        with running.works.writing(DISTANCES) as work:
            keep_ways(work, answers, wanted.names, said(trouble, "sv") if trouble else "")
    except Conflict as conflict:
        raise Unavailable("Another process has just kept some of the same ways") from conflict
    if trouble is not None:
        raise trouble


def _ask(
    running: Running, wanted: Wanted
) -> tuple[list[tuple[Asked, Ways]], Invalid | Unavailable | None]:
    """The answers in the order of the questions, up to the first trouble."""
    answers: list[tuple[Asked, Ways]] = []
    try:
        for asked in wanted.questions:
            answers += [(asked, ways(running.settings, asked))]
    except (Invalid, Unavailable) as trouble:
        return answers, trouble
    return answers, None
