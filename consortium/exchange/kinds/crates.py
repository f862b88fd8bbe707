"""Sheets of transport crates that carry their codes already."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.bringing import OwnCrate, drop_crates, put_crates
from consortium.crates.rules import CODE
from consortium.crates.tables import Crate
from consortium.exchange.formats.cells import day
from consortium.exchange.holding import require_free
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values
from consortium.exchange.kinds.places import Places, places, settle_place

Known = tuple[Places, date]
"""The libraries, and today."""


def _known(work: Work) -> Known:
    return places(work), work.today


def _settle(row: Row, known: Known) -> Iterator[Fault]:
    row["code"] = row["code"].upper()
    yield from settle_place(row, "home", known[0])


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    if row["registered_on"] is None:
        row["registered_on"] = before["registered_on"] if before else known[1]
    if CODE.fullmatch(row["code"]) is None:
        yield Fault(
            "{code} is no code of a crate", "code", {"code": row["code"]}, "Write it as LD000123"
        )
    if row["registered_on"] > known[1]:
        yield Fault("The day has not come yet", "registered_on", {}, "Write today or earlier")


def _owner(row: Row, known: Known) -> str:
    return known[0].owners[row["home"]]


def _standing(work: Work, _known: Known, _rows: Sequence[Values] | None) -> Standing:
    rows = (
        select(Crate.code, Branch.name, col(Crate.registered_on))
        .join(Branch, col(Branch.id) == col(Crate.home_id))
        .order_by(col(Crate.code))
    )
    return {(code,): (code, home, day_on) for code, home, day_on in work.session.exec(rows)}


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    slugs = places(work).slugs
    put_crates(
        work,
        [
            OwnCrate(row["code"], slugs[row["home"]], row["registered_on"])
            for row in (change.after for change in changes)
        ],
    )


def _remove(work: Work, rows: Sequence[Row]) -> None:
    codes = {row["code"] for row in rows}
    there = select(Crate.id, Crate.code)
    found = {row_id: code for row_id, code in work.session.exec(there) if code in codes}
    require_free(work, Crate, found)
    drop_crates(work, sorted(codes))


CRATES = Kind(
    code="crates",
    name=mark("Crates"),
    means=mark("Transport crates that carry their codes already, with the library each is of."),
    right="transports.change",
    sees="transports.see",
    key=("code",),
    fields=(
        Field(
            "code",
            "Kod",
            mark("What the barcode says"),
            "LD000123",
            required=True,
            aliases=("låda", "streckkod"),
        ),
        Field(
            "home",
            "Bibliotek",
            mark("The library that it belongs to"),
            "Falu stadsbibliotek",
            required=True,
            aliases=("library", "hem", "branch"),
        ),
        Field(
            "registered_on",
            "Registrerad",
            mark("The day it was registered; empty is today"),
            "2026-11-24",
            lambda cell: day(cell) if cell.strip() else None,
            default=None,
        ),
    ),
    known=_known,
    settle=_settle,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
)
