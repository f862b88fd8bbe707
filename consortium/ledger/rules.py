"""Rules of the ledger: pure."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from consortium.core.errors import Fault
from consortium.core.words import mark

INVOICED_ON: Final = ("receivable", "shared_costs", "own_share", "vat_25", "vat_12", "vat_6")
"""The uses of accounts that every invoice may be booked on."""
USES: Final = {
    "receivable": mark("Claims on members"),
    "shared_costs": mark("Shared costs, passed on"),
    "own_share": mark("The host's own share"),
    "vat_25": mark("Output VAT 25 %"),
    "vat_12": mark("Output VAT 12 %"),
    "vat_6": mark("Output VAT 6 %"),
    "bank": mark("Bank"),
    "unplaced": mark("Payments not yet placed"),
    "interest": mark("Interest on overdue payment"),
    "handover": mark("Passed between hosts"),
}
"""What accounts are chosen for → what it is called."""

BALANCE_CLASSES: Final = ("1", "2")
MOTPART: Final = Path(__file__).with_name("data") / "motpart.csv"


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


def account_faults(chosen: Mapping[str, str]) -> Iterator[Fault]:
    """What keeps accounts from being chosen: use → account, empty for none; digits only."""
    for use, account in chosen.items():
        if account and not (account.isascii() and account.isdecimal()):
            yield Fault("{account} is no account", use, {"account": account}, "Write it as 1510")


def is_balance_account(account: str) -> bool:
    """Whether an account carries its balance from year to year: class 1 and 2 of Kommun-Bas."""
    return account.startswith(BALANCE_CLASSES)


@cache
def motpart_codes() -> dict[str, tuple[str, str]]:
    """Kind of a member → the code of the counterpart (motpart) and its name, of Kommun-Bas 2013.

    82 municipalities, 83 associations of local authorities (kommunalförbund), 84 regions.
    """
    with MOTPART.open(encoding="utf-8", newline="") as file:
        return {row["kind"]: (row["code"], row["name"]) for row in csv.DictReader(file)}
