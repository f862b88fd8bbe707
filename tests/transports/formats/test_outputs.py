"""GPX, GeoJSON, CSV and iCalendar, read back by other readers or against the standards' text."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar
from lxml import etree

from consortium.core.words import words
from consortium.transports.formats.calendar import BranchCalendar, CalendarStop, calendar_file
from consortium.transports.formats.drives import Drive, DrivePoint
from consortium.transports.formats.geojson import geojson_file
from consortium.transports.formats.gpx import gpx_file
from consortium.transports.formats.route_csv import COLUMNS, route_rows

ENGLISH = words("en")
SWEDEN = ZoneInfo("Europe/Stockholm")
DAY = date(2026, 11, 25)


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 25, hour, minute, tzinfo=UTC)


DEPOT = DrivePoint("depan", "Depån", "depot", 60.475, 15.45, None, None, at(6, 30))
MORA = DrivePoint(
    "mora",
    "Mora <&> bibliotek",
    "stop",
    61.00704,
    14.54316,
    at(7, 42),
    at(7, 45),
    at(7, 50),
    6,
    4,
    8,
    89_500,
    4_300,
    "measured",
)
END = replace(
    DEPOT, arrive=at(9, 0), start=at(9, 0), leave=None, distance_m=90_000, drive_s=4_310, source="x"
)
DRIVE = Drive(DAY, "van1", "Bil 1", (DEPOT, MORA, END))

# The order of children in topografix.com/GPX/1/1/gpx.xsd; every one may be left out.
SPACE: Final = "{http://www.topografix.com/GPX/1/1}"
POINT = [
    "ele",
    "time",
    "magvar",
    "geoidheight",
    "name",
    "cmt",
    "desc",
    "src",
    "link",
    "sym",
    "type",
]
ORDER: Final = {
    "gpx": ["metadata", "wpt", "rte", "trk", "extensions"],
    "metadata": ["name", "desc", "author", "copyright", "link", "time", "keywords", "bounds"],
    "wpt": POINT,
    "rtept": POINT,
    "rte": ["name", "cmt", "desc", "src", "link", "number", "type", "extensions", "rtept"],
}


def test_gpx_keeps_the_order_of_its_schema() -> None:
    root = etree.fromstring(gpx_file(DRIVE, ENGLISH))
    assert (root.tag, root.get("version")) == (f"{SPACE}gpx", "1.1")
    assert root.get("creator")
    for element in root.iter():
        name = str(element.tag).removeprefix(SPACE)
        places = [ORDER[name].index(str(c.tag).removeprefix(SPACE)) for c in element]
        assert places == sorted(places), name


def test_gpx_has_each_place_once_as_a_waypoint_and_the_route_in_its_order() -> None:
    root = etree.fromstring(gpx_file(DRIVE, ENGLISH))
    names = {
        kind: [str(point.findtext(f"{SPACE}name")) for point in root.iter(f"{SPACE}{kind}")]
        for kind in ("wpt", "rtept")
    }
    assert names == {
        "wpt": ["Depån", "Mora <&> bibliotek"],
        "rtept": ["Depån", "Mora <&> bibliotek", "Depån"],
    }
    mora = root.findall(f".//{SPACE}rtept")[1]
    assert (mora.get("lat"), mora.get("lon")) == ("61.007040", "14.543160")
    assert mora.findtext(f"{SPACE}time") == "2026-11-25T07:42:00Z"
    assert mora.findtext(f"{SPACE}desc") == "08:42 6 crates out, 4 in"


def test_geojson_gives_longitude_first_and_a_box() -> None:
    found: dict[str, Any] = json.loads(geojson_file(DRIVE))
    line, *places = found["features"]
    assert found["type"] == "FeatureCollection"
    assert line["geometry"] == {
        "type": "LineString",
        "coordinates": [[15.45, 60.475], [14.54316, 61.00704], [15.45, 60.475]],
    }
    assert found["bbox"] == [14.54316, 60.475, 15.45, 61.00704]  # west, south, east, north
    assert line["properties"]["distance_m"] == 179_500
    assert [place["geometry"]["type"] for place in places] == ["Point"] * 3
    assert places[1]["properties"]["source"] == "measured"
    assert datetime.fromisoformat(places[1]["properties"]["arrive"]) == at(7, 42)


def test_the_table_has_a_row_a_place_with_swedish_times() -> None:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *route_rows(DRIVE)])
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert [(row["number"], row["branch"], row["arrive"], row["leave"]) for row in rows] == [
        ("0", "depan", "", "07:30:00"),
        ("1", "mora", "08:42:00", "08:50:00"),
        ("2", "depan", "10:00:00", ""),
    ]
    assert rows[1]["load_after"] == "8"


STOP = CalendarStop(DAY, at(7, 42), at(7, 50), 6, 4, 3, at(5, 0))
SUMMER = CalendarStop(
    date(2026, 7, 1),
    datetime(2026, 7, 1, 6, 0, tzinfo=UTC),
    datetime(2026, 7, 1, 6, 10, tzinfo=UTC),
    0,
    1,
    1,
    at(5, 0),
    cancelled=True,
)
OF = BranchCalendar("mora", "Mora bibliotek", "Mora bibliotek, Mora", 61.0, 14.5, "bib.se", [STOP])


def test_a_calendar_has_the_vans_time_in_sweden_with_its_own_time_zone() -> None:
    found = Calendar.from_ical(calendar_file(replace(OF, stops=[SUMMER, STOP]), ENGLISH))
    summer, autumn = found.events
    assert autumn.start == datetime(2026, 11, 25, 8, 42, tzinfo=SWEDEN)
    assert autumn.end - autumn.start == timedelta(minutes=8)
    assert str(autumn["DTSTART"].params["TZID"]) == "Europe/Stockholm"
    assert summer.start == datetime(2026, 7, 1, 8, 0, tzinfo=SWEDEN)
    assert [str(zone["TZID"]) for zone in found.timezones] == ["Europe/Stockholm"]
    assert found.get_missing_tzids() == set()
    assert [str(event["STATUS"]) for event in (summer, autumn)] == ["CANCELLED", "CONFIRMED"]
    assert (autumn["UID"], autumn["SEQUENCE"]) == ("2026-11-25.mora@bib.se", 3)


def test_a_stop_keeps_its_uid_when_its_time_moves() -> None:
    later = replace(STOP, arrive=at(9, 0), leave=at(9, 10), sequence=4)
    texts = [calendar_file(replace(OF, stops=[stop]), ENGLISH) for stop in (STOP, later)]
    (one,), (other,) = (Calendar.from_ical(text).events for text in texts)
    assert one["UID"] == other["UID"]
    assert (one.sequence, other.sequence) == (3, 4)


def test_the_file_has_the_lines_that_rfc_5545_asks_for() -> None:
    text = calendar_file(OF, ENGLISH)
    assert text == calendar_file(OF, ENGLISH)
    lines = text.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)  # octets, section 3.1
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert {b"VERSION:2.0", b"TRANSP:TRANSPARENT", b"DTSTAMP:20261125T050000Z"} <= set(lines)


def test_an_empty_calendar_is_one() -> None:
    assert Calendar.from_ical(calendar_file(replace(OF, stops=[]), ENGLISH)).events == []
