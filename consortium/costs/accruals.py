"""Rules of accrual: which months a cost weighs on, and by how much. Pure."""

from datetime import date

from consortium.core.days import months


def month_parts(amount_ore: int, from_on: date, to_on: date) -> dict[date, int]:
    """A cost of the time between two days, both inclusive: first day of each month → öre.

    Every calendar month that the time touches bears an equal part, a month it touches only partly
    too. Month k of n bears floor(k·A/n) − floor((k−1)·A/n), so that the parts add up to the
    amount exactly, a credit's (negative) as well.
    """
    touched = list(months(from_on, to_on))
    count = len(touched)
    return {
        month: place * amount_ore // count - (place - 1) * amount_ore // count
        for place, month in enumerate(touched, 1)
    }


def year_parts(amount_ore: int, from_on: date, to_on: date, year: int) -> dict[int, int]:
    """What a cost of the time between two days puts on the months (1–12) of `year`, in öre."""
    parts = month_parts(amount_ore, from_on, to_on)
    return {month.month: ore for month, ore in parts.items() if month.year == year}
