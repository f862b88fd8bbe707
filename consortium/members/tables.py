"""Members: the municipalities and the region, and which of them is host."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Consortium(Row, table=True):
    """The one row about the consortium itself. example: its figures are made up, and marked so."""

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(default=1, primary_key=True)
    name: str
    example: bool = False


class Member(Row, table=True):
    """A party to the cooperation, known by its code: four digits (kommunkod), two for a region.

    organisation_number: ten digits, Luhn. made_up: the number is a test number, not a real one.
    endpoint_scheme, endpoint_id: the address for e-invoices (Peppol: 0007 organisation number,
    0088 GLN). delivery: how its invoices leave, `access_point` or `email`.
    """

    __table_args__ = (
        CheckConstraint("kind in ('municipality', 'region')", name="known_kind"),
        CheckConstraint("delivery in ('access_point', 'email')", name="known_delivery"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=4)
    name: str = Field(unique=True)
    legal_name: str
    kind: str
    organisation_number: str = Field(default="", max_length=10)
    made_up: bool = False
    endpoint_scheme: str = Field(default="", max_length=4)
    endpoint_id: str = ""
    buyer_reference: str = ""
    delivery: str = "access_point"
    email: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""


class Membership(Row, table=True):
    """A time in which a member belonged, both days inclusive; no first day: from the beginning."""

    __table_args__ = (CheckConstraint("to_on is null or to_on >= from_on", name="in_order"),)

    id: int = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    from_on: date | None = None
    to_on: date | None = None


class Hosting(Row, table=True):
    """A member is host from a day on, until the next one: it buys, pays and invoices.

    Only the first day is kept, so that there is one host at a time by construction.
    bankgiro: digits only, Luhn. due_days: the terms of payment on its invoices. series: digits
    before the year in the numbers of its invoices, so that two hosts' series never meet; may be
    empty. f_tax: it is approved for F-tax, which its invoices then say (SE-R-005).
    """

    __table_args__ = (CheckConstraint("due_days >= 0", name="not_negative"),)

    id: int = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    from_on: date = Field(unique=True)
    bankgiro: str
    due_days: int = 30
    series: str = Field(default="", max_length=4)
    f_tax: bool = False
