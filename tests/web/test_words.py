"""Every text that a page can show is there in Swedish, with the same facts."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

from tests.web.sources import HOUSE, texts_of_code, texts_of_templates


def swedish() -> dict[str, str]:
    """English source text → Swedish, from every catalogue in the house."""
    found: dict[str, str] = {}
    for path in sorted((HOUSE / "translations").rglob("*.po")):
        found |= _messages(path)
    return found


def test_every_text_of_the_pages_has_its_swedish() -> None:
    known = swedish()
    needed = texts_of_templates() | texts_of_code()
    assert len(needed) > 300  # the collecting itself works
    assert sorted(text for text in needed if not known.get(text)) == []


def test_translations_keep_the_facts() -> None:
    for english, translated in swedish().items():
        facts = re.compile(r"{\w+}")
        assert sorted(facts.findall(english)) == sorted(facts.findall(translated)), english


def test_the_swedish_says_no_word_that_the_house_does_not_use() -> None:
    own = "\n".join(_messages(HOUSE / "translations" / "parts" / "web.po").values()).lower()
    for avoided in ("vänligen", "allokering", "nod ", "hubb", "backhaul", "!"):
        assert avoided not in own


def _messages(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="sv") if m.id}
