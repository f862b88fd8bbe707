"""A report of a mail server that a letter did not arrive (RFC 3464 in RFC 6522). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Final

from consortium.core.errors import Invalid
from consortium.messages.formats.eml import one_line

LONGEST_TROUBLE: Final = 500
ORIGINALS: Final = frozenset({"message/rfc822", "text/rfc822-headers"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server tells of a letter.

    message_id: the letter's, empty where the report does not say. trouble: its status (RFC 3463)
    and the server's own words, empty where nothing has failed for good (delayed, delivered).
    """

    message_id: str
    trouble: str


def report_of(content: bytes) -> Report:
    """The report in a file; Invalid where it is none."""
    parts = list(message_from_bytes(content).walk())
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    if status is None:
        raise Invalid("This is no report of a mail server (multipart/report, RFC 3464)")
    return Report(_original(parts), _trouble(status))


def _original(parts: list[Message]) -> str:
    """The Message-ID of the letter that is sent along, whole or its headers alone."""
    inside = [_inside(part) for part in parts if part.get_content_type() in ORIGINALS]
    named = [str(letter.get("Message-ID", "")).strip() for letter in inside]
    return next(filter(None, named), str(parts[0].get("In-Reply-To", "")).strip())


def _inside(part: Message) -> Message:
    if part.get_content_type() == "message/rfc822":
        within = part.get_payload(0)
        return within if isinstance(within, Message) else Message()
    content = part.get_payload(decode=True)
    return message_from_bytes(content if isinstance(content, bytes) else b"")


def _trouble(status: Message) -> str:
    return "; ".join(_failures(status))[:LONGEST_TROUBLE]


def _failures(status: Message) -> Iterator[str]:
    """One line for each recipient whom the letter will not reach (Action: failed)."""
    blocks = status.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            code = one_line(str(block.get("Status", "")).partition("(")[0])
            kind, _semicolon, said = str(block.get("Diagnostic-Code", "")).partition(";")
            words = one_line(" ".join((said or kind).split()))
            yield words if code and code in words else f"{code or '5.0.0'} {words}".strip()
