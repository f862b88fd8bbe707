"""In which language the API speaks: by Accept-Language, else English."""

from typing import Final

from flask import request

from consortium.core.words import LANGUAGES, Say, words

USUAL: Final = "en"


def language() -> str:
    return request.accept_languages.best_match(LANGUAGES, USUAL) or USUAL


def say() -> Say:
    """Says an English source text in the caller's language."""
    return words(language())
