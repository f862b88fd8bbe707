"""What becomes of payments: by a table, by laws, and on a year whose truth is known."""

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.payments.formats.entries import Entry
from consortium.payments.formats.reading import read_bank_file
from consortium.payments.rules import Debt, Known, Placing, asked, place_entries
from tests.payments.generating import make_world
from tests.payments.truth import Money, World, reference
from tests.payments.writing_bgmax import bgmax
from tests.payments.writing_camt import camt
from tests.slices import slice_of

DAY = date(2026, 11, 24)
HABO, LUND = ("0643", "Habo kommun", "2120001652"), ("1281", "Lunds kommun", "2120001132")
HABO_WITH_RING = ("0305", "Håbo kommun", "2120000258")


def debt(place: int, ore: int, member: tuple[str, str, str] = HABO, **more: Any) -> Debt:
    code, name, number = member
    invoice = f"2026{place:04}"
    made = Debt(place, invoice, reference(invoice), code, name, number, DAY, DAY, ore)
    return replace(made, **more)


DEBTS = [
    debt(12, 1000), debt(13, 500), debt(14, 0), debt(15, -200), debt(16, 777),
    debt(31, 1000, LUND), debt(32, 40, LUND), debt(1101, 600, LUND),
    debt(41, 900, HABO_WITH_RING),
    debt(51, 100, LUND, number="LB20260051", ocr="2026005109"),
]  # fmt: skip
OCR = {debt.invoice: debt.ocr for debt in DEBTS}


def entry(ore: int, *references: str | tuple[str, int], message: str = "", **more: Any) -> Entry:
    told = tuple(r if isinstance(r, tuple) else (r, None) for r in references)
    made = Entry(1, f"k{ore}|{ore}", DAY, ore, told, "", "", "", message)
    return replace(made, **more)


def placed(*entries: Entry, known: dict[str, Known] | None = None) -> list[Placing]:
    numbered = [replace(e, place=n, key=f"{e.key}#{n}") for n, e in enumerate(entries, 1)]
    return place_entries(numbered, DEBTS, known or {})


FROM_HABO, FROM_LUND = {"payer_number": HABO[2]}, {"payer": "LUNDS KOMMUN"}
REVIEW: tuple[str, dict[int, int]] = ("review", {})


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        # by reference
        (entry(1000, OCR[12]), ("matched", {12: 1000})),
        (entry(999, OCR[12]), ("part", {12: 999})),
        (entry(1001, OCR[12]), ("over", {12: 1000})),
        (entry(1000, OCR[14]), ("over", {})),  # paid already
        (entry(200, OCR[15]), REVIEW),  # a credit note is not paid
        (entry(1000, "20260012"), ("matched", {12: 1000})),
        (entry(1000, f"0000{OCR[12]}"), ("matched", {12: 1000})),
        (entry(100, "LB20260051"), ("matched", {51: 100})),
        (entry(100, "XY20260051"), REVIEW),
        # several, with and without amounts
        (entry(1500, OCR[12], OCR[13]), ("matched", {12: 1000, 13: 500})),
        (entry(1600, OCR[12], OCR[13]), ("over", {12: 1000, 13: 500})),
        (entry(1400, OCR[12], OCR[13]), REVIEW),  # nobody says which is paid in full
        (entry(1400, (OCR[12], 1000), (OCR[13], 400)), ("part", {12: 1000, 13: 400})),
        (entry(1400, OCR[12], (OCR[13], 400)), ("part", {12: 1000, 13: 400})),
        (entry(1400, (OCR[12], 1000), (OCR[13], 300)), REVIEW),
        (entry(800, (OCR[12], 1000), (OCR[15], -200)), ("matched", {12: 1000, 15: -200})),
        (entry(700, (OCR[12], 1000), (OCR[15], -300)), REVIEW),  # so much was never credited
        (entry(1000, OCR[12], "20260012"), ("matched", {12: 1000})),  # the same twice
        (entry(1500, OCR[12], "99"), REVIEW),
        (entry(1000, OCR[12], "99"), ("matched", {12: 1000})),
        # a wrong reference is never a guess, whoever pays
        (entry(1000, "2026001205", **FROM_HABO), REVIEW),
        (entry(1000, "2026010204", **FROM_HABO), REVIEW),
        (entry(40, OCR[12][:-1], **FROM_LUND), REVIEW),
        # another's reference and another amount
        (entry(40, OCR[12], **FROM_LUND), REVIEW),
        (entry(1000, OCR[12], **FROM_LUND), ("matched", {12: 1000})),  # paid for a neighbour
        # by text
        (entry(1000, message="faktura 20260012"), ("matched", {12: 1000})),
        (entry(10, message="Delbetalning faktura nr 20260012"), ("part", {12: 10})),
        (entry(1500, message="inv 20260012, 20260013"), ("matched", {12: 1000, 13: 500})),
        (entry(1500, message="fakt 20260012 13"), REVIEW),
        (entry(1501, message="fakturor 20260012-20260013"), REVIEW),
        (entry(1000, message="faktura 120260012"), REVIEW),  # a part of a longer number
        (entry(1000, message="faktura 202600121"), REVIEW),
        (entry(1000, message="order 20260012"), ("matched", {12: 1000})),  # to the öre
        (entry(10, message="order 20260012", **FROM_HABO), REVIEW),
        (entry(600, message="20261101"), ("matched", {1101: 600})),
        (entry(599, message="20261101", **FROM_LUND), REVIEW),  # a day, perhaps
        (entry(600, message="faktura 20269999", **FROM_LUND), REVIEW),
        (entry(777, message="avtal 212000-1652"), ("matched", {16: 777})),
        # by payer and amount
        (entry(500, **FROM_HABO), ("matched", {13: 500})),
        (entry(40, **FROM_LUND), ("matched", {32: 40})),
        (entry(40, payer="Lund"), REVIEW),
        (entry(500, payer="Habo"), ("matched", {13: 500})),
        (entry(900, payer="HABO KOMMUN"), REVIEW),  # it is Håbo that owes 900
        (entry(900, payer="HÅBO KOMMUN"), ("matched", {41: 900})),
        (entry(500), REVIEW),  # nobody knows who pays
        (entry(500, payer="Lunds kommun", **FROM_HABO), REVIEW),  # two payers
        (entry(1277, **FROM_HABO), ("matched", {13: 500, 16: 777})),
        (entry(1740, **FROM_LUND), ("matched", {31: 1000, 32: 40, 51: 100, 1101: 600})),
        (entry(2077, **FROM_HABO), ("matched", {12: 1000, 13: 500, 15: -200, 16: 777})),
        (entry(501, **FROM_HABO), REVIEW),
        (entry(500, **FROM_HABO, booked_on=date(2026, 11, 23)), REVIEW),  # before it was issued
        # money out
        (entry(-200, OCR[15]), ("matched", {15: -200})),
        (entry(-50, OCR[15]), ("part", {15: -50})),
        (entry(-201, OCR[15]), REVIEW),
        (entry(-500, OCR[12]), REVIEW),
        (entry(-500, message="leverantör", **FROM_HABO), REVIEW),
    ],
)  # fmt: skip
def test_what_a_payment_pays(paid: Entry, expected: tuple[str, dict[int, int]]) -> None:
    (placing,) = placed(paid)
    assert (placing.state, {invoice: ore for invoice, ore, _ in placing.parts}) == expected


def test_how_a_part_came_about_is_told() -> None:
    by_reference, by_amount = placed(
        entry(800, (OCR[12], 1000), (OCR[15], -200)), entry(500, **FROM_HABO)
    )
    assert by_reference.parts == ((12, 1000, "reference"), (15, -200, "credit"))
    assert by_amount.parts == ((13, 500, "amount"),)


def test_two_invoices_of_one_amount_are_a_question() -> None:
    debts = [debt(61, 300), debt(62, 300), debt(63, 300)]
    states = [
        place_entries([entry(ore, **FROM_HABO)], debts, {})[0].state for ore in (300, 600, 900)
    ]
    assert states == ["review", "review", "matched"]  # all of them are no question


def test_a_payer_with_thousands_of_open_invoices_keeps_nobody_waiting() -> None:
    debts = [debt(place, 1000 + place % 7) for place in range(1, 4001)]
    entries = [entry(ore, **FROM_HABO, key=str(ore)) for ore in range(2000, 2020)]
    everything = sum(each.debt_ore for each in debts)
    paid = place_entries([*entries, entry(everything, **FROM_HABO)], debts, {})
    assert {placing.state for placing in paid[:-1]} == {"review"}
    assert (paid[-1].state, len(paid[-1].parts)) == ("matched", 4000)


def test_a_number_that_two_invoices_share_is_nobodys() -> None:
    debts = [debt(71, 300), debt(72, 300, number="20260071")]
    assert place_entries([entry(300, "20260071")], debts, {})[0].state == "review"
    assert place_entries([entry(300, debts[1].ocr)], debts, {})[0].state == "matched"


def test_debts_go_down_as_payments_are_placed() -> None:
    states = [p.state for p in placed(entry(600, OCR[12]), entry(400, OCR[12]), entry(1, OCR[12]))]
    assert states == ["part", "matched", "over"]


def test_a_payment_is_taken_in_once() -> None:
    paid = entry(1000, OCR[12])
    first, again = place_entries([paid, replace(paid, place=2)], DEBTS, {})
    assert (first.state, again.state, again.parts) == ("matched", "duplicate", ())
    known = {paid.key: Known(1000, OCR[12], "matched", {12: 1000})}
    assert place_entries([paid], DEBTS, known) == [Placing(1, "duplicate")]


def test_a_reversal_opens_what_was_paid() -> None:
    back = entry(-600, OCR[12], reversal=True, originals=("k600",))
    first, reversal, again = placed(entry(600, OCR[12]), back, entry(1000, OCR[12]))
    assert (first.state, first.parts) == ("reversed", ((12, 600, "reference"),))
    assert (reversal.state, reversal.reverses) == ("reversed", "k600|600#1")
    assert reversal.parts == ((12, -600, "reference"),)
    assert (again.state, again.parts) == ("matched", ((12, 1000, "reference"),))


def test_a_reversal_finds_an_earlier_file_s_payment() -> None:
    known = {
        "bank:1|600": Known(600, OCR[14], "matched", {14: 600}),
        "bank:1|601": Known(601, OCR[14], "matched", {14: 601}),
        "bank:2|600": Known(600, "", "reversed", {}),
    }
    by_name = entry(-600, reversal=True, originals=("bank:9", "bank:1"))
    by_reference = entry(-601, OCR[14])
    gone = entry(-600, reversal=True, originals=("bank:2",))
    found = placed(by_name, by_reference, gone, known=known)
    assert [p.reverses for p in found] == ["bank:1|600", "bank:1|601", ""]
    assert [p.state for p in found] == ["reversed", "reversed", "review"]
    keys, amounts = asked([by_name, by_reference])
    assert set(keys) == {by_name.key, by_reference.key}
    assert set(amounts) == {600, 601}


def test_of_two_payments_alike_a_reversal_takes_the_one_that_pays_nothing() -> None:
    paid, back = entry(1000, OCR[12]), entry(-1000, OCR[12])
    matched, over, reversal = placed(paid, paid, back)
    assert (matched.state, over.state) == ("matched", "reversed")
    assert (reversal.state, reversal.parts) == ("reversed", ())
    half = entry(500, OCR[12])
    assert placed(half, half, entry(-500, OCR[12]))[2].state == "review"


ENTRIES = st.lists(
    st.builds(
        lambda ore, refs, message, payer, number: entry(
            ore, *refs, message=message, payer=payer, payer_number=number
        ),
        st.integers(-2000, 3000).filter(bool),
        st.lists(
            st.one_of(
                st.sampled_from([*OCR.values(), "20260012", "99", "20261101"]),
                st.tuples(st.sampled_from(list(OCR.values())), st.integers(-300, 1500)),
            ),
            max_size=3,
        ),
        st.sampled_from(["", "faktura 20260013", "20260031 & 20260032", "inv 20260012-20260013"]),
        st.sampled_from(["", "Habo kommun", "Håbo kommun", "okänd"]),
        st.sampled_from(["", HABO[2], LUND[2]]),
    ),
    max_size=12,
)


@given(ENTRIES, st.integers(0, 99))
def test_money_is_conserved_whatever_comes(entries: list[Entry], seed: int) -> None:
    placings = placed(*entries)
    left = {debt.invoice: debt.debt_ore for debt in DEBTS}
    for paid, placing in zip(entries, placings, strict=True):
        parts_ore = sum(ore for _, ore, _ in placing.parts)
        if placing.reverses or paid.amount_ore < 0:
            assert parts_ore >= paid.amount_ore
        else:
            assert 0 <= parts_ore <= paid.amount_ore
        for invoice, ore, _ in placing.parts:
            left[invoice] -= ore
    for debt_ in DEBTS:
        assert min(debt_.debt_ore, 0) <= left[debt_.invoice] <= max(debt_.debt_ore, 0)
    numbered = [replace(e, place=n, key=f"{e.key}#{n}") for n, e in enumerate(entries, 1)]
    shuffled = Random(seed).sample(DEBTS, len(DEBTS))
    assert place_entries(numbered, shuffled, {}) == placings


def debts_of(world: World) -> list[Debt]:
    return [
        Debt(
            bill.place,
            bill.number,
            bill.ocr,
            bill.member.code,
            bill.member.name,
            bill.member.number,
            bill.issued_on,
            bill.issued_on,
            bill.amount_ore,
        )
        for bill in world.bills
    ]


def judged(money: Money, placing: Placing) -> str:
    """Right in state and parts; missed: a question where there was none; else wrong."""
    truth = (money.state, dict(money.parts))
    if (placing.state, {invoice: ore for invoice, ore, _ in placing.parts}) == truth:
        return "right"
    return "missed" if placing.state == "review" else "wrong"


def placed_world(world: World, written: bytes) -> Counter[tuple[str, str]]:
    """How many are right, missed and wrong: of those with a reference, and of those without."""
    placings = place_entries(read_bank_file(written).entries, debts_of(world), {})
    return Counter(
        (judged(money, placing), "without" if money.without and money.parts else "with")
        for money, placing in zip(world.payments, placings, strict=True)
    )


def test_a_year_of_ten_thousand_payments_is_placed_right() -> None:
    world = make_world()
    counts = placed_world(world, bgmax(world.payments))
    right, missed = counts["right", "with"], counts["missed", "with"]
    right_without, missed_without = counts["right", "without"], counts["missed", "without"]
    assert right + missed + right_without + missed_without == 10_000  # none is wrong
    assert right >= 0.99 * (right + missed)
    assert right_without >= 0.90 * (right_without + missed_without) > 1000
    states = Counter(money.state for money in world.payments)
    assert min(states[state] for state in ("part", "over", "review", "duplicate", "reversed")) > 200


@pytest.mark.parametrize(("form", "version"), [("camt.053", "02"), ("camt.054", "08")])
def test_payments_are_placed_right_from_camt_too(form: str, version: str) -> None:
    world = make_world(slice_of(2_000, 10_000), seed=20022)
    counts = placed_world(world, camt(world.payments, form, version))
    assert {verdict for verdict, _ in counts} == {"right"}
