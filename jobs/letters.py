"""Jobs of the outgoing post."""

from collections.abc import Mapping
from typing import Any

from consortium.documents.queries import document
from consortium.messages import client
from consortium.messages.sending import letter_by_key, mark_letter_sent
from jobs.running import Running, acting

POST = acting("letters")


def send_letter(running: Running, details: Mapping[str, Any]) -> None:
    """Read, send, note; sent again after a crash, the letter replaces itself in the folder."""
    with running.works.reading(POST) as work:
        letter = letter_by_key(work, details["letter"])
        attached = document(work, letter.attachment).content if letter.attachment else b""
    if letter.sent_at is not None:
        return
    post = client.Post(
        key=letter.key,
        to_address=letter.to_address,
        subject=letter.subject,
        body=letter.body,
        written_at=letter.written_at,
        attachment=attached,
        attachment_name=letter.attachment_name,
    )
    client.post(running.settings.outbox / "letters", post)
    with running.works.writing(POST) as work:
        mark_letter_sent(work, letter.key)
