"""Rules of measures: pure."""

import re

from consortium.core.casefile import snapshot

VALUE = re.compile(r"\d{1,15}(\.\d{1,6})?", re.ASCII)


def plain_value(text: str) -> str | None:
    """`text` as an exact decimal (`7248`, `0.5`), None where it is none or is negative.

    Blanks between groups of digits and a decimal comma, as Swedish sheets have them, are read.
    """
    cleaned = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    return cleaned if VALUE.fullmatch(cleaned) else None


def fingerprint(values: dict[str, str]) -> str:
    """SHA-256, in hex, of member code → value."""
    return snapshot(values).removeprefix("sha256:")
