"""The yearly report: its sentences by hand, its paper read back by another program."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.billing.formats.report import (
    Next,
    PoolYear,
    YearReport,
    change_parts,
    coming_year,
    kronor_of,
    percent_of,
    sentences,
    settled,
)
from consortium.billing.formats.report_pdf import report_pdf
from consortium.core.words import words
from tests.documents.reading import pages_of
from tests.documents.walking import walk

ENGLISH, SWEDISH = words("en"), words("sv")
KEY: Final = "20 % lika, 80 % efter folkmängd"
ORE = st.integers(0, 10**9)


def pool(code: str, now: int | None, before: int | None, whole: int, whole_before: int) -> PoolYear:
    """A pool of budget 1 000 kr, of which 900 kr are used."""
    return PoolYear(
        code=code,
        name=f"Pool {code}",
        name_en=f"Pool {code} (en)",
        now_ore=now,
        before_ore=before,
        whole_ore=whole,
        whole_before_ore=whole_before,
        key=KEY,
        key_before=KEY,
        budget_ore=100_000,
        outcome_ore=90_000,
    )


# The member bore 10 % of 1 000 kr and bears 12 % of 1 100 kr: 32 kr more, of which the pool's
# 10 % make 10 kr at the old part, and the part that grew the other 22 kr.
SYSTEM: Final = pool("system", 13_200, 10_000, 110_000, 100_000)
NEW: Final = pool("office", 5_000, None, 20_000, 0)
GONE: Final = pool("loans", None, 6_000, 0, 30_000)
REPORT: Final = YearReport(
    code="2029",
    member="Leksand",
    consortium="Biblioteken i Dalarna",
    year=2026,
    months=(1, 11),
    pools=(SYSTEM, NEW, GONE),
    whole_ore=130_000,
    inhabitants=16_000,
    counted_on=date(2025, 12, 31),
    inhabitants_before=15_900,
    counted_before=date(2024, 12, 31),
    settlement_ore=None,
    coming=None,
    ended=False,
    made_on=date(2026, 11, 28),
    example=True,
)


def test_a_change_is_told_with_its_reasons_the_largest_first() -> None:
    told = list(sentences(REPORT, ENGLISH))  # 2 200 öre of 16 000 are 13,75 %
    assert told == [
        "Leksand paid 22\u00a0kr more than in the same months of 2025, 13,8\u00a0%.",
        "Pool loans (en) is no longer shared: 60\u00a0kr less.",
        "Pool office (en) is new and cost 50\u00a0kr.",
        "The number of inhabitants went from 15\u00a0900 (2024-12-31) to 16\u00a0000 (2025-12-31).",
    ]


def test_a_pools_change_is_its_cost_and_the_members_part_of_it() -> None:
    dearer = replace(SYSTEM, now_ore=1_320_000, before_ore=1_000_000, key="Ny nyckel")
    dearer = replace(dearer, whole_ore=11_000_000, whole_before_ore=10_000_000)
    told = list(sentences(replace(REPORT, pools=(dearer,)), SWEDISH))
    assert told[0] == "Leksand betalade 3\u00a0200\u00a0kr mer än samma månader 2025, 32,0\u00a0%."
    assert told[1] == (
        "Pool system: 3\u00a0200\u00a0kr mer. Det som alla betalar till den steg med 10,0\u00a0%,"
        " vilket gör +1\u00a0000\u00a0kr. Kommunens andel av den gick från 10,00\u00a0% till"
        " 12,00\u00a0%, vilket gör +2\u00a0200\u00a0kr. En annan nyckel gäller: Ny nyckel,"
        f" tidigare {KEY}."
    )


@given(now=ORE, before=ORE, whole=ORE, whole_before=st.integers(1, 10**9))
def test_the_reasons_sum_to_the_change(
    now: int, before: int, whole: int, whole_before: int
) -> None:
    parts = change_parts(pool("x", now, before, whole, whole_before))
    assert parts is not None
    assert sum(parts) == now - before
    exact = Fraction(before, whole_before) * (whole - whole_before)
    assert abs(parts[0] - exact) <= Fraction(1, 2)


def test_without_a_year_before_nothing_is_compared() -> None:
    alone = replace(REPORT, pools=(NEW,))
    assert list(sentences(alone, ENGLISH)) == []
    text = "\n".join(pages_of(report_pdf(alone, ENGLISH)))
    assert "There is no year before to compare with." in text
    assert "Against 2025" in text


@pytest.mark.parametrize(
    ("settlement_ore", "expected"),
    [
        (None, ""),
        (1_234_50, "The final costs of 2026 came to 1\u00a0235\u00a0kr more than was invoiced."),
        (-50_49, "The final costs of 2026 came to 50\u00a0kr less than was invoiced."),
        (0, "The final costs of 2026 came to what was invoiced."),
    ],
)
def test_a_settlement_is_told_where_there_is_one(settlement_ore: int | None, expected: str) -> None:
    assert settled(replace(REPORT, settlement_ore=settlement_ore), ENGLISH) == expected


def test_next_year_is_told_with_how_sure_it_is() -> None:
    coming = replace(REPORT, coming=Next(2027, 250_000_00, "decided", 3))
    assert coming_year(coming, ENGLISH) == (
        "2027 is reckoned to cost Leksand 250\u00a0000\u00a0kr: version 3 of the figures, decided."
    )
    assert coming_year(REPORT, ENGLISH) == ""


@pytest.mark.parametrize(
    ("ore", "expected"),
    [(49, "0"), (50, "1"), (-50, "\u22121"), (-49, "0"), (123_456_50, "123\u00a0457")],
)
def test_kronor_are_whole_and_half_goes_away_from_zero(ore: int, expected: str) -> None:
    assert kronor_of(ore) == f"{expected}\u00a0kr"


def test_a_part_has_the_decimals_asked_for() -> None:
    assert percent_of(Fraction(1, 3)) == "33,3\u00a0%"
    assert percent_of(Fraction(2, 300), 2) == "0,67\u00a0%"
    assert percent_of(Fraction(-1, 8)) == "\u221212,5\u00a0%"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_report_is_read_in_order_with_words_for_its_bars(language: str) -> None:
    found = walk(report_pdf(REPORT, words(language)))
    assert found.faults == []
    assert found.root.text == " ".join(found.drawn)
    said = [figure.alt for figure in found.root.below("Figure")]
    assert len(said) == 3 + 2  # every pool, then those with a budget of the year
    assert "132\u00a0kr" in said[0]
    assert "100\u00a0kr" in said[0]
    assert "90,0\u00a0%" in said[3]
    assert [head.kind for head in found.root.walk() if head.kind in {"H1", "H2", "H3"}] == [
        "H1",
        "H2",
        "H2",
        "H2",
    ]


def test_the_first_page_has_the_answer_and_every_sum() -> None:
    pages = pages_of(report_pdf(replace(REPORT, coming=Next(2027, 1_00, "sent", 1)), SWEDISH))
    assert len(pages) == 1
    for line in (
        "Vad Leksand betalade 2026",
        "Gemensamma bibliotekskostnader, januari–november 2026. Belopp utan moms, i hela kronor.",
        "182 kr",
        "+22 kr (+13,8 %)",
        "0,01 kr",  # 18 200 öre for 16 000 people
        "14,0 %",  # of 130 000 öre
        "Pool system 132 100 +32",
        "Pool office 50 – +50",
        "Pool loans – 60 −60",
        "Summa 182 160 +22",
        "Summa 2 000 1 800 200",
        "Exempel: påhittade siffror, ingen riktig rapport",
    ):
        assert line in pages[0].splitlines()


def test_many_pools_take_two_pages_and_the_same_report_the_same_bytes() -> None:
    pools = tuple(pool(f"{n} med långt namn", 1_000 * n, 900 * n, 9_999, 9_000) for n in range(12))
    made = report_pdf(replace(REPORT, pools=pools), SWEDISH)
    assert len(pages_of(made)) == 2
    assert walk(made).faults == []
    assert report_pdf(replace(REPORT, pools=pools), SWEDISH) == made
