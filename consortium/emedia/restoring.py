"""Use case: usage goes back to what it was before an import, with its cost and its loans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from consortium.core.work import Work
from consortium.costs.queries import pool_of_year
from consortium.costs.recording import replace_costs
from consortium.documents.keeping import keep_record
from consortium.documents.queries import record_of
from consortium.emedia.costing import Used, record_costs, record_loans, require_open
from consortium.emedia.queries import plain_prices, price_rows
from consortium.emedia.rules import POOL, months_text, reference
from consortium.emedia.tables import Supplier, Usage
from consortium.measures.removing import Standing, put_back_values
from consortium.members.queries import members
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class UsageChange:
    """What a change did to the loans of a supplier, municipality and month (its first day).

    before: loans and source, None where there was no usage. after: loans, None where none is left.
    """

    supplier: str
    member: str
    month: date
    before: tuple[int, str] | None
    after: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "supplier": self.supplier,
            "member": self.member,
            "month": self.month.isoformat(),
            "before": list(self.before) if self.before else None,
            "after": self.after,
        }


def changes_of(kept: Mapping[str, Any]) -> list[UsageChange]:
    """The changes in a record that an import, or this file, has kept."""
    return [
        UsageChange(
            line["supplier"],
            line["member"],
            date.fromisoformat(line["month"]),
            (line["before"][0], line["before"][1]) if line["before"] else None,
            line["after"],
        )
        for line in kept["usage"]
    ]


def usage_rows(work: Work, changes: Sequence[UsageChange]) -> dict[tuple[str, str, date], Usage]:
    """The usage that stands now in the months of `changes`: supplier, member, month → row."""
    months = [change.month for change in changes]
    rows = (
        select(Supplier.code, Member.code, Usage)
        .join(Supplier, col(Supplier.id) == col(Usage.supplier_id))
        .join(Member, col(Member.id) == col(Usage.member_id))
        .where(Usage.month >= min(months), Usage.month <= max(months))
    )
    return {(supplier, member, row.month): row for supplier, member, row in work.session.exec(rows)}


def restore_usage(work: Work, replaced: str) -> None:
    """Let usage be what it was before a change. replaced: the digest under which that is kept."""
    kept = record_of(work, replaced)
    changes = changes_of(kept)
    for code in sorted({change.member for change in changes}):
        work.require("emedia.change", code)
    years = sorted({change.month.year for change in changes})
    require_open(work, years)
    rows = usage_rows(work, changes)
    standing = {key: (row.loans, row.source) for key, row in rows.items()}
    inverse = [_inverse(change, standing) for change in changes]
    _put_back(work, changes, rows)
    counted = len(work.audited)
    for year in years:
        record_loans(work, year)
    _without_usage(work, kept["measured"])
    work.audit(
        "emedia.usage_restored",
        suppliers=sorted({change.supplier for change in changes}),
        months=months_text([change.month for change in changes]),
        changed=len(changes),
        replaced=keep_record(
            work,
            {
                "usage": [change.as_json() for change in inverse],
                "measured": measured_since(work, counted),
            },
        ),
    )


def measured_since(work: Work, counted: int) -> list[dict[str, Any]]:
    """What became of measures in this work, after its first `counted` audit entries."""
    entries = [entry for entry in work.audited[counted:] if entry.event == "measures.entered"]
    return [{**entry.facts, "code": entry.subject} for entry in entries]


def _inverse(
    change: UsageChange, standing: Mapping[tuple[str, str, date], tuple[int, str]]
) -> UsageChange:
    now = standing.get((change.supplier, change.member, change.month))
    left = change.before[0] if change.before else None
    return UsageChange(change.supplier, change.member, change.month, now, left)


def _put_back(
    work: Work, changes: Sequence[UsageChange], rows: Mapping[tuple[str, str, date], Usage]
) -> None:
    suppliers = {row.code: row for row in work.session.exec(select(Supplier))}
    known = {member.code: member for member in members(work)}
    used: list[Used] = []
    for change in changes:
        row = rows.get((change.supplier, change.member, change.month))
        if change.before is None:
            _take_away(work, change, row)
        else:
            supplier, member = suppliers[change.supplier], known[change.member]
            row = row or _new_row(work, change, supplier, member)
            row.loans, row.source = change.before
            row.imported_by, row.imported_at = work.actor.name, work.now
            work.session.add(row)
            used.append((supplier, member, row))
    work.session.flush()
    codes = {supplier.code: supplier for supplier, *_ in used}
    prices = {code: plain_prices(price_rows(work, row)) for code, row in codes.items()}
    record_costs(work, used, prices)


def _new_row(work: Work, change: UsageChange, supplier: Supplier, member: Member) -> Usage:
    return Usage(
        supplier_id=supplier.id,
        member_id=member.id,
        month=change.month,
        loans=0,
        source="",
        imported_by=work.actor.name,
        imported_at=work.now,
    )


def _take_away(work: Work, change: UsageChange, row: Usage | None) -> None:
    known_as = reference(change.supplier, change.month, change.member)
    replace_costs(work, pool_of_year(work, POOL, change.month.year), known_as, [])
    if row is not None:
        work.session.delete(row)


def _without_usage(work: Work, measured: Sequence[Mapping[str, Any]]) -> None:
    """Members without any usage left in a year have the loans back that they had before."""
    for entry in measured:
        on = date.fromisoformat(entry["on"])
        rows = (
            select(Member.code)
            .join(Usage, col(Usage.member_id) == col(Member.id))
            .where(Usage.month >= date(on.year, 1, 1), Usage.month <= on)
        )
        using = set(work.session.exec(rows))
        wanted: dict[str, Standing] = {
            code: (before[0], before[1]) if before else None
            for code, before in zip(entry["members"], entry["before"], strict=True)
            if code not in using
        }
        if wanted:
            put_back_values(work, entry["code"], on, wanted)
