"""The map's values worked out by hand: at 60° north a degree of longitude is half as long."""

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.reports.outline import Lake, Outline
from consortium.web.lettering import Box, Label, Segment
from consortium.web.mapping import MapView, Mark, ScaleBar, Spot, Style, draw, style_of

NOTHING = Outline((), ())
WEST = Spot("west", "Borlänge", "depot", 60.0, 15.0)
EAST = Spot("east", "Mora", "stop", 60.0, 16.0)
MIDDLE = Spot("middle", "Säter", "off", 60.0, 15.5)
NORTH = Spot("north", "N", "stop", 60.5, 15.0)
SOUTH = Spot("south", "S", "stop", 59.5, 15.0)


def by_text(view: MapView) -> dict[str, Label]:
    return {label.text: label for label in view.labels}


def test_a_wide_map_fills_the_width_between_its_margins() -> None:
    view = draw([WEST, EAST, MIDDLE], [["west", "east", "west"]], NOTHING)
    # 640 - 2 * 75 units for one degree; 40 above and below a map without height
    assert view.view_box == "-75 -40 640 80"
    assert view.marks == (Mark("depot", 0, 0), Mark("stop", 490, 0), Mark("off", 245, 0))
    assert [line.path for line in view.lines] == ["M0,0 490,0 0,0"]
    # a degree is 111.195 / 2 km: 10 km are 88.1 units, 20 km would be longer than 150
    assert view.scale == ScaleBar("M-55,20v8h88.1v-8", 41, 28, 10)


def test_a_tall_map_keeps_its_width_and_has_at_most_the_height() -> None:
    view = draw([NORTH, SOUTH], [["north", "south"]], NOTHING)
    assert view.view_box == "-320 -40 640 560"
    assert [(mark.x, mark.y) for mark in view.marks] == [(0, 0), (0, 480)]
    assert view.scale.km == 20  # 480 units are 111.195 km, so 150 are 34.7


def test_a_map_of_one_place_is_drawn_as_five_kilometres() -> None:
    view = draw([NORTH], [], NOTHING)
    assert view.view_box == "-320 -40 640 80"
    assert (view.scale.km, view.scale.path) == (1, "M-300,20v8h96.0v-8")
    assert view.lines == ()


def test_labels_stand_on_no_line() -> None:
    view = draw([WEST, EAST, MIDDLE], [["west", "east"]], NOTHING)
    labels = by_text(view)
    # to the right runs the line, to the left eight letters find no room: above it, to the right
    west = labels["Borlänge"]
    assert (west.x, west.y, west.anchor, west.quiet) == (7, -12, "start", False)
    # four letters fit between the stop and the edge, 9 units from its middle
    east = labels["Mora"]
    assert (east.x, east.y, east.anchor) == (499, 5, "start")
    assert labels["Säter"].quiet


def test_without_a_line_a_label_stands_to_the_right() -> None:
    labels = by_text(draw([NORTH, SOUTH], [], NOTHING))
    north = labels["N"]
    assert (north.x, north.y, north.anchor) == (9, 5, "start")
    box = (north.box.x, north.box.y, north.box.right, north.box.bottom)
    assert box == pytest.approx((9, 5 - 15.2, 9 + 13.2, 5 + 4.8))  # a letter of 0.66 * 20 units


def test_no_label_stands_on_the_scale_bar() -> None:
    view = draw([WEST, EAST], [], NOTHING)
    # to the right of the place it would touch the room of the bar, which is 20 units high
    west = by_text(view)["Borlänge"]
    assert (west.x, west.y, west.anchor) == (7, -12, "start")


def test_border_and_lakes_are_drawn_where_they_are_seen() -> None:
    square = ((15.0, 60.0), (16.0, 60.0), (16.0, 59.9), (15.0, 60.0))
    far = ((25.0, 60.0), (26.0, 60.0), (26.0, 59.9), (25.0, 60.0))
    outline = Outline((square, far), (Lake("", (square,)), Lake("Långt bort", (far,))))
    view = draw([WEST, EAST], [], outline)
    # a tenth of a degree south is 11.1195 km of 490 / 55.5975 units
    assert view.land == "M0,0 490,0 490,98 0,0z"
    assert view.lakes == view.land
    assert view.water is None


def test_a_map_far_from_the_county_has_no_land() -> None:
    square = ((25.0, 60.0), (26.0, 60.0), (26.0, 59.9), (25.0, 60.0))
    view = draw([WEST, EAST], [], Outline((square,), ()))
    assert (view.land, view.lakes) == ("", "")


def test_the_largest_lake_is_named_where_nothing_lies() -> None:
    large = ((15.4, 60.3), (15.8, 60.3), (15.8, 59.9), (15.4, 59.9), (15.4, 60.3))
    small = ((15.1, 60.2), (15.2, 60.2), (15.2, 60.1), (15.1, 60.2))
    outline = Outline((), (Lake("Siljan", (large,)), Lake("Runn", (small,))))
    spots = [NORTH, SOUTH, EAST]
    view = draw(spots, [], outline)
    assert view.water is not None
    # the middle is lon 15.6, lat 60.1: 0.6 of 240 units east, 0.4 of 480 down, half a letter lower
    assert (view.water.text, view.water.x, view.water.y) == ("Siljan", 144, 197)
    across = draw([NORTH, SOUTH, EAST, Spot("x", "X", "stop", 60.1, 15.6)], [], outline)
    assert across.water is None


def test_two_places_that_touch_both_get_their_labels() -> None:
    depot = Spot("depot", "Depå", "depot", 60.001, 15.001)
    labels = by_text(draw([WEST, depot, EAST], [["depot", "west", "east", "depot"]], NOTHING))
    assert {"Borlänge", "Depå"} <= set(labels)


def test_styles_differ_by_colour_or_dashes_and_come_again() -> None:
    styles = [style_of(place) for place in range(6)]
    assert len(set(styles)) == 6
    assert styles[0] == Style("rA", "", "")
    assert style_of(6) == styles[0]


@pytest.mark.parametrize(
    ("segment", "crosses"),
    [
        (Segment(-5, 5, 15, 5), True),
        (Segment(-5, -5, 15, 15), True),
        (Segment(2, 2, 3, 3), True),  # inside
        (Segment(-5, 11, 15, 11), False),  # below
        (Segment(-5, 10, 15, 10), False),  # along the edge
        (Segment(11, -5, 11, 15), False),
        (Segment(-5, 5, -1, 5), False),  # ends before it
        (Segment(9, -2, 12, 1), False),  # passes the corner
        (Segment(5, -5, 5, 0), False),  # ends on the edge
    ],
)
def test_a_line_crosses_a_box_where_a_part_lies_inside(segment: Segment, crosses: bool) -> None:
    assert segment.crosses(Box(0, 0, 10, 10)) is crosses


places = st.tuples(st.floats(60, 61.5), st.floats(13, 16), st.integers(3, 14))


@settings(max_examples=40, deadline=None)
@given(st.lists(places, min_size=2, max_size=18))
def test_nothing_lies_on_a_label(found: list[tuple[float, float, int]]) -> None:
    spots = [
        Spot(str(number), f"{number:x<{length}}", "stop", lat, lon)
        for number, (lat, lon, length) in enumerate(found)
    ]
    route = [spot.slug for spot in spots]
    view = draw(spots, [[*route, route[0]]], NOTHING)
    x, y, width, height = map(int, view.view_box.split())
    for label in view.labels:
        assert x <= label.box.x < label.box.right <= x + width
        assert y <= label.box.y < label.box.bottom <= y + height
    for one, other in combinations(view.labels, 2):
        assert not one.box.overlaps(other.box)
    points = [(mark.x, mark.y) for mark in view.marks]
    for label in view.labels:
        assert not any(_inside(label.box, point, 1) for point in points)
        for here, there in pairwise([*points, points[0]]):
            assert not any(_inside(label.box, point, 1) for point in _along(here, there))


def _along(one: tuple[int, int], other: tuple[int, int]) -> list[tuple[float, float]]:
    """Points on a line, two units apart or less."""
    count = max(1, math.ceil(math.dist(one, other) / 2))
    return [
        (
            one[0] + (other[0] - one[0]) * step / count,
            one[1] + (other[1] - one[1]) * step / count,
        )
        for step in range(count + 1)
    ]


def _inside(box: Box, point: tuple[float, float], edge: float) -> bool:
    """Whether a point lies in a box and not within `edge` of its border: points are rounded."""
    x, y = point
    return box.x + edge < x < box.right - edge and box.y + edge < y < box.bottom - edge
