"""What rests on a row: every table that points to it, in the users' words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Column, exists
from sqlmodel import select

from consortium.core.db import Row
from consortium.core.errors import Conflict, Fault
from consortium.core.words import mark
from consortium.core.work import Work


@dataclass(frozen=True, slots=True)
class Held:
    """What is said of a table that points to a row. thing: the column with its name, page's key.

    stays: the rows are for good, so that taking them back first is no way out.
    """

    text: str
    thing: str = ""
    page: str = ""
    stays: bool = False


HELD: Final = {
    "actualcost": Held(mark("The cost {thing} is recorded"), "reference"),
    "agreementparty": Held(mark("It has signed an agreement")),
    "branch": Held(mark("The library {thing} belongs to it"), "slug", "branch"),
    "branchplace": Held(mark("It moves, or gets another name, on {thing}"), "from_on"),
    "budgetcomment": Held(mark("It has answered on a budget"), stays=True),
    "budgetline": Held(mark("Its budget has lines")),
    "buscall": Held(mark("It is in the timetable of a book bus")),
    "card": Held(mark("It has given out cards"), stays=True),
    "cardseries": Held(mark("It has given out cards"), stays=True),
    "carrierclaim": Held(mark("A claim for a missed stop rests on it"), stays=True),
    "carrierinvoice": Held(mark("The invoice {thing} is entered"), "number", stays=True),
    "clause": Held(mark("It has the clause {thing}"), "number"),
    "closure": Held(mark("It is closed from {thing}"), "from_on"),
    "contribution": Held(mark("A contribution is recorded")),
    "costattachment": Held(mark("A paper is attached to it")),
    "costforecast": Held(mark("A forecast of {thing} is made"), "on_date"),
    "crate": Held(mark("The crate {thing} belongs to it"), "code", "crate"),
    "crateevent": Held(mark("Crates have been scanned there"), stays=True),
    "cratestate": Held(mark("Crates have travelled"), stays=True),
    "delaynotice": Held(mark("It has been told of delays"), stays=True),
    "deliverypoint": Held(mark("What drivers have to know of it is kept")),
    "extrastop": Held(mark("It has an extra stop on {thing}"), "on_date"),
    "hosting": Held(mark("It is made host from {thing}"), "from_on"),
    "invoice": Held(mark("The invoice {thing} is issued to it"), "number", "invoice", stays=True),
    "invoiceline": Held(mark("Invoices are issued by it"), stays=True),
    "keyversion": Held(mark("An allocation key from {thing} rests on it"), "from_on"),
    "loanprice": Held(mark("A price from {thing} is set"), "from_on"),
    "measurefetch": Held(mark("Its values of {thing} were asked for"), "on_date"),
    "measuresnapshot": Held(mark("Its values of {thing} are locked"), "on_date"),
    "measurevalue": Held(mark("There are values of {thing}"), "on_date"),
    "participation": Held(mark("Its part in a cost pool is recorded")),
    "patron": Held(mark("Patrons are registered with it"), stays=True),
    "paymentpart": Held(mark("Payments pay it"), stays=True),
    "reminder": Held(mark("A reminder of it was sent"), stays=True),
    "rolegrant": Held(mark("An account has a role in it")),
    "routeevent": Held(mark("Drivers have noted stops there"), stays=True),
    "runcase": Held(mark("An approved invoice run rests on it")),
    "suppliercustomer": Held(mark("The customer id {thing} is kept"), "customer_id"),
    "templatestop": Held(mark("It has a stop in the week")),
    "usage": Held(mark("Usage of {thing} is imported"), "month"),
    "vattreatment": Held(mark("Its VAT is set from {thing}"), "from_on"),
    "volumecount": Held(mark("Crates have been counted for it"), stays=True),
    "votingrule": Held(mark("The votes of {thing} rest on it"), "body"),
    "vehicleabsence": Held(mark("It is absent from {thing}"), "from_on"),
    "vehicle": Held(mark("The vehicle {thing} starts there"), "code"),
}
"""Table → what it means that its rows point to a row; other tables are named as they are."""

OTHER: Final = Held(mark("Records rest on it: {table}"))


AT_ONCE: Final = 500


def require_free(
    work: Work, table: type[Row], rows: Mapping[int, str], but: frozenset[str] = frozenset()
) -> None:
    """Refuse, as Conflict with every reason, where rows of other tables point to these.

    rows: id → what it is called, which is the place of a fault. but: the tables that go with it.
    """
    held = sorted(set(_pointed_to(work, table, sorted(rows), but)))
    faults = [
        replace(fault, at=rows[row_id])
        for row_id in held
        for fault in holders(work, table, row_id, but)
    ]
    if faults:
        raise Conflict(faults)


def holders(
    work: Work, table: type[Row], row_id: int, but: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    """A fault for each table whose rows point to a row of `table`. but: tables that go with it."""
    name = str(table.__tablename__)
    pointing = [key for key in _keys_to(name) if key.table.name not in but]
    if not pointing:
        return
    asked = select(*(exists().where(key == row_id) for key in pointing))
    found: Any = work.session.exec(asked).one()
    held = [found] if isinstance(found, bool) else found
    for key, holds in zip(pointing, held, strict=True):
        if holds:
            yield _fault(work, key, row_id)


def _pointed_to(
    work: Work, table: type[Row], ids: Sequence[int], but: frozenset[str]
) -> Iterator[int]:
    """Which of many rows any table points to, without a query for each row."""
    for key in _keys_to(str(table.__tablename__)):
        for begin in range(0, len(ids) if key.table.name not in but else 0, AT_ONCE):
            some = key.in_(ids[begin : begin + AT_ONCE])
            yield from work.session.exec(select(key).where(some).distinct())


def _keys_to(name: str) -> list[Column[Any]]:
    """The columns of all tables that point to table `name`, by their table's name."""
    return [
        key.parent
        for each in sorted(Row.metadata.tables.values(), key=lambda each: each.name)
        for key in sorted(each.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table.name == name
    ]


def _fault(work: Work, key: Column[Any], row_id: int) -> Fault:
    table = key.table
    held = HELD.get(table.name, OTHER)
    facts: dict[str, str | int] = {"table": table.name} if held is OTHER else {}
    at = ""
    if held.thing:
        column = table.c[held.thing]
        first: Any = work.session.exec(select(column).where(key == row_id).order_by(column)).first()
        facts["thing"] = str(first)
        at = f"{held.page} {first}" if held.page else ""
    return Fault(held.text, at, facts, "" if held.stays else "Take that back first")
