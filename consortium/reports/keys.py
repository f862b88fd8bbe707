"""The key of a pool in force in a month, and the amounts of the year before that it stands on."""

from datetime import date

from consortium.core.errors import Problem
from consortium.core.work import Work
from consortium.costs.queries import key_versions, pool_of_year
from consortium.costs.tables import KeyVersion
from consortium.reports.comparing import YEAR, Side, side_ore


def key_in_force(work: Work, code: str, year: int, month: int) -> KeyVersion | None:
    """The version of the pool's key that holds on the first day of a month (1–12)."""
    first = date(year, month, 1)
    versions = [version for version, _clause in key_versions(work, pool_of_year(work, code, year))]
    return next((each for each in versions if each.from_on <= first <= each.to_on), None)


def previous_ore_of(work: Work, code: str, year: int, month: int) -> dict[str, int]:
    """What a key is compared with where it limits change: member code → öre of a whole year.

    As the key in force has it; else the year before by its keys; else this year by its keys, which
    a pool in its first year has alone. Empty where none of them is known.
    """
    version = key_in_force(work, code, year, month)
    if version and version.previous_ore:
        return dict(version.previous_ore)
    for each in (year - 1, year):
        try:
            return dict(side_ore(work, Side(code, each), YEAR))
        except Problem:
            continue
    return {}
