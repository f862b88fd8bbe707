"""What every PDF shares."""

import pytest

from consortium.documents.drawing import BOLD, drawable, fitted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Åkerö & <b>Ängö</b>", "Åkerö & <b>Ängö</b>"),
        ("two\nlines\tand\x00more", "two lines and more"),
        ("  a   b  ", "a b"),
        ("1\u00a0234,50 \u2212", "1\u00a0234,50 \u2212"),
        ("a\u030akes", "åkes"),  # a ring set apart from its letter
        ("Ǩiõll \u2192", "Kiõll ?"),
        ("日本", "??"),
    ],
)
def test_text_is_made_drawable(text: str, expected: str) -> None:
    assert drawable(text) == expected


def test_long_text_is_cut_where_it_says_so() -> None:
    assert drawable("1234567890", longest=10) == "1234567890"
    assert drawable("12345678901", longest=10) == "123456789…"


def test_text_is_fitted_by_size_then_cut() -> None:
    assert fitted("Mora", BOLD, (22, 12), 200) == ("Mora", 22)
    assert fitted("Mora stadsbibliotek", BOLD, (22, 12), 200) == ("Mora stadsbibliotek", 12)
    line, size = fitted("Mora stadsbibliotek " * 3, BOLD, (22, 12), 200)
    assert size == 12
    assert line.startswith("Mora stadsbibliotek")
    assert line.endswith("…")
