from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

from consortium.core.words import CATALOGUES, words
from tests.house.texts import texts

SWEDISH = Path(CATALOGUES) / "sv.po"


def placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name}


def test_the_swedish_catalogue_says_every_text() -> None:
    with SWEDISH.open("rb") as file:
        known = {message.id: message.string for message in read_po(file) if message.id}
    found = texts()
    missing = {text: place for text, place in found.items() if not known.get(text)}
    assert missing == {}
    spare = set(known) - set(found)
    assert spare == set()


def test_translations_keep_their_placeholders() -> None:
    with SWEDISH.open("rb") as file:
        pairs = [(str(m.id), str(m.string)) for m in read_po(file) if m.id]
    assert [a for a, b in pairs if placeholders(a) != placeholders(b)] == []


def test_nothing_waits_for_a_translators_second_look() -> None:
    with SWEDISH.open("rb") as file:
        assert [message.id for message in read_po(file) if message.id and message.fuzzy] == []


def test_english_is_the_source() -> None:
    assert words("en")("Invoice {number}", number="1") == "Invoice 1"
    assert words("sv")("Invoice {number}", number="1") == "Faktura 1"
