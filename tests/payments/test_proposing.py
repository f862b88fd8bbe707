"""What a person is shown first of a payment under review."""

from consortium.payments.proposing import NAMED, NEARLY, OLDEST, PAYERS_AMOUNT, SAME_AMOUNT
from consortium.payments.proposing import proposals as proposed
from tests.payments.test_rules import DEBTS, FROM_HABO, OCR, entry


def test_a_slip_of_one_digit_is_proposed_not_placed() -> None:
    wrong = OCR[12][:-1] + str((int(OCR[12][-1]) + 1) % 10)
    turned = OCR[31][:6] + OCR[31][7] + OCR[31][6] + OCR[31][8:]
    for written, invoice in [(wrong, 12), (turned, 31), (OCR[41][:-1], 41), ("120260013", 13)]:
        first = proposed(entry(5000, written), DEBTS)[0]
        assert (first.invoice, first.reason) == (invoice, NEARLY)


def test_proposals_come_best_first_and_never_more_than_is_left() -> None:
    found = proposed(entry(500, OCR[12], OCR[16], **FROM_HABO), DEBTS)
    assert [(p.invoice, p.amount_ore, p.reason) for p in found] == [
        (12, 500, NAMED),
        (16, 500, NAMED),
        (13, 500, PAYERS_AMOUNT),
    ]
    assert [(p.invoice, p.reason) for p in proposed(entry(501, **FROM_HABO), DEBTS)] == [
        (12, OLDEST),
        (13, OLDEST),
    ]


def test_without_a_payer_the_amount_is_a_hint() -> None:
    assert [(p.invoice, p.reason) for p in proposed(entry(1000), DEBTS)] == [
        (12, SAME_AMOUNT),
        (31, SAME_AMOUNT),
    ]
    assert proposed(entry(-1000), DEBTS) == []
    assert proposed(entry(600, OCR[14]), DEBTS)[0].invoice == 1101  # a paid one is none
