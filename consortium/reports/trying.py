"""What if a pool were shared by another key: split month by month as invoices are, and compared."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.costs.queries import key_versions, month_of_pool, participants, pool_of_year
from consortium.costs.rules import Basis
from consortium.costs.splitting import split
from consortium.costs.tables import CostPool
from consortium.measures.queries import measures, values
from consortium.members.queries import host_on, members

WHOLE: Final = 100  # percent
LATEST: Final = "latest"
NEWEST_DATES: Final = 2  # of a measure, offered beside those that the key in force reads
_SOME: Final = re.compile(r"n([1-9]\d?)")


@dataclass(frozen=True, slots=True)
class Weighing:
    """A measure that weighs `percent` (0–100, whole) of the pool.

    when: a reference date, several joined by `+` (their mean), `n3` (the mean of the three
    newest), or `latest`.
    """

    measure: str
    when: str
    percent: int

    @property
    def code(self) -> str:
        """As an address and an option carry it: `population@2024-12-31`."""
        return f"{self.measure}@{self.when}"


@dataclass(frozen=True, slots=True)
class Trial:
    """A key that is tried. equal: percent (0–100, whole) that is split equally."""

    equal: int
    weighings: tuple[Weighing, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A measure with dates that a trial can weigh by. in_force: the key in force reads it so."""

    weighing: Weighing
    name: str
    name_en: str
    in_force: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What a member bears now, and by the key that is tried, in öre."""

    code: str
    name: str
    now_ore: int
    tried_ore: int

    @property
    def change_ore(self) -> int:
        return self.tried_ore - self.now_ore


@dataclass(frozen=True, slots=True)
class Comparison:
    """rows: the members that the actor may see. others: the rest in one, None where none is left.

    now_ore, tried_ore: of all members. key: the key that was tried.
    """

    key: Mapping[str, Any]
    rows: tuple[Compared, ...]
    others: Compared | None
    now_ore: int
    tried_ore: int

    @property
    def widest_ore(self) -> int:
        """The size of the largest change, at least 1: what bars are drawn against."""
        return max([1, *(abs(row.change_ore) for row in self.rows)])


def weighing_of(code: str, percent: int) -> Weighing:
    """`population@2024-12-31` as a weighing, whether a key can read it or not."""
    measure, _at, when = code.partition("@")
    return Weighing(measure, when, percent)


def trial_faults(trial: Trial, names: Mapping[str, str]) -> Iterator[Fault]:
    """What keeps a trial from being a key. Places: `equal`, `weighings[1].measure`.

    names: measure code → name, of every measure that there is.
    """
    percents = [trial.equal, *(weighing.percent for weighing in trial.weighings)]
    if sum(percents) != WHOLE:
        yield Fault(
            "The parts come to {sum} percent, not to 100",
            "equal",
            {"sum": sum(percents)},
            "Change them so that they come to 100",
        )
    codes = [weighing.code for weighing in trial.weighings]
    for place, weighing in enumerate(trial.weighings):
        at = f"weighings[{place}].measure"
        if weighing.measure not in names or not _dating(weighing.when):
            yield Fault("Choose one of the measures", at)
        elif weighing.code in codes[:place]:
            yield Fault("Choose two different measures", at)


def key_of(trial: Trial, names: Mapping[str, str]) -> dict[str, Any]:
    """The trial as an allocation key; the last part takes what is left."""
    if faults := list(trial_faults(trial, names)):
        raise Invalid(faults)
    parts: list[tuple[int, str, dict[str, Any]]] = []
    if trial.equal:
        parts.append((trial.equal, "lika", {"kind": "equal"}))
    for weighing in trial.weighings:
        if weighing.percent:
            called = f"efter {names[weighing.measure].lower()}"
            dating = _dating(weighing.when)
            split_by = {"kind": "measure", "measure": weighing.measure, **dating}
            parts.append((weighing.percent, called, split_by))
    takes: list[Any] = [{"percent": str(percent)} for percent, _name, _split in parts]
    takes[-1] = "rest"
    return {
        "name": ", ".join(f"{percent} % {called}" for percent, called, _split in parts),
        "parts": [{"take": take, "split": p[2]} for take, p in zip(takes, parts, strict=True)],
    }


def trial_of(key: Mapping[str, Any]) -> Trial | None:
    """The key as a trial, to begin from; None where it is of another kind."""
    equal, weighings, left = 0, [], WHOLE
    for part in key.get("parts", ()):
        percent = left if part["take"] == "rest" else _percent(part["take"])
        kind, when = part["split"]["kind"], _when(part["split"])
        if percent is None or (kind != "equal" and when is None):
            return None
        if when is None:
            equal += percent
        else:
            weighings.append(Weighing(part["split"]["measure"], when, percent))
        left -= percent
    plain = set(key) <= {"name", "parts"} and len(weighings) <= NEWEST_DATES and not left
    return Trial(equal, tuple(weighings)) if plain else None


def choices(work: Work, code: str, year: int, month: int) -> list[Choice]:
    """What a trial can weigh by: as the key in force, then the newest dates of every measure.

    A date up to the month's first is offered where everyone who takes part has a value on it.
    """
    work.require("costs.see")
    pool, first = pool_of_year(work, code, year), date(year, month, 1)
    needed = {member.code for member in participants(work, pool, first)}
    in_force = _in_force(work, pool, first)
    found = []
    for measure in measures(work):
        by_day: dict[date, set[str]] = {}
        for member, value in values(work, measure.code):
            by_day.setdefault(value.on_date, set()).add(member.code)
        whole = sorted(
            (day for day in by_day if day <= first and needed <= by_day[day]), reverse=True
        )
        used = [when for name, when in in_force if name == measure.code]
        newest = [day.isoformat() for day in whole[:NEWEST_DATES]]
        for when in dict.fromkeys([*used, *newest]):
            weighing = Weighing(measure.code, when, 0)
            found.append(Choice(weighing, measure.name, measure.name_en, when in used))
    return found


def compare(
    work: Work, code: str, year: int, months: Sequence[int], key: Mapping[str, Any]
) -> Comparison:
    """The pool's `months` (1–12) by the keys in force and by `key`, on the same records.

    What a key leaves unshared is the host's, as in the books.
    """
    scope, pool = work.scope("costs.see"), pool_of_year(work, code, year)
    now, tried = Counter[str](), Counter[str]()
    for month in months:
        host = host_on(work, date(year, month, 1)).member.code
        now.update(borne(month_of_pool(work, pool, month), host))
        tried.update(borne(month_of_pool(work, pool, month, key), host))
    every = [
        Compared(member.code, member.name, now[member.code], tried[member.code])
        for member in members(work)
        if member.code in now or member.code in tried
    ]
    seen = tuple(row for row in every if scope is None or row.code in scope)
    hidden = [row for row in every if row not in seen]
    others = Compared("", "", sum(r.now_ore for r in hidden), sum(r.tried_ore for r in hidden))
    return Comparison(key, seen, others if hidden else None, now.total(), tried.total())


def borne(basis: Basis, host: str) -> dict[str, int]:
    """What each member bears of a pool's month, in öre; what is left unshared is the host's."""
    outcome = split(basis)
    shared = dict(outcome.shares)
    shared[host] = shared.get(host, 0) + outcome.leftover_ore
    return {member: ore for member, ore in shared.items() if ore or member in outcome.shares}


def _in_force(work: Work, pool: CostPool, first: date) -> list[tuple[str, str]]:
    read = [
        (part["split"].get("measure"), _when(part["split"]))
        for version, _clause in key_versions(work, pool)
        if version.from_on <= first <= version.to_on
        for part in version.key.get("parts", ())
    ]
    return [(measure, when) for measure, when in read if measure and when]


def _dating(when: str) -> dict[str, Any]:
    """The field of a split that says which values count; empty where `when` says nothing."""
    if when == LATEST:
        return {"latest": True}
    if newest := _SOME.fullmatch(when):
        return {"average": int(newest[1])}
    days = when.split("+")
    try:
        written = [date.fromisoformat(day).isoformat() for day in days]
    except ValueError:
        return {}
    if written != days:
        return {}
    return {"at": days[0]} if len(days) == 1 else {"average": days}


def _when(split_by: Mapping[str, Any]) -> str | None:
    """The dates of a plain measure split as `Weighing.when`; None for every other split."""
    if split_by["kind"] != "measure" or "brackets" in split_by:
        return None
    if split_by.get("latest"):
        return LATEST
    average = split_by.get("average")
    if isinstance(average, int):
        return f"n{average}"
    return "+".join(average) if average else split_by.get("at")


def _percent(take: Any) -> int | None:
    text = str(take.get("percent", "")) if isinstance(take, Mapping) else ""
    return int(text) if text.isdecimal() else None
