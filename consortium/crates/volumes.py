"""Questions about volumes: the crates that branches sent and received, and between which two."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, func, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.crates.queries import daily_counts
from consortium.crates.tables import CrateEvent
from consortium.members.tables import Member

LONGEST: Final = 366
"""The longest time, in days, that is asked for at once."""

VOLUME_HEADER: Final = ("branch", "name", "municipality", "on", "sent", "received")
PAIR_HEADER: Final = ("origin", "origin_name", "destination", "destination_name", "crates")


@dataclass(frozen=True, slots=True)
class Volume:
    """Crates that a branch sent and received. on: the day, the first of the month, or of the time.

    sent: collected there; received: delivered there.
    """

    branch: Branch
    member: Member
    on: date
    sent: int
    received: int

    @property
    def cells(self) -> tuple[str, str, str, str, int, int]:
        """As VOLUME_HEADER."""
        on = self.on.isoformat()
        branch = self.branch
        return branch.slug, branch.name, self.member.name, on, self.sent, self.received


@dataclass(frozen=True, slots=True)
class Pair:
    """Crates that were packed at one branch for another."""

    origin: tuple[Branch, Member]
    destination: tuple[Branch, Member]
    crates: int

    @property
    def cells(self) -> tuple[str, str, str, str, int]:
        """As PAIR_HEADER."""
        origin, destination = self.origin[0], self.destination[0]
        return origin.slug, origin.name, destination.slug, destination.name, self.crates


def require_time(first: date, last: date) -> None:
    """Refuse, as Invalid, a time that ends before it begins or is longer than a year."""
    if last < first:
        raise Invalid(
            [Fault("The last day is before the first", "to_on", {}, "Choose a later day")]
        )
    if (last - first).days >= LONGEST:
        raise Invalid([Fault("Ask for a year at most", "to_on", {}, "Choose an earlier last day")])


def volumes_by_day(work: Work, first: date, last: date) -> list[Volume]:
    """By day, municipality and branch, where there were any, of those that the actor may see."""
    return _volumes(work, first, last, lambda day: day)


def volumes_by_month(work: Work, first: date, last: date) -> list[Volume]:
    """As `volumes_by_day`, together for each month; its first day stands for it."""
    return _volumes(work, first, last, lambda day: day.replace(day=1))


def volumes(work: Work, first: date, last: date) -> list[Volume]:
    """As `volumes_by_day`, together for the whole time."""
    return _volumes(work, first, last, lambda _day: first)


def pairs(work: Work, first: date, last: date) -> list[Pair]:
    """Origins and destinations by the crates between them, most first, both days inclusive.

    Those that begin or end at a branch that the actor may see. A crate counts on the Swedish day
    on which it was packed.
    """
    scope = work.scope("transports.see")
    require_time(first, last)
    known = {branch.id: (branch, member) for branch, member in branches(work)}
    crates = func.count(col(CrateEvent.crate_id).distinct())  # noted twice on a day is once
    rows = (
        select(CrateEvent.branch_id, CrateEvent.destination_id, crates)
        .where(CrateEvent.kind == "packed", col(CrateEvent.destination_id).is_not(None))
        .where(CrateEvent.on_date >= first, CrateEvent.on_date <= last)
        .where(col(CrateEvent.withdrawn).is_(False))
        .group_by(
            col(CrateEvent.branch_id), col(CrateEvent.destination_id), col(CrateEvent.on_date)
        )
    )
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for origin, destination, count in work.session.exec(rows):
        if destination is not None:
            sums[origin, destination] += count
    found = [
        Pair(known[origin], known[destination], count)
        for (origin, destination), count in sums.items()
        if scope is None or {known[origin][1].code, known[destination][1].code} & scope
    ]
    return sorted(found, key=_most_first)


def _volumes(work: Work, first: date, last: date, part: Any) -> list[Volume]:
    scope = work.scope("transports.see")
    require_time(first, last)
    sums: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0, 0])
    for (branch_id, day), (sent, received) in daily_counts(work, first, last).items():
        place = sums[part(day), branch_id]
        place[0] += sent
        place[1] += received
    order = {branch.id: (place, branch, member) for place, (branch, member) in _seen(work, scope)}
    return [
        Volume(order[branch_id][1], order[branch_id][2], on, *sums[on, branch_id])
        for on, branch_id in sorted(
            (key for key in sums if key[1] in order), key=lambda key: (key[0], order[key[1]][0])
        )
    ]


def _seen(work: Work, scope: frozenset[str] | None) -> list[tuple[int, tuple[Branch, Member]]]:
    return list(enumerate(branches(work, scope)))


def _most_first(pair: Pair) -> tuple[int, str, str]:
    return -pair.crates, pair.origin[0].name, pair.destination[0].name
