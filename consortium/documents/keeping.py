"""Use case: keep a document under the digest of its bytes."""

import hashlib

from consortium.core.work import Work
from consortium.documents.tables import Document


def keep(work: Work, content: bytes, media_type: str) -> str:
    """Keep `content`; returns its SHA-256. Keeping the same bytes again changes nothing."""
    sha256 = hashlib.sha256(content).hexdigest()
    if work.session.get(Document, sha256) is None:
        work.session.add(
            Document(sha256=sha256, media_type=media_type, content=content, kept_at=work.now)
        )
        work.session.flush()
    return sha256
