"""Steps: what makes up the shares, one for each part, discount and limit that touches a member."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from consortium.costs.allocation.columns import Column, column_of


@dataclass(frozen=True, slots=True)
class Steps:
    """What is added to the shares of some members, in öre, and from what figures of each."""

    figures: Mapping[str, Mapping[str, Any]]
    amounts: Column

    def entries(self, place: Mapping[str, int]) -> dict[str, dict[str, Any]]:
        """Member id -> the entry of its trace; `place` comes first: `{"part": 0}`."""
        amounts = self.amounts.texts()
        return {
            member: {**place, **figures, "amount": amounts[member]}
            for member, figures in self.figures.items()
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """The exact shares so far, in the order of the members, and the entries that explain them."""

    shares: Column
    entries: tuple[Mapping[str, Mapping[str, Any]], ...] = ()

    def plus(self, steps: Steps, place: Mapping[str, int] | None = None) -> "Tally":
        added = steps.entries(place or {})
        return Tally(self.shares.plus(steps.amounts), (*self.entries, added))

    def trace(self, member: str) -> list[Mapping[str, Any]]:
        return [entries[member] for entries in self.entries if member in entries]


def steps_of(changes: Mapping[str, tuple[Mapping[str, Any], Fraction]]) -> Steps:
    """The steps of the members that a discount or a limit changes: figures and öre."""
    figures = {member: figures for member, (figures, _) in changes.items()}
    return Steps(figures, column_of({member: amount for member, (_, amount) in changes.items()}))
