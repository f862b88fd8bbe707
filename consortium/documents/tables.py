"""Documents."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from consortium.core.db import Row


class Document(Row, table=True):
    """Bytes kept under their own SHA-256, so that a second rendering can be proved equal."""

    sha256: str = Field(primary_key=True, max_length=64)
    media_type: str
    content: bytes = Field(sa_type=LargeBinary)
    kept_at: datetime
