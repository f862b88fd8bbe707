"""In which language a page speaks: the reader's choice in a cookie, else Swedish."""

from typing import Final

from flask import g, request

from consortium.core.words import LANGUAGES, words

COOKIE: Final = "sprak"


def language() -> str:
    """The reader's; found out once for each request, as a page asks for it some hundred times."""
    found: str | None = g.get("language")
    if found is None:
        chosen = request.cookies.get(COOKIE, "")
        found = g.language = chosen if chosen in LANGUAGES else LANGUAGES[0]
    return found


def told(text: str, **facts: str | int) -> str:
    """An English source text in the reader's language; `_` in templates. Mark constants."""
    return words(language())(text, **facts)
