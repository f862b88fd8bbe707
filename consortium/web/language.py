"""In which language a page speaks: the reader's choice in a cookie, else Swedish."""

from typing import Final

from flask import request

from consortium.core.words import LANGUAGES, words

COOKIE: Final = "sprak"


def language() -> str:
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def told(text: str, **facts: str | int) -> str:
    """An English source text in the reader's language; `_` in templates. Mark constants."""
    return words(language())(text, **facts)
