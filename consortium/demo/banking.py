"""What a bank would send of the month's invoices: two files, for somebody to try the import with.

Nothing of them is taken in. Every second member pays by bankgiro (BgMax), the others are told of by
the bank itself (camt.054). Of the last of the first kind nobody can know what it pays, and the last
of the others has not paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlmodel import col, select

from consortium.billing.queries import invoices_of_month
from consortium.billing.tables import Invoice
from consortium.core.work import Work
from consortium.demo.bank_files import Payment, bgmax, camt_054
from consortium.members.queries import host_on
from consortium.members.tables import Member

VAGUE: Final = "Bibliotekssamverkan"
VAGUE_STEP_ORE: Final = 1_000_00
"""What somebody writes, and how even an amount is paid, where nobody can know which invoice."""


@dataclass(frozen=True, slots=True)
class _Payer:
    member: Member
    invoices: tuple[Invoice, ...]


def write_bank_files(work: Work, folder: Path, month: date) -> list[Path]:
    """Write both files of the month's invoices; none where nothing is issued."""
    payers = _payers(work, month)
    if not payers:
        return []
    folder.mkdir(parents=True)
    day, bankgiro = work.today, host_on(work, work.today).bankgiro
    by_bankgiro, by_bank = payers[0::2], payers[1::2]
    files = {
        "bgmax-exempel.txt": bgmax(bankgiro, day, _paid_one_by_one(by_bankgiro)),
        "camt054-exempel.xml": camt_054(day, _paid_together(by_bank)),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _payers(work: Work, month: date) -> list[_Payer]:
    """Who has invoices of the month, by code, with them in the order of their numbers."""
    issued = [row for row in invoices_of_month(work, month) if row.payable_ore > 0]
    ids = sorted({row.member_id for row in issued})
    members = select(Member).where(col(Member.id).in_(ids)).order_by(col(Member.code))
    return [
        _Payer(member, tuple(row for row in issued if row.member_id == member.id))
        for member in work.session.exec(members)
    ]


def _paid_one_by_one(payers: Sequence[_Payer]) -> list[Payment]:
    """The first pays half of an invoice, the second names one in words, the last names none."""
    payments: list[Payment] = []
    for place, payer in enumerate(payers[:-1]):
        for at, invoice in enumerate(payer.invoices):
            amount_ore, message = invoice.payable_ore, ""
            references: list[tuple[str, int | None]] = [(invoice.ocr, None)]
            if (place, at) == (0, 0):
                amount_ore //= 2
            elif (place, at) == (1, 0):
                references, message = [], f"Faktura {invoice.number}"
            payments.append(_payment(payer, amount_ore, references, message))
    last = payers[-1]
    owed_ore = sum(invoice.payable_ore for invoice in last.invoices)
    payments.append(_payment(last, owed_ore // VAGUE_STEP_ORE * VAGUE_STEP_ORE, [], VAGUE))
    return payments


def _paid_together(payers: Sequence[_Payer]) -> list[Payment]:
    """Each pays all it owes at once, naming what is for which; the last has not paid."""
    return [
        _payment(
            payer,
            sum(invoice.payable_ore for invoice in payer.invoices),
            [(invoice.ocr, invoice.payable_ore) for invoice in payer.invoices],
        )
        for payer in payers[:-1]
    ]


def _payment(
    payer: _Payer, amount_ore: int, references: list[tuple[str, int | None]], message: str = ""
) -> Payment:
    member = payer.member
    return Payment(
        member.legal_name, member.organisation_number, amount_ore, tuple(references), message
    )
