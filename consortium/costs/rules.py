"""Rules of cost pools: from a year's pool to a month's allocation case. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consortium.core.days import MONTHS_A_YEAR, last_day

Values = Mapping[str, Sequence[tuple[str, date, str]]]
"""Measure code → rows of member code, reference date, value."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A member's part in a pool. joined, left: its days, both inclusive, None where unbounded."""

    code: str
    name: str
    host: bool
    joined: date | None = None
    left: date | None = None

    def takes_part(self, from_on: date, to_on: date) -> bool:
        """Whether any day between the two, both inclusive, is the member's."""
        return (self.joined is None or self.joined <= to_on) and (
            self.left is None or self.left >= from_on
        )


@dataclass(frozen=True, slots=True)
class PoolYear:
    """A pool as one key version shares it. contributions: member code → öre of the year."""

    code: str
    name: str
    year: int
    budget_ore: int
    contributions: Mapping[str, int]
    participants: tuple[Participant, ...]
    key: Mapping[str, Any]
    previous_ore: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a pool's month is split from. cost_ore: None where the key makes the amount itself.

    case: as ALLOCATION has it. by_share: the case is the year's, and each share is sliced to
    `month` (1–12); otherwise the case is the month's own.
    """

    pool: str
    month: int
    cost_ore: int | None
    contributions: Mapping[str, int]
    case: Mapping[str, Any]
    by_share: bool


def month_part(amount_ore: int, month: int) -> int:
    """Month `month` (1–12) of a yearly amount: the twelve add up to it exactly."""
    return months_part(amount_ore, month, month)


def months_part(amount_ore: int, first: int, last: int) -> int:
    """Months `first` to `last` (1–12) of a yearly amount: the sum of their month parts."""
    return last * amount_ore // MONTHS_A_YEAR - (first - 1) * amount_ore // MONTHS_A_YEAR


def month_basis(pool: PoolYear, month: int, values: Values) -> Basis:
    """The basis of one month: budget, contributions and the öre in the key sliced to it.

    A key that makes amounts of its own (`own`) is split over the year instead, and each share is
    sliced. Who has no part in the period is left out, with its amounts and measures.
    """
    by_share = makes_own(pool.key)
    from_on = date(pool.year, 1 if by_share else month, 1)
    to_on = last_day(pool.year, MONTHS_A_YEAR if by_share else month)
    those = [member for member in pool.participants if member.takes_part(from_on, to_on)]
    codes = frozenset(member.code for member in those)
    slicing = Slicing(codes, None if by_share else (month, month))
    contributions = {code: month_part(ore, month) for code, ore in pool.contributions.items()}
    makes_its_own = makes_all(pool.key)
    cost_ore = None if makes_its_own else month_part(pool.budget_ore, month)
    case: dict[str, Any] = {"pool": {"name": f"{pool.name} {pool.year}-{month:02}"}}
    if not makes_its_own:
        year_ore = pool.budget_ore - sum(pool.contributions.values())
        month_ore = month_part(pool.budget_ore, month) - sum(contributions.values())
        case["pool"]["amount_ore"] = year_ore if by_share else month_ore
    case["period"] = {"from": from_on.isoformat(), "to": to_on.isoformat()}
    case["members"] = [member_row(member) for member in those]
    case["measures"] = read_values(pool.key, from_on, values, codes)
    case["key"] = slicing.key(pool.key)
    if pool.previous_ore:
        case["previous_ore"] = slicing.amounts(pool.previous_ore)
    return Basis(pool.code, month, cost_ore, contributions, case, by_share)


def makes_own(key: Mapping[str, Any]) -> bool:
    """Whether a part of the key makes an amount of its own (`own`)."""
    return any(part.get("take") == "own" for part in key.get("parts", ()))


def makes_all(key: Mapping[str, Any]) -> bool:
    """Whether every part does, so that the pool has no amount to share."""
    return all(part.get("take") == "own" for part in key.get("parts", ()))


def read_values(
    key: Mapping[str, Any], from_on: date, values: Values, codes: frozenset[str]
) -> dict[str, list[dict[str, str]]]:
    """The measure rows that `key` reads in a period from `from_on`, and no others.

    So a value entered later for another date leaves the case, and its snapshot, as they were.
    """
    found: dict[str, set[tuple[str, date, str]]] = {}
    for split in _splits(key):
        code = split.get("measure")
        if isinstance(code, str):
            rows = [row for row in values.get(code, ()) if row[0] in codes]
            found.setdefault(code, set()).update(_read(split, from_on, rows))
    return {
        code: [
            {"member": member, "date": day.isoformat(), "value": value}
            for member, day, value in sorted(rows)
        ]
        for code, rows in found.items()
    }


def measures_of(key: Mapping[str, Any]) -> set[str]:
    """The codes of the measures that `key` reads."""
    return {split["measure"] for split in _splits(key) if isinstance(split.get("measure"), str)}


@dataclass(frozen=True, slots=True)
class Slicing:
    """Cuts a key to the members of a case, and its öre to the months of a year from the first to
    the last (None: the whole year).
    """

    codes: frozenset[str]
    months: tuple[int, int] | None

    def ore(self, amount: Any) -> Any:
        if self.months is None or not isinstance(amount, int):
            return amount
        return months_part(amount, *self.months)

    def amounts(self, of_members: Mapping[str, Any]) -> dict[str, Any]:
        return {code: self.ore(ore) for code, ore in of_members.items() if code in self.codes}

    def key(self, key: Mapping[str, Any]) -> dict[str, Any]:
        cut = dict(key)
        cut["parts"] = [self._part(part) for part in key.get("parts", ())]
        if "limits" in key:
            cut["limits"] = [
                {name: self.ore(v) if name.endswith("_ore") else v for name, v in limit.items()}
                for limit in key["limits"]
                if limit.get("member") == "*" or limit.get("member") in self.codes
            ]
        if "discounts" in key:
            cut["discounts"] = [d for d in key["discounts"] if d.get("member") in self.codes]
        return cut

    def _part(self, part: Mapping[str, Any]) -> dict[str, Any]:
        split = self._split(part["split"])
        take = part["take"]
        if isinstance(take, Mapping) and "amount_ore" in take:
            filled = split.get("kind") == "fixed"
            ore = sum(split["amounts_ore"].values()) if filled else self.ore(take["amount_ore"])
            take = {"amount_ore": ore}
        return {**part, "take": take, "split": split}

    def _split(self, split: Mapping[str, Any]) -> dict[str, Any]:
        cut = dict(split)
        if "amounts_ore" in split:
            cut["amounts_ore"] = self.amounts(split["amounts_ore"])
        for side in ("from", "to"):
            if isinstance(split.get(side), Mapping):
                cut[side] = self._split(split[side])
        return cut


def _splits(key: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    waiting = [part["split"] for part in key.get("parts", ())]
    found = []
    while waiting:
        split = waiting.pop()
        found.append(split)
        waiting += [split[side] for side in ("from", "to") if isinstance(split.get(side), Mapping)]
    return found


def _read(
    split: Mapping[str, Any], from_on: date, rows: Sequence[tuple[str, date, str]]
) -> list[tuple[str, date, str]]:
    if "at" in split:
        return [row for row in rows if row[1].isoformat() == split["at"]]
    average = split.get("average")
    if isinstance(average, list):
        return [row for row in rows if row[1].isoformat() in average]
    newest = average if isinstance(average, int) else 1
    chosen: dict[str, list[tuple[str, date, str]]] = {}
    for row in sorted(rows, key=lambda row: row[1], reverse=True):
        if row[1] <= from_on and len(chosen.setdefault(row[0], [])) < newest:
            chosen[row[0]].append(row)
    return [row for members in chosen.values() for row in members]


def member_row(member: Participant) -> dict[str, Any]:
    """A participant as a case's member."""
    row: dict[str, Any] = {"id": member.code, "name": member.name}
    if member.host:
        row["host"] = True
    if member.joined:
        row["joined"] = member.joined.isoformat()
    if member.left:
        row["left"] = member.left.isoformat()
    return row
