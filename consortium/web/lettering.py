"""Labels of a map: where each stands so that it lies on nothing else. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Final

SIZES: Final = (20.0, 16.0)
"""Units of type: on a phone, where maps are smallest, and elsewhere."""

ADVANCE: Final = 0.66  # of the size: the mean width of a letter of the widest fonts that serve
ASCENT: Final = 0.76
DESCENT: Final = 0.24
GAPS: Final = (9.0, 15.0, 22.0)
"""Units between a stop's middle and its label, the nearest first."""

SIDES: Final = (
    (1, 0, "start"),
    (-1, 0, "end"),
    (1, -1, "start"),
    (1, 1, "start"),
    (-1, -1, "end"),
    (-1, 1, "end"),
    (0, -1, "middle"),
    (0, 1, "middle"),
    (0, -1, "start"),
    (0, 1, "start"),
    (0, -1, "end"),
    (0, 1, "end"),
)
"""Where a label may stand from its stop, the best first: steps to the right and down, anchor."""

DIAGONAL: Final = 0.75  # of the gap, each way
TOUCHING: Final = 14.0  # units between two points whose marks touch


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in units; y grows downwards."""

    x: float
    y: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, reach: float) -> "Box":
        """The square with its middle at a point and its sides `reach` from there."""
        return cls(x - reach, y - reach, x + reach, y + reach)

    def shrunk(self, by: float) -> "Box":
        return Box(self.x + by, self.y + by, self.right - by, self.bottom - by)

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: "Box") -> bool:
        wide = self.x <= other.x and other.right <= self.right
        return wide and self.y <= other.y and other.bottom <= self.bottom

    def distance(self, x: float, y: float) -> float:
        """From a point to the nearest point of the box; 0 inside."""
        return hypot(max(self.x - x, 0, x - self.right), max(self.y - y, 0, y - self.bottom))


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight line between two points."""

    x: float
    y: float
    to_x: float
    to_y: float

    def crosses(self, box: Box) -> bool:
        """Whether a part of the line lies in `box` (the line is clipped to it, Liang-Barsky)."""
        enter, leave = 0.0, 1.0
        for start, step, low, high in (
            (self.x, self.to_x - self.x, box.x, box.right),
            (self.y, self.to_y - self.y, box.y, box.bottom),
        ):
            if step == 0 and not low < start < high:
                return False
            if step:
                first, last = sorted(((low - start) / step, (high - start) / step))
                enter, leave = max(enter, first), min(leave, last)
        return enter < leave


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label to be placed beside a point. quiet: drawn with less weight."""

    text: str
    x: float
    y: float
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A placed label: x and y of its baseline's anchor, which is `start`, `middle` or `end`."""

    text: str
    x: int
    y: int
    anchor: str
    quiet: bool
    box: Box


@dataclass(frozen=True, slots=True)
class Room:
    """Where labels may stand: within `frame`, on nothing that is taken and on no line."""

    frame: Box
    taken: Sequence[Box]
    lines: Sequence[Segment]

    def has(self, box: Box) -> bool:
        if not self.frame.holds(box) or any(box.overlaps(other) for other in self.taken):
            return False
        return not any(line.crosses(box) for line in self.lines)


def lay_out(wanted: Sequence[Wanted], room: Room) -> list[Label]:
    """The labels that have a place in `room`, in the order they are wanted in.

    A label lies no farther from its own point than from any other one's. Those with the fewest
    places choose first, ties in their order; where only one label is in the way of another and
    can stand elsewhere, it moves. What has no place at the size of a phone tries the smaller one;
    what has none there either is left out.
    """
    placed: dict[int, Label] = {}
    places: dict[int, list[Label]] = {}
    for size in SIZES:
        left = [number for number in range(len(wanted)) if number not in placed]
        places |= {number: _places_in(room, wanted[number], size, wanted) for number in left}
        for number in sorted(left, key=lambda number: len(places[number])):
            placed |= _placed(number, places, placed)
    return [placed[number] for number in sorted(placed)]


def middle_of(text: str, x: float, y: float) -> Label:
    """A quiet label with its middle at a point, at the size of a phone."""
    wanted = Wanted(text, x, y, quiet=True)
    return _label(wanted, SIZES[0], (x, y + _drop(0, SIZES[0])), "middle")


def _placed(
    number: int, places: Mapping[int, Sequence[Label]], placed: Mapping[int, Label]
) -> dict[int, Label]:
    """Where label `number` goes, and the one that makes way for it; empty where it has no place."""
    if free := _first(places[number], placed.values()):
        return {number: free}
    for label in places[number]:
        others = [each for each, other in placed.items() if other.box.overlaps(label.box)]
        rest = [label, *(placed[each] for each in placed if each != others[0])]
        elsewhere = _first(places[others[0]], rest) if len(others) == 1 else None
        if elsewhere is not None:
            return {number: label, others[0]: elsewhere}
    return {}


def _places_in(room: Room, wanted: Wanted, size: float, others: Sequence[Wanted]) -> list[Label]:
    return [
        label
        for label in _places(wanted, size)
        if room.has(label.box) and _is_nearest(label.box, wanted, others)
    ]


def _places(wanted: Wanted, size: float) -> Iterator[Label]:
    for gap in GAPS:
        for right, down, anchor in SIDES:
            reach = gap * (DIAGONAL if right and down else 1)
            y = wanted.y + down * reach + _drop(down, size)
            yield _label(wanted, size, (wanted.x + right * reach, y), anchor)


def _drop(down: int, size: float) -> float:
    """How far the baseline lies below the edge, or the middle, that the label is placed by."""
    return {1: ASCENT, 0: (ASCENT - DESCENT) / 2, -1: -DESCENT}[down] * size


def _label(wanted: Wanted, size: float, at: tuple[float, float], anchor: str) -> Label:
    x, y = round(at[0]), round(at[1])
    width = len(wanted.text) * ADVANCE * size
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    top = y - size * ASCENT
    box = Box(left, top, left + width, top + size)
    return Label(wanted.text, x, y, anchor, wanted.quiet, box)


def _is_nearest(box: Box, own: Wanted, others: Sequence[Wanted]) -> bool:
    """Whether no other point is nearer to the box; points that touch the own one do not count."""
    reach = box.distance(own.x, own.y)
    return all(
        box.distance(each.x, each.y) >= reach
        for each in others
        if hypot(each.x - own.x, each.y - own.y) > TOUCHING
    )


def _first(places: Sequence[Label], others: Collection[Label]) -> Label | None:
    """The first of the places that is free of the other labels."""
    return next(
        (at for at in places if not any(at.box.overlaps(other.box) for other in others)), None
    )
