"""Two ways of sharing a pool side by side, member by member: keys of a pool, or years."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.costs.key_places import field_of, strangers
from consortium.costs.queries import (
    month_by_key,
    month_of_pool,
    participants,
    pool_of_year,
)
from consortium.costs.rules import Basis
from consortium.measures.queries import measures, values
from consortium.members.queries import host_on, members
from consortium.reports.trying import borne

POPULATION: Final = "population"
YEAR: Final = range(1, MONTHS_A_YEAR + 1)
"""The months of a year."""
ORDERS: Final = ("forandring", "procent", "namn")


@dataclass(frozen=True, slots=True)
class Side:
    """One way of sharing a pool's year. key: None for those in force, month by month.

    previous_ore: with a key, member code → öre of the year before. written: the key comes from a
    form, so that its faults are told at the form's fields.
    """

    code: str
    year: int
    key: Mapping[str, Any] | None = None
    previous_ore: Mapping[str, int] = field(default_factory=dict)
    written: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What a member bears on both sides, in öre. people: its population, None where not known."""

    code: str
    name: str
    one_ore: int
    other_ore: int
    people: Fraction | None = None

    @property
    def change_ore(self) -> int:
        return self.other_ore - self.one_ore

    @property
    def change(self) -> Fraction | None:
        """The change as a share of the first side; None where that is 0."""
        return Fraction(self.change_ore, abs(self.one_ore)) if self.one_ore else None

    @property
    def each_ore(self) -> Fraction | None:
        """What the other side is for each inhabitant, in öre."""
        return Fraction(self.other_ore) / self.people if self.people else None

    @property
    def change_each_ore(self) -> Fraction | None:
        return Fraction(self.change_ore) / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class Beside:
    """rows: the members that the actor may see. others: the rest in one, None where none is left.

    one_ore, other_ore: of all members.
    """

    rows: tuple[Compared, ...]
    others: Compared | None
    one_ore: int
    other_ore: int

    @property
    def widest_ore(self) -> int:
        """The size of the largest change, at least 1: what bars are drawn against."""
        return max([1, *(abs(row.change_ore) for row in self.rows)])

    @property
    def less(self) -> list[Compared]:
        """Who bears less, the largest decrease first."""
        return sorted((r for r in self.rows if r.change_ore < 0), key=lambda r: r.change_ore)

    @property
    def more(self) -> list[Compared]:
        """Who bears more, the largest increase first."""
        return sorted((r for r in self.rows if r.change_ore > 0), key=lambda r: -r.change_ore)

    @property
    def moved_ore(self) -> int:
        """How much changes hands: what those shown bear more, in all."""
        return sum(row.change_ore for row in self.more)

    def ordered(self, by: str) -> list[Compared]:
        """The rows by change (who gains most first), by percent, or by name."""
        if by == "namn":
            return sorted(self.rows, key=lambda row: row.name)
        if by == "procent":
            return sorted(self.rows, key=lambda row: (row.change or 0, row.code))
        return sorted(self.rows, key=lambda row: (row.change_ore, row.code))


def beside(work: Work, one: Side | None, other: Side, months: Sequence[int]) -> Beside:
    """`months` (1–12) of two sides on the records as they are; no `one`: it is 0 for everyone.

    Invalid where a month cannot be split, with faults at the fields of a key that is `written`.
    """
    scope = work.scope("costs.see")
    shared = side_ore(work, other, months)
    before = side_ore(work, one, months) if one else Counter[str]()
    people = _people(work, date(other.year, months[0], 1))
    every = [
        Compared(m.code, m.name, before[m.code], shared[m.code], people.get(m.code))
        for m in members(work)
        if m.code in before or m.code in shared
    ]
    seen = tuple(row for row in every if scope is None or row.code in scope)
    hidden = [row for row in every if row not in seen]
    others = Compared("", "", sum(r.one_ore for r in hidden), sum(r.other_ore for r in hidden))
    return Beside(seen, others if hidden else None, before.total(), shared.total())


def side_ore(work: Work, side: Side, months: Sequence[int]) -> Counter[str]:
    """What each member bears of a side in `months`: member code → öre."""
    pool, total = pool_of_year(work, side.code, side.year), Counter[str]()
    if side.written and side.key:
        taking_part = {part.code for part in participants(work, pool, date(side.year, 1, 1))}
        if faults := list(strangers(side.key, taking_part)):
            raise Invalid(faults)
    for month in months:
        host = host_on(work, date(side.year, month, 1)).member.code
        if side.key is None:
            basis = month_of_pool(work, pool, month)
        else:
            basis = month_by_key(work, pool, month, side.key, side.previous_ore)
        total.update(_borne(side, basis, host))
    return total


def _borne(side: Side, basis: Basis, host: str) -> dict[str, int]:
    try:
        return borne(basis, host)
    except Invalid as problem:
        if not side.written or side.key is None:
            raise
        raise Invalid(list(_at_fields(problem, side.key, basis))) from problem


def _at_fields(problem: Invalid, key: Mapping[str, Any], basis: Basis) -> Iterator[Fault]:
    codes = [row["id"] for row in basis.case["members"]]
    names = {row["id"]: row["name"] for row in basis.case["members"]}
    for fault in problem.faults:
        facts = {
            name: names.get(str(fact), fact) if name == "member" else fact
            for name, fact in fault.facts.items()
        }
        yield replace(fault, at=field_of(fault, key, codes), facts=facts)


def _people(work: Work, day: date) -> dict[str, Fraction]:
    """The newest population of each member up to `day`, more than 0."""
    if POPULATION not in {measure.code for measure in measures(work)}:
        return {}
    rows = [(m.code, v) for m, v in values(work, POPULATION) if v.on_date <= day]
    return {code: Fraction(Decimal(value.value)) for code, value in rows if Decimal(value.value)}
