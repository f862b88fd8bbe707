"""Invoice runs, the cases they freeze, invoices and what became of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class InvoiceRun(Row, table=True):
    """The invoicing of one month; `sequence` 2 and on mend what an earlier one had to leave.

    state: `prepared`, `approved` (its cases frozen), `issued`. month: the month's first day.
    approved: invoice key → payable öre, exactly what was approved and may be issued.
    """

    __table_args__ = (
        UniqueConstraint("month", "sequence"),
        CheckConstraint("state in ('prepared', 'approved', 'issued')", name="known_state"),
    )

    id: int = Field(default=None, primary_key=True)
    month: date = Field(index=True)
    sequence: int = 1
    state: str = "prepared"
    prepared_by: str
    prepared_at: datetime
    approved: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    approved_by: str = ""
    approved_at: datetime | None = None
    issued_by: str = ""
    issued_at: datetime | None = None


class RunCase(Row, table=True):
    """A pool's part of a month as approved: the allocation case with cost, contributions and VAT.

    sha256: of `basis` as canonical JSON; a basis that has another at issue is a Conflict.
    """

    __table_args__ = (UniqueConstraint("run_id", "pool_id"),)

    id: int = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="invoicerun.id", index=True)
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    basis: dict[str, Any] = Field(sa_type=JSON)
    sha256: str


class NumberSeries(Row, table=True):
    """The last number given in a year's series; taken and raised in the issuing transaction."""

    year: int = Field(primary_key=True)
    last: int = 0


class Invoice(Row, table=True):
    """A claim on one member, never changed once issued (triggers refuse it).

    key: what is billed (`2026-11/2021/rated`), unique, so that nothing is billed twice.
    kind: `rated` or `outside` (VAT). paper: all that stands on it, fixed at issue.
    """

    __table_args__ = (
        CheckConstraint("payable_ore = net_ore + vat_ore", name="sums"),
        CheckConstraint("kind in ('rated', 'outside')", name="known_kind"),
        Index(None, "member_id", "number"),
    )

    id: int = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    key: str = Field(unique=True)
    run_id: int = Field(foreign_key="invoicerun.id", index=True)
    member_id: int = Field(foreign_key="member.id")
    kind: str
    month: date = Field(index=True)
    issued_on: date
    due_on: date
    net_ore: int = Field(sa_type=BigInteger)
    vat_ore: int = Field(sa_type=BigInteger)
    payable_ore: int = Field(sa_type=BigInteger)
    paper: dict[str, Any] = Field(sa_type=JSON)


class InvoiceLine(Row, table=True):
    """One pool's share, or a contribution to it, on an invoice. snapshot: of the case behind it."""

    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    id: int = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="invoice.id", index=True)
    position: int
    pool_id: int = Field(foreign_key="costpool.id", index=True)
    kind: str
    net_ore: int = Field(sa_type=BigInteger)
    category: str
    percent: int | None = None
    snapshot: str


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
