"""Questions about documents."""

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.documents.tables import Document


def document(work: Work, sha256: str) -> Document:
    found = work.session.get(Document, sha256)
    if found is None:
        raise NotFound("There is no document {sha256}", sha256=sha256)
    return found
