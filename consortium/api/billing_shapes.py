"""What the endpoints of invoices and shares answer with."""

from typing import Literal

from pydantic import Field

from consortium.api.fields import Day, Instant, NextCursor, Ore, Sha256, Shown, Year
from consortium.api.splits import FaultShown

Category = Literal["S", "E", "O"]


class Delivery(Shown):
    way: Literal["access_point", "email"]
    at: Instant


class InvoiceLine(Shown):
    number: str
    document: Literal["invoice", "credit_note"] = Field(
        description="The amounts of a credit note are negative"
    )
    member: str
    name: str
    kind: Literal["rated", "outside"]
    month: str
    issued_on: Day
    due_on: Day
    net_ore: Ore
    vat_ore: Ore
    payable_ore: Ore
    delivery: Delivery | None = Field(description="Null until it has left the house")


class InvoiceList(Shown):
    invoices: list[InvoiceLine]
    next_cursor: NextCursor


class Line(Shown):
    position: int = Field(ge=1)
    pool: str | None = Field(description="Null for interest")
    kind: Literal["share", "contribution", "settlement", "interest"]
    text: str
    net_ore: Ore
    vat_category: Category
    vat_percent: int | None
    snapshot: Sha256 | Literal[""] = Field(
        description="Of the case that it was split from; empty for interest"
    )


class VatGroup(Shown):
    category: Category
    percent: int | None
    base_ore: Ore
    vat_ore: Ore
    reason: str


class DocumentShown(Shown):
    form: Literal["pdf", "xml"]
    sha256: Sha256


class InvoiceShown(InvoiceLine):
    buyer_reference: str
    seller_organisation_number: str
    buyer_organisation_number: str
    bankgiro: str
    ocr: str
    example: bool = Field(description="It is made up")
    lines: list[Line]
    vat: list[VatGroup]
    credits: list[str] = Field(description="Numbers of the invoices that a credit note is about")
    documents: list[DocumentShown] = Field(description="Empty until they are drawn")


class Contribution(Shown):
    member: str
    amount_ore: Ore


class Share(Shown):
    member: str
    net_ore: Ore
    exact: str = Field(description="Öre before rounding: a whole number or a fraction")
    percent: str


class SharedPoolShown(Shown):
    code: str
    name: str
    invoiced: bool
    cost_ore: Ore
    split_ore: Ore
    leftover_ore: Ore
    snapshot: str
    contributions: list[Contribution]
    shares: list[Share]
    errors: list[FaultShown]


class ShareList(Shown):
    year: Year
    month: int = Field(ge=1, le=12)
    pools: list[SharedPoolShown]
