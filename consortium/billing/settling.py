"""Use cases: a year is settled, and so is a member that leaves within it."""

from datetime import date

from consortium.billing.periods import FINAL, LEAVING, SETTLEMENT, Cut
from consortium.billing.preparing import add_run
from consortium.billing.queries import latest_run
from consortium.billing.tables import InvoiceRun
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import Conflict
from consortium.core.work import Work
from consortium.costs.queries import pools
from consortium.members.queries import member_by_code, membership_of


def prepare_settlement(work: Work, year: int) -> InvoiceRun:
    """The open settlement of a year that has ended, made where there is none.

    After one is issued the next is a new one: it settles what has changed since, and never edits
    what stands.
    """
    work.require("billing.prepare")
    if not pools(work, year):
        raise Conflict("There are no cost pools in {year}", year=year, remedy="Add them")
    if work.today.year <= year:
        raise Conflict(
            "{year} has not ended",
            year=year,
            remedy="Look at the preview, and settle the year when its costs are known",
        )
    cut = Cut(date(year, 1, 1), MONTHS_A_YEAR, FINAL)
    return _open(work, cut, SETTLEMENT) or add_run(work, cut, SETTLEMENT)


def prepare_leaving(work: Work, code: str) -> InvoiceRun:
    """The open final settlement of a member that has left, made where there is none.

    It shares what the pools came to up to and including the month of its last day. The year's own
    settlement counts it as invoiced.
    """
    work.require("billing.prepare")
    member = member_by_code(work, code)
    membership = membership_of(work, member)
    left = membership.to_on if membership else None
    if left is None or left >= work.today:
        raise Conflict(
            "{name} has not left the consortium",
            name=member.name,
            remedy="Record its last day first",
        )
    cut = Cut(date(left.year, 1, 1), MONTHS_A_YEAR, FINAL, members=frozenset({code}))
    found = _open(work, cut, LEAVING)
    if found is None:
        found = add_run(work, cut, LEAVING)
        found.through_on = left
        work.session.add(found)
        work.session.flush()
    elif found.chosen_members != [code]:
        raise Conflict(
            "The final settlement of {code} is open",
            code=found.chosen_members[0],
            remedy="Issue it or remove it first",
        )
    return found


def _open(work: Work, cut: Cut, purpose: str) -> InvoiceRun | None:
    run = latest_run(work, cut.month, cut.months, purpose)
    return run if run and run.state in {"prepared", "approved"} else None
