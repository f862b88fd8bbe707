"""Reading a split, with the values of the measure that it asks for."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from consortium.core.casevalues import Node, printable
from consortium.core.errors import Fault
from consortium.costs.allocation.case import (
    ZERO,
    Blend,
    Bracket,
    Equal,
    Fixed,
    Measured,
    Previous,
    Rate,
    Split,
    Value,
)
from consortium.costs.allocation.measuring import Asked, Dating, Measure, look_up
from consortium.costs.allocation.naming import read_ores

NO_LESS: Final = -100  # percent: a change that leaves nothing
DEEPEST: Final = 10  # blends in blends; deeper is no key that anyone could read
_DATINGS: Final = ("at", "latest", "average")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a key stands on: the rest of the case, None where it cannot be read.

    `amount` is the field of the pool's amount, `ids` are the members in their order; `previous_ore`
    is None where the case has none.
    """

    amount: Node
    first_day: date | None
    ids: Collection[str] | None
    measures: Mapping[str, Measure | None] | None
    previous_ore: Mapping[str, int] | None


def read_split(node: Node, ground: Ground, depth: int = 0) -> Split | None:
    """The split, None where it has no kind that can be read."""
    if not isinstance(node.value, dict):
        node.fields(())
        return None
    kind = node.field("kind", node.value.get("kind"))
    if "kind" not in node.value:
        node.add(Fault("The field is missing", kind.at, {}, "Give it"))
        return None
    name = kind.choice(*_KINDS, "blend")
    if name == "blend":
        return _blend(node, ground, depth)
    return _KINDS[name](node, ground) if name else None


def _equal(node: Node, _ground: Ground) -> Split:
    node.fields(("kind",))
    return Equal(node.at)


def _measured(node: Node, ground: Ground) -> Split:
    fields = node.fields(("kind", "measure"), (*_DATINGS, "brackets"))
    brackets = _brackets(fields["brackets"])
    split = Measured(node.at, _values(node, fields, ground), brackets)
    for member, value in split.values.items():
        if brackets and split.bracket(value.number) is None:
            facts = {"member": printable(member), "value": str(value.number)}
            node.add(
                Fault(
                    "The value {value} of {member} is above every bracket",
                    fields["brackets"].at,
                    facts,
                    "Leave up_to out of the last bracket",
                )
            )
    return split


def _rate(node: Node, ground: Ground) -> Split:
    fields = node.fields(("kind", "ore_per_unit", "measure"), (*_DATINGS, "round_unit_ore"))
    ore_per_unit = fields["ore_per_unit"].number(least=0) or ZERO
    unit_ore = fields["round_unit_ore"].whole(least=1) or 1
    return Rate(node.at, ore_per_unit, _values(node, fields, ground), unit_ore)


def _fixed(node: Node, ground: Ground) -> Split:
    fields = node.fields(("kind", "amounts_ore"))
    return Fixed(node.at, _everyones(fields["amounts_ore"], ground))


def _previous(node: Node, ground: Ground) -> Split:
    fields = node.fields(("kind", "amounts_ore", "change_percent"))
    amounts_ore = _everyones(fields["amounts_ore"], ground, least=0)
    change_percent = fields["change_percent"].number(least=NO_LESS) or ZERO
    return Previous(node.at, amounts_ore, change_percent)


def _blend(node: Node, ground: Ground, depth: int) -> Split | None:
    fields = node.fields(("kind", "from", "to", "weight"))
    weight = fields["weight"].number(least=0) or ZERO
    if weight > 1:
        node.add(Fault("The weight is over 1", fields["weight"].at, {}, "Give 0 to 1"))
    if depth == DEEPEST:
        node.add(
            Fault(
                "The blends stand too deep in each other",
                node.at,
                {},
                "Write the blend with fewer steps",
            )
        )
        return None
    sides = [
        read_split(fields[side], ground, depth + 1) if fields[side].given else None
        for side in ("from", "to")
    ]
    start, end = sides
    return Blend(start, end, weight) if start and end else None


_KINDS: Final[dict[str, Callable[[Node, Ground], Split]]] = {
    "equal": _equal,
    "measure": _measured,
    "fixed": _fixed,
    "rate": _rate,
    "previous": _previous,
}


def _everyones(node: Node, ground: Ground, least: int | None = None) -> dict[str, int]:
    """Öre by member, everyone's needed, in the order of the members."""
    amounts_ore = read_ores(node, ground.ids, least)
    for member in ground.ids or () if isinstance(node.value, dict) else ():
        if member not in amounts_ore:
            facts = {"member": printable(member)}
            node.add(
                Fault(
                    "The amount of {member} is missing",
                    node.at,
                    facts,
                    "Give an amount for every member, 0 where it is nothing",
                )
            )
    return amounts_ore


def _brackets(node: Node) -> tuple[Bracket, ...]:
    items = node.items()
    if items == []:
        node.add(Fault("There are no brackets", node.at, {}, "Give one, or leave brackets out"))
    brackets: list[Bracket] = []
    highest: Fraction | None = None
    for item in items or []:
        fields = item.fields((), ("up_to", "points", "each"))
        up_to = fields["up_to"].number()
        if not fields["up_to"].given and item is not (items or [])[-1]:
            item.add(
                Fault(
                    "A bracket before the last has no end",
                    fields["up_to"].at,
                    {},
                    "Give it; only the last bracket goes on without end",
                )
            )
        if up_to is not None and highest is not None and up_to <= highest:
            item.add(
                Fault(
                    "The bracket ends no higher than the one before it",
                    fields["up_to"].at,
                    {},
                    "Put the brackets in order, each end once",
                )
            )
        highest = up_to if up_to is not None else highest
        brackets.append(_bracket(item, fields, up_to))
    return tuple(brackets)


def _bracket(node: Node, fields: dict[str, Node], up_to: Fraction | None) -> Bracket:
    if not fields["points"].given and not fields["each"].given:
        node.add(
            Fault(
                "The bracket has neither points nor each", node.at, {}, "Give one of them, or both"
            )
        )
    least = None if fields["each"].given else 0
    points = fields["points"].number(least) or ZERO
    return Bracket(up_to, points, fields["each"].number(least=0) or ZERO)


def _values(node: Node, fields: dict[str, Node], ground: Ground) -> dict[str, Value]:
    """The value of each member that has one; {} where what is asked for cannot be told."""
    dating = _dating(node, fields)
    name = fields["measure"].text()
    if name is None or ground.measures is None:
        return {}
    if name not in ground.measures:
        facts = {"measure": printable(name)}
        node.add(
            Fault(
                "There is no measure {measure} in the case",
                fields["measure"].at,
                facts,
                "Name a measure of the case, or add it to measures",
            )
        )
        return {}
    measure = ground.measures[name]
    if measure is None or dating is None:
        return {}
    return look_up(measure, Asked(name, dating, ground.first_day, ground.ids or ()))


def _dating(node: Node, fields: dict[str, Node]) -> Dating | None:
    """Which values are asked for; None where that cannot be told."""
    readings = {
        "at": _at(fields["at"], fields["measure"]),
        "latest": _latest(fields["latest"], fields["measure"]),
        "average": _average(fields["average"]),
    }
    given = [name for name in _DATINGS if fields[name].given]
    if len(given) == 1:
        return readings[given[0]]
    facts = {"names": ", ".join(_DATINGS), "count": str(len(given))}
    node.add(
        Fault(
            "The split has {count} of the fields {names}",
            node.at,
            facts,
            "Give exactly one of them",
        )
    )
    return None


def _at(node: Node, asker: Node) -> Dating | None:
    day = node.day()
    return Dating((day,), 0, asker) if day else None


def _latest(node: Node, asker: Node) -> Dating | None:
    latest = node.flag()
    if latest is False:
        node.add(Fault("latest can only be true", node.at, {}, "Write true, or give at or average"))
    return Dating((), 1, asker) if latest else None


def _average(node: Node) -> Dating | None:
    if not isinstance(node.value, list):
        newest = node.whole(least=1)
        return Dating((), newest, node) if newest else None
    items = node.items() or []
    if not items:
        node.add(Fault("There are no dates", node.at, {}, "Give at least one date"))
    days = [item.day() for item in items]
    seen: set[date] = set()
    for item, day in zip(items, days, strict=True):
        if day in seen:
            facts = {"day": str(day)}
            item.add(Fault("{day} stands here twice", item.at, facts, "Keep one of them"))
        seen |= {day} if day else set()
    sound = days and len(seen) == len(days)
    return Dating(tuple(sorted(seen)), 0, node) if sound else None
