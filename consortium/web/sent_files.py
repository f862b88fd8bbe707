"""Files that a form sends: their bytes, what they are called, and what goes with them."""

import re
from typing import Final, Literal

from flask import request

from consortium.core.errors import Invalid
from consortium.http.asking import Filled, Form, Line

NAMELESS: Final = "fil"
LONGEST_NAME: Final = 100


class SentForm(Form):
    """What a COUNTER report may leave unsaid: codes of its supplier and its municipality."""

    supplier: Line = ""
    member: Line = ""


class WaitingForm(SentForm):
    """A file that waits. name: what it was called."""

    name: Filled


class TakingForm(WaitingForm):
    """seen: the digest of the preview that was shown. invite: write to new accounts."""

    seen: Filled
    invite: Literal["", "ja"] = ""


def file_sent() -> bytes:
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if not content:
        raise Invalid("Choose a file that is not empty", at="file")
    return content


def name_of_file() -> str:
    """What the file is called, without folders and characters that cannot be seen."""
    sent = request.files.get("file")
    last = re.split(r"[/\\]", (sent.filename or "") if sent else "")[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:LONGEST_NAME] or NAMELESS


def form_asked() -> Literal["csv", "xlsx"]:
    """The form of a sheet that an address asks for."""
    return "xlsx" if request.args.get("form") == "xlsx" else "csv"
