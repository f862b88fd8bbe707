"""Client: the post. A letter is put into a folder as an .eml file (RFC 5322)."""

import os
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from consortium.core.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Post:
    """A letter ready to leave. key: its name in the folder; the same key overwrites itself."""

    key: str
    to_address: str
    subject: str
    body: str
    written_at: datetime
    attachment: bytes = b""
    attachment_name: str = ""


def post(folder: Path, letter: Post) -> Path:
    """Put `letter` into `folder`; whole or not at all, and the same file when done again."""
    message = EmailMessage()
    message["To"] = letter.to_address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{_file_name(letter.key)}@consortium>"
    message.set_content(letter.body)
    if letter.attachment:
        message.add_attachment(
            letter.attachment,
            maintype="application",
            subtype="pdf",
            filename=letter.attachment_name,
        )
    return put(folder / f"{_file_name(letter.key)}.eml", message.as_bytes())


def put(path: Path, content: bytes) -> Path:
    """Write `content` to `path` so that a reader finds all of it or none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise Unavailable(
            "The folder {path} cannot be written to", path=str(path.parent)
        ) from error
    return path


def _file_name(key: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in key)
