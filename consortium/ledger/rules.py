"""Rules of the ledger: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consortium.core.errors import Fault


@dataclass(frozen=True, slots=True)
class Amount:
    """One line to book: öre on `account`, debit positive; pool may be empty."""

    account: str
    counterpart: str
    amount_ore: int
    pool: str = ""


def entry_faults(lines: Sequence[Amount]) -> Iterator[Fault]:
    """What keeps `lines` from being an entry: they must be there and sum to nothing."""
    if not lines:
        yield Fault("A journal entry needs lines", "lines")
    elif total := sum(line.amount_ore for line in lines):
        yield Fault("The lines sum to {total} öre, not to 0", "lines", {"total": total})
