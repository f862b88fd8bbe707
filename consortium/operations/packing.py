"""What a backup holds and how it is written: rows as lines of JSON, documents as files, keys.

A backup is a zip. `manifest.json` names every other member with its SHA-256, and the revision of
the schema. Rows are plain values, so that one made on SQLite can be restored on PostgreSQL and
the other way round.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from consortium.core.errors import Fault, Invalid

MANIFEST: Final = "manifest.json"
FORM: Final = 1
CHUNK: Final = 1 << 20
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # zip's own beginning: the same rows give the same bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """revision: of the schema. tables: name → rows. members: name in the zip → SHA-256."""

    made_at: str
    revision: str
    tables: Mapping[str, int]
    members: Mapping[str, str]


class Packer:
    """Writes members one after the other and remembers their digests."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)
        self._members: dict[str, str] = {}
        self._tables: dict[str, int] = {}

    def rows(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """The rows of a table, one a line, as they come."""
        self._tables[table] = 0
        with self._member(f"tables/{table}.jsonl", ZIP_DEFLATED) as put:
            for row in rows:
                self._tables[table] += 1
                put((line_of(row) + "\n").encode())

    def file(self, name: str, content: bytes) -> None:
        """A file as it is."""
        with self._member(name, ZIP_STORED) as put:
            put(content)

    def finish(self, made_at: datetime, revision: str) -> Manifest:
        """Write the manifest and close."""
        made = Manifest(made_at.isoformat(), revision, self._tables, self._members)
        text = json.dumps(
            {
                "form": FORM,
                "made_at": made.made_at,
                "revision": revision,
                "tables": self._tables,
                "members": self._members,
            },
            indent=1,
        )
        self._zip.writestr(ZipInfo(MANIFEST, LONG_AGO), text)
        self._zip.close()
        return made

    def _member(self, name: str, compression: int) -> "_Member":
        return _Member(self._zip, name, compression, self._members)


class _Member:
    """One member while it is written; its digest is noted when it is whole."""

    def __init__(self, into: ZipFile, name: str, compression: int, noted: dict[str, str]) -> None:
        info = ZipInfo(name, LONG_AGO)
        info.compress_type = compression
        self._file = into.open(info, "w", force_zip64=True)
        self._name, self._noted, self._digest = name, noted, hashlib.sha256()

    def __enter__(self) -> "_Member":
        return self

    def __call__(self, content: bytes) -> None:
        self._digest.update(content)
        self._file.write(content)

    def __exit__(self, *_error: object) -> None:
        self._file.close()
        self._noted[self._name] = self._digest.hexdigest()


def read_manifest(packed: ZipFile) -> Manifest:
    """The manifest of a backup; Invalid where it is none that can be read."""
    try:
        found = json.loads(packed.read(MANIFEST))
        if found["form"] != FORM:
            raise Invalid("The backup is of a form that this version cannot read", at=MANIFEST)
        return Manifest(found["made_at"], found["revision"], found["tables"], found["members"])
    except (KeyError, ValueError, TypeError, BadZipFile) as error:
        raise Invalid("The file is no backup, or a damaged one", at=MANIFEST) from error


def faults_of(packed: ZipFile, manifest: Manifest) -> Iterator[Fault]:
    """Every member that is missing, spare, or not what the manifest says it is."""
    names = set(packed.namelist()) - {MANIFEST}
    for name in sorted(names - set(manifest.members)):
        yield Fault("The backup holds something that its manifest does not name", name)
    for name, digest in sorted(manifest.members.items()):
        if name not in names:
            yield Fault("The backup lacks something that its manifest names", name)
        elif _digest_of(packed, name) != digest:
            yield Fault("This part of the backup is damaged", name)


def line_of(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON; what JSON has no form for is tagged with its kind."""
    return json.dumps(dict(row), default=_tagged, ensure_ascii=False, separators=(",", ":"))


def row_of(line: str | bytes) -> dict[str, Any]:
    """A row from its line."""
    row: dict[str, Any] = json.loads(line)
    return {name: _plain(value) for name, value in row.items()}


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)  # SQLite knows no zones
        return {"$at": aware.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"$on": value.isoformat()}
    if isinstance(value, time):
        return {"$time": value.isoformat()}
    if isinstance(value, bytes | memoryview):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    raise TypeError(type(value))


KINDS: Final[Mapping[str, Any]] = {
    "$at": datetime.fromisoformat,
    "$on": date.fromisoformat,
    "$time": time.fromisoformat,
    "$bytes": base64.b64decode,
    "$decimal": Decimal,
}


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        (tag, inner), *_none = value.items()
        if tag in KINDS:
            return KINDS[tag](inner)
    return value


def _digest_of(packed: ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with packed.open(name) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except (BadZipFile, OSError, EOFError, ValueError, RuntimeError):
        return ""  # zip's own check failed first
    return digest.hexdigest()
