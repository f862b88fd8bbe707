"""A small world with invoices to pay, and bank's files that pay them, written by hand."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from sqlmodel import select

from consortium.billing.tables import Invoice
from consortium.core.days import STOCKHOLM
from consortium.core.db import sum_ore
from consortium.core.work import Works
from consortium.ledger.tables import Posting
from consortium.payments.importing import TakenIn, take_in_file
from consortium.payments.queries import Wanted, found_payments
from consortium.payments.tables import Payment
from tests.billing.worlds import issue_month, make_small
from tests.conftest import OPERATOR, Clock

BANKGIRO: Final = "9912346"
RECEIVABLE, BANK, UNPLACED = "1510", "1930", "2899"
SEPTEMBER: Final = date(2026, 9, 1)

Sent = tuple[str, int, str]
"""Reference, öre and payer; öre below zero leave the account."""


def bgmax(day: date, payments: Sequence[Sent], serial: int = 1, giro: str = BANKGIRO) -> bytes:
    """A bank's file of one deposit. Written column by column after the bank's manual.

    serial: that of the deposit, so that other payments are not taken for these. giro: the account.
    """
    stamp = f"{day:%Y%m%d}120000000000"
    records = [f"01{'BGMAX':<20}01{stamp}P", f"05{giro:0>10}{'':10}SEK"]
    for number, (reference, ore, payer) in enumerate(payments, 1):
        kind, code = "2" if reference else "0", "20" if ore > 0 else "21"
        name = f"{serial:06}{number:06}"
        records.append(f"{code}{'':0>10}{reference:<25}{abs(ore):018}{kind}2{name}0")
        if payer:
            records.append(f"26{payer:<35}")
    total = sum(ore for _reference, ore, _payer in payments)
    records.append(f"15{'':0>35}{day:%Y%m%d}{serial:05}{abs(total):018}SEK{len(payments):08}")
    into = sum(ore > 0 for _r, ore, _p in payments)
    records.append(f"70{into:08}{len(payments) - into:08}{0:08}{1:08}")
    return "".join(f"{record:<80}\r\n" for record in records).encode("iso-8859-1")


def at_noon(clock: Clock, day: date) -> None:
    clock.now = datetime.combine(day, time(12), tzinfo=STOCKHOLM)


def make_owed(works: Works, clock: Clock) -> dict[str, Invoice]:
    """Invoices of September 2026, issued the 1st and due 1 October: `2062/rated` → invoice.

    Two pools of 120 000,01 kr a year, one taxed at 25 %: each month costs 10 000,00 kr of each
    (the last öre falls in December) and is shared by three. Falun, the host, gets no invoice. Mora
    owes 4 166,68 and 3 333,34 kr, Borlänge 4 166,66 and 3 333,33 kr: 15 000,01 kr in all.
    """
    make_small(works)
    at_noon(clock, SEPTEMBER)
    codes = {"20260001": "2062", "20260002": "2062", "20260003": "2081", "20260004": "2081"}
    issued = issue_month(works, SEPTEMBER)
    return {f"{codes[invoice.number]}/{invoice.kind}": invoice for invoice in issued}


def take(works: Works, content: bytes, name: str = "bank.txt") -> TakenIn:
    with works.writing(OPERATOR) as work:
        return take_in_file(work, name, content)


def payments(works: Works) -> list[Payment]:
    with works.reading(OPERATOR) as work:
        return found_payments(work, Wanted())


def balance(works: Works, account: str) -> int:
    with works.reading(OPERATOR) as work:
        found = work.session.exec(
            select(sum_ore(Posting.amount_ore)).where(Posting.account == account)
        ).one()
        return int(found)
