"""Reading places and what lies between them: matrices that are given, or points to estimate by."""

from dataclasses import dataclass
from typing import Any, TypeVar

from consortium.core.casevalues import Node
from consortium.core.errors import Fault
from consortium.transports.routing.case import MOST, SOURCES, Matrix, Source
from consortium.transports.routing.distances import (
    Estimate,
    Point,
    estimated_m,
    estimated_s,
    great_circles,
)
from consortium.transports.routing.ground import own_id

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Places:
    """Places in the order of the file; `points` are complete only where they are needed."""

    ids: tuple[str, ...]
    points: tuple[Point, ...]

    @property
    def rows(self) -> dict[str, int]:
        """Id -> row of the matrices once they are in the order of the ids."""
        return {name: row for row, name in enumerate(sorted(self.ids))}

    @property
    def order(self) -> list[int]:
        """Rows of the file in the order of the ids."""
        return sorted(range(len(self.ids)), key=self.ids.__getitem__)

    def in_order(self, matrix: tuple[tuple[_Entry, ...], ...]) -> tuple[tuple[_Entry, ...], ...]:
        order = self.order
        return tuple(tuple(matrix[row][column] for column in order) for row in order)


def read_places(node: Node, *, pointed: bool) -> Places | None:
    """The places; None where they are no list. pointed: each needs its coordinates."""
    items = node.items()
    if items is None:
        return None
    ids: list[str] = []
    points: list[Point] = []
    for item in items:
        needed = ("id", "lat", "lon") if pointed else ("id",)
        fields = item.fields(needed, () if pointed else ("lat", "lon"))
        ids.append(own_id(fields["id"], ids))
        points.append((_degrees(fields["lat"], 90) or 0.0, _degrees(fields["lon"], 180) or 0.0))
    return Places(tuple(ids), tuple(points))


def read_matrix(node: Node, size: int | None) -> Matrix | None:
    """A square matrix of whole numbers from 0; None where it is left out.

    size: the number of places; None where that is unknown, and the matrix need only be square.
    """
    rows = node.items()
    if rows is None:
        return None
    places = len(rows) if size is None else size
    if len(rows) != places:
        facts = {"rows": len(rows), "places": places}
        remedy = "Give a row for each place"
        text = "The matrix has {rows} rows for {places} places"
        node.add(Fault(text, node.at, facts, remedy))
    return tuple(_row(row, places) for row in rows)


def legs(
    places: Places, given_s: Matrix | None, given_m: Matrix | None, estimate: Estimate
) -> tuple[Matrix, Matrix]:
    """Seconds and metres in the order of the places' ids, estimated where they are not given."""
    if given_s is None or given_m is None:
        circles = great_circles(places.points)
        given_m = given_m or estimated_m(circles, estimate)
        given_s = given_s or estimated_s(circles, given_m, estimate)
    return places.in_order(given_s), places.in_order(given_m)


def read_sources(node: Node, places: Places, *, measured: bool) -> tuple[tuple[Source, ...], ...]:
    """Where each leg comes from, in the order of the places' ids.

    Left out: `measured` throughout where both matrices came with the case, else `estimated`.
    """
    size = len(places.ids)
    whole: Source = "measured" if measured else "estimated"
    rows = node.items()
    if rows is None:
        return tuple((whole,) * size for _ in range(size))
    read = [_source_row(row, size) for row in rows]
    if len(read) != size:
        facts = {"rows": len(read), "places": size}
        remedy = "Give a row for each place"
        node.add(Fault("The matrix has {rows} rows for {places} places", node.at, facts, remedy))
    if len(read) != size or any(len(row) != size for row in read):
        return ()
    return places.in_order(tuple(read))


def _source_row(node: Node, places: int) -> tuple[Source, ...]:
    items = node.items() or []
    if len(items) != places:
        facts = {"entries": len(items), "places": places}
        remedy = "Give an entry for each place"
        text = "The row has {entries} entries for {places} places"
        node.add(Fault(text, node.at, facts, remedy))
    for item in items:
        item.choice(*SOURCES)
    known: dict[str, Source] = {source: source for source in SOURCES}
    given = [item.value if isinstance(item.value, str) else "" for item in items]
    return tuple(known.get(word, "estimated") for word in given)


def _degrees(node: Node, most: int) -> float | None:
    """A coordinate from -`most` to `most` degrees."""
    value = node.value
    if not isinstance(value, int | float) or isinstance(value, bool):
        if node.given:
            remedy = "Write it in degrees, as 60.6066"
            node.add(Fault("{value} is not a coordinate", node.at, node.facts, remedy))
        return None
    if -most <= value <= most:
        return float(value)
    facts = {**node.facts, "most": str(most)}
    remedy = "Give degrees from -{most} to {most}"
    node.add(Fault("{value} lies outside Earth", node.at, facts, remedy))
    return None


def _row(node: Node, places: int) -> tuple[int, ...]:
    entries: Any = node.value
    if not isinstance(entries, list):
        node.items()
        return ()
    if len(entries) != places:
        facts = {"entries": len(entries), "places": places}
        remedy = "Give an entry for each place"
        text = "The row has {entries} entries for {places} places"
        node.add(Fault(text, node.at, facts, remedy))
    # A node for each of a large matrix's entries takes long, so only for those that are wrong.
    for column, entry in enumerate(entries):
        if type(entry) is not int or not 0 <= entry <= MOST:
            node.item(column, entry).whole(0, MOST)
    return tuple(entries)
