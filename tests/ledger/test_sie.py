"""SIE 4, written by us and read by a reader that knows the standard only."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.core.errors import Invalid
from consortium.ledger.formats.carrying import carried
from consortium.ledger.formats.sie import (
    Books,
    Dimension,
    Movement,
    Sender,
    Voucher,
    Year,
    sie_file,
)
from tests.ledger.sie_reader import read

SENDER = Sender("Falu kommun", "2120002221", "Consortium", "0.1.0", date(2026, 12, 1))
DAY = date(2026, 11, 24)
ACCOUNTS = ("1510", "1930", "2611", "3690", "7690")
SIMPLE = (
    Movement("1510", ((20, "2062"), (21, "82")), 125_00),
    Movement("3690", ((20, "2062"), (21, "82"), (22, "system")), -100_00),
    Movement("2611", ((20, "2062"), (21, "82")), -25_00),
)


def books_of(
    vouchers: Sequence[Voucher],
    opening: dict[str, int] | None = None,
    names: dict[str, str] | None = None,
    pools: dict[str, str] | None = None,
) -> Books:
    moved: dict[str, int] = defaultdict(int)
    for voucher in vouchers:
        for line in voucher.lines:
            moved[line.account] += line.amount_ore
    return Books(
        sender=SENDER,
        years=(
            Year(date(2026, 1, 1), date(2026, 12, 31), opening or {}, moved),
            Year(date(2025, 1, 1), date(2025, 12, 31), {}, opening or {}),
        ),
        accounts=names or {account: f"Konto {account}" for account in ACCOUNTS},
        dimensions=[
            Dimension(20, "Medlem", {"2062": "Mora"}),
            Dimension(21, "Motpart", {"82": "Kommuner"}),
            Dimension(22, "Kostnadspool", pools or {"system": "Bibliotekssystem"}),
        ],
        vouchers=vouchers,
    )


def test_a_small_file_is_written_to_the_letter() -> None:
    voucher = Voucher(1, DAY, 'Faktura 20260001 "Mora"', date(2026, 11, 25), SIMPLE)
    names = {"1510": "Fordringar", "2611": "Moms 25 %", "3690": "Delade kostnader"}
    written = sie_file(books_of([voucher], {"1510": 7_05}, names))
    assert written.decode("cp437").split("\r\n") == [
        "#FLAGGA 0",
        '#PROGRAM "Consortium" 0.1.0',
        "#FORMAT PC8",
        "#GEN 20261201",
        "#SIETYP 4",
        "#ORGNR 212000-2221",
        '#FNAMN "Falu kommun"',
        "#RAR 0 20260101 20261231",
        "#RAR -1 20250101 20251231",
        '#KONTO 1510 "Fordringar"',
        '#KONTO 2611 "Moms 25 %"',
        '#KONTO 3690 "Delade kostnader"',
        '#DIM 20 "Medlem"',
        '#DIM 21 "Motpart"',
        '#DIM 22 "Kostnadspool"',
        '#OBJEKT 20 "2062" "Mora"',
        '#OBJEKT 21 "82" "Kommuner"',
        '#OBJEKT 22 "system" "Bibliotekssystem"',
        "#IB 0 1510 7.05",
        "#UB 0 1510 132.05",
        "#UB 0 2611 -25.00",
        "#UB -1 1510 7.05",
        "#RES 0 3690 -100.00",
        '#VER A 1 20261124 "Faktura 20260001 \\"Mora\\"" 20261125',
        "{",
        '   #TRANS 1510 {20 "2062" 21 "82"} 125.00',
        '   #TRANS 3690 {20 "2062" 21 "82" 22 "system"} -100.00',
        '   #TRANS 2611 {20 "2062" 21 "82"} -25.00',
        "}",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Räksmörgås, ÅÄÖ, Élan", "Räksmörgås, ÅÄÖ, Élan"),  # the code page has them
        ("10 € – 12 €", "10 EUR - 12 EUR"),
        ("\u22125 \u2026 \u201chej\u201d \u2019", '-5 ... "hej" \''),
        ("§ 7.1", "par. 7.1"),
        ("a\u00a0b\tc\nd\u2009e\x00f\x85g", "a b c d e f g"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("Õ ž ø Øre", "O z o Ore"),
        ("\ufb01n ③", "fin 3"),
        ("e\u0301", "é"),  # two characters, one letter
        ("漢 😀", "U+6F22 U+1F600"),
        ("½ ² °", "½ ² °"),
    ],
)
def test_what_the_code_page_lacks_is_replaced_as_stated(text: str, expected: str) -> None:
    assert carried(text, "cp437") == expected


@settings(deadline=None)
@given(st.text(), st.sampled_from(["cp437", "latin-1", "utf-8"]))
def test_every_text_is_carried_without_a_mark_of_loss(text: str, encoding: str) -> None:
    plain = carried(text, encoding)
    plain.encode(encoding)
    assert plain.count("?") <= text.count("?") + text.count("\uff1f") + text.count("⁇") * 2 + (
        sum(text.count(mark) for mark in "\ufe16\ufe56⁈⁉")
    )
    assert carried(plain, encoding) == plain


amounts = st.integers(-(10**13), 10**13).filter(bool)
texts = st.text(max_size=40)


@st.composite
def vouchers(draw: st.DrawFn) -> list[Voucher]:
    found = []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        ores = draw(st.lists(amounts, min_size=1, max_size=4))
        if rest := sum(ores):
            ores.append(-rest)
        marks = st.sampled_from([(), ((20, "2062"),), ((20, "2062"), (22, "system"))])
        lines = tuple(Movement(draw(st.sampled_from(ACCOUNTS)), draw(marks), ore) for ore in ores)
        day = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
        if sum(ores) == 0:
            found.append(Voucher(number, day, draw(texts), day, lines))
    return found


@settings(deadline=None)
@given(
    vouchers(),
    st.dictionaries(st.sampled_from(ACCOUNTS[:3]), st.integers(-(10**13), 10**13)),
    st.fixed_dictionaries(dict.fromkeys(ACCOUNTS, texts)),
    texts,
)
def test_any_books_read_back_and_balance(
    told: list[Voucher], opening: dict[str, int], names: dict[str, str], pool: str
) -> None:
    sie = read(sie_file(books_of(told, opening, names, {"system": pool})))

    def plain(text: str) -> str:
        return carried(text, "cp437").replace("\\", "/")

    assert (sie.flag, sie.form, sie.kind, sie.number) == ("0", "PC8", "4", "212000-2221")
    assert sie.accounts == {account: plain(name) for account, name in names.items()}
    assert sie.objects[22] == {"system": plain(pool)}
    assert [
        (ver.number, ver.day, ver.text, [(ln.account, ln.objects, ln.ore) for ln in ver.lines])
        for ver in sie.vers
    ] == [
        (
            str(each.number),
            each.booked_on,
            plain(each.text),
            [(ln.account, ln.objects, ln.amount_ore) for ln in each.lines],
        )
        for each in told
    ]
    assert all(sum(line.ore for line in ver.lines) == 0 for ver in sie.vers)
    moved = sie.moved()
    assert sie.ib[0] == opening
    for account in sie.accounts:
        if account[0] in "12":
            closing = sie.ib[0].get(account, 0) + moved.get(account, 0)
            assert sie.ub[0].get(account, 0) == closing
            assert sie.ub[-1].get(account, 0) == sie.ib[0].get(account, 0)
            assert account not in sie.res[0]
        else:
            assert sie.res[0].get(account, 0) == moved.get(account, 0)
            assert account not in sie.ub[0]


def test_an_entry_that_does_not_balance_is_not_sent() -> None:
    with pytest.raises(Invalid, match="Faktura 7"):
        sie_file(books_of([Voucher(1, DAY, "Faktura 7", DAY, SIMPLE[:2])]))
