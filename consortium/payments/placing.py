"""Use cases: a payment is placed by hand, a placing taken back, and what was paid too much back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.money import kronor
from consortium.core.work import Work
from consortium.payments.booking import Claim, Movement, book, books_of_account, hold_payments
from consortium.payments.debts import HAND, debts, ids_of
from consortium.payments.importing import claimed, entry_name
from consortium.payments.known import parts_of
from consortium.payments.left import left_of
from consortium.payments.rules import DUPLICATE, MATCHED, OVER, PART, REVERSED, REVIEW
from consortium.payments.tables import Payment, PaymentFile, PaymentPart

STANDS: Final = (DUPLICATE, REVERSED)
Amounts = Mapping[str, int]
"""Number of an invoice → öre."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What a payment pays more (invoice id → öre), or less where it is taken `back`.

    told: as it was asked for, for the trail.
    """

    payment: Payment
    amounts: Mapping[int, int]
    told: Amounts
    back: bool = False


def place(work: Work, payment_id: int, amounts: Amounts) -> Payment:
    """Let a payment pay invoices: number → öre, at most their debts and what is left of it.

    What a credit note gives back is negative. So an overpayment pays another invoice, and a credit
    note is set off against one.
    """
    payment, ids = _asked(work, payment_id, amounts)
    owed = debts(work, ids.values())
    faults = [
        fault
        for number, ore in amounts.items()
        if (fault := _over(number, ore, owed[ids[number]].debt_ore))
    ]
    left_ore, placed_ore = left_of(work, [payment_id])[payment_id], sum(amounts.values())
    if not faults and not _within(placed_ore, left_ore):
        faults = [_too_much(placed_ore, left_ore)]
    if faults:
        raise Conflict(faults)
    changed = {ids[number]: ore for number, ore in amounts.items()}
    return _change(work, _Change(payment, changed, amounts))


def take_back(work: Work, payment_id: int, amounts: Amounts) -> Payment:
    """Let a payment no longer pay what it pays of invoices: number → öre of that, or of a part."""
    payment, ids = _asked(work, payment_id, amounts)
    pays = parts_of(work, [payment_id])[payment_id]
    if faults := [
        Fault(
            "The payment pays {paid} of {number}",
            number,
            {"number": number, "paid": kronor(pays.get(ids[number], 0))},
            "Take back at most that",
        )
        for number, ore in amounts.items()
        if not _within(ore, pays.get(ids[number], 0))
    ]:
        raise Conflict(faults)
    changed = {ids[number]: -ore for number, ore in amounts.items()}
    return _change(work, _Change(payment, changed, amounts, back=True))


def pay_back(work: Work, payment_id: int, out_id: int) -> Payment:
    """Say that a payment out paid back what is left of a payment, or a part of that.

    Nothing is booked: both stand among what is not placed, where they now meet.
    """
    work.require_whole("billing.receive")
    hold_payments(work)
    payment, out = payment_by_id(work, payment_id), payment_by_id(work, out_id)
    left = left_of(work, [payment_id, out_id])
    if faults := list(_pay_back_faults(payment, out, left)):
        raise Conflict(faults)
    out.reverses_id = payment.id
    before = payment.state
    _save(work, payment, out)
    _tell(work, (payment, out), before)
    return payment


def withdraw_pay_back(work: Work, out_id: int) -> Payment:
    """Say that a payment out paid nothing back after all."""
    work.require_whole("billing.receive")
    hold_payments(work)
    out = payment_by_id(work, out_id)
    if out.reverses_id is None or out.state == REVERSED:
        raise Conflict("Payment {id} pays nothing back", id=out_id)
    payment = payment_by_id(work, out.reverses_id)
    out.reverses_id = None
    before = payment.state
    _save(work, payment, out)
    _tell(work, (payment, out), before)
    return payment


def payment_by_id(work: Work, payment_id: int) -> Payment:
    payment = work.session.get(Payment, payment_id)
    if payment is None:
        raise NotFound("There is no payment {id}", id=payment_id)
    return payment


def same_payer(one: Payment, other: Payment) -> bool:
    """Whether two payments are with the same party, as far as the bank says."""
    accounts = {one.payer_account, other.payer_account}
    names = {one.payer.casefold().strip(), other.payer.casefold().strip()}
    return (len(accounts) == 1 and "" not in accounts) or (len(names) == 1 and "" not in names)


def _asked(work: Work, payment_id: int, amounts: Amounts) -> tuple[Payment, dict[str, int]]:
    """The payment and the ids of the invoices, once the right and the payment's state are seen."""
    work.require_whole("billing.receive")
    hold_payments(work)
    payment = payment_by_id(work, payment_id)
    if payment.state in STANDS:
        raise Conflict(
            "Payment {id} pays nothing: it is a duplicate, or went back",
            id=payment_id,
            remedy="Place another payment",
        )
    if not amounts:
        raise Invalid("Write an amount for at least one invoice", at="amounts")
    ids = ids_of(work, amounts)
    if faults := list(_amount_faults(amounts, ids)):
        raise Invalid(faults)
    return payment, ids


def _amount_faults(amounts: Amounts, ids: Mapping[str, int]) -> Iterator[Fault]:
    for number, ore in amounts.items():
        if number not in ids:
            yield Fault(
                "There is no invoice {number} to pay",
                number,
                {"number": number},
                "Write the number of an invoice, or of a credit note that settles a year",
            )
        elif ore == 0:
            yield Fault("An amount of 0 places nothing", number, {}, "Leave the field empty")


def _within(ore: int, most_ore: int) -> bool:
    """Whether an amount has the sign of another and is no larger; 0 always is."""
    return min(most_ore, 0) <= ore <= max(most_ore, 0)


def _over(number: str, ore: int, debt_ore: int) -> Fault | None:
    if _within(ore, debt_ore):
        return None
    return Fault(
        "{debt} is left of {number}",
        number,
        {"number": number, "debt": kronor(debt_ore)},
        "Place at most that",
    )


def _too_much(placed_ore: int, left_ore: int) -> Fault:
    return Fault(
        "{left} is left of the payment, and {placed} would be placed",
        "amounts",
        {"left": kronor(left_ore), "placed": kronor(placed_ore)},
        "Place at most what is left",
    )


def _change(work: Work, change: _Change) -> Payment:
    """The parts, their booking, the payment's new state, and the entry of the trail."""
    payment = change.payment
    made = [
        PaymentPart(
            payment_id=payment.id,
            invoice_id=invoice,
            amount_ore=ore,
            how=HAND,
            placed_by=work.actor.name,
            placed_at=work.now,
        )
        for invoice, ore in change.amounts.items()
    ]
    work.session.add_all(made)
    work.session.flush()
    book(work, [_movement(work, change, made[0].id)])
    before = payment.state
    _save(work, payment)
    work.audit(
        "payments.taken_back" if change.back else "payments.placed",
        str(payment.id),
        amounts=dict(change.told),
        state=[before, payment.state],
    )
    return payment


def _tell(work: Work, both: tuple[Payment, Payment], before: str) -> None:
    payment, out = both
    work.audit(
        "payments.paid_back" if out.reverses_id else "payments.pay_back_withdrawn",
        str(payment.id),
        out=out.id,
        amount_ore=out.amount_ore,
        state=[before, payment.state],
    )


def _movement(work: Work, change: _Change, part_id: int) -> Movement:
    payment = change.payment
    claims = claimed(work, change.amounts)
    file = work.session.get_one(PaymentFile, payment.file_id)
    return Movement(
        key=f"part:{part_id}",
        name=entry_name(payment.id),
        text=f"{'Återtagen placering' if change.back else 'Placering'} {', '.join(change.told)}",
        on=work.today,
        books=books_of_account(work, file.account)(payment.booked_on),
        bank_ore=0,
        claims=[Claim(*claims[invoice], amount_ore=ore) for invoice, ore in change.amounts.items()],
    )


def _save(work: Work, *payments: Payment) -> None:
    """Give payments the state that follows from what they pay and what is left of them."""
    work.session.add_all(payments)
    work.session.flush()
    ids = [payment.id for payment in payments]
    left, pays = left_of(work, ids), parts_of(work, ids)
    for payment in payments:
        payment.state = _state(work, left[payment.id], pays[payment.id])
    work.session.flush()


def _state(work: Work, left_ore: int, pays: Mapping[int, int]) -> str:
    if left_ore:
        return OVER if pays else REVIEW
    owed = debts(work, pays)
    return PART if any(row.debt_ore for row in owed.values()) else MATCHED


def _pay_back_faults(payment: Payment, out: Payment, left: Mapping[int, int]) -> Iterator[Fault]:
    facts: dict[str, str | int] = {"id": payment.id, "out": out.id}
    if out.amount_ore >= 0 or out.state in STANDS or out.reverses_id is not None:
        yield Fault("Payment {out} is no payment out that can pay something back", "out", facts)
    elif payment.state in STANDS or not left[payment.id] >= -left[out.id] > 0:
        yield Fault(
            "Payment {id} has not so much left as payment {out} paid back",
            "out",
            facts,
            "Choose a payment that has",
        )
    elif not same_payer(payment, out):
        yield Fault("Payment {out} did not go to the payer of payment {id}", "out", facts)
    elif out.booked_on < payment.booked_on:
        yield Fault("Payment {out} went out before payment {id} came in", "out", facts)
