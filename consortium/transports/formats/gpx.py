"""A route as GPX 1.1, for satellite navigators: its places as waypoints, and the route itself.

The order of elements is the schema's (topografix.com/GPX/1/1/gpx.xsd): metadata, wpt, rte; in a
point time, name, desc, sym, type. Times are UTC, coordinates WGS 84.
"""

from datetime import UTC, datetime
from typing import Final

from lxml import etree

from consortium.core.days import swedish_time
from consortium.core.words import Say
from consortium.transports.formats.drives import Drive, DrivePoint

MEDIA_TYPE: Final = "application/gpx+xml"
SPACE: Final = "http://www.topografix.com/GPX/1/1"
SCHEMA: Final = "http://www.topografix.com/GPX/1/1/gpx.xsd"
INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
CREATOR: Final = "consortium"
SYMBOLS: Final = {"depot": "Building", "stop": "Flag"}


def gpx_file(drive: Drive, say: Say) -> bytes:
    """`drive` in the language of `say`; the same route gives the same bytes."""
    root = etree.Element(
        f"{{{SPACE}}}gpx",
        {
            "version": "1.1",
            "creator": CREATOR,
            f"{{{INSTANCE}}}schemaLocation": f"{SPACE} {SCHEMA}",
        },
        nsmap={None: SPACE, "xsi": INSTANCE},  # type: ignore[dict-item]  # None: no prefix
    )
    title = f"{drive.name} {drive.day.isoformat()}"
    _text(_child(root, "metadata"), "name", title)
    seen = {point.slug: point for point in reversed(drive.points)}
    for point in (point for point in drive.points if seen[point.slug] is point):
        _point(root, "wpt", point, say)
    route = _child(root, "rte")
    _text(route, "name", title)
    for point in drive.points:
        _point(route, "rtept", point, say)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _point(parent: etree._Element, name: str, point: DrivePoint, say: Say) -> None:
    place = etree.SubElement(
        parent, f"{{{SPACE}}}{name}", {"lat": f"{point.lat:.6f}", "lon": f"{point.lon:.6f}"}
    )
    if point.at:
        _text(place, "time", _utc(point.at))
    _text(place, "name", point.name)
    _text(place, "desc", _said(point, say))
    _text(place, "sym", SYMBOLS[point.kind])
    _text(place, "type", point.kind)


def _said(point: DrivePoint, say: Say) -> str:
    at = f"{swedish_time(point.at):%H:%M}" if point.at else ""
    if point.kind == "depot":
        return at
    crates = say("{out} crates out, {in_} in", out=point.deliver, in_=point.collect)
    return f"{at} {crates}".strip()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _child(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{SPACE}}}{name}")


def _text(parent: etree._Element, name: str, text: str) -> None:
    _child(parent, name).text = text
