"""A route as GeoJSON (RFC 7946): the way as a LineString, each place as a Point.

Positions are longitude, latitude of WGS 84 (section 3.1.1). The line is straight between places.
"""

import json
from typing import Any, Final

from consortium.transports.formats.drives import Drive, DrivePoint

MEDIA_TYPE: Final = "application/geo+json"
DECIMALS: Final = 6  # a tenth of a metre

Position = list[float]


def geojson_file(drive: Drive) -> str:
    """`drive` as a FeatureCollection; the same route gives the same text."""
    line = [_position(point) for point in drive.points]
    places = [_feature("Point", _position(point), _facts(point)) for point in drive.points]
    way = {
        "day": drive.day.isoformat(),
        "vehicle": drive.vehicle,
        "name": drive.name,
        "distance_m": sum(point.distance_m for point in drive.points),
        "drive_s": sum(point.drive_s for point in drive.points),
    }
    found = {
        "type": "FeatureCollection",
        "bbox": _box(line),
        "features": [_feature("LineString", line, way), *places],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _feature(kind: str, coordinates: Any, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": facts,
    }


def _facts(point: DrivePoint) -> dict[str, Any]:
    return {
        "branch": point.slug,
        "name": point.name,
        "kind": point.kind,
        "arrive": point.arrive.isoformat() if point.arrive else None,
        "start": point.start.isoformat() if point.start else None,
        "leave": point.leave.isoformat() if point.leave else None,
        "deliver": point.deliver,
        "collect": point.collect,
        "load_after": point.load_after,
        "distance_m": point.distance_m,
        "drive_s": point.drive_s,
        "source": point.source or None,
    }


def _position(point: DrivePoint) -> Position:
    return [round(point.lon, DECIMALS), round(point.lat, DECIMALS)]


def _box(line: list[Position]) -> Position:
    """West, south, east, north (section 5)."""
    lons, lats = zip(*line, strict=True)
    return [min(lons), min(lats), max(lons), max(lats)]
