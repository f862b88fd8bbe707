"""A map of routes as the values of an inline SVG. Pure.

Places lie on a flat map whose east-west scale is right at its middle latitude (equirectangular
projection); over a county that is less than one percent off. A unit of the drawing is as long
east-west as north-south.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from consortium.reports.outline import Outline, Ring
from consortium.web.lettering import Box, Label, Room, Segment, Wanted, lay_out, middle_of

WIDTH: Final = 640  # units, with the margins; always as wide, so that type keeps its size
HEIGHT: Final = 560  # at most
SIDE: Final = 75  # the margins at the sides, where labels stand
MARGIN: Final = 40
KM_PER_DEGREE: Final = 111.195  # of a great circle: 6 371.0088 km * pi / 180
SMALLEST_KM: Final = 5.0  # a map of one place still has an extent
SCALES_KM: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
LONGEST_SCALE: Final = 150
TICK: Final = 8
SCALE_ROOM: Final = (70, 20)  # for its text, to the right and upwards
MARK: Final = 7
EDGE: Final = 8  # between labels and the edge of the drawing
STYLES: Final = (
    ("rA", "", ""),
    ("rB", "", ""),
    ("rC", "", ""),
    ("rA", "", "14 5 2 5"),
    ("", "var(--ink-2)", "5 4"),
    ("", "var(--ink)", "16 4 2 4 2 4"),
)
"""Class, stroke and dashes of the routes in their order; from the seventh on they come again."""

XY = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to be drawn. kind: `depot`, `stop`, or `off` for one that is not served.

    label: its short name. lat, lon: degrees.
    """

    slug: str
    label: str
    kind: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Style:
    """How a route is drawn: a class of the style sheet, or a stroke; and dashes of its own."""

    css: str
    stroke: str
    dashes: str


@dataclass(frozen=True, slots=True)
class Line:
    style: Style
    path: str


@dataclass(frozen=True, slots=True)
class Mark:
    kind: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar of `km`; x, y: where its text stands."""

    path: str
    x: int
    y: int
    km: int


@dataclass(frozen=True, slots=True)
class MapView:
    """What a template draws. land, lakes: path data. labels: those that found a free place."""

    view_box: str
    land: str
    lakes: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    water: Label | None
    scale: ScaleBar


@dataclass(frozen=True, slots=True)
class _Ground:
    """From degrees to units: lon and lat of the upper left place, units a degree of each."""

    lon: float
    lat: float
    across: float
    down: float

    def xy(self, lon: float, lat: float) -> XY:
        return (lon - self.lon) * self.across, (self.lat - lat) * self.down

    def ring(self, ring: Ring) -> list[XY]:
        return [self.xy(lon, lat) for lon, lat in ring]


def style_of(place: int) -> Style:
    """The style of the route at `place`, from 0."""
    return Style(*STYLES[place % len(STYLES)])


def draw(spots: Sequence[Spot], routes: Sequence[Sequence[str]], outline: Outline) -> MapView:
    """The map of `spots`, at least one, cut to them; routes: the slugs of each in its order."""
    ground = _ground(spots)
    at = {spot.slug: ground.xy(spot.lon, spot.lat) for spot in spots}
    runs = [[at[slug] for slug in route] for route in routes]
    frame = _frame(list(at.values()))
    scale = _scale_bar(frame, ground)
    room = Room(frame.shrunk(EDGE), _taken(at.values(), scale, frame), _segments(runs))
    labels = lay_out([Wanted(s.label, *at[s.slug], s.kind == "off") for s in spots], room)
    land = [ground.ring(ring) for ring in outline.land]
    lakes = [(lake.name, [ground.ring(ring) for ring in lake.rings]) for lake in outline.lakes]
    seen = [(name, rings) for name, rings in lakes if _bounds(rings[0]).overlaps(frame)]
    return MapView(
        view_box=_view(frame),
        land=_path(ring for ring in land if _bounds(ring).overlaps(frame)),
        lakes=_path(ring for _, rings in seen for ring in rings),
        lines=tuple(Line(style_of(place), _line(run)) for place, run in enumerate(runs)),
        marks=tuple(Mark(spot.kind, *_whole(at[spot.slug])) for spot in spots),
        labels=tuple(labels),
        water=_water(seen, room, labels),
        scale=scale,
    )


def _taken(points: Iterable[XY], scale: ScaleBar, frame: Box) -> list[Box]:
    """What no label may lie on beside the lines: the places themselves, and the scale bar."""
    corner = Box(frame.x, scale.y - SCALE_ROOM[1], scale.x + SCALE_ROOM[0], frame.bottom)
    return [*(Box.around(x, y, MARK) for x, y in points), corner]


def _segments(runs: Iterable[Sequence[XY]]) -> list[Segment]:
    return [Segment(*one, *other) for run in runs for one, other in pairwise(run)]


def _ground(spots: Sequence[Spot]) -> _Ground:
    lats, lons = [spot.lat for spot in spots], [spot.lon for spot in spots]
    narrowing = math.cos(math.radians((min(lats) + max(lats)) / 2))
    tall_km = (max(lats) - min(lats)) * KM_PER_DEGREE
    wide_km = (max(lons) - min(lons)) * KM_PER_DEGREE * narrowing
    units_per_km = min(
        (WIDTH - 2 * SIDE) / max(wide_km, SMALLEST_KM),
        (HEIGHT - 2 * MARGIN) / max(tall_km, SMALLEST_KM),
    )
    down = units_per_km * KM_PER_DEGREE
    return _Ground(min(lons), max(lats), down * narrowing, down)


def _frame(points: Sequence[XY]) -> Box:
    """The places with the margin around them; as wide as WIDTH, so that type keeps its size."""
    around = _bounds(points)
    spare = (WIDTH - 2 * SIDE - (around.right - around.x)) / 2
    return Box(
        around.x - spare - SIDE,
        around.y - MARGIN,
        around.right + spare + SIDE,
        around.bottom + MARGIN,
    )


def _scale_bar(frame: Box, ground: _Ground) -> ScaleBar:
    """The longest round distance that takes at most LONGEST_SCALE units, at the lower left."""
    units_per_km = ground.down / KM_PER_DEGREE
    fitting = [km for km in SCALES_KM if km * units_per_km <= LONGEST_SCALE]
    km = max(fitting, default=SCALES_KM[0])
    length = round(km * units_per_km, 1)
    x, y = round(frame.x) + 20, round(frame.bottom) - 12
    path = f"M{x},{y - TICK}v{TICK}h{length}v-{TICK}"
    return ScaleBar(path, round(x + length) + 8, y, km)


def _water(
    lakes: Sequence[tuple[str, list[list[XY]]]], room: Room, labels: Sequence[Label]
) -> Label | None:
    """The name of the largest lake that has one, in its middle, if it lies on nothing there."""
    named = [(_size(rings[0]), name, _bounds(rings[0])) for name, rings in lakes if name]
    if not named:
        return None
    _, name, bounds = max(named, key=lambda lake: lake[0])
    label = middle_of(name, (bounds.x + bounds.right) / 2, (bounds.y + bounds.bottom) / 2)
    free = room.has(label.box) and not any(label.box.overlaps(other.box) for other in labels)
    return label if free else None


def _bounds(points: Iterable[XY]) -> Box:
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _size(ring: Sequence[XY]) -> float:
    """Twice the area within a closed ring (the shoelace formula)."""
    return abs(sum(one[0] * other[1] - other[0] * one[1] for one, other in pairwise(ring)))


def _view(frame: Box) -> str:
    sides = (frame.x, frame.y, frame.right - frame.x, frame.bottom - frame.y)
    return " ".join(str(round(side)) for side in sides)


def _path(rings: Iterable[Sequence[XY]]) -> str:
    return "".join(f"M{_points(ring)}z" for ring in rings)


def _line(run: Sequence[XY]) -> str:
    return f"M{_points(run)}" if run else ""


def _points(points: Sequence[XY]) -> str:
    return " ".join(f"{x},{y}" for x, y in map(_whole, points))


def _whole(point: XY) -> tuple[int, int]:
    return round(point[0]), round(point[1])
