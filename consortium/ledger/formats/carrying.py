"""Texts in the old character sets that ledger programs read, never with a silent `?`.

What a set carries stays as it is. The rest is replaced by what stands for it in PLAIN, else by its
letter without the accent (Unicode, compatibility decomposition), else by its number: `U+1F600`.
"""

import unicodedata
from functools import cache
from typing import Final

PLAIN: Final = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),  # hyphens, dashes, minus
    **dict.fromkeys("\u2018\u2019\u201a\u2032\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033«»", '"'),
    "€": "EUR",
    "£": "GBP",
    "¤": "kr",
    "…": "...",
    "•": "*",
    "\u00d7": "x",
    "÷": "/",
    "¦": "|",
    "§": "par.",
    "¶": "",
    "©": "(c)",
    "®": "(r)",
    "™": "(tm)",
    "‰": "o/oo",
    "ø": "o",
    "Ø": "O",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ß": "ss",
    "ẞ": "SS",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
}
"""Character → what is written in its place where a character set lacks it."""

CONTROL: Final = "Cc"
UNSEEN: Final = "Cf"


def carried(text: str, encoding: str) -> str:
    """`text` with nothing but what `encoding` carries; every kind of blank is a plain one.

    Control characters, which no field of a ledger file may hold, become blanks as well; what only
    steers how text is shown (a soft hyphen, a joiner) is left out.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(_carried(character, encoding) for character in composed)


@cache
def _carried(character: str, encoding: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category == CONTROL:
        return " "
    if category == UNSEEN:
        return ""
    if _fits(character, encoding):
        return character
    if character in PLAIN:
        return PLAIN[character]
    parts = unicodedata.normalize("NFKD", character)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    if bare and bare != character and all(_fits(part, encoding) for part in bare):
        return "".join(" " if part.isspace() else part for part in bare)
    return f"U+{ord(character):04X}"


def _fits(character: str, encoding: str) -> bool:
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False
