"""Checked usage is put in the place of what was there, paid for and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from consortium.core.work import Work
from consortium.documents.keeping import keep_record
from consortium.emedia.costing import Used, record_costs, record_loans, require_open
from consortium.emedia.formats.usage import UsageLine
from consortium.emedia.restoring import UsageChange, measured_since
from consortium.emedia.rules import Known, cost_ore, months_text, price_on
from consortium.emedia.tables import Supplier, Usage
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class Records:
    """The records that usage is checked against, by code; the suppliers stay locked."""

    suppliers: Mapping[str, Supplier]
    municipalities: Mapping[str, Member]
    known: Known


@dataclass(frozen=True, slots=True)
class UsageImport:
    """What an import did, or in a dry run would do. new, changed, unchanged: rows of usage.

    months: the first days of the months in the file. cost_before_ore, cost_after_ore: what the
    usage of the file's suppliers, months and municipalities costs the pot before and after.
    """

    new: int
    changed: int
    unchanged: int
    months: tuple[date, ...]
    cost_before_ore: int
    cost_after_ore: int
    dry_run: bool


def take(
    work: Work, records: Records, lines: Sequence[UsageLine], source: str, *, dry_run: bool
) -> UsageImport:
    """Let `lines`, each checked, stand for their supplier, municipality and month.

    Needs the right for each municipality in them; a Conflict where the loans of a year are locked.
    """
    for code in sorted({line.municipality for line in lines}):
        work.require("emedia.change", code)
    there = _there(work, records, lines)
    touched = [line for line in lines if line not in there or there[line].loans != line.loans]
    require_open(work, sorted({line.month.year for line in touched}))
    result = _result(records, lines, there, dry_run=dry_run)
    if touched and not dry_run:
        changes = [_change(line, there.get(line)).as_json() for line in touched]
        counted = len(work.audited)
        _put(work, records, [(line, there.get(line)) for line in touched], source)
        kept = {"usage": changes, "measured": measured_since(work, counted)}
        work.audit(
            "emedia.usage_imported",
            source,
            suppliers=sorted({line.supplier for line in touched}),
            months=months_text([line.month for line in touched]),
            new=result.new,
            changed=result.changed,
            cost_ore=[result.cost_before_ore, result.cost_after_ore],
            replaced=keep_record(work, kept),
        )
    return result


def _change(line: UsageLine, there: Usage | None) -> UsageChange:
    before = (there.loans, there.source) if there else None
    return UsageChange(line.supplier, line.municipality, line.month, before, line.loans)


def _there(work: Work, records: Records, lines: Sequence[UsageLine]) -> dict[UsageLine, Usage]:
    """The row that stands in the place of each line, where there is one."""
    months = [line.month for line in lines]
    rows = select(Usage).where(Usage.month >= min(months), Usage.month <= max(months))
    found = {(row.supplier_id, row.member_id, row.month): row for row in work.session.exec(rows)}
    places = {
        line: (
            records.suppliers[line.supplier].id,
            records.municipalities[line.municipality].id,
            line.month,
        )
        for line in lines
    }
    return {line: found[place] for line, place in places.items() if place in found}


def _result(
    records: Records,
    lines: Sequence[UsageLine],
    there: Mapping[UsageLine, Usage],
    *,
    dry_run: bool,
) -> UsageImport:
    same = sum(row.loans == line.loans for line, row in there.items())
    return UsageImport(
        new=len(lines) - len(there),
        changed=len(there) - same,
        unchanged=same,
        months=tuple(sorted({line.month for line in lines})),
        cost_before_ore=sum(_cost_ore(records, line, row.loans) for line, row in there.items()),
        cost_after_ore=sum(_cost_ore(records, line, line.loans) for line in lines),
        dry_run=dry_run,
    )


def _cost_ore(records: Records, line: UsageLine, loans: int) -> int:
    price = price_on(records.known.prices[line.supplier], line.month)
    return cost_ore(loans, price.ore_per_loan) if price else 0


def _put(
    work: Work,
    records: Records,
    touched: Sequence[tuple[UsageLine, Usage | None]],
    source: str,
) -> None:
    used: list[Used] = []
    for line, there in touched:
        supplier = records.suppliers[line.supplier]
        member = records.municipalities[line.municipality]
        row = there or Usage(
            supplier_id=supplier.id,
            member_id=member.id,
            month=line.month,
            loans=line.loans,
            source=source,
            imported_by=work.actor.name,
            imported_at=work.now,
        )
        row.loans, row.source = line.loans, source
        row.imported_by, row.imported_at = work.actor.name, work.now
        work.session.add(row)
        used.append((supplier, member, row))
    work.session.flush()
    record_costs(work, used, records.known.prices)
    for year in sorted({line.month.year for line, _ in touched}):
        record_loans(work, year)
