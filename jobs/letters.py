"""Jobs of the outgoing post: letters leave, and those that come back are noted."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Work
from consortium.documents.queries import document
from consortium.messages import client
from consortium.messages.formats.bounce import report_of
from consortium.messages.formats.eml import Post, sending_of
from consortium.messages.sending import (
    letter_by_key,
    mark_letter_given_up,
    mark_letter_refused,
    mark_letter_sent,
    note_return,
)
from jobs.running import Running, acting

POST = acting("letters")
READ, UNKNOWN = "done", "broken"
"""Subfolders of post.bounces: reports that were read, and files that are none of ours."""

log = logging.getLogger(__name__)


def send_letter(running: Running, details: Mapping[str, Any]) -> None:
    """Read, send, note; sent again after a crash, it is the same message once more."""
    with running.works.reading(POST) as work:
        letter = letter_by_key(work, details["letter"])
        attached = document(work, letter.attachment).content if letter.attachment else b""
    if letter.sent_at is not None or letter.returned_at is not None:
        return
    if letter.fleeting and not letter.body:
        raise Conflict(
            "The letter held a link that is no longer kept", remedy="Ask for a new link instead"
        )
    post = Post(
        key=letter.key,
        to_address=letter.to_address,
        subject=letter.subject,
        body=letter.body,
        written_at=letter.written_at,
        attachment=attached,
        attachment_name=letter.attachment_name,
        sending=letter.sending,
    )
    refused = client.send(running.settings, post)
    with running.works.writing(POST) as work:
        if refused:
            mark_letter_refused(work, letter.key, refused)
        else:
            mark_letter_sent(work, letter.key)


def give_up_letter(work: Work, details: Mapping[str, Any], trouble: str) -> None:
    mark_letter_given_up(work, details["letter"], trouble)


def read_returns(running: Running) -> None:
    """Note every letter that a report in the folder post.bounces says did not arrive.

    A file is moved aside once what it says is noted. Read twice, by two schedulers or after a
    crash, it changes nothing the second time.
    """
    if not running.settings.post.bounces:
        return
    for path in client.reports(Path(running.settings.post.bounces)):
        content = client.read(path)
        if content or path.exists():
            client.put_aside(path, READ if _is_noted(running, content, path.name) else UNKNOWN)


def _is_noted(running: Running, content: bytes, name: str) -> bool:
    """Whether the file is a report about a letter of ours; what it says is then noted."""
    try:
        report = report_of(content)
    except Invalid as problem:
        log.warning("no report", extra={"file": name, "why": str(problem)})
        return False
    about = sending_of(report.message_id)
    if about is None:
        log.warning("a report about no letter of ours", extra={"file": name})
        return False
    if report.trouble:
        with running.works.writing(POST) as work:
            note_return(work, *about, report.trouble)
    return True
