"""Questions to OSRM's table service, and its answers. Pure.

OSRM HTTP API v1 (https://project-osrm.org/docs/): `GET /table/v1/driving/{lon},{lat};…` with
`sources` and `destinations` as places in that list and `annotations=duration,distance`. The answer
has a `code`; `durations` (seconds) and `distances` (metres), a row for each source, null where
there is no way; `sources` and `destinations`, waypoints with `distance`, the metres from the given
point to the road (since 5.20), and `location`, `[lon, lat]`. Codes of refusals: `NoTable`,
`TooBig`, `NoSegment` and the like, with a `message`.
"""

from collections.abc import Sequence
from typing import Any, Final

from consortium.core.errors import Invalid
from consortium.transports.formats.road_table import (
    FEWER,
    REFUSED,
    STRANGE,
    TOO_MANY,
    Asked,
    Ways,
    degrees_of,
    no_ways,
    off_m,
    read_object,
    rows_of,
    said,
    way_of,
    whole_of,
)
from consortium.transports.routing.distances import Point

FORM: Final = "OSRM"
OK, NO_TABLE, TOO_BIG = "Ok", "NoTable", "TooBig"


def address_of(base: str, asked: Asked) -> str:
    """The address that answers a question. base: of the server, as http://localhost:5000."""
    points = list(dict.fromkeys((*asked.sources, *asked.targets)))
    places = {point: str(place) for place, point in enumerate(points)}
    listed = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in points)
    sources, targets = (
        ";".join(places[point] for point in each) for each in (asked.sources, asked.targets)
    )
    return (
        f"{base.rstrip('/')}/table/v1/driving/{listed}?annotations=duration,distance"
        f"&generate_hints=false&sources={sources}&destinations={targets}"
    )


def ways_of(content: bytes, asked: Asked) -> Ways:
    """The ways of an answer; Invalid where the server refused, or answers something else."""
    data = read_object(content, FORM)
    code, message = data.get("code"), said(data.get("message") or data.get("code"))
    if code == NO_TABLE:
        return no_ways(asked)
    if code == TOO_BIG:
        raise Invalid(TOO_MANY, said=message, remedy=FEWER)
    if code != OK:
        raise Invalid(REFUSED, said=message) if code else Invalid(STRANGE, what=FORM)
    size = len(asked.sources), len(asked.targets)
    durations = rows_of(data.get("durations"), *size, FORM)
    distances = rows_of(data.get("distances"), *size, FORM)
    return Ways(
        tuple(
            tuple(
                way_of(whole_of(seconds, FORM), whole_of(metres, FORM))
                for seconds, metres in zip(*rows, strict=True)
            )
            for rows in zip(durations, distances, strict=True)
        ),
        _off_m(data.get("sources"), asked.sources),
        _off_m(data.get("destinations"), asked.targets),
    )


def _off_m(waypoints: Any, asked: Sequence[Point]) -> tuple[int, ...]:
    if not isinstance(waypoints, list) or len(waypoints) != len(asked):
        raise Invalid(STRANGE, what=FORM)
    return tuple(map(_off, waypoints, asked))


def _off(waypoint: Any, asked: Point) -> int:
    if not isinstance(waypoint, dict):
        raise Invalid(STRANGE, what=FORM)
    metres = whole_of(waypoint.get("distance"), FORM)
    if metres is not None:
        return metres
    location = waypoint.get("location")
    if not isinstance(location, list) or len(location) != 2:  # noqa: PLR2004 (lon and lat)
        raise Invalid(STRANGE, what=FORM)
    return off_m([asked], [degrees_of(location[1], location[0], FORM)])[0]
