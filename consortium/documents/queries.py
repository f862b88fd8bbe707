"""Questions about documents."""

import json
from typing import Any

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.documents.tables import Document


def document(work: Work, sha256: str) -> Document:
    found = work.session.get(Document, sha256)
    if found is None:
        raise NotFound("There is no document {sha256}", sha256=sha256)
    return found


def record_of(work: Work, sha256: str) -> Any:
    """The record that was kept as JSON under `sha256`."""
    return json.loads(document(work, sha256).content)
