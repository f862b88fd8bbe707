"""Sheets of e-media usage: loans of a municipality at a supplier in a month."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.days import last_day
from consortium.core.errors import Conflict, Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.emedia.formats.usage import UsageLine
from consortium.emedia.importing import usage_records
from consortium.emedia.restoring import restore_usage
from consortium.emedia.rules import MEASURE, MOST_LOANS, cost_ore, month_faults, price_on
from consortium.emedia.tables import Supplier, Usage
from consortium.emedia.taking import Records, take
from consortium.exchange.formats.cells import code, month, shown_month, whole
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values
from consortium.exchange.tables import ImportBatch
from consortium.measures.tables import Measure, MeasureSnapshot
from consortium.members.tables import Member

Known = tuple[Records, frozenset[int]]
"""Suppliers, prices and municipalities, and the years whose loans are locked."""


def _known(work: Work) -> Known:
    locks = (
        select(col(MeasureSnapshot.on_date))
        .join(Measure, col(Measure.id) == col(MeasureSnapshot.measure_id))
        .where(Measure.code == MEASURE)
    )
    years = frozenset(day.year for day in work.session.exec(locks) if day == last_day(day.year, 12))
    return usage_records(work, lock=False), years


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    records = known[0].known
    if row["supplier"] not in records.prices:
        yield Fault(
            "There is no supplier {code}",
            "supplier",
            {"code": row["supplier"]},
            "Add the supplier first or write its code",
        )
    else:
        yield from month_faults(records, row["supplier"], row["month"], "month")
    if row["municipality"] not in records.municipalities:
        yield Fault(
            "{code} is no municipality of the consortium",
            "municipality",
            {"code": row["municipality"]},
            "Write its code, as 2080",
        )
    if row["loans"] < 0:
        yield Fault(
            "{loans} is no whole number that is 0 or more", "loans", {"loans": row["loans"]}
        )
    elif row["loans"] > MOST_LOANS:
        yield Fault("{loans} loans are too many", "loans", {"loans": row["loans"]})
    if row != before and row["month"].year in known[1]:
        yield Fault("The loans of {year} are locked", "month", {"year": row["month"].year})


def _owner(row: Row, _known: Known) -> str:
    return str(row["municipality"])


def _standing(work: Work, _known: Known, rows: Sequence[Values] | None) -> Standing:
    found = (
        select(Supplier.code, col(Usage.month), Member.code, Usage.loans)
        .join(Usage, col(Usage.supplier_id) == col(Supplier.id))
        .join(Member, col(Member.id) == col(Usage.member_id))
        .order_by(col(Usage.month), col(Supplier.code), col(Member.code))
    )
    if rows is not None:
        months = {month_of for _, month_of, _, _ in rows} or {date.max}
        found = found.where(Usage.month >= min(months), Usage.month <= max(months))
    return {tuple(row[:3]): tuple(row) for row in work.session.exec(found)}


def _write(work: Work, changes: Sequence[Change], source: str) -> None:
    lines = [
        UsageLine(row["supplier"], row["municipality"], row["month"], row["loans"])
        for row in (change.after for change in changes)
    ]
    take(work, usage_records(work, lock=True), lines, source, dry_run=False)


def _restore(work: Work, batch: ImportBatch) -> None:
    """Usage has its own way back, which knows what it cost and what was counted before."""
    rows = select(AuditEntry).where(
        AuditEntry.event == "emedia.usage_imported",
        AuditEntry.at == batch.taken_at,
        AuditEntry.actor == batch.taken_by,
        AuditEntry.subject == batch.file_name,
    )
    entry = work.session.exec(rows.order_by(col(AuditEntry.id).desc())).first()
    if entry is None:
        raise Conflict("The import changed no usage")
    restore_usage(work, entry.facts["replaced"])


def _remove(_work: Work, _rows: Sequence[Row]) -> None:
    raise Conflict("Usage is taken back by the import it came with")


def price_ore(known: Known, values: Values | None) -> int:
    """What the loans of a row cost the pot, in öre; 0 of no row."""
    if values is None:
        return 0
    supplier, first_day, _municipality, loans = values
    price = price_on(known[0].known.prices[supplier], first_day)
    return cost_ore(loans, price.ore_per_loan) if price else 0


USAGE = Kind(
    code="usage",
    name=mark("E-media usage"),
    means=mark(
        "How many loans each municipality has made at a supplier in a month:"
        " a sheet, or a COUNTER title report (release 5.1, JSON)."
    ),
    right="emedia.change",
    sees="emedia.see",
    key=("supplier", "month", "municipality"),
    dated="month",
    fields=(
        Field("supplier", "Leverantör", mark("The supplier's code"), "e-books", required=True),
        Field(
            "month",
            "Månad",
            mark("A month that is over"),
            "2026-10",
            month,
            shown_month,
            required=True,
        ),
        Field(
            "municipality",
            "Kommunkod",
            mark("The municipality's code"),
            "2080",
            code,
            required=True,
            aliases=("kommun", "member"),
        ),
        Field(
            "loans",
            "Lån",
            mark("How many loans; 0 where there were none"),
            "412",
            whole,
            required=True,
            aliases=("utlån", "antal lån"),
        ),
    ),
    known=_known,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
    restore=_restore,
    price=price_ore,
)
