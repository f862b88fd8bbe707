"""A backup is checked, and put back into an empty database, where no work can be open yet."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Connection, Engine, Table, inspect, select

from consortium.core.db import go_on_counting
from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.operations.backing_up import DOCUMENTS, KEPT_FILES, ROWS_AT_A_TIME, tables_of
from consortium.operations.packing import Manifest, faults_of, read_manifest, row_of

KEY: Final = "secret.key"

Move = Callable[[Engine, str], None]
"""Brings a database to a revision of the schema; the doors hand it in from `migrations`."""


def check_backup(file: Path) -> Manifest:
    """The manifest of a backup that is whole; Invalid with every damaged part named."""
    with _opened(file) as packed:
        manifest = read_manifest(packed)
        if faults := list(faults_of(packed, manifest)):
            raise Invalid(faults)
    return manifest


def restore(engine: Engine, home: Path, file: Path, up: Move, down: Move) -> Manifest:
    """Put a backup back: rows, documents, keys. All of it or nothing.

    The database must be empty, and the home folder without another key. Everything is checked
    against its digest before the first row is written. The schema becomes the backup's; bringing
    it to the newest is a step of its own.
    """
    manifest = check_backup(file)
    with _opened(file) as packed:
        _refuse_other_key(packed, home)
        _clear(engine, down)
        up(engine, manifest.revision)
        with engine.begin() as connection:
            for table in tables_of(connection):
                _fill(connection, table, packed, manifest)
        _put_files(packed, home)
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        packed = ZipFile(file)
    except FileNotFoundError as error:
        raise NotFound("The file {path} cannot be read", path=str(file)) from error
    except (BadZipFile, OSError) as error:
        raise Invalid("The file is no backup, or a damaged one", at=file.name) from error
    with packed:
        yield packed


def _clear(engine: Engine, down: Move) -> None:
    """Take an empty schema away; Conflict where any table has a row."""
    if not inspect(engine).get_table_names():
        return
    with engine.connect() as connection:
        full = [
            table.name
            for table in tables_of(connection)
            if connection.execute(select(table).limit(1)).first() is not None
        ]
    if full:
        raise Conflict(
            "The database is not empty: {tables}",
            tables=", ".join(full[:5]),
            remedy="Restore into a new database, and point database.url to it",
        )
    down(engine, "base")


def _fill(connection: Connection, table: Table, packed: ZipFile, manifest: Manifest) -> None:
    if table.name not in manifest.tables:
        return
    with packed.open(f"tables/{table.name}.jsonl") as lines:
        rows = (_row(packed, table, line) for line in lines)
        while batch := list(islice(rows, 1 if table.name == DOCUMENTS else ROWS_AT_A_TIME)):
            connection.execute(table.insert(), batch)
    for column in table.primary_key.columns:
        if column.autoincrement is True or column.identity or column.server_default is not None:
            go_on_counting(connection, table.name, column.name)


def _row(packed: ZipFile, table: Table, line: bytes) -> dict[str, Any]:
    row = row_of(line)
    if table.name == DOCUMENTS:
        row["content"] = packed.read(f"documents/{row['sha256']}")
    return row


def _refuse_other_key(packed: ZipFile, home: Path) -> None:
    path = home / KEY
    if f"home/{KEY}" not in packed.namelist() or not path.exists():
        return
    if path.read_bytes() != packed.read(f"home/{KEY}"):
        raise Conflict(
            "{path} holds another key than the backup",
            path=str(path),
            remedy="Move it away, or restore into another folder",
        )


def _put_files(packed: ZipFile, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    for name in KEPT_FILES:
        if f"home/{name}" in packed.namelist() and not (home / name).exists():
            descriptor = os.open(home / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(packed.read(f"home/{name}"))
