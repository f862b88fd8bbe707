"""Payments, what they settle, reminders and the reference rate of interest."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class PaymentFile(Row, table=True):
    """A bank's file that was taken in. form: `bgmax`, `camt.053` or `camt.054`.

    sha256: of its bytes, which are kept as a document. account: the bankgiro or bank account it
    is about. count, total_ore: the payments in it, known ones included.
    """

    id: int = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True, foreign_key="document.sha256")
    form: str
    name: str
    account: str
    count: int
    total_ore: int = Field(sa_type=BigInteger)
    imported_by: str
    imported_at: datetime


class Payment(Row, table=True):
    """Money that came in on a day, or went back out (negative).

    key: what it is at the bank, so that it is never taken in twice; a second one with the same key
    is kept as `duplicate` under a key of its own. reference: as the payer wrote it. payer: the
    name that the bank states; payer_account: its bankgiro or account, empty where not stated.
    state: `matched`, `part` (its invoice is not paid in full), `over` (something is left of it),
    `review` (nobody knows what it pays), `duplicate` (counts for nothing), `reversed` (it went
    back; so did the row that `reverses_id` names).
    """

    __table_args__ = (
        CheckConstraint(
            "state in ('matched', 'part', 'over', 'review', 'duplicate', 'reversed')",
            name="known_state",
        ),
        CheckConstraint("amount_ore <> 0", name="not_zero"),
    )

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    file_id: int = Field(foreign_key="paymentfile.id", index=True)
    place: int
    booked_on: date = Field(index=True)
    amount_ore: int = Field(sa_type=BigInteger)
    reference: str = ""
    payer: str = ""
    payer_account: str = ""
    message: str = ""
    state: str = Field(index=True)
    reverses_id: int | None = Field(default=None, foreign_key="payment.id", index=True)


class PaymentPart(Row, table=True):
    """How much of a payment pays which invoice. how: `reference`, `amount`, `credit` or `hand`.

    A part that is taken back is followed by one of the opposite amount; none is deleted. An
    invoice's debt is its payable less credits and parts.
    """

    id: int = Field(default=None, primary_key=True)
    payment_id: int = Field(foreign_key="payment.id", index=True)
    invoice_id: int = Field(foreign_key="invoice.id", index=True)
    amount_ore: int = Field(sa_type=BigInteger)
    how: str
    placed_by: str
    placed_at: datetime


class Reminder(Row, table=True):
    """A reminder of an invoice: step 1, 2, 3 … with the debt and the interest as of its day."""

    __table_args__ = (UniqueConstraint("invoice_id", "step"),)

    id: int = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="invoice.id", index=True)
    step: int
    on_date: date
    debt_ore: int = Field(sa_type=BigInteger)
    interest_ore: int = Field(sa_type=BigInteger)
    letter_key: str
    sent_by: str


class ReferenceRate(Row, table=True):
    """The reference rate of the Interest Act (1975:635, 9 §) from a day on.

    percent: an exact decimal; set by the central bank for 1 January and 1 July.
    """

    from_on: date = Field(primary_key=True)
    percent: str
    source: str = ""
    entered_by: str
    entered_at: datetime
