"""Which column of a sheet is which field: by its heading, or as somebody has said before."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import select

from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.exchange.kinds.kind import Field, Kind
from consortium.exchange.tables import ColumnMapping

FAULTS: Final = "Fel"
"""The column that an error sheet has besides; it is passed over when the sheet comes back."""

Columns = Mapping[str, str]
"""Name of a field → heading of its column, for the fields that the sheet has."""


@dataclass(frozen=True, slots=True)
class Match:
    """How a header was matched. spare: columns that no field has; missing: required fields."""

    columns: Columns
    spare: tuple[str, ...]
    missing: tuple[Field, ...]

    @property
    def whole(self) -> bool:
        return not self.spare and not self.missing


def plain(heading: str) -> str:
    """A heading without case, accents, blanks and signs: `E-post (till)` → `eposttill`."""
    apart = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


def match(kind: Kind, header: Sequence[str]) -> Match:
    """Match a header by the names of the fields; Invalid where two columns have the same heading.

    Of two columns that could be the same field the first is it.
    """
    _refuse_twins(header)
    known = {plain(name): field for field in kind.fields for name in _called(field)}
    columns: dict[str, str] = {}
    spare = []
    for heading in header:
        field = known.get(plain(heading))
        if field is not None and field.name not in columns:
            columns[field.name] = heading
        elif plain(heading) != plain(FAULTS):
            spare.append(heading)
    missing = tuple(field for field in kind.fields if field.required and field.name not in columns)
    return Match(columns, tuple(spare), missing)


def columns_of(work: Work, kind: Kind, header: Sequence[str]) -> Match:
    """How the columns of a sheet are matched: as was said before of such a header, or by names."""
    found = match(kind, header)
    rows = select(ColumnMapping.columns).where(
        ColumnMapping.kind == kind.code, ColumnMapping.header == header_digest(header)
    )
    said = work.session.exec(rows).first()
    if said is None:
        return found
    known = {name: heading for name, heading in said.items() if name in kind.names}
    missing = tuple(field for field in kind.fields if field.required and field.name not in known)
    return Match(known, (), missing)


def remember(work: Work, kind: Kind, header: Sequence[str], columns: Columns) -> None:
    """Remember how the columns of such a header are matched; Invalid where that cannot be.

    columns: name of a field → heading; a field that the sheet does not have is left out.
    """
    work.require(kind.right)
    _refuse_twins(header)
    if faults := list(_faults(kind, header, columns)):
        raise Invalid(faults)
    digest = header_digest(header)
    rows = select(ColumnMapping).where(
        ColumnMapping.kind == kind.code, ColumnMapping.header == digest
    )
    row = work.session.exec(rows).first() or ColumnMapping(
        kind=kind.code, header=digest, columns={}, chosen_by="", chosen_at=work.now
    )
    row.columns, row.chosen_by, row.chosen_at = dict(columns), work.actor.name, work.now
    work.session.add(row)
    work.audit("exchange.columns_matched", kind.code, columns=dict(columns))


def require_whole(found: Match) -> None:
    """Refuse, as Invalid, a header of which not every column is known, naming each."""
    faults = [
        Fault(
            "The column {column} is missing",
            "row 1",
            {"column": field.heading},
            "Add it to the header",
        )
        for field in found.missing
    ] + [
        Fault("The column {column} is not known", "row 1", {"column": heading}, "Take it away")
        for heading in found.spare
    ]
    if faults:
        raise Invalid(faults)


def header_digest(header: Sequence[str]) -> str:
    """SHA-256 of the headings as they stand in the sheet."""
    return hashlib.sha256(json.dumps(list(header), ensure_ascii=False).encode()).hexdigest()


def _called(field: Field) -> tuple[str, ...]:
    return field.heading, field.name, *field.aliases


def _refuse_twins(header: Sequence[str]) -> None:
    twins = sorted({heading for heading in header if header.count(heading) > 1})
    if twins:
        raise Invalid(
            [
                Fault("Two columns have the heading {column}", "row 1", {"column": heading or "–"})
                for heading in twins
            ]
        )


def _faults(kind: Kind, header: Sequence[str], columns: Columns) -> list[Fault]:
    chosen = list(columns.values())
    faults = [
        Fault("Choose a column for {field}", field.name, {"field": field.heading})
        for field in kind.fields
        if field.required and field.name not in columns
    ]
    for name, heading in columns.items():
        if heading not in header:
            faults.append(Fault("The sheet has no column {column}", name, {"column": heading}))
        elif chosen.count(heading) > 1:
            faults.append(
                Fault("The column {column} is chosen for two fields", name, {"column": heading})
            )
    return faults
