"""Use case: the crates of a month become measures, by which costs are split."""

from datetime import date
from typing import Final

from sqlmodel import col, func, select

from consortium.branches.tables import Branch
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.measures.entering import put_values
from consortium.members.queries import members
from consortium.members.tables import Member
from consortium.transports.rules import month_of
from consortium.transports.tables import CrateEvent

COUNTED: Final = {"crates_sent": "collected", "crates_received": "delivered"}
"""Measure → the event that counts for it, where it happened."""

SOURCE: Final = mark("Scans of crates, {first} to {last}")


def count_crates(work: Work, month: date) -> None:
    """Enter what each municipality sent and received in a month, on the month's last day.

    month: any day in it. `crates_sent`: crates collected at the municipality's branches on a
    Swedish day of the month, `crates_received`: delivered to them. A municipality without any has
    0, a region has no value. Counting again corrects; a date that is locked is a Conflict. Before
    there is a municipality, nothing is counted.
    """
    work.require("transports.change")
    first, last = month_of(month)
    source = words("sv")(SOURCE, first=first.isoformat(), last=last.isoformat())
    codes = [member.code for member in members(work) if member.kind == "municipality"]
    if not codes:
        return
    for measure, kind in COUNTED.items():
        counts = _events(work, kind, (first, last))
        given = {code: str(counts.get(code, 0)) for code in codes}
        put_values(work, measure, last, given, source)


def _events(work: Work, kind: str, days: tuple[date, date]) -> dict[str, int]:
    """Member code → how often `kind` happened at its branches between two days, both inclusive."""
    rows = (
        select(Member.code, func.count())
        .join(Branch, col(Branch.member_id) == col(Member.id))
        .join(CrateEvent, col(CrateEvent.branch_id) == col(Branch.id))
        .where(CrateEvent.kind == kind, CrateEvent.on_date >= days[0])
        .where(CrateEvent.on_date <= days[1])
        .group_by(col(Member.code))
    )
    return dict(work.session.exec(rows).all())
