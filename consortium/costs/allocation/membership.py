"""How much of the period each one was a member."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from consortium.costs.allocation.case import Member, Period

_MONTHS: Final = 12


def fractions(members: Sequence[Member], period: Period, method: str) -> dict[str, Fraction]:
    """Member id -> 0 to 1, the part of the period in which it belonged, both days inclusive.

    method: `days` counts days; `months` counts the calendar months that the period touches, each
    whole for who belonged on its first day, be that before the period; `none` counts all whole.
    """
    if method == "none":
        return {member.id: Fraction(1) for member in members}
    count = _days if method == "days" else _months
    return {member.id: count(member, period) for member in members}


def _days(member: Member, period: Period) -> Fraction:
    first = max(member.joined or period.first, period.first)
    last = min(member.left or period.last, period.last)
    days = max(0, (last - first).days + 1)
    return Fraction(days, (period.last - period.first).days + 1)


def _months(member: Member, period: Period) -> Fraction:
    first, last = _month(period.first), _month(period.last)
    begins, ends = first, last
    if member.joined:  # on the 1st it belonged that day, later only on the next month's
        begins = max(first, _month(member.joined) + (member.joined.day > 1))
    if member.left:
        ends = min(last, _month(member.left))
    return Fraction(max(0, ends - begins + 1), last - first + 1)


def _month(day: date) -> int:
    return day.year * _MONTHS + day.month
