"""Use cases: crates that carry codes already are registered, given another home, taken away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.crates.rules import CODE
from consortium.crates.tables import Crate

AT_ONCE: Final = 500
"""Codes asked for in one query."""


@dataclass(frozen=True, slots=True)
class OwnCrate:
    """A crate as its owner knows it. home: the slug of the branch that it belongs to."""

    code: str
    home: str
    registered_on: date


def put_crates(work: Work, crates: Sequence[OwnCrate]) -> None:
    """Register crates under the codes that they carry; one that is there gets the home given."""
    work.require("transports.change")
    places = {branch.slug: branch for branch, _ in branches(work)}
    if faults := list(_faults(crates, places)):
        raise Invalid(faults)
    there = _there(work, [crate.code for crate in crates])
    homes = {branch.id: slug for slug, branch in places.items()}
    moved = [
        [crate.code, homes[there[crate.code].home_id], crate.home]
        for crate in crates
        if crate.code in there
    ]
    for crate in crates:
        home_id = places[crate.home].id
        row = there.get(crate.code) or Crate(
            code=crate.code, home_id=home_id, registered_on=crate.registered_on
        )
        row.home_id, row.registered_on = home_id, crate.registered_on
        work.session.add(row)
    work.session.flush()
    codes = sorted(crate.code for crate in crates)
    work.audit(
        "transports.crates_put",
        f"{codes[0]}–{codes[-1]}",
        count=len(codes),
        moved=moved,
    )


def drop_crates(work: Work, codes: Sequence[str]) -> None:
    """Delete crates that have not travelled; who asks has seen to that."""
    work.require("transports.change")
    there = _there(work, codes)
    for row in there.values():
        work.session.delete(row)
    work.session.flush()
    gone = sorted(there)
    work.audit(
        "transports.crates_dropped",
        f"{gone[0]}–{gone[-1]}",
        codes=gone,
        first=gone[0],
        last=gone[-1],
    )


def _faults(crates: Sequence[OwnCrate], places: dict[str, Branch]) -> Iterator[Fault]:
    for crate in crates:
        if CODE.fullmatch(crate.code) is None:
            yield Fault(
                "{code} is no code of a crate", "code", {"code": crate.code}, "Write it as LD000123"
            )
        if crate.home not in places:
            yield Fault("There is no branch {slug}", "home", {"slug": crate.home})


def _there(work: Work, codes: Sequence[str]) -> dict[str, Crate]:
    found: dict[str, Crate] = {}
    for begin in range(0, len(codes), AT_ONCE):
        rows = select(Crate).where(col(Crate.code).in_(codes[begin : begin + AT_ONCE]))
        found |= {row.code: row for row in work.session.exec(rows)}
    return found
