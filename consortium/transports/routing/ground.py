"""What the parts of a case refer to while they are read: its day, its places, its own ids."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from consortium.core.casevalues import Node, printable
from consortium.core.errors import Fault
from consortium.transports.routing.day import Day

_START_AND_END: Final = 2


@dataclass(frozen=True, slots=True)
class Ground:
    """places: id -> row of the matrices; None where the places of the case cannot be read."""

    day: Day
    places: Mapping[str, int] | None

    def place(self, node: Node) -> int:
        """The row of a place that the case knows; 0 stands in for another."""
        name = read_id(node)
        if name is None or self.places is None:
            return 0
        if name not in self.places:
            facts = {"place": printable(name)}
            remedy = "Name a place of the case, or add it to places"
            node.add(Fault("There is no place {place} in the case", node.at, facts, remedy))
        return self.places.get(name, 0)

    def span(self, node: Node) -> tuple[int, int] | None:
        """Two moments of the day, the second no earlier than the first; None for anything else."""
        items = node.items()
        if items is None:
            return None
        if len(items) != _START_AND_END:
            remedy = 'Give its start and its end, as ["08:00", "12:00"]'
            node.add(Fault("These are not two times", node.at, {}, remedy))
            return None
        first, last = (self.moment(item) for item in items)
        if first is None or last is None:
            return None
        if last < first:
            facts = {"first": self.day.short(first), "last": self.day.short(last)}
            remedy = "Let it end when it starts, or later"
            node.add(
                Fault("It ends at {last}, before it starts at {first}", node.at, facts, remedy)
            )
        return first, last

    def moment(self, node: Node) -> int | None:
        """A moment of the day; None for anything else."""
        second = self.day.second(node.value) if isinstance(node.value, str) else None
        if second is None:
            remedy = 'Write a time that the clocks show that day, as "08:30" or "08:30:15"'
            node.add(Fault("{value} is not a time of the day", node.at, node.facts, remedy))
        return second


def read_id(node: Node) -> str | None:
    """A text that can be an id: it is not empty."""
    name = node.text()
    if name == "":
        node.add(Fault("The text is empty", node.at, {}, "Write the id"))
    return name or None


def own_id(node: Node, taken: Collection[str]) -> str:
    """An id that none of `taken` has; empty where it cannot be read."""
    name = read_id(node)
    if name in taken:
        facts = {"id": printable(name)}
        node.add(Fault("The id {id} stands here twice", node.at, facts, "Keep one of them"))
    return name or ""
