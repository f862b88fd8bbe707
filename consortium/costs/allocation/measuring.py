"""What a measure says of a member on the dates that a split asks for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consortium.core.casevalues import Node, printable
from consortium.core.errors import Fault
from consortium.costs.allocation.case import Value
from consortium.costs.allocation.naming import read_member


@dataclass(frozen=True, slots=True)
class Measure:
    """member -> date -> value, None for a value that cannot be read (its row says so).

    `unsure` are the members with a row whose date cannot be read: what they lack is not known.
    """

    rows: Mapping[str, Mapping[date, Fraction | None]]
    unsure: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dating:
    """Which values count: those of `dates`, or the `newest` so many not after the first day.

    `asker` is the field that a member without them is told of.
    """

    dates: tuple[date, ...]
    newest: int
    asker: Node


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a measure: its name, which values, on what first day, for which members."""

    name: str
    dating: Dating
    first_day: date | None
    members: Collection[str]


def look_up(measure: Measure, asked: Asked) -> dict[str, Value]:
    """Each member's value; a fault at the asker for each one that lacks it.

    Where a row of the member could not be read, the row's fault stands for what is missing here.
    """
    found: dict[str, Value] = {}
    for member in asked.members:
        rows = measure.rows.get(member, {})
        dates = _dates(rows, asked)
        if dates is None or member in measure.unsure:
            continue
        if len(dates) < asked.dating.newest or any(day not in rows for day in dates):
            asked.dating.asker.faults.extend(_missing(rows, dates, asked, member))
            continue
        numbers = tuple(number for day in dates if (number := rows[day]) is not None)
        if len(numbers) == len(dates):
            found[member] = Value(numbers, dates)
    return found


def read_measures(node: Node, ids: Collection[str] | None) -> dict[str, Measure | None] | None:
    """Measure by name, None for one that is no list; None where `measures` cannot be read.

    ids: the members of the case, None where they are not known.
    """
    if not node.given:
        return {}
    entries = node.entries()
    if entries is None:
        return None
    for name, entry in entries.items():
        Node(name, entry.at, node.faults).text()
    return {name: _measure(entry, ids) for name, entry in entries.items()}


def _dates(rows: Mapping[date, Fraction | None], asked: Asked) -> tuple[date, ...] | None:
    """The dates that count, oldest first; None where that hangs on a first day not known."""
    if not asked.dating.newest:
        return asked.dating.dates
    if asked.first_day is None:
        return None
    return tuple(sorted(day for day in rows if day <= asked.first_day)[-asked.dating.newest :])


def _missing(
    rows: Mapping[date, Fraction | None], dates: tuple[date, ...], asked: Asked, member: str
) -> list[Fault]:
    at = asked.dating.asker.at
    facts = {"member": printable(member), "measure": printable(asked.name)}
    if len(dates) < asked.dating.newest:
        counts = {"needed": asked.dating.newest, "found": len(dates)}
        return [
            Fault(
                "{member} has {found} of the {needed} values of {measure} up to {day}",
                at,
                {**facts, **counts, "day": str(asked.first_day)},
                "Give the value, or leave out of the case who has no part in the period",
            )
        ]
    return [
        Fault(
            "{member} has no value of {measure} on {day}",
            at,
            {**facts, "day": str(day)},
            "Give the value, or leave out of the case who has no part in the period",
        )
        for day in dates
        if day not in rows
    ]


def _measure(node: Node, ids: Collection[str] | None) -> Measure | None:
    items = node.items()
    if items is None:
        return None
    rows: dict[str, dict[date, Fraction | None]] = {}
    unsure: set[str] = set()
    for item in items:
        fields = item.fields(("member", "date", "value"))
        member = read_member(fields["member"], ids)
        day, number = fields["date"].day(), fields["value"].number(least=0)
        if member is None:
            continue
        if day is None:
            unsure.add(member)
        elif day in rows.setdefault(member, {}):
            facts = {"member": printable(member), "day": str(day)}
            item.add(Fault("{member} has two rows on {day}", item.at, facts, "Keep one of them"))
        else:
            rows[member][day] = number
    return Measure(rows, frozenset(unsure))
