"""Sheets of closures: days on which libraries take no crates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.branches.closing import LONGEST_REASON, close_branch, lift_closure
from consortium.branches.tables import Branch, Closure
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.formats.cells import day
from consortium.exchange.kinds.kind import Change, Field, Key, Kind, Row, Standing, Values
from consortium.exchange.kinds.places import Places, places, settle_place

MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    places: Places
    today: date


def _known(work: Work) -> Known:
    return Known(places(work), work.today)


def _settle(row: Row, known: Known) -> Iterator[Fault]:
    yield from settle_place(row, "branch", known.places)


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    if row == before:
        return
    if row["to_on"] < row["from_on"]:
        yield Fault("The last day is before the first", "to_on", {}, "Choose a later day")
    last = min(row["to_on"], before["to_on"]) if before else row["to_on"]
    if last < known.today:
        yield Fault("The days are over", "to_on", {}, "Choose today or a later day")
    if len(row["reason"]) > LONGEST_REASON:
        yield Fault("The reason is too long", "reason", {}, "Use at most 200 characters")


def _owner(row: Row, known: Known) -> str:
    return known.places.owners[row["branch"]]


def _rows(work: Work) -> dict[Key, tuple[Closure, Branch]]:
    """Closures in force: branch and first day → the one entered last."""
    rows = (
        select(Closure, Branch)
        .join(Branch, col(Branch.id) == col(Closure.branch_id))
        .where(col(Closure.lifted_at).is_(None))
        .order_by(col(Branch.name), col(Closure.from_on), col(Closure.id))
    )
    return {
        (branch.name, closure.from_on): (closure, branch)
        for closure, branch in work.session.exec(rows)
    }


def _standing(work: Work, _known: Known, _wanted: Sequence[Values] | None) -> Standing:
    return {
        key: (branch.name, closure.from_on, closure.to_on, closure.reason)
        for key, (closure, branch) in _rows(work).items()
    }


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    _lift(work, [change.before for change in changes if change.before])
    slugs = places(work).slugs
    for change in changes:
        row = change.after
        close_branch(work, slugs[row["branch"]], (row["from_on"], row["to_on"]), row["reason"])


def _lift(work: Work, rows: Sequence[Row]) -> None:
    there = _rows(work) if rows else {}
    for row in rows:
        closure, _branch = there[row["branch"], row["from_on"]]
        lift_closure(work, closure.id)
    work.session.flush()


CLOSURES = Kind(
    code="closures",
    name=mark("Closures"),
    means=mark("Days on which libraries take no crates. New plans are made for them."),
    right="branches.change",
    sees="branches.see",
    key=("branch", "from_on"),
    dated="from_on",
    fields=(
        Field(
            "branch",
            "Bibliotek",
            mark("The library's name, or another name that is known"),
            "Falu stadsbibliotek",
            required=True,
            aliases=("library", "filial"),
        ),
        Field(
            "from_on",
            "Från",
            mark("The first day"),
            "2026-12-24",
            day,
            required=True,
            aliases=("första dag",),
        ),
        Field(
            "to_on",
            "Till",
            mark("The last day"),
            "2027-01-06",
            day,
            required=True,
            aliases=("sista dag",),
        ),
        Field(
            "reason",
            "Skäl",
            mark("As readers shall see it, in Swedish"),
            "Inventering",
            required=True,
            aliases=("orsak", "anledning"),
        ),
    ),
    known=_known,
    settle=_settle,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_lift,
)
