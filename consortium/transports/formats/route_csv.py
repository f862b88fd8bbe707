"""A route as a table for other programs: a row a place, in the order of driving."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from consortium.core.days import swedish_time
from consortium.transports.formats.drives import Drive

COLUMNS: Final = (
    "date",
    "vehicle",
    "number",
    "branch",
    "name",
    "kind",
    "lat",
    "lon",
    "arrive",
    "start",
    "leave",
    "deliver",
    "collect",
    "load_after",
    "distance_m",
    "drive_s",
    "source",
)
"""Times are of day in Sweden; distance, driving and source of the way from the row before."""


def route_rows(drive: Drive) -> Iterator[tuple[object, ...]]:
    """The rows under COLUMNS. number: 0 is the start."""
    for number, point in enumerate(drive.points):
        yield (
            drive.day.isoformat(),
            drive.vehicle,
            number,
            point.slug,
            point.name,
            point.kind,
            f"{point.lat:.6f}",
            f"{point.lon:.6f}",
            *(_clock(at) for at in (point.arrive, point.start, point.leave)),
            point.deliver,
            point.collect,
            point.load_after,
            point.distance_m,
            point.drive_s,
            point.source,
        )


def _clock(at: datetime | None) -> str:
    return f"{swedish_time(at):%H:%M:%S}" if at else ""
