"""Use case: the crates of a month become measures, by which costs are split."""

from collections import Counter
from datetime import date
from typing import Final

from consortium.branches.queries import branches
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.crates.queries import daily_counts
from consortium.crates.rules import COLLECTED, DELIVERED, month_of
from consortium.measures.entering import put_values
from consortium.members.queries import members

COUNTED: Final = {"crates_sent": COLLECTED, "crates_received": DELIVERED}
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
    sent, received = _counts(work, first, last)
    for measure, counts in zip(COUNTED, (sent, received), strict=True):
        given = {code: str(counts[code]) for code in codes}
        put_values(work, measure, last, given, source)


def _counts(work: Work, first: date, last: date) -> tuple[Counter[str], Counter[str]]:
    """Member code → crates that its branches sent and received between two days, inclusive."""
    owners = {branch.id: member.code for branch, member in branches(work)}
    sent: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for (branch_id, _day), (out, into) in daily_counts(work, first, last).items():
        sent[owners[branch_id]] += out
        received[owners[branch_id]] += into
    return sent, received
