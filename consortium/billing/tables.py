"""Invoice runs, the cases they freeze, invoices and what became of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class InvoiceRun(Row, table=True):
    """The invoicing of a period; `sequence` 2 and on mend what an earlier one had to leave.

    month: the period's first day; months: 1, 3 or 12. purpose: `regular`; `settlement`, of a whole
    year; `leaving`, of a member that left on `through_on`. stage: `preliminary` shares the budget,
    `final` the actual costs. separate: an invoice a pool, not one for all. chosen_pools,
    chosen_members: codes, empty for all. replaces_id: the run that this one credits whole.
    state: `prepared`, `approved` (its cases frozen), `issued`, `credited` (replaced).
    approved: invoice key → payable öre, exactly what was approved and may be issued.
    held_at: somebody has stopped its deliveries.
    """

    __table_args__ = (
        UniqueConstraint("purpose", "month", "months", "sequence"),
        CheckConstraint(
            "state in ('prepared', 'approved', 'issued', 'credited')", name="known_state"
        ),
        CheckConstraint("purpose in ('regular', 'settlement', 'leaving')", name="known_purpose"),
        CheckConstraint("stage in ('preliminary', 'final')", name="known_stage"),
        CheckConstraint("months in (1, 3, 12)", name="known_months"),
    )

    id: int = Field(default=None, primary_key=True)
    month: date = Field(index=True)
    months: int = 1
    purpose: str = "regular"
    stage: str = "preliminary"
    separate: bool = False
    chosen_pools: list[str] = Field(default_factory=list, sa_type=JSON)
    chosen_members: list[str] = Field(default_factory=list, sa_type=JSON)
    through_on: date | None = None
    sequence: int = 1
    replaces_id: int | None = Field(default=None, foreign_key="invoicerun.id", index=True)
    state: str = "prepared"
    prepared_by: str
    prepared_at: datetime
    approved: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    approved_by: str = ""
    approved_at: datetime | None = None
    issued_by: str = ""
    issued_at: datetime | None = None
    held_by: str = ""
    held_at: datetime | None = None


class RunCase(Row, table=True):
    """A pool's part of a run as approved: the allocation case with cost, contributions and VAT.

    from_on: the first day of the month, or of the key's days in a settlement, that it is of.
    sha256: of `basis` as canonical JSON; a basis that has another at issue is a Conflict.
    """

    __table_args__ = (UniqueConstraint("run_id", "pool_id", "from_on"),)

    id: int = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="invoicerun.id", index=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    from_on: date
    basis: dict[str, Any] = Field(sa_type=JSON)
    sha256: str


class NumberSeries(Row, table=True):
    """The last number given in a host's series of a year; raised in the issuing transaction.

    prefix: the digits before the year in its numbers (Hosting.series), mostly empty.
    """

    prefix: str = Field(default="", primary_key=True, max_length=4)
    year: int = Field(primary_key=True)
    last: int = 0


class Invoice(Row, table=True):
    """A claim on one member, never changed once issued (triggers refuse it).

    document: `invoice`, or `credit_note`, whose amounts are negative here. key: what is billed
    (`2026-11/2021/rated`), unique, so that nothing is billed twice. kind: `rated` or `outside`
    (VAT). host_id: the seller. credits_id: the invoice that a credit note takes back, in whole or
    part; None for one that settles a year. run_id: None where it is of no run (a credit note,
    interest). month: the first day of its period. ocr: the payer's reference. paper: all that
    stands on it, fixed at issue.
    """

    __table_args__ = (
        CheckConstraint("payable_ore = net_ore + vat_ore", name="sums"),
        CheckConstraint("kind in ('rated', 'outside')", name="known_kind"),
        CheckConstraint("document in ('invoice', 'credit_note')", name="known_document"),
        Index(None, "member_id", "number"),
    )

    id: int = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    key: str = Field(unique=True)
    document: str = "invoice"
    run_id: int | None = Field(default=None, foreign_key="invoicerun.id", index=True)
    member_id: int = Field(foreign_key="member.id")
    host_id: int = Field(foreign_key="member.id", index=True)
    credits_id: int | None = Field(default=None, foreign_key="invoice.id", index=True)
    kind: str
    month: date = Field(index=True)
    issued_on: date
    due_on: date
    net_ore: int = Field(sa_type=BigInteger)
    vat_ore: int = Field(sa_type=BigInteger)
    payable_ore: int = Field(sa_type=BigInteger)
    ocr: str = Field(default="", index=True)
    paper: dict[str, Any] = Field(sa_type=JSON)


class InvoiceLine(Row, table=True):
    """One line of an invoice or credit note.

    kind: `share` of a pool's month, `contribution` to it, `settlement` (a share of what it came
    to, less what was invoiced) or `interest`. pool_id, case_id: None for interest. month: the
    first day of what it is of. key: what it bills (`2026-11/2021/system/share/1`, the last its
    revision), unique; None where it credits another line (credits_id). snapshot: of the case
    behind it, empty where there is none.
    """

    __table_args__ = (
        UniqueConstraint("invoice_id", "position"),
        CheckConstraint(
            "kind in ('share', 'contribution', 'settlement', 'interest')", name="known_kind"
        ),
        Index(None, "pool_id", "month"),
    )

    id: int = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="invoice.id", index=True)
    position: int
    pool_id: int | None = Field(default=None, foreign_key="costpool.id")
    case_id: int | None = Field(default=None, foreign_key="runcase.id", index=True)
    credits_id: int | None = Field(default=None, foreign_key="invoiceline.id", index=True)
    key: str | None = Field(default=None, unique=True)
    kind: str
    month: date
    net_ore: int = Field(sa_type=BigInteger)
    category: str
    percent: int | None = None
    snapshot: str = ""


class InvoiceDocument(Row, table=True):
    """The document of an invoice in one form, `pdf` or `xml`."""

    __table_args__ = (UniqueConstraint("invoice_id", "form"),)

    id: int = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="invoice.id", index=True)
    form: str
    sha256: str = Field(foreign_key="document.sha256")


class InvoiceDelivery(Row, table=True):
    """That an invoice has left the house, and how: `access_point` or `email`."""

    id: int = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="invoice.id", unique=True)
    way: str
    delivered_at: datetime
