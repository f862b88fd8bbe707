"""Sheets of libraries: where they are, when they are staffed, what else they are called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import select

from consortium.branches.changing import change_branch
from consortium.branches.queries import branches
from consortium.branches.registering import NewBranch, branch_faults, register_branch
from consortium.branches.removing import remove_branch
from consortium.branches.rules import slug
from consortium.branches.tables import Branch, BranchAlias, OpeningHours
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.formats.cells import (
    choice,
    code,
    degrees,
    hours,
    names,
    shown_hours,
    shown_names,
)
from consortium.exchange.holding import require_free
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values
from consortium.members.queries import members

WORDS: Final = {
    "huvudbibliotek": "main",
    "filial": "branch",
    "bokbuss": "bus",
    "bokbusshållplats": "bus_stop",
    "depå": "depot",
    "main": "main",
    "branch": "branch",
    "bus": "bus",
    "bus_stop": "bus_stop",
    "depot": "depot",
}
SHOWN: Final = {value: word for word, value in reversed(WORDS.items())}
DAYS: Final = ("Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag", "Lördag", "Söndag")
WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(slots=True)
class Known:
    """named: the slug of the branch that has a name or alias; rows of the sheet take theirs."""

    members: frozenset[str]
    slugs: frozenset[str]
    named: dict[str, str]


def _known(work: Work) -> Known:
    rows = [branch for branch, _ in branches(work)]
    slugs = {branch.id: branch.slug for branch in rows}
    aliases = {row.name: slugs[row.branch_id] for row in work.session.exec(select(BranchAlias))}
    return Known(
        frozenset(member.code for member in members(work)),
        frozenset(slugs.values()),
        aliases | {branch.name: branch.slug for branch in rows},
    )


def _settle(row: Row, _known: Known) -> Iterator[Fault]:
    if not isinstance(row["slug"], str) or not row["slug"]:
        row["slug"] = slug(row["name"])
    return iter(())


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    yield from branch_faults(_new(row))
    if row["member"] not in known.members:
        yield Fault("No member has the code {code}", "member", {"code": row["member"]})
    if before is None and row["slug"] != slug(row["name"]):
        yield Fault(
            "There is no library with the address {slug}",
            "slug",
            {"slug": row["slug"]},
            "Leave the address of a new library empty",
        )
    for place, called in [("name", row["name"]), *(("other_names", o) for o in row["other_names"])]:
        if known.named.setdefault(called, row["slug"]) != row["slug"]:
            yield Fault("Another library is called {name}", place, {"name": called})


def _owner(row: Row, _known: Known) -> str:
    return str(row["member"])


def _standing(work: Work, _known: Known, _rows: Sequence[Values] | None) -> Standing:
    week: dict[int, Row] = {}
    for day in work.session.exec(select(OpeningHours)):
        week.setdefault(day.branch_id, {})[WEEK[day.weekday]] = (day.opens, day.closes)
    aliases: dict[int, list[str]] = {}
    for alias in work.session.exec(select(BranchAlias)):
        aliases.setdefault(alias.branch_id, []).append(alias.name)
    found: Standing = {}
    for branch, member in branches(work):
        row: Row = {name: getattr(branch, name, None) for name in BRANCHES.names}
        row |= {"member": member.code, "other_names": tuple(sorted(aliases.get(branch.id, ())))}
        found[branch.slug,] = BRANCHES.values(row | week.get(branch.id, {}))
    return found


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    for change in changes:
        row = change.after
        week = {day: row[name] for day, name in enumerate(WEEK) if row[name]}
        if change.before is None:
            register_branch(work, _new(row), week, row["other_names"])
        else:
            change_branch(work, row["slug"], _new(row), week, row["other_names"])


def _new(row: Row) -> NewBranch:
    return NewBranch(**{name: row[name] for name in NewBranch.__dataclass_fields__})


def _remove(work: Work, rows: Sequence[Row]) -> None:
    slugs = {row["slug"] for row in rows}
    found = {branch.id: branch.name for branch, _ in branches(work) if branch.slug in slugs}
    require_free(work, Branch, found, frozenset({"branchalias", "openinghours"}))
    for address in sorted(slugs):
        remove_branch(work, address)


def _shown(value: Any) -> str:
    return SHOWN[value]


BRANCHES = Kind(
    code="branches",
    name=mark("Libraries"),
    means=mark("Libraries, depots and stops of book buses, with staffed hours and other names."),
    right="branches.change",
    sees="branches.see",
    key=("slug",),
    fields=(
        Field(
            "slug",
            "Adress",
            mark("Its name in addresses; empty for a new one"),
            "falu-stadsbibliotek",
        ),
        Field(
            "name",
            "Namn",
            mark("As it is called on pages"),
            "Falu stadsbibliotek",
            required=True,
            aliases=("bibliotek",),
        ),
        Field(
            "member",
            "Kommunkod",
            mark("The municipality's code"),
            "2080",
            code,
            required=True,
            aliases=("kommun", "municipality"),
        ),
        Field(
            "kind",
            "Slag",
            mark("huvudbibliotek, filial, bokbuss, bokbusshållplats or depå"),
            "filial",
            choice(WORDS),
            _shown,
            required=True,
        ),
        Field("locality", "Ort", mark("The town or village"), "Falun"),
        Field(
            "lat",
            "Latitud",
            mark("Degrees north (WGS 84)"),
            "60,60357",
            degrees,
            required=True,
            aliases=("latitude", "breddgrad"),
        ),
        Field(
            "lon",
            "Longitud",
            mark("Degrees east (WGS 84)"),
            "15,62597",
            degrees,
            required=True,
            aliases=("longitude", "längdgrad"),
        ),
        Field("coordinate_basis", "Lägets grund", mark("How exact the coordinates are"), "byggnad"),
        Field("source", "Källa", mark("Where the value comes from"), "kommunens webbplats"),
        Field(
            "email",
            "E-post",
            mark("Where letters to the library go"),
            "bibliotek@falun.example",
            aliases=("epost", "mejl"),
        ),
        *(
            Field(
                name,
                day,
                mark("Staffed hours; empty where there are none"),
                "08:00–18:00",
                hours,
                shown_hours,
                default=None,
            )
            for name, day in zip(WEEK, DAYS, strict=True)
        ),
        Field(
            "other_names",
            "Andra namn",
            mark("Names in lists and at carriers, with | between them"),
            "Falun | Falu bibliotek",
            names,
            shown_names,
            aliases=("alias",),
            default=(),
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
