"""Rules of what is entered about a pool's money: costs and budget lines. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from consortium.core.days import months
from consortium.core.errors import Fault

FEWEST_DIGITS: Final = 3
MOST_DIGITS: Final = 10
MOST_MONTHS: Final = 120
"""The longest time that one cost is for: ten years."""
MOST_LINES: Final = 200
MOST_ORE: Final = 10**13
LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class NewCost:
    """A cost before it is recorded. reference: what it is, unique for ever (`invoice 4711`).

    account: of the host's books, may be empty. from_on, to_on: the time it is for, both inclusive,
    where that is not its own day.
    """

    reference: str
    on_date: date
    supplier: str
    text: str
    amount_ore: int
    account: str = ""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of a pool's budget. position: its place, from 1. A negative amount is an income."""

    position: int
    text: str
    amount_ore: int
    account: str = ""


def is_account(account: str) -> bool:
    """Whether `account` can be one of a municipality's books: digits only (Kommun-Bas), or none."""
    digits = account.isascii() and account.isdecimal()
    return not account or (digits and FEWEST_DIGITS <= len(account) <= MOST_DIGITS)


def cost_faults(cost: NewCost) -> Iterator[Fault]:
    """What is wrong with a cost by itself."""
    if not cost.reference.strip():
        yield Fault("A cost needs a reference", "reference", {}, "As the supplier's number")
    if not is_account(cost.account.strip()):
        yield Fault("An account has 3 to 10 digits", "account", {}, "Write it as 6420")
    yield from _time_faults(cost.from_on, cost.to_on)


def line_faults(lines: Sequence[NewLine]) -> Iterator[Fault]:
    """What is wrong with the lines of a budget; a fault's place is `text-2` for position 2."""
    for line in lines:
        yield from _line_faults(line)
    for position, count in Counter(line.position for line in lines).items():
        if count > 1:
            facts = {"position": position}
            yield Fault("Two lines have the place {position}", f"position-{position}", facts)
    if len(lines) > MOST_LINES:
        yield Fault("A pool has at most {count} budget lines", "lines", {"count": MOST_LINES})
    if sum(line.amount_ore for line in lines) < 0:
        yield Fault("A budget cannot be negative", "lines")


def _line_faults(line: NewLine) -> Iterator[Fault]:
    at = line.position
    if at < 1:
        yield Fault("A line's place is 1 or more", f"position-{at}")
    if not line.text.strip():
        yield Fault("A budget line needs a text", f"text-{at}", {}, "Say what it is for")
    if len(line.text.strip()) > LONGEST_TEXT:
        yield Fault("The text is too long", f"text-{at}", {}, "Use at most 200 characters")
    if not is_account(line.account.strip()):
        yield Fault("An account has 3 to 10 digits", f"account-{at}", {}, "Write it as 6420")
    if abs(line.amount_ore) > MOST_ORE:
        yield Fault("The amount is too large", f"amount-{at}")


def _time_faults(from_on: date | None, to_on: date | None) -> Iterator[Fault]:
    if from_on is None and to_on is None:
        return
    if from_on is None or to_on is None:
        missing = "from_on" if from_on is None else "to_on"
        yield Fault("The time a cost is for has a first and a last day", missing)
    elif to_on < from_on:
        yield Fault("The last day is before the first", "to_on", {}, "Choose a later day")
    elif sum(1 for _month in months(from_on, to_on)) > MOST_MONTHS:
        yield Fault("A cost is for at most {count} months", "to_on", {"count": MOST_MONTHS})
