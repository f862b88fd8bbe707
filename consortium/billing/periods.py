"""What a run bills: a month, a quarter or a year, of some pools and members or all. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from consortium.core.errors import Fault

REGULAR, SETTLEMENT, LEAVING = "regular", "settlement", "leaving"
PRELIMINARY, FINAL = "preliminary", "final"
LENGTHS: Final = (1, 3, 12)
STEM_WORDS: Final = 3
_PERIOD: Final = re.compile(r"(\d{4})(?:-(\d{2})|-k([1-4]))?")


@dataclass(frozen=True, slots=True)
class Cut:
    """What a run bills: `months` (1, 3 or 12) from `month`, a first day.

    stage: `preliminary` shares the budget, `final` the actual costs. separate: an invoice a pool.
    pools, members: codes, empty for all.
    """

    month: date
    months: int = 1
    stage: str = PRELIMINARY
    separate: bool = False
    pools: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """In keys and addresses: `2026-11`, or with how many months where they are more."""
        return f"{self.month:%Y-%m}" + (f"+{self.months}" if self.months > 1 else "")

    @property
    def of_months(self) -> tuple[date, ...]:
        """The first day of each of its months."""
        year, first = self.month.year, self.month.month
        return tuple(date(year, first + place, 1) for place in range(self.months))

    def takes_pool(self, code: str) -> bool:
        return not self.pools or code in self.pools

    def takes_member(self, code: str) -> bool:
        return not self.members or code in self.members


def cut_faults(cut: Cut) -> Iterator[Fault]:
    """What keeps a period from being billed: it begins on a first day and ends in its year."""
    if cut.months not in LENGTHS:
        yield Fault("A run is for a month, a quarter or a year", "months")
    elif cut.month.day != 1 or (cut.month.month - 1) % cut.months:
        yield Fault(
            "A period begins on the first day of its month, quarter or year",
            "month",
            {},
            "Name the period by its first day",
        )


def invoice_key(cut: str, member: str, kind: str, pool: str = "", revision: int = 1) -> str:
    """What an invoice bills, in one unique word: never a clock or chance (FINANCE, Books).

    cut: the period's name. pool: of an invoice that has one pool only. revision: 2 and on where
    the same has been billed before, by a run of other pools or members, or was credited.
    """
    words = [cut, member, kind] + ([pool] if pool else []) + ([f"{revision}"] * (revision > 1))
    return "/".join(words)


def stem_of(key: str) -> str:
    """An invoice's key without its revision."""
    words = key.split("/")
    return "/".join(words[:-1]) if len(words) > STEM_WORDS and words[-1].isdecimal() else key


def period_text(month: date, months: int) -> str:
    """A period as addresses and commands write it: `2026-11`, `2026-k4` (a quarter) or `2026`."""
    if months == LENGTHS[0]:
        return f"{month:%Y-%m}"
    return f"{month.year}" + (f"-k{(month.month + 2) // 3}" if months == LENGTHS[1] else "")


def period_of(text: str) -> tuple[date, int]:
    """The first day and the number of months that `period_text` wrote; ValueError otherwise."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, quarter = (int(part) if part else 0 for part in found.groups())
    first = date(year, month or (quarter * 3 - 2 if quarter else 1), 1)
    return first, LENGTHS[0] if month else LENGTHS[1] if quarter else LENGTHS[2]
