"""A vehicle's day, read back from the PDF."""

from dataclasses import replace
from datetime import date, time

from consortium.core.words import words
from consortium.transports.formats.manifest import (
    ManifestBreak,
    ManifestLeg,
    ManifestSheet,
    ManifestStop,
    manifest_pdf,
)
from tests.documents.reading import fonts_of, pages_of

ENGLISH = words("en")
MARK = "Example: made-up figures, not a real route"
STOPS = (
    ManifestStop(time(8, 42), time(8, 50), "Mora bibliotek", "Mora", 4, 2, 8, ("Key in the box.",)),
    ManifestStop(time(12, 30), time(12, 38), "Orsa <i>&</i> by", "Orsa", 0, 3, 11),
)
SHEET = ManifestSheet(
    day=date(2026, 11, 25),
    vehicle="Van 1",
    depart=time(7, 30),
    back=time(16, 0),
    distance_m=212_499,
    work_s=30_600,
    load_at_start=10,
    stops=STOPS,
    breaks=(ManifestBreak(time(12, 0), 1_800, after=1),),
)


def test_the_driver_reads_the_day_in_its_order() -> None:
    (page,) = pages_of(manifest_pdf(SHEET, ENGLISH))
    in_order = [
        "Manifest Van 1",
        "Wednesday 25 November 2026",
        "8 h 30 min",
        "212 km",
        "07:30 Load 10 crates and drive off",
        "08:42",
        "– 08:50",
        "Mora bibliotek",
        "Mora",
        "Key in the box.",
        "4 2 8",
        "12:00 Break, 30 minutes",
        "12:30",
        "Orsa <i>&</i> by",
        "– 3 11",
        "16:00 Back, unload the rest",
    ]
    rest = page
    for text in in_order:
        assert text in rest
        rest = rest.split(text, 1)[1]


def test_a_break_after_the_last_stop_comes_last() -> None:
    late = replace(SHEET, breaks=(ManifestBreak(time(13, 0), 900, after=2),))
    (page,) = pages_of(manifest_pdf(late, ENGLISH))
    assert page.index("Orsa") < page.index("13:00 Break, 15 minutes") < page.index("16:00 Back")


def test_a_break_says_where_it_is_taken() -> None:
    places = {
        "at Mora bibliotek": ManifestBreak(time(8, 50), 900, after=1),
        "on the road": ManifestBreak(time(9, 30), 900, after=1),
        "while you wait at Orsa": ManifestBreak(time(12, 31), 900, after=1),
    }
    for said, pause in places.items():
        (page,) = pages_of(manifest_pdf(replace(SHEET, breaks=(pause,)), ENGLISH))
        assert page.index("Mora bibliotek") < page.index(said) < page.index("12:30")


def test_the_driver_reads_how_to_get_there_and_which_crates_it_is_about() -> None:
    first = replace(
        STOPS[0],
        start=time(8, 45),
        leg=ManifestLeg(89_449, 4_290, "routed"),
        to_leave=("LD000417", "LD000418"),
        to_fetch=("LD000500",),
        has_key=True,
        instructions="By the loading bay.",
    )
    sheet = replace(SHEET, stops=(first,), leg_back=ManifestLeg(950, 89, "estimated"))
    (page,) = pages_of(manifest_pdf(sheet, ENGLISH))
    rest = page.replace("\u00a0", " ")
    for text in (
        "Mora · 89.4 km, 72 min, from a map",
        "Wait until 08:45.",
        "You have a key.",
        "By the loading bay.",
        "Leave: 000 417, 000 418",
        "Fetch: 000 500",
        "1.0 km, 1 min, estimated",
    ):
        assert text in rest
        rest = rest.split(text, 1)[1]


def test_many_stops_go_on_to_further_pages_all_marked() -> None:
    stops = tuple(replace(STOPS[0], branch=f"Filial {n} " + "å" * (n % 50)) for n in range(40))
    pages = pages_of(manifest_pdf(replace(SHEET, stops=stops, example=True), ENGLISH))
    text = "\n".join(pages).replace("\n", " ")
    assert [n for n in range(40) if f"Filial {n} " not in text] == []
    assert len(pages) > 3
    assert all(MARK in page for page in pages)
    assert [page for page in pages_of(manifest_pdf(SHEET, ENGLISH)) if MARK in page] == []


def test_same_sheet_same_bytes_with_its_fonts_inside() -> None:
    made = manifest_pdf(SHEET, ENGLISH)
    assert made == manifest_pdf(SHEET, ENGLISH)
    assert all(fonts_of(made).values())
