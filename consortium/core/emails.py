"""What an e-mail address looks like: enough to refuse what no mail server would take. Pure."""

import re
from typing import Final

LONGEST: Final = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_ADDRESS: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


def is_email(text: str) -> bool:
    """Whether `text` is one plain address, without a name, blanks or line breaks."""
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None
