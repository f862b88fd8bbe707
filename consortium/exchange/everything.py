"""The full export: every table and every document in one zip, to leave with or to keep.

Written a row at a time, straight into the file. Secrets stay behind: what a password, a token, a
session or a signature could be tried against is of no use to anybody but a thief.
"""

import hashlib
import inspect
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Column, RowMapping, Table, select

from consortium.core.db import Row
from consortium.core.errors import Forbidden
from consortium.core.sheets import guarded
from consortium.core.work import Work

RIGHTS: Final = ("settings.see", "people.change", "audit.see", "members.change")
ROWS_AT_ONCE: Final = 500
README: Final = Path(__file__).with_name("README.txt")
SUMS: Final = "SHA256SUMS"
SECRETS: Final = frozenset(
    {
        "account.password_hash",
        "account.session_seed",
        "apitoken.secret_sha256",
        "auditvalue.salt",
        "failedattempt.place",
        "keptanswer.body",
        "onetimelink.secret_sha256",
        "signedin.secret_sha256",
        "webhook.seed",
    }
)
"""Columns that stay behind. A house test holds that no other column is named like a secret."""

ENDINGS: Final = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "application/json": "json",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


@dataclass(frozen=True, slots=True)
class Everything:
    """What a full export holds. left_out: the columns that stayed behind."""

    tables: int
    rows: int
    documents: int
    left_out: int


def note_everything(work: Work) -> None:
    """Note in the audit trail that everything is exported. Takes all of RIGHTS, for all members."""
    _require(work)
    work.audit("exchange.everything_exported", "")


def write_everything(work: Work, out: IO[bytes]) -> Everything:
    """Write the full export into `out`; takes the rights of `note_everything`.

    One state of the records: whoever calls it reads in one transaction.
    """
    _require(work)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
        packing = _Packing(packed, work.now)
        tables = sorted(Row.metadata.tables.values(), key=lambda table: table.name)
        rows = sum(packing.write(f"tables/{t.name}.csv", _table(work, t)) for t in tables)
        documents = _write_documents(work, packing)
        packing.write("dictionary.csv", _dictionary(tables))
        packing.write("README.txt", iter([README.read_bytes()]))
        sums = "".join(f"{digest}  {name}\n" for name, digest in packing.digests.items())
        packing.write(SUMS, iter([sums.encode()]))
    # the line with the headings is no row
    return Everything(len(tables), rows - len(tables), documents, len(SECRETS))


class _Packing:
    """Writes files into a zip and keeps their digests."""

    def __init__(self, packed: zipfile.ZipFile, now: datetime) -> None:
        self._packed = packed
        self._moment = now.timetuple()[:6]
        self.digests: dict[str, str] = {}

    def write(self, name: str, parts: Iterator[bytes]) -> int:
        """Write a file of `parts`; returns how many there were."""
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type = zipfile.ZIP_DEFLATED
        digest, count = hashlib.sha256(), 0
        with self._packed.open(info, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                count += 1
        self.digests[name] = digest.hexdigest()
        return count


def ending_of(media_type: str) -> str:
    """The ending of a document's file, `bin` where the kind of document has none."""
    return ENDINGS.get(media_type.partition(";")[0].strip(), "bin")


def _require(work: Work) -> None:
    for right in RIGHTS:
        work.require(right)
        if work.scope(right) is not None:
            raise Forbidden(
                "Everything is exported by whoever administers all of the consortium",
                remedy="Export the sheets that your role reaches",
            )


def _kept(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if f"{table.name}.{column.name}" not in SECRETS]


def _table(work: Work, table: Table) -> Iterator[bytes]:
    """A table as CSV: the headings, then a row a line, by its primary key."""
    columns = _kept(table)
    yield _line([column.name for column in columns])
    asked = [column for column in columns if column is not _documents().c.content]
    statement = select(*asked).order_by(*table.primary_key.columns)
    found = work.session.execute(statement.execution_options(yield_per=ROWS_AT_ONCE))
    for row in found.mappings():
        yield _line([_value(table, row, column.name) for column in columns])


def _value(table: Table, row: RowMapping, name: str) -> Any:
    if table is _documents() and name == "content":
        return _path(row["sha256"], row["media_type"])
    if table.name == "letter" and name == "body" and row["fleeting"]:
        return ""  # it holds, or held, a link that opens an account
    return row[name]


def _write_documents(work: Work, packing: _Packing) -> int:
    """Every document as a file of its own, one in memory at a time."""
    kept = _documents().c
    listed = work.session.execute(select(kept.sha256, kept.media_type).order_by(kept.sha256)).all()
    for sha256, media_type in listed:
        content = select(kept.content).where(kept.sha256 == sha256)
        packing.write(_path(sha256, media_type), iter([work.session.execute(content).scalar_one()]))
    return len(listed)


def _documents() -> Table:
    return Row.metadata.tables["document"]


def _path(sha256: str, media_type: str) -> str:
    return f"documents/{sha256}.{ending_of(media_type)}"


def _dictionary(tables: Sequence[Table]) -> Iterator[bytes]:
    """What every table and column is: from the tables themselves and what is written of them."""
    docs = {str(each.__tablename__): inspect.getdoc(each) or "" for each in Row.__subclasses__()}
    yield _line(["table", "column", "type", "null", "key", "points_to", "left_out", "meaning"])
    for table in tables:
        doc = " ".join(docs[table.name].split())
        yield _line([table.name, "", "", "", "", "", "", doc])
        for column in table.columns:
            points = ", ".join(sorted(key.target_fullname for key in column.foreign_keys))
            yield _line(
                [
                    table.name,
                    column.name,
                    str(column.type),
                    column.nullable,
                    column.primary_key,
                    points,
                    f"{table.name}.{column.name}" in SECRETS,
                    meaning_of(column.name, doc),
                ]
            )


def meaning_of(name: str, doc: str) -> str:
    """What a table's text says of one of its columns, as `name: meaning`; empty where nothing."""
    told = re.search(rf"(?:^|[ .])(?:\w+, )*{name}(?:, \w+)*: (.+?)(?= (?:\w+, )*\w+: |$)", doc)
    return told[1] if told else ""


def _line(values: Sequence[Any]) -> bytes:
    return (",".join(map(_cell, values)) + "\r\n").encode()


def _cell(value: Any) -> str:
    """Text in quotation marks, numbers bare, nothing at all for what is not known (null)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | time):
        return f'"{value.isoformat()}"'
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return '"' + guarded(text).replace('"', '""') + '"'
