"""Sheets of members: municipalities and regions, with how they are billed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.formats.cells import choice, code, day, maybe, shown_yes, yes
from consortium.exchange.holding import require_free
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values
from consortium.members.changing import Identity, change_identity
from consortium.members.joining import Address, Newcomer, change_address, join
from consortium.members.queries import members
from consortium.members.removing import remove_member
from consortium.members.rules import address_faults, identity_faults, organisation_number
from consortium.members.tables import Member, Membership

KIND_WORDS = {"kommun": "municipality", "region": "region", "municipality": "municipality"}
DELIVERY_WORDS = {
    "accesspunkt": "access_point",
    "e-post": "email",
    "access_point": "access_point",
    "email": "email",
    "": "access_point",
}
SHOWN = {"municipality": "kommun", "region": "region"} | {
    "access_point": "accesspunkt",
    "email": "e-post",
}


@dataclass(slots=True)
class Known:
    """named: the code of the member that has a name; rows of the sheet take theirs."""

    named: dict[str, str]


def _known(work: Work) -> Known:
    return Known({member.name: member.code for member in members(work)})


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    row["legal_name"] = row["legal_name"] or row["name"]
    number = row["organisation_number"]
    yield from identity_faults(row["code"], row["kind"], row["name"], number)
    yield from address_faults(
        row["endpoint_scheme"], row["endpoint_id"], row["delivery"], row["email"]
    )
    if known.named.setdefault(row["name"], row["code"]) != row["code"]:
        yield Fault("Another member is called {name}", "name", {"name": row["name"]})
    for name in ("kind", "from_on"):
        if before and before[name] != row[name]:
            yield Fault(
                "This cannot be changed by a sheet",
                name,
                {},
                "Leave it as it is, or the column out",
            )


def _settle(row: Row, _known: Known) -> Iterator[Fault]:
    if isinstance(row["organisation_number"], str):
        row["organisation_number"] = organisation_number(row["organisation_number"])
    return iter(())


def _owner(row: Row, _known: Known) -> str:
    return str(row["code"])


def _standing(work: Work, _known: Known, _rows: Sequence[Values] | None) -> Standing:
    times = {row.member_id: row.from_on for row in work.session.exec(select(Membership))}
    return {
        (member.code,): tuple(
            times.get(member.id) if name == "from_on" else getattr(member, name)
            for name in MEMBERS.names
        )
        for member in members(work)
    }


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    for change in changes:
        row = change.after
        if change.before is None:
            identity = Newcomer(
                row["code"],
                row["name"],
                row["legal_name"],
                row["kind"],
                row["organisation_number"],
                row["made_up"],
            )
            join(work, identity, _address(row), row["from_on"])
        else:
            _change(work, row)


def _change(work: Work, row: Row) -> None:
    change_identity(
        work,
        row["code"],
        Identity(row["name"], row["legal_name"], row["organisation_number"], row["made_up"]),
    )
    change_address(work, row["code"], _address(row))


def _address(row: Row) -> Address:
    return Address(**{name: row[name] for name in Address.__dataclass_fields__})


def _remove(work: Work, rows: Sequence[Row]) -> None:
    codes = {row["code"] for row in rows}
    found = [member for member in members(work) if member.code in codes]
    require_free(work, Member, {row.id: row.name for row in found}, frozenset({"membership"}))
    for member in found:
        remove_member(work, member.code)


def _shown(value: Any) -> str:
    return SHOWN[value]


MEMBERS = Kind(
    code="members",
    name=mark("Members"),
    means=mark("Municipalities and regions, with how they are billed."),
    right="members.change",
    sees="members.see",
    key=("code",),
    fields=(
        Field(
            "code",
            "Kommunkod",
            mark("Four digits for a municipality, two for a region"),
            "2080",
            code,
            required=True,
            aliases=("kod",),
        ),
        Field("name", "Namn", mark("As it is called on pages"), "Falun", required=True),
        Field("legal_name", "Juridiskt namn", mark("As it stands on invoices"), "Falu kommun"),
        Field(
            "kind",
            "Slag",
            mark("kommun or region"),
            "kommun",
            choice(KIND_WORDS),
            _shown,
            default="municipality",
        ),
        Field(
            "organisation_number",
            "Organisationsnummer",
            mark("Ten digits"),
            "212000-2221",
            aliases=("orgnr",),
        ),
        Field(
            "made_up",
            "Påhittat nummer",
            mark("ja where the organisation number is an example"),
            "nej",
            yes,
            shown_yes,
            default=False,
        ),
        Field(
            "from_on",
            "Medlem från",
            mark("The first day of the membership; empty for a founder"),
            "2026-01-01",
            maybe(day),
            default=None,
        ),
        Field("endpoint_scheme", "E-adressens typ", mark("0007 or 0088, as Peppol has it"), "0007"),
        Field("endpoint_id", "E-adress", mark("The address for e-invoices"), "2120002221"),
        Field("buyer_reference", "Er referens", mark("Stands on every invoice"), "REF2080"),
        Field(
            "delivery",
            "Leverans",
            mark("How invoices leave: accesspunkt or e-post"),
            "accesspunkt",
            choice(DELIVERY_WORDS),
            _shown,
            default="access_point",
        ),
        Field(
            "email",
            "E-post",
            mark("Where invoices by e-mail go"),
            "faktura@falun.example",
            aliases=("epost", "mejl"),
        ),
        Field(
            "street", "Gata eller box", mark("Of the postal address"), "Box 1", aliases=("gata",)
        ),
        Field("postcode", "Postnummer", mark("Of the postal address"), "791 83"),
        Field("city", "Ort", mark("Of the postal address"), "Falun", aliases=("postort",)),
    ),
    known=_known,
    settle=_settle,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
)
