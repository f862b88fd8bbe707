"""The books as files for ledger programs and spreadsheets: SIE 4, entries, a column file."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Final

from sqlmodel import select

from consortium.core.days import DAY, last_day, swedish_day
from consortium.core.errors import Invalid
from consortium.core.money import decimal
from consortium.core.settings import Ledger
from consortium.core.words import Say, words
from consortium.core.work import Work
from consortium.core.workbooks import write_sheets
from consortium.costs.tables import CostPool
from consortium.ledger.formats.column_file import Layout, Row, column_file, columns_of
from consortium.ledger.formats.sie import (
    Books,
    Dimension,
    Movement,
    Sender,
    Voucher,
    Year,
    sie_file,
)
from consortium.ledger.queries import accounts, balances, books_kept, entry_numbers, lines_booked
from consortium.ledger.rules import USES, is_balance_account, motpart_codes
from consortium.members.queries import host_on, member_by_code, members
from consortium.members.tables import Member
from consortium.reports.runs import require_whole

BEGINNING: Final = date(1970, 1, 1)
MEMBER, MOTPART, POOL = 20, 21, 22
"""Dimensions of the SIE file: who a line is about, its code in Kommun-Bas, the cost pool."""
LANGUAGE: Final = "sv"  # ledger programs of Swedish municipalities
ENTRIES: Final = ("entry", "booked_on", "books", "text", "account", "pool", "counterpart")
BALANCES: Final = ("books", "account", "used_for", "opening", "moved", "closing")


def the_books(work: Work, year: int, books: str = "") -> str:
    """Whose books of a year are meant: those that are named, or the only ones that there are.

    Invalid where there are several and none is named, or where the one named has none.
    """
    kept = books_kept(work, date(year, 1, 1), date(year, 12, 31))
    if books:
        member_by_code(work, books)
        return books
    if len(kept) > 1:
        raise Invalid(
            "There are books of several hosts in {year}",
            at="books",
            year=year,
            codes=", ".join(kept),
            remedy="Name one of them: {codes}",
        )
    return kept[0] if kept else host_on(work, min(date(year, 12, 31), work.today)).member.code


def sie_of_year(work: Work, year: int, books: str = "") -> bytes:
    """One host's books of a year as SIE 4, with the balances of the year before."""
    require_whole(work)
    code = the_books(work, year, books)
    rows = rows_booked(work, (date(year, 1, 1), date(year, 12, 31)), code)
    years = _year(work, year, code), _year(work, year - 1, code)
    numbers = {account for told in years for account in (*told.opening, *told.moved)}
    return sie_file(
        Books(
            sender=_sender(work, code),
            years=years,
            accounts=account_names(work, numbers),
            dimensions=_dimensions(work, rows),
            vouchers=list(_vouchers(rows)),
        )
    )


def rows_booked(work: Work, days: tuple[date, date], books: str = "") -> list[Row]:
    """Every line booked on the days between the two, of one year, in the order of booking."""
    require_whole(work)
    known = {member.code: member for member in members(work)}
    numbers = entry_numbers(work, days[0].year)
    names = {code: member.name for code, member in known.items()}
    return [
        Row(
            entry=line.name,
            number=numbers[line.id],
            booked_on=line.booked_on,
            entered_on=swedish_day(line.entered_at),
            books=line.books,
            text=line.text,
            account=line.account,
            pool=line.pool,
            counterpart=line.counterpart,
            counterpart_name=names.get(line.counterpart, ""),
            motpart=_motpart(known.get(line.counterpart), line.books),
            amount_ore=line.amount_ore,
        )
        for line in lines_booked(work, *days, books)
    ]


def entries_csv(rows: Iterable[Row]) -> str:
    """`entry,booked_on,books,text,account,pool,counterpart,amount_ore`, a row a line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*ENTRIES, "amount_ore"))
    writer.writerows((*_told(row), row.amount_ore) for row in rows)
    return text.getvalue()


def ledger_workbook(work: Work, year: int, books: str = "") -> bytes:
    """A year's entries on one sheet, what every account came to on another. Amounts in kronor."""
    rows = rows_booked(work, (date(year, 1, 1), date(year, 12, 31)), books)
    kept = [books] if books else books_kept(work, BEGINNING, date(year, 12, 31))
    entries = ((row.entry, row.booked_on, *_told(row)[2:], _kronor(row.amount_ore)) for row in rows)
    sums = [line for code in kept for line in _sums(work, year, code)]
    return write_sheets(
        [
            ("verifikationer", (*ENTRIES, "amount"), entries),
            ("saldon", BALANCES, sums),
        ]
    )


def column_file_of(work: Work, days: tuple[date, date], settings: Ledger, books: str = "") -> bytes:
    """The entries of those days, of one year, as the settings want them for the host's ledger."""
    columns = columns_of(settings.columns)
    code = the_books(work, days[0].year, books)
    layout = Layout(
        columns=columns,
        header=settings.header,
        separator=settings.separator,
        date_form=settings.date_form,
        decimal_sign=settings.decimal_sign,
        encoding=settings.encoding,
    )
    return column_file(rows_booked(work, days, code), layout)


def account_names(work: Work, numbers: Iterable[str]) -> dict[str, str]:
    """Account → what the host books on it, in Swedish; `Konto 1510` where it is used no more."""
    uses, say = accounts(work), words(LANGUAGE)
    return {number: _account_name(number, uses, say) for number in numbers}


def days_of(year: int, month: int | None) -> tuple[date, date]:
    """The first and the last day of a year, or of one of its months."""
    return date(year, month or 1, 1), last_day(year, month or 12)


def _account_name(number: str, uses: dict[str, str], say: Say) -> str:
    names = [say(USES[use]) for use in USES if uses.get(use) == number]
    return ", ".join(names) or f"Konto {number}"


def _year(work: Work, year: int, books: str) -> Year:
    first, last = date(year, 1, 1), date(year, 12, 31)
    before = balances(work, BEGINNING, first - DAY, books)
    opening = {account: ore for account, ore in before.items() if is_balance_account(account)}
    return Year(first, last, opening, balances(work, first, last, books))


def _sender(work: Work, code: str) -> Sender:
    host = member_by_code(work, code)
    name, number = host.legal_name or host.name, host.organisation_number
    return Sender(name, number, "Consortium", version("consortium"), work.today)


def _dimensions(work: Work, rows: Sequence[Row]) -> list[Dimension]:
    pools = {row.code: row.name for row in work.session.exec(select(CostPool))}
    names = dict(motpart_codes().values())
    told = [
        (MEMBER, "Medlem", {row.counterpart: row.counterpart_name for row in rows}),
        (MOTPART, "Motpart", {row.motpart: names.get(row.motpart, "") for row in rows}),
        (POOL, "Kostnadspool", {row.pool: pools.get(row.pool, row.pool) for row in rows}),
    ]
    return [
        Dimension(number, name, {code: said or code for code, said in objects.items() if code})
        for number, name, objects in told
    ]


def _vouchers(rows: Sequence[Row]) -> Iterator[Voucher]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.number].append(row)
    for number, lines in sorted(found.items()):
        first = lines[0]
        moved = tuple(
            Movement(line.account, tuple(_objects(line)), line.amount_ore) for line in lines
        )
        yield Voucher(number, first.booked_on, first.text, first.entered_on, moved)


def _objects(row: Row) -> Iterator[tuple[int, str]]:
    for dimension, code in ((MEMBER, row.counterpart), (MOTPART, row.motpart), (POOL, row.pool)):
        if code:
            yield dimension, code


def _motpart(member: Member | None, books: str) -> str:
    """The counterpart's code in Kommun-Bas; none of what a host has with itself."""
    if member is None or member.code == books:
        return ""
    return motpart_codes()[member.kind][0]


def _sums(work: Work, year: int, books: str) -> Iterator[tuple[str | Decimal, ...]]:
    told = _year(work, year, books)
    numbers = sorted({*told.opening, *told.moved})
    names = account_names(work, numbers)
    for number in numbers:
        opening, moved = told.opening.get(number, 0), told.moved.get(number, 0)
        amounts = map(_kronor, (opening, moved, opening + moved))
        yield books, number, names[number], *amounts


def _told(row: Row) -> tuple[str, ...]:
    day = row.booked_on.isoformat()
    return row.entry, day, row.books, row.text, row.account, row.pool, row.counterpart


def _kronor(amount_ore: int) -> Decimal:
    return Decimal(decimal(amount_ore))
