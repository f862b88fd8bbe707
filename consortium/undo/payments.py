"""How changes of what payments pay are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.payments.debts import debts, ids_of
from consortium.payments.known import parts_of
from consortium.payments.left import left_of
from consortium.payments.placing import STANDS, pay_back, place, take_back, withdraw_pay_back
from consortium.payments.rates import remove_rate, set_rate
from consortium.payments.tables import Payment, ReferenceRate
from consortium.undo.ways import GONE, Never, Undoing, Way, changes, overtaken

RIGHT: Final = "billing.receive"
PLACINGS: Final = (
    "payments.placed",
    "payments.taken_back",
    "payments.paid_back",
    "payments.pay_back_withdrawn",
)
RATES: Final = ("payments.rate_set", "payments.rate_removed")


def _payment(work: Work, entry: AuditEntry) -> Payment | None:
    return work.session.get(Payment, int(entry.subject))


def _placed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    payment = _payment(work, entry)
    if payment is None:
        yield Fault(GONE)
        return
    pays, ids = parts_of(work, [payment.id])[payment.id], ids_of(work, entry.facts["amounts"])
    short = any(
        abs(pays.get(ids[number], 0)) < abs(ore) for number, ore in entry.facts["amounts"].items()
    )
    if payment.state in STANDS or short:
        yield overtaken(work, entry, *PLACINGS)


def _taken_back_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    payment, amounts = _payment(work, entry), entry.facts["amounts"]
    if payment is None:
        yield Fault(GONE)
        return
    ids = ids_of(work, amounts)
    owed = debts(work, ids.values())
    left_ore = left_of(work, [payment.id])[payment.id]
    if payment.state in STANDS or abs(left_ore) < abs(sum(amounts.values())):
        yield overtaken(work, entry, *PLACINGS)
    for number, ore in amounts.items():
        if abs(owed[ids[number]].debt_ore) < abs(ore):
            yield Fault(
                "Invoice {number} is paid in another way by now",
                f"invoice {number}",
                {"number": number},
            )


def _paid_back_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    out = work.session.get(Payment, entry.facts["out"])
    if out is None:
        yield Fault(GONE)
    elif out.reverses_id != int(entry.subject):
        yield overtaken(work, entry, *PLACINGS)


def _withdrawn_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    payment, out = _payment(work, entry), work.session.get(Payment, entry.facts["out"])
    if payment is None or out is None:
        yield Fault(GONE)
        return
    left_ore = left_of(work, [payment.id])[payment.id]
    if out.reverses_id is not None or left_ore < -entry.facts["amount_ore"]:
        yield overtaken(work, entry, *PLACINGS)


def _rate(work: Work, entry: AuditEntry) -> ReferenceRate | None:
    return work.session.get(ReferenceRate, date.fromisoformat(entry.subject))


def _rate_set_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    row = _rate(work, entry)
    if row is None:
        yield Fault(GONE)
    elif row.percent != changes(entry)["percent"][1]:
        yield overtaken(work, entry, *RATES)


def _rate_removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _rate(work, entry) is not None:
        yield overtaken(work, entry, *RATES)


def _rate_back(work: Work, entry: AuditEntry) -> None:
    before, from_on = changes(entry)["percent"][0], date.fromisoformat(entry.subject)
    if before:
        set_rate(work, from_on, before, entry.facts["source_before"])
    else:
        remove_rate(work, from_on)


WAYS: Final[Mapping[str, Way]] = {
    "payments.placed": Undoing(
        RIGHT,
        lambda work, entry: take_back(work, int(entry.subject), entry.facts["amounts"]),
        _placed_depends,
    ),
    "payments.taken_back": Undoing(
        RIGHT,
        lambda work, entry: place(work, int(entry.subject), entry.facts["amounts"]),
        _taken_back_depends,
    ),
    "payments.paid_back": Undoing(
        RIGHT,
        lambda work, entry: withdraw_pay_back(work, entry.facts["out"]),
        _paid_back_depends,
    ),
    "payments.pay_back_withdrawn": Undoing(
        RIGHT,
        lambda work, entry: pay_back(work, int(entry.subject), entry.facts["out"]),
        _withdrawn_depends,
    ),
    "payments.rate_set": Undoing(RIGHT, _rate_back, _rate_set_depends),
    "payments.rate_removed": Undoing(
        RIGHT,
        lambda work, entry: set_rate(
            work,
            date.fromisoformat(entry.subject),
            entry.facts["percent"],
            entry.facts["source"],
        ),
        _rate_removed_depends,
    ),
    "payments.taken_in": Never(
        mark("What has come to the bank account stays there"),
        mark("Place its payments otherwise, by hand"),
    ),
    "payments.reminded": Never(mark("What has left the house cannot be called back")),
}
