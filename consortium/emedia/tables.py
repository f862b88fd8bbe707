"""Suppliers of e-media, their prices, and the usage that is paid for."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Supplier(Row, table=True):
    """A supplier of e-media.

    metric, access_method: what counts as a loan in its COUNTER reports.
    """

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    metric: str = "Unique_Title_Requests"
    access_method: str = "Regular"


class SupplierCustomer(Row, table=True):
    """The customer or institution id under which a supplier knows a member."""

    __table_args__ = (UniqueConstraint("supplier_id", "customer_id"),)

    id: int = Field(default=None, primary_key=True)
    supplier_id: int = Field(foreign_key="supplier.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    customer_id: str


class LoanPrice(Row, table=True):
    """What a supplier charges a loan, on its days, both inclusive.

    ore_per_loan: an exact decimal number of öre, as prices may have parts of an öre.
    """

    __table_args__ = (
        UniqueConstraint("supplier_id", "from_on"),
        CheckConstraint("to_on is null or to_on >= from_on", name="in_order"),
    )

    id: int = Field(default=None, primary_key=True)
    supplier_id: int = Field(foreign_key="supplier.id", index=True)
    from_on: date
    to_on: date | None = None
    ore_per_loan: str


class Usage(Row, table=True):
    """The loans that a member's patrons made at a supplier in a month (its first day): a number."""

    __table_args__ = (
        UniqueConstraint("supplier_id", "member_id", "month"),
        CheckConstraint("loans >= 0", name="not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    supplier_id: int = Field(foreign_key="supplier.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    month: date = Field(index=True)
    loans: int
    source: str
    imported_by: str
    imported_at: datetime
