"""Questions to Valhalla's matrix service, and its answers. Pure.

Valhalla API (https://valhalla.github.io/valhalla/api/matrix/): `POST /sources_to_targets` with
`sources` and `targets` (`lat`, `lon`) and `costing`. The answer's `sources_to_targets` has a row
for each source with, for each target, `time` (seconds) and `distance` (kilometres), null where
there is no way; `sources` and `targets` say where on the road each point came to lie, or null.
Older servers repeat the points as they were given, in a list of one list. A refusal has status
400 and an `error_code`: 442 where none of the ways exists, 150 where the points are too many.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from consortium.core.errors import Invalid
from consortium.transports.formats.road_table import (
    FEWER,
    REFUSED,
    STRANGE,
    TOO_MANY,
    Asked,
    Way,
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

FORM: Final = "Valhalla"
METRES_A_KM: Final = 1000
NO_PATH, TOO_MANY_POINTS = 442, 150


def address_of(base: str) -> str:
    """Where questions are posted. base: of the server, as http://localhost:8002."""
    return f"{base.rstrip('/')}/sources_to_targets"


def question_of(asked: Asked) -> bytes:
    """What is posted, as JSON."""
    sources, targets = (
        [{"lat": lat, "lon": lon} for lat, lon in each] for each in (asked.sources, asked.targets)
    )
    question = {
        "sources": sources,
        "targets": targets,
        "costing": "auto",
        "units": "kilometers",
        "verbose": True,
    }
    return json.dumps(question).encode()


def ways_of(content: bytes, asked: Asked) -> Ways:
    """The ways of an answer; Invalid where the server refused, or answers something else."""
    data = read_object(content, FORM)
    if (code := data.get("error_code")) is not None:
        return _refused(code, said(data.get("error") or code), asked)
    rows = rows_of(data.get("sources_to_targets"), len(asked.sources), len(asked.targets), FORM)
    return Ways(
        tuple(tuple(map(_way, row)) for row in rows),
        off_m(asked.sources, _points(data.get("sources"), len(asked.sources))),
        off_m(asked.targets, _points(data.get("targets"), len(asked.targets))),
    )


def _refused(code: Any, message: str, asked: Asked) -> Ways:
    if code == NO_PATH:
        return no_ways(asked)
    if code == TOO_MANY_POINTS:
        raise Invalid(TOO_MANY, said=message, remedy=FEWER)
    raise Invalid(REFUSED, said=message)


def _way(cell: Any) -> Way | None:
    if not isinstance(cell, dict) or "time" not in cell or "distance" not in cell:
        raise Invalid(STRANGE, what=FORM)
    return way_of(whole_of(cell["time"], FORM), whole_of(cell["distance"], FORM, scale=METRES_A_KM))


def _points(given: Any, count: int) -> Sequence[Point | None]:
    """Where points came to lie; of servers that do not say, nothing."""
    nested = isinstance(given, list) and len(given) == 1 and isinstance(given[0], list)
    found = given[0] if nested else given
    if not isinstance(found, list) or len(found) != count:
        return [None] * count
    return [
        degrees_of(each.get("lat"), each.get("lon"), FORM) if isinstance(each, dict) else None
        for each in found
    ]
