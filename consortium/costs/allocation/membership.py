"""How much of the period each one was a member."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from consortium.costs.allocation.case import Member, Period
from consortium.costs.allocation.columns import Column, constant

_MONTHS: Final = 12
_ALWAYS: Final = Member("", host=False, joined=None, left=None)


def parts_of_period(members: Sequence[Member], period: Period, method: str) -> Column:
    """0 to 1 for each member: the part of the period in which it belonged, both days inclusive.

    method: `days` counts days; `months` counts the calendar months that the period touches, each
    whole for who belonged on its first day, be that before the period; `none` counts all whole.
    """
    if method == "none":
        return constant((member.id for member in members), 1)
    count = _days if method == "days" else _months
    counts = {member.id: count(member, period) for member in members}
    return Column(counts, count(_ALWAYS, period)).reduced()


def _days(member: Member, period: Period) -> int:
    first = max(member.joined or period.first, period.first)
    last = min(member.left or period.last, period.last)
    return max(0, (last - first).days + 1)


def _months(member: Member, period: Period) -> int:
    first, last = _month(period.first), _month(period.last)
    begins, ends = first, last
    if member.joined:  # on the 1st it belonged that day, later only on the next month's
        begins = max(first, _month(member.joined) + (member.joined.day > 1))
    if member.left:
        ends = min(last, _month(member.left))
    return max(0, ends - begins + 1)


def _month(day: date) -> int:
    return day.year * _MONTHS + day.month
