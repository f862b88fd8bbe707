"""Use cases: a bank's file that is tried waits, is thrown away, or is forgotten after a day."""

from datetime import timedelta
from typing import Any, Final

from sqlmodel import col, delete, select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.documents.keeping import keep
from consortium.documents.tables import Document
from consortium.payments.formats.reading import read_bank_file
from consortium.payments.importing import BANK_TEXT, BANK_XML, media_type
from consortium.payments.tables import PaymentFile

WAITS: Final = timedelta(days=1)


def receive_file(work: Work, content: bytes) -> str:
    """Keep a bank's file while somebody looks at what it pays; its SHA-256.

    Invalid, and nothing is kept, where it cannot be read. Files that have waited a day go.
    """
    work.require_whole("billing.receive")
    read_bank_file(content)
    forget_bank_files(work)
    sha256 = keep(work, content, media_type(content))
    work.session.get_one(Document, sha256).kept_at = work.now
    return sha256


def waiting_file(work: Work, sha256: str) -> bytes:
    """A bank's file that waits, or was taken in; NotFound where it is gone."""
    work.require_whole("billing.receive")
    found = work.session.get(Document, sha256)
    if found is None or found.media_type not in {BANK_TEXT, BANK_XML}:
        raise NotFound(
            "The file is no longer kept", remedy="A file that waits is kept for a day: send it anew"
        )
    return found.content


def throw_file_away(work: Work, sha256: str) -> None:
    """Delete a bank's file that waits; one that was taken in stays."""
    work.require_whole("billing.receive")
    _delete(work, col(Document.sha256) == sha256)


def forget_bank_files(work: Work) -> None:
    """Delete bank's files that have waited for a day."""
    work.require_whole("billing.receive")
    _delete(work, col(Document.kept_at) < work.now - WAITS)


def _delete(work: Work, which: Any) -> None:
    statement = delete(Document).where(
        which,
        col(Document.media_type).in_((BANK_TEXT, BANK_XML)),
        col(Document.sha256).not_in(select(PaymentFile.sha256)),
    )
    work.session.exec(statement)
