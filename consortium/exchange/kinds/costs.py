"""Sheets of actual costs of pools."""

from collections.abc import Iterator, Sequence

from sqlmodel import col, select

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.changing import counted, put_costs
from consortium.costs.entries import NewCost, cost_faults
from consortium.costs.removing import remove_cost
from consortium.costs.tables import ActualCost, CostPool
from consortium.exchange.formats.cells import day, kronor, maybe, shown_ore
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values

Known = frozenset[tuple[str, int]]
"""Code and year of every pool."""


def _known(work: Work) -> Known:
    return frozenset(work.session.exec(select(CostPool.code, CostPool.year)).all())


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    year = row["on_date"].year
    if (row["pool"], year) not in known:
        yield Fault(
            "There is no cost pool {code} in {year}", "pool", {"code": row["pool"], "year": year}
        )
    yield from cost_faults(_cost(row)[1])
    if row != before and counted(row["reference"]):
        yield Fault(
            "The cost {reference} follows from usage",
            "reference",
            {"reference": row["reference"]},
            "Import the usage instead",
        )


def _owner(_row: Row, _known: Known) -> str:
    return ""


def _standing(work: Work, _known: Known, _rows: Sequence[Values] | None) -> Standing:
    rows = (
        select(CostPool.code, ActualCost.reference, col(ActualCost.on_date), ActualCost.supplier)
        .add_columns(
            col(ActualCost.text),
            col(ActualCost.amount_ore),
            col(ActualCost.account),
            col(ActualCost.from_on),
            col(ActualCost.to_on),
        )
        .join(CostPool, col(CostPool.id) == col(ActualCost.pool_id))
        .order_by(col(ActualCost.on_date), col(ActualCost.id))
    )
    return {(row[1],): tuple(row) for row in work.session.execute(rows)}


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    put_costs(work, [_cost(change.after) for change in changes])


def _cost(row: Row) -> tuple[str, NewCost]:
    return row["pool"], NewCost(
        row["reference"],
        row["on_date"],
        row["supplier"],
        row["text"],
        row["amount_ore"],
        row["account"],
        row["from_on"],
        row["to_on"],
    )


def _remove(work: Work, rows: Sequence[Row]) -> None:
    for row in rows:
        remove_cost(work, row["reference"])


COSTS = Kind(
    code="costs",
    name=mark("Actual costs"),
    means=mark("What the host has paid for a pool: the rows of its bookkeeping."),
    right="costs.change",
    sees="costs.see",
    key=("reference",),
    dated="on_date",
    fields=(
        Field(
            "pool",
            "Kostnadspool",
            mark("The pool's code; its year is the date's"),
            "system",
            required=True,
            aliases=("pott",),
        ),
        Field(
            "reference",
            "Referens",
            mark("What the cost is known by, as the supplier's number; never used twice"),
            "faktura 4711",
            required=True,
            aliases=(
                "fakturanummer",
                "fakturanr",
                "faktura nr",
                "leverantörsfakturanummer",
                "verifikation",
                "verifikationsnummer",
                "vernr",
                "ver",
                "löpnummer",
                "invoice number",
            ),
        ),
        Field(
            "on_date",
            "Datum",
            mark("The day that the cost is of"),
            "2026-10-31",
            day,
            required=True,
            aliases=(
                "date",
                "fakturadatum",
                "bokföringsdatum",
                "bokf datum",
                "verdatum",
                "verifikationsdatum",
                "invoice date",
            ),
        ),
        Field(
            "supplier",
            "Leverantör",
            mark("Who was paid"),
            "Systemleverantören",
            aliases=("leverantörsnamn", "levnamn", "motpart", "namn", "supplier name"),
        ),
        Field(
            "text",
            "Text",
            mark("What it was for"),
            "Licens oktober",
            aliases=("fakturatext", "vertext", "verifikationstext", "benämning", "description"),
        ),
        Field(
            "amount_ore",
            "Belopp (kr)",
            mark("In kronor; a credit has a minus"),
            "1234,50",
            kronor,
            shown_ore,
            required=True,
            aliases=(
                "belopp",
                "amount",
                "summa",
                "belopp exkl moms",
                "belopp exkl. moms (kr)",
                "nettobelopp",
                "netto",
                "belopp sek",
            ),
        ),
        Field(
            "account",
            "Konto",
            mark("Of the host's books, 3 to 10 digits"),
            "6420",
            aliases=("kontonummer", "kontonr", "kto"),
        ),
        Field(
            "from_on",
            "Period från",
            mark("The first day of the time it is for, where that is not its own day"),
            "2026-10-01",
            maybe(day),
            aliases=("period from", "periodiseras från", "avser från", "from"),
            default=None,
        ),
        Field(
            "to_on",
            "Period till",
            mark("The last day of that time; it weighs on each month of it in equal parts"),
            "2026-12-31",
            maybe(day),
            aliases=("period to", "periodiseras till", "avser till", "to", "period till och med"),
            default=None,
        ),
    ),
    known=_known,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
)
