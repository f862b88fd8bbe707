"""The county's border and lakes, for maps.

Natural Earth, 1:10 m: admin-1 states, lakes, and lakes of Europe. It is in the public domain
(naturalearthdata.com). Degrees of WGS 84.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parents[1] / "demo" / "data" / "dalarna-outline.geojson"

Ring = tuple[tuple[float, float], ...]
"""A closed line: its points as (longitude, latitude)."""


@dataclass(frozen=True, slots=True)
class Lake:
    """name: empty where the source has none. rings: its shore first, then its islands."""

    name: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """land: the rings of every county that there is. lakes: as the source orders them."""

    land: tuple[Ring, ...]
    lakes: tuple[Lake, ...]


@cache
def outline() -> Outline:
    """What the file has, read once."""
    features = json.loads(FILE.read_text(encoding="utf-8"))["features"]
    kinds = {kind: [f for f in features if f["properties"]["kind"] == kind] for kind in KINDS}
    return Outline(
        tuple(ring for feature in kinds["county"] for ring in _rings(feature)),
        tuple(Lake(each["properties"]["name"] or "", _rings(each)) for each in kinds["lake"]),
    )


KINDS: Final = ("county", "lake")


def _rings(feature: Mapping[str, Any]) -> tuple[Ring, ...]:
    """The rings of a Polygon, which is all that the file has."""
    return tuple(
        tuple((lon, lat) for lon, lat in ring) for ring in feature["geometry"]["coordinates"]
    )
