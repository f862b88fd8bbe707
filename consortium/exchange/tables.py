"""What is remembered of sheets: how their columns are called, and what was taken in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class ColumnMapping(Row, table=True):
    """How the columns of a sheet were matched the last time a header like it came in.

    header: SHA-256 of the column names as they stand in the sheet. columns: field → column name.
    """

    __table_args__ = (UniqueConstraint("kind", "header"),)

    id: int = Field(default=None, primary_key=True)
    kind: str
    header: str = Field(max_length=64)
    columns: dict[str, str] = Field(sa_type=JSON)
    chosen_by: str
    chosen_at: datetime


class ImportBatch(Row, table=True):
    """A sheet that was taken in, whole. sha256: of the file, kept as a document.

    before: for each row that was new or changed its number in the file, its cells as they stood
    before (null: it was new) and as they became, so that the batch can be taken back. forgotten:
    file and cells are deleted, since they were about persons.
    """

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(index=True)
    file_name: str
    sha256: str | None = Field(default=None, foreign_key="document.sha256")
    new: int
    changed: int
    unchanged: int
    before: list[Any] = Field(sa_type=JSON)
    taken_by: str
    taken_at: datetime = Field(index=True)
    undone_at: datetime | None = None
    forgotten: bool = False
