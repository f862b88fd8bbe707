"""Use case: a backup of everything: the database as one moment saw it, the documents, the keys."""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, select

from consortium.core.db import revision_of
from consortium.core.errors import Conflict, Invalid, NotFound, Unavailable
from consortium.core.work import Work
from consortium.operations.packing import Manifest, Packer

KEPT_FILES: Final = ("secret.key", "config.toml")
DOCUMENTS: Final = "document"
ROWS_AT_A_TIME: Final = 1000
NOT_A_NAME: Final = "alembic_version"
OF_THE_MOMENT: Final = "heartbeat"  # who was alive then is not alive in what is restored


def back_up(work: Work, home: Path, file: Path) -> Manifest:
    """Write a backup to `file`, which must not exist; whole or not at all, readable by its owner.

    `work` is a reading one: all tables are read as they were at one moment, while others write.
    """
    work.require("operations.back_up")
    if file.exists():
        raise Conflict("{path} exists already", path=str(file), remedy="Choose another name")
    draft = file.with_name(file.name + ".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as opened:
            made = _pack(Packer(opened), work.session.connection(), home, work.now)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Unavailable(
            "The backup cannot be written to {path}: {why}", path=str(file), why=str(error)
        ) from error
    return made


def note_backup(work: Work, name: str, manifest: Manifest) -> None:
    """Note in the trail that a backup was made, by which `doctor` tells how old the last one is."""
    work.audit("operations.backed_up", name, rows=sum(manifest.tables.values()))


def note_restore(work: Work, name: str, manifest: Manifest) -> None:
    """Note in the trail, which goes on from the backup's own, that it was put back."""
    work.audit("operations.restored", name, made_at=manifest.made_at)


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Delete the oldest backups of a folder, so that `keep` are left; returns those deleted."""
    if keep < 1:
        raise Invalid("Keep at least one backup", at="keep")
    if not folder.is_dir():
        raise NotFound("There is no folder {path}", path=str(folder))
    oldest = sorted(folder.glob("consortium-*.zip"))[:-keep]
    for path in oldest:
        path.unlink()
    return oldest


def name_of_backup(now: datetime) -> str:
    """`consortium-20261124T110000Z.zip`: sorts by the moment it was made."""
    return f"consortium-{now:%Y%m%dT%H%M%SZ}.zip"


def tables_of(connection: Connection) -> list[Table]:
    """The tables that the database has, those that are pointed to before those that point."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != NOT_A_NAME]


def _pack(packer: Packer, connection: Connection, home: Path, now: datetime) -> Manifest:
    for table in tables_of(connection):
        if table.name == OF_THE_MOMENT:
            continue
        if table.name == DOCUMENTS:
            _pack_documents(packer, connection, table)
        else:
            packer.rows(table.name, _rows(connection, table))
    for name in KEPT_FILES:
        if (home / name).exists():
            packer.file(f"home/{name}", (home / name).read_bytes())
    return packer.finish(now, revision_of(connection))


def _pack_documents(packer: Packer, connection: Connection, table: Table) -> None:
    """Their rows without the bytes, which are files of their own: one in memory at a time."""
    others = [column for column in table.columns if column.name != "content"]
    rows = connection.execute(select(*others).order_by(table.c.sha256)).mappings().all()
    packer.rows(table.name, map(dict, rows))
    for row in rows:
        content = select(table.c.content).where(table.c.sha256 == row["sha256"])
        packer.file(f"documents/{row['sha256']}", bytes(connection.execute(content).scalar_one()))


def _rows(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    """Rows in the order of their keys, so that a row that points to an older one comes after it."""
    keyed = select(table).order_by(*table.primary_key.columns)
    options = {"stream_results": True, "yield_per": ROWS_AT_A_TIME}
    for row in connection.execute(keyed, execution_options=options).mappings():
        yield dict(row)
