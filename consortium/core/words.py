"""Words: what people read, in their language. English is the source of every text."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("sv", "en")
CATALOGUES = Path(__file__).parents[1] / "translations"

Say = Callable[..., str]


def mark(text: str) -> str:
    """`text` as it is; tells the catalogue's test that this constant is shown to people."""
    return text


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text → text in `language`; empty for English, the source."""
    path = CATALOGUES / f"{language}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}


@cache
def words(language: str) -> Say:
    """A function that says an English source text in `language`, with its facts put in."""
    known = catalogue(language)

    def say(text: str, **facts: str | int) -> str:
        said = known.get(text, text)
        return said.format(**facts) if facts else said

    return say
