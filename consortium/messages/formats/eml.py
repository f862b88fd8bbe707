"""A letter as an e-mail (RFC 5322), and the name by which it is known when it comes back. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote, unquote

from consortium.core.errors import Invalid

LOCAL_DOMAIN: Final = "consortium"
MESSAGE_ID: Final = re.compile(r"<?\s*([^<>@\s]+)\.([1-9]\d{0,8})@[^<>\s]+>?", re.ASCII)
UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Post:
    """A letter ready to leave. key: its own, the same whenever it is sent; sending: which time."""

    key: str
    to_address: str
    subject: str
    body: str
    written_at: datetime
    attachment: bytes = b""
    attachment_name: str = ""
    sending: int = 1


def eml(post: Post, sender: str = "") -> EmailMessage:
    """The letter as an e-mail from `sender`; Invalid where an address is none.

    A line break in a subject or a file name becomes a blank, so that none of them can add a
    header. `Auto-Submitted` keeps answering machines silent (RFC 3834, section 5).
    """
    message = EmailMessage(policy=SMTP)
    if sender:
        message["From"] = _address(sender)
    message["To"] = _address(post.to_address)
    message["Subject"] = one_line(post.subject)
    message["Date"] = format_datetime(post.written_at)
    message["Message-ID"] = message_id(post.key, post.sending, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(post.body, cte="quoted-printable")
    if post.attachment:
        message.add_attachment(
            post.attachment,
            maintype="application",
            subtype="pdf",
            filename=one_line(post.attachment_name),
        )
    return message


def message_id(key: str, sending: int, sender: str = "") -> str:
    """The Message-ID of a letter's sending: the same each time that this sending is tried."""
    local = quote(key, safe="").replace(".", "%2E").replace("~", "%7E")
    return f"<{local}.{sending}@{sender.rpartition('@')[2] or LOCAL_DOMAIN}>"


def sending_of(text: str) -> tuple[str, int] | None:
    """The key and the sending that a Message-ID names; None where it is none of ours."""
    found = MESSAGE_ID.fullmatch(text.strip())
    return (unquote(found[1]), int(found[2])) if found else None


def is_address(text: str) -> bool:
    """Whether `text` is one bare e-mail address."""
    try:
        _address(text)
    except Invalid:
        return False
    return True


def one_line(text: str) -> str:
    """`text` without anything that would end a line or is not seen."""
    return UNSEEN.sub(" ", text).strip()


def _address(text: str) -> Address:
    """One bare address; line breaks, names and lists of addresses are none."""
    try:
        return Address(addr_spec=text.encode("ascii").decode())
    except (ValueError, IndexError, HeaderParseError) as error:
        raise Invalid("{address} is no e-mail address", address=one_line(text)[:200]) from error
