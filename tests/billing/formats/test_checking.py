"""Each rule before sending, broken once: the place and what it says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consortium.billing.formats.checking import faults_of, is_gln, is_vat_number
from consortium.billing.formats.paper import Paper, VatGroup
from tests.billing.formats.credit_papers import CREDIT_NOTES, credit_note, settlement_to_pay
from tests.billing.formats.papers import (
    contribution,
    exempt,
    outside,
    partly_credited,
    rated,
    wholly_credited,
)

CREDITED = (("2026110017", date(2026, 11, 25)),)


def told(paper: Paper) -> list[tuple[str, str]]:
    """Place and words of each fault; every one must also say what would mend it."""
    faults = faults_of(paper)
    assert all(fault.mend for fault in faults)
    return [(fault.at, fault.fault) for fault in faults]


def with_line(paper: Paper, index: int, **changes: Any) -> Paper:
    lines = list(paper.lines)
    lines[index] = replace(lines[index], **changes)
    return replace(paper, lines=tuple(lines))


def with_group(paper: Paper, index: int, **changes: Any) -> Paper:
    groups = list(paper.vat)
    groups[index] = replace(groups[index], **changes)
    return replace(paper, vat=tuple(groups))


def with_party(paper: Paper, role: str, **changes: Any) -> Paper:
    parties = {role: replace(getattr(paper, role), **changes)}
    return replace(paper, **parties)


@pytest.mark.parametrize(
    "kind",
    [
        rated,
        outside,
        exempt,
        contribution,
        partly_credited,
        wholly_credited,
        settlement_to_pay,
        *CREDIT_NOTES,
    ],
)
def test_a_sound_invoice_has_no_faults(kind: Callable[[], Paper]) -> None:
    assert told(kind()) == []


def test_an_invoice_needs_lines() -> None:
    bare = replace(rated(), lines=(), vat=(), net_ore=0, vat_ore=0, payable_ore=0)
    assert told(bare) == [("lines", "The invoice has no lines")]


def test_lines_are_numbered_in_their_order() -> None:
    assert told(with_line(rated(), 1, position=7)) == [
        ("lines[1].position", "Line 7 stands where line 2 should")
    ]


def test_a_line_says_what_it_is_for() -> None:
    assert told(with_line(rated(), 0, text=" ")) == [
        ("lines[0].text", "The line does not say what it is for")
    ]


def test_a_category_is_one_of_three() -> None:
    strange = with_group(with_line(outside(), 0, category="Z"), 0, category="Z")
    assert told(strange) == [("lines[0].category", "There is no VAT category Z")]


@pytest.mark.parametrize("percent", [None, 0, 20])
def test_a_rated_line_has_a_swedish_rate(percent: int | None) -> None:
    paper = with_group(with_line(wholly_credited(), 0, percent=percent), 0, percent=percent)
    assert ("lines[0].percent", "A rated line has 25, 12 or 6 per cent VAT") in told(paper)


def test_a_line_without_vat_has_no_rate() -> None:
    paper = with_group(with_line(outside(), 0, percent=0), 0, percent=0)
    assert told(paper) == [("lines[0].percent", "A line without VAT has a rate of 0 per cent")]


@pytest.mark.parametrize("kind", [outside, exempt])
def test_without_vat_line_and_group_say_why(kind: Callable[[], Paper]) -> None:
    why = "Nothing says why no VAT is charged"
    assert told(with_line(kind(), 0, reason="")) == [("lines[0].reason", why)]
    assert told(with_group(kind(), 0, reason=" ")) == [("vat[0].reason", why)]


def test_outside_vat_stands_alone() -> None:
    mixed = with_group(with_line(exempt(), 0, category="O"), 0, category="O")
    assert told(mixed) == [("lines", "What is outside VAT stands beside what is not")]


def test_one_group_of_exempt_lines() -> None:
    groups = (
        VatGroup("E", None, 44_000, 0, "one reason"),
        VatGroup("E", None, 44_000, 0, "another"),
        exempt().vat[1],
    )
    words = "The VAT group E stands 2 times"
    assert told(replace(exempt(), vat=groups)) == [("vat[0]", words), ("vat[1]", words)]


def test_one_group_of_each_rate() -> None:
    groups = (*rated().vat, VatGroup("S", 6, 0, 0, ""))
    words = "The VAT group S 6 % stands 2 times"
    assert told(replace(rated(), vat=groups)) == [("vat[1]", words), ("vat[2]", words)]


def test_a_group_needs_lines_and_lines_a_group() -> None:
    assert told(with_group(rated(), 1, percent=12)) == [
        ("vat[1]", "No line belongs to the VAT group S 12 %"),
        ("vat", "The VAT group S 6 % is missing"),
    ]


def test_a_base_that_is_half_a_krona_off_is_found() -> None:
    # the official rules let this pass
    assert told(with_group(rated(), 0, base_ore=1_037_442)) == [
        (
            "vat[0].base_ore",
            "10\u00a0374,42\u00a0kr stands where the lines come to 10\u00a0373,92\u00a0kr",
        )
    ]


def test_vat_that_is_an_ore_off_is_found() -> None:
    off = replace(with_group(rated(), 1, vat_ore=12_399), vat_ore=271_747, payable_ore=1_515_780)
    assert told(off) == [
        ("vat[1].vat_ore", "123,99\u00a0kr stands where the lines come to 123,98\u00a0kr")
    ]


def test_a_credit_rounds_away_from_zero() -> None:
    off = replace(with_group(wholly_credited(), 0, vat_ore=-252), vat_ore=-252, payable_ore=-1_262)
    assert told(off) == [
        ("vat[0].vat_ore", "\u22122,52\u00a0kr stands where the lines come to \u22122,53\u00a0kr")
    ]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("net_ore", "12\u00a0440,33\u00a0kr"),
        ("vat_ore", "2\u00a0717,46\u00a0kr"),
        ("payable_ore", "15\u00a0157,79\u00a0kr"),
    ],
)
def test_sums_are_exact(field: str, expected: str) -> None:
    changes: dict[str, Any] = {field: 1}
    assert told(replace(rated(), **changes)) == [
        (field, f"0,01\u00a0kr stands where the lines come to {expected}")
    ]


def test_it_is_not_due_before_it_is_issued() -> None:
    assert told(replace(rated(), due_on=date(2026, 11, 25))) == []
    assert told(replace(rated(), due_on=date(2026, 11, 24))) == [
        ("due_on", "It falls due on 2026-11-24, before it is issued on 2026-11-25")
    ]


def test_a_period_ends_after_it_begins() -> None:
    assert told(replace(rated(), period_to=date(2026, 10, 31))) == [
        ("period_to", "The period ends on 2026-10-31, before it begins on 2026-11-01")
    ]


def test_number_and_reference_are_needed() -> None:
    assert told(replace(rated(), number="", buyer_reference=" ")) == [
        ("number", "The invoice has no number"),
        ("buyer_reference", "The buyer's reference is missing"),
    ]


@pytest.mark.parametrize("role", ["seller", "buyer"])
@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"legal_name": ""}, "legal_name", "The legal name is missing"),
        ({"organisation_number": ""}, "organisation_number", "The organisation number is missing"),
        (
            {"organisation_number": "299900-0017"},
            "organisation_number",
            "299900-0017 is not an organisation number",
        ),
        (
            {"organisation_number": "2999000018"},
            "organisation_number",
            "2999000018 is not an organisation number",
        ),
        (
            {"vat_number": "SE299900001702"},
            "vat_number",
            "SE299900001702 is not a Swedish VAT number",
        ),
        ({"endpoint_id": ""}, "endpoint_id", "The e-invoice address is missing"),
        ({"endpoint_scheme": ""}, "endpoint_id", "The e-invoice address is missing"),
        (
            {"endpoint_scheme": "9955", "endpoint_id": "SE299900001701"},
            "endpoint_scheme",
            "No e-invoice address of scheme 9955 is known here",
        ),
        (
            {"endpoint_scheme": "0007", "endpoint_id": "299900001"},
            "endpoint_id",
            "299900001 is not an e-invoice address of scheme 0007",
        ),
        (
            {"endpoint_scheme": "0088", "endpoint_id": "7350077820006"},
            "endpoint_id",
            "7350077820006 is not an e-invoice address of scheme 0088",
        ),
    ],
)
def test_both_parties_can_be_told_apart_and_reached(
    role: str, changes: dict[str, str], place: str, words: str
) -> None:
    assert told(with_party(rated(), role, **changes)) == [(f"{role}.{place}", words)]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        # 7·1+3·3+5+0+0+7·3+7+8·3+2+0+0+0 = 75: check digit 5
        ("7350077820005", True),
        ("7350077820004", False),
        ("735007782000", False),
        ("4006381333931", True),  # the usual published example
    ],
)
def test_gln_numbers(number: str, expected: bool) -> None:
    assert is_gln(number) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("SE212000222101", True),  # Falu kommun's, from its own page
        ("212000222101", False),
        ("SE2120002221-01", False),
        ("SE212000222001", False),
    ],
)
def test_vat_numbers(number: str, expected: bool) -> None:
    assert is_vat_number(number) is expected


@pytest.mark.parametrize("kind", [rated, exempt])
def test_who_sells_within_vat_is_registered(kind: Callable[[], Paper]) -> None:
    assert told(with_party(kind(), "seller", vat_number="")) == [
        ("seller.vat_number", "The seller has no VAT number, and the invoice is not outside VAT")
    ]
    assert told(with_party(outside(), "seller", vat_number="")) == []


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("", "The bankgiro number is missing"),
        ("991-2345", "991-2345 is not a bankgiro number"),
    ],
)
def test_the_account_is_a_bankgiro_number(account: str, words: str) -> None:
    assert told(replace(rated(), bankgiro=account)) == [("bankgiro", words)]


def test_the_reference_has_its_check_digit() -> None:
    assert told(replace(rated(), ocr="202611001721")) == [
        ("ocr", "The OCR reference 202611001721 is not valid")
    ]


@pytest.mark.parametrize(
    ("paper", "place", "count", "longest"),
    [
        (replace(rated(), number="1" * 31), "number", 31, 30),
        (replace(rated(), buyer_reference="x" * 101), "buyer_reference", 101, 100),
        (with_party(rated(), "buyer", legal_name="x" * 101), "buyer.legal_name", 101, 100),
        (with_party(rated(), "seller", street="x" * 101), "seller.street", 101, 100),
        (with_line(rated(), 2, text="x" * 201), "lines[2].text", 201, 200),
        (with_line(rated(), 0, note="x" * 501), "lines[0].note", 501, 500),
        (with_group(outside(), 0, reason="x" * 501), "vat[0].reason", 501, 500),
    ],
)
def test_texts_have_room(paper: Paper, place: str, count: int, longest: int) -> None:
    assert told(paper) == [
        (place, f"The text has {count} characters, at most {longest} are allowed")
    ]


def test_texts_can_be_printed() -> None:
    assert told(with_line(rated(), 1, text="Trans\x00porter")) == [
        ("lines[1].text", "The text holds a character that cannot be printed")
    ]


def test_a_credit_note_names_what_has_been_issued() -> None:
    assert told(replace(credit_note(), credits=())) == []  # its period says what it is about
    unknown = "The invoice that is credited has no number, or was issued later"
    later = (("2026110017", date(2026, 12, 2)), (" ", date(2026, 11, 25)))
    assert told(replace(credit_note(), credits=later)) == [
        ("credits[0]", unknown),
        ("credits[1]", unknown),
    ]


def test_a_credit_note_gives_something_back() -> None:
    assert told(replace(wholly_credited(), document="credit_note", credits=CREDITED)) == [
        (
            "payable_ore",
            "The credit note comes to \u221212,63\u00a0kr, so that it gives nothing back",
        )
    ]


def test_only_a_credit_note_may_be_without_a_reference_of_payment() -> None:
    assert told(replace(credit_note(), ocr="")) == []
    assert told(replace(credit_note(), ocr="1")) == [("ocr", "The OCR reference 1 is not valid")]
    assert told(replace(rated(), ocr="")) == [("ocr", "The OCR reference  is not valid")]


def test_there_are_two_documents() -> None:
    assert told(replace(rated(), document="receipt")) == [
        ("document", "There is no document receipt")
    ]


@pytest.mark.parametrize("text", ["\x00", "\x1f", "\x85", "\ud83d", "\uffff"])
def test_what_no_file_can_carry_is_refused(text: str) -> None:
    assert told(replace(credit_note(), note=f"Fel{text}")) == [
        ("note", "The text holds a character that cannot be printed")
    ]


def test_all_faults_are_told_at_once() -> None:
    paper = replace(rated(), buyer_reference="", bankgiro="1", ocr="")
    assert [place for place, _ in told(paper)] == ["buyer_reference", "bankgiro", "ocr"]
