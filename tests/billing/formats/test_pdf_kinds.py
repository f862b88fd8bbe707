"""Credit notes and explanations on paper, read back from the PDF by another program."""

from dataclasses import replace
from datetime import date

import pytest

from consortium.billing.formats.explanation import rounding_words
from consortium.billing.formats.paper import (
    COSTS_SHOWN,
    CostRow,
    Paper,
    ReadingRow,
    Why,
    foremost,
)
from consortium.billing.formats.paper_json import paper_from, paper_json
from consortium.billing.formats.pdf import invoice_pdf
from consortium.core.words import words
from tests.billing.formats.papers import WHY, rated
from tests.documents.reading import pages_of

DEFAULT = (
    "Each share down to whole öre; what is then left goes, a step each, to the largest remainders"
)
REDO = (
    "Redo it: consortium export case 2026110017 1 > case.json, then consortium allocate case.json"
)
ENGLISH, SWEDISH = words("en"), words("sv")
NEW = {
    "costs",
    "more_costs",
    "more_costs_ore",
    "clause_text",
    "key_valid",
    "approved",
    "readings",
    "rounding",
    "line",
}


def credit_note() -> Paper:
    return replace(
        rated(),
        number="2026110031",
        document="credit_note",
        credits=(("2026110017", date(2026, 11, 25)), ("2026100017", date(2026, 10, 26))),
        note="Fel folkmängd i fördelningen.",
    )


def explained(why: Why) -> list[str]:
    text = "\n".join(pages_of(invoice_pdf(replace(rated(), why=(why,)), ENGLISH))[1:])
    return text.splitlines()


def test_a_credit_note_says_what_it_gives_back_and_for_what() -> None:
    first = pages_of(invoice_pdf(credit_note(), SWEDISH))[0].splitlines()
    for line in (
        "Kreditfaktura",
        "Krediterar faktura 2026110017 från 2026-11-25",
        "Krediterar faktura 2026100017 från 2026-10-26",
        "Fel folkmängd i fördelningen.",
        "Att få tillbaka 15 157,79 kr",
    ):
        assert line in first
    for word in ("Att betala", "Bankgiro", "OCR", "Förfallodatum", "Betalningsvillkor"):
        assert word not in "\n".join(first)


def test_a_credit_note_of_no_one_invoice_names_none() -> None:
    first = pages_of(invoice_pdf(replace(credit_note(), credits=()), ENGLISH))[0]
    assert "Credits invoice" not in first
    assert "To get back 15 157,79 kr" in first


def test_who_is_approved_for_f_tax_says_so_and_nobody_else() -> None:
    assert "Godkänd för F-skatt" in pages_of(invoice_pdf(replace(rated(), f_tax=True), SWEDISH))[0]
    assert "F-skatt" not in pages_of(invoice_pdf(rated(), SWEDISH))[0]


def test_costs_are_shown_largest_first_and_the_rest_is_counted() -> None:
    rows = [CostRow(f"F {n}", "Bolag", date(2026, 11, 1), n * 100) for n in range(1, 21)]
    refund = CostRow("K 1", "Bolag", date(2026, 11, 2), -1_500)
    shown, more, more_ore = foremost([*rows, refund])
    # 20 … 15 are larger than the refund or as large and older; with it and 14 … 10 they are 12
    names = ["F 20", "F 19", "F 18", "F 17", "F 16", "F 15", "K 1", "F 14", "F 13", "F 12"]
    assert [row.reference for row in shown] == [*names, "F 11", "F 10"]
    assert len(shown) == COSTS_SHOWN
    assert (more, more_ore) == (9, 45 * 100)  # 1 + … + 9


def test_an_explanation_goes_from_documents_to_the_last_ore() -> None:
    readings = (
        ReadingRow(
            "Folkmängd",
            date(2024, 12, 31),
            "SCB",
            "6\u00a0882",
            "286\u00a0547",
            (("Falun", "59\u00a0945"), ("Älvdalen", "6\u00a0882")),
        ),
        ReadingRow("E-lån", date(2025, 12, 31), "Statistik", "12", "40", (("Falun", "28"),)),
    )
    why = replace(
        WHY,
        costs=(CostRow("F 4711", "Leverantör AB", date(2026, 11, 3), 150_000_00),),
        more_costs=3,
        more_costs_ore=50_000_00,
        clause_text="Kostnaden delas efter folkmängd.",
        key_valid="2026-01-01 – 2026-12-31",
        approved="Ekonomichefen, 2025-11-03",
        readings=readings,
        rounding="Down to whole öre",
        line=1,
    )
    lines = explained(why)
    for line in (
        "The key holds 2026-01-01 – 2026-12-31",
        "Approved Ekonomichefen, 2025-11-03",
        "The clause reads Kostnaden delas efter folkmängd.",
        "F 4711 Leverantör AB 2026-11-03 150 000,00",
        "3 more documents 50 000,00",
        "Together 200 000,00 kr",
        "Folkmängd 2024-12-31 SCB 6 882 286 547",
        "Falun 59 945 28",
        "Älvdalen 6 882 –",
        "Exact, before rounding 6 509,3871",
        "Rounding Down to whole öre",
        "Your share 6 509,40 kr",
        REDO,
    ):
        assert line in lines


def test_an_explanation_says_nothing_of_what_is_not_known() -> None:
    text = "\n".join(explained(WHY))
    for word in ("The key holds", "Approved", "What the cost", "What was measured", "Redo it"):
        assert word not in text


def test_every_member_is_shown_where_the_agreement_lets_it_over_pages() -> None:
    everyone = tuple((f"Kommun {n}", str(n)) for n in range(120))
    reading = ReadingRow("Folkmängd", date(2024, 12, 31), "SCB", "1", "9", everyone)
    lines = explained(replace(WHY, readings=(reading,)))
    assert [n for n in range(120) if f"Kommun {n} {n}" not in lines] == []


def test_a_paper_kept_before_explanations_had_documents_still_reads() -> None:
    kept = paper_json(rated())
    for why in kept["why"]:
        for name in NEW:
            del why[name]
    assert paper_from(kept) == rated()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            {},
            DEFAULT,
        ),
        (
            {"rounding": {"method": "half_up", "unit_ore": 100}},
            "Each share to whole kronor, half up; the difference is the host's",
        ),
        (
            {"rounding": {"method": "half_up_residual_largest", "unit_ore": 50}},
            "Each share to 50 öre, half up; the difference goes to the largest share",
        ),
    ],
)
def test_how_a_key_rounds_is_one_sentence(key: dict[str, object], expected: str) -> None:
    assert rounding_words(key, ENGLISH) == expected
