"""Use cases: a sheet is taken in, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consortium.core.errors import Conflict, Invalid
from consortium.core.settings import Web
from consortium.core.sheets import Table, read_table
from consortium.core.work import Work
from consortium.documents.keeping import keep
from consortium.emedia.importing import counter_lines, usage_records
from consortium.exchange.kinds.kind import Change, Kind
from consortium.exchange.kinds.usage import USAGE
from consortium.exchange.matching import columns_of, require_whole
from consortium.exchange.previewing import Line, Preview, preview
from consortium.exchange.tables import ImportBatch

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON: Final = "application/json"
CSV: Final = "text/csv"
BLANKS: Final = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent. supplier, member: codes that a COUNTER report may leave unsaid."""

    content: bytes
    name: str
    supplier: str = ""
    member: str = ""


def try_sheet(work: Work, kind: Kind, sent: Sent) -> Preview:
    """What a sheet would change; Invalid where it or its columns cannot be read.

    Takes the kind's right, and changes nothing.
    """
    work.require(kind.right)
    table = table_of(work, kind, sent)
    found = columns_of(work, kind, table.header)
    require_whole(found)
    return preview(work, kind, table, found.columns)


def table_of(work: Work, kind: Kind, sent: Sent) -> Table:
    """The file as a table. A COUNTER report becomes one row for each month of its period."""
    if kind.code != USAGE.code or media_type(sent.content) != JSON:
        return read_table(sent.content)
    if not sent.supplier:
        raise Invalid("Choose the supplier whose report it is", at="supplier")
    records = usage_records(work, lock=False)
    lines = counter_lines(work, records, sent.content, sent.supplier, sent.member or None)
    rows = [
        [line.supplier, line.month.isoformat()[:7], line.municipality, str(line.loans)]
        for line in lines
    ]
    return Table(USAGE.names, list(enumerate(rows, 2)))


def take_in(
    work: Work, tried: Preview, sent: Sent, seen: str | None = None, invite: Web | None = None
) -> ImportBatch:
    """Take in what a preview, made in this same work, would change; all of it or nothing.

    seen: the digest of the preview that somebody has looked at; where the records have changed
    since, a Conflict. invite: write to new accounts, with links by these settings. A sheet with
    faults is Invalid with all of them.
    """
    kind = tried.kind
    work.require(kind.right)
    tried.require_sound()
    if seen is not None and seen != tried.digest():
        raise Conflict(
            "The records have changed since you looked at the file",
            remedy="Look at it again: what it changes may be something else now",
        )
    touched = tried.touched
    if touched:
        changes = changes_of(kind, touched)
        kind.write(work, changes, sent.name)
        work.session.flush()
        if invite is not None and kind.invite is not None:
            kind.invite(work, changes, invite)
    batch = _batch(work, tried, touched, sent)
    work.audit(
        "exchange.imported",
        sent.name,
        kind=kind.code,
        batch=batch.id,
        sha256=batch.sha256,
        new=batch.new,
        changed=batch.changed,
        unchanged=batch.unchanged,
    )
    return batch


def changes_of(kind: Kind, lines: Sequence[Line]) -> list[Change]:
    """The changes of lines that have an after."""
    return [
        Change(kind.row(line.before) if line.before else None, kind.row(line.after))
        for line in lines
        if line.after
    ]


def media_type(content: bytes) -> str:
    """Of a sheet that is kept: workbook, JSON or CSV."""
    if content.startswith(b"PK"):
        return WORKBOOK
    return JSON if content[:100].lstrip(BLANKS)[:1] == b"{" else CSV


def _batch(work: Work, tried: Preview, touched: Sequence[Line], sent: Sent) -> ImportBatch:
    kind, counts = tried.kind, tried.counts
    batch = ImportBatch(
        kind=kind.code,
        file_name=sent.name,
        sha256=keep(work, sent.content, media_type(sent.content)),
        new=counts["new"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        before=[
            [line.number, *(kind.texts(values) if values else None for values in _sides(line))]
            for line in touched
        ],
        taken_by=work.actor.name,
        taken_at=work.now,
    )
    work.session.add(batch)
    work.session.flush()
    return batch


def _sides(line: Line) -> tuple[tuple[object, ...] | None, ...]:
    return line.before, line.after
