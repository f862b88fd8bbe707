"""What a bank's file tells of payments, whatever its form. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Entry:
    """One payment in a bank's file.

    place: 1, 2, … in the file. key: what it is at the bank, the same in every file that tells of
    it; what stands before its `|` is the bank's own name of it. amount_ore: never 0; negative for
    money that left the account: a deduction, a payment out, a reversal. references: as written,
    each with its own amount in öre where the file gives one (a credit's is negative), else None.
    payer: its name; payer_account: its bankgiro or account; payer_number: its organisation number,
    ten digits; each empty where the file does not say. reversal: it takes an earlier payment back.
    originals: what the bank calls that one, as its key begins, the surest first.
    """

    place: int
    key: str
    booked_on: date
    amount_ore: int
    references: tuple[tuple[str, int | None], ...]
    payer: str
    payer_account: str
    payer_number: str
    message: str
    reversal: bool = False
    originals: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """All references in one text, to be kept and shown."""
        return ", ".join(written for written, _amount_ore in self.references)


@dataclass(frozen=True, slots=True)
class BankFile:
    """A bank's file. form: `bgmax`, `camt.053` or `camt.054`.

    account: its bankgiro's digits, its IBAN or BBAN; of several, the first. total_ore: the sum of
    the entries. trial: the bank marks it as a test, so that no money has moved.
    """

    form: str
    account: str
    entries: tuple[Entry, ...]
    total_ore: int
    trial: bool = False
