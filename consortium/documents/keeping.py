"""Use cases: keep a document, or a record too large for an audit entry, under its digest."""

import hashlib
import json
from typing import Any

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


def keep_record(work: Work, record: Any) -> str:
    """Keep `record`, of JSON's types, as canonical JSON; returns its SHA-256."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return keep(work, text.encode(), "application/json")
