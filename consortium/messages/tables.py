"""Letters."""

from datetime import datetime

from sqlmodel import Field

from consortium.core.db import Row


class Letter(Row, table=True):
    """An e-mail on its way to an office or a branch; `key` keeps it from being written twice.

    attachment: a document's SHA-256, under the file name `attachment_name`.
    """

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    to_address: str
    subject: str
    body: str
    attachment: str | None = Field(default=None, foreign_key="document.sha256")
    attachment_name: str = ""
    written_at: datetime
    sent_at: datetime | None = None
