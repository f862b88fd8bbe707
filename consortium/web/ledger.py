"""Pages of the books: what is booked, the balance of every account, and files of it."""

from datetime import date
from typing import Any, Final

from flask import Response, render_template, request, url_for

from consortium.billing.formats.listing import journal_csv
from consortium.core.words import mark
from consortium.costs.queries import pool_years
from consortium.http.asking import settings, works
from consortium.http.paging import pager, paging_of
from consortium.ledger.queries import accounts, balances, books_kept, journal, latest_entries
from consortium.ledger.rules import USES
from consortium.members.queries import members
from consortium.reports.books import (
    BEGINNING,
    column_file_of,
    days_of,
    ledger_workbook,
    sie_of_year,
)
from consortium.reports.month_end import months_of_books
from consortium.reports.runs import require_whole
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, sheet_file
from consortium.web.language import told
from consortium.web.periods import asked_month, asked_year, month_choices, month_name, year_choices

pages = Pages("ledger", __name__, "/bokforing", right="billing.see")

ENTRIES: Final = 15
LATEST: Final = date(2099, 12, 31)
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMED: Final = {
    "host": mark("The host's own share"),
    "handover": mark("Change of host"),
    "opening": mark("Opening balances"),
}
"""Name of an entry that is no invoice's → what it is called."""


@pages.get("")
def index() -> str:
    """Entries of the year, or of the month that the address names."""
    year, month, books = asked_year(), asked_month(), asked_books()
    first, last = days_of(year, month)
    paging = paging_of(request.args.get("sida"), ENTRIES)
    with works().reading(asker()) as work:
        require_whole(work)
        place = paging.offset, paging.size
        total, entries = latest_entries(work, (first, last), books, place)
        sums, uses = balances(work, first, last, books), accounts(work)
        names, years = {member.code: member.name for member in members(work)}, pool_years(work)
        kept_by, months = books_kept(work, BEGINNING, LATEST), months_of_books(work, year)
    kept: dict[str, Any] = {"ar": year} | ({"manad": month} if month else {})
    kept |= {"bok": books} if books else {}
    return render_template(
        "ledger/index.html",
        entries=entries,
        pages=pager(paging, total, lambda n: url_for(".index", **kept, sida=n)),
        sums=[(account, _uses(account, uses), ore) for account, ore in sorted(sums.items())],
        balance_ore=sum(sums.values()),
        names=names,
        named={name: told(text) for name, text in NAMED.items()},
        year=year,
        month=month,
        books=books,
        hosts=[(code, names.get(code, code)) for code in kept_by],
        months_shown=[] if month else [(m, month_name(m.month.month)) for m in months],
        title=f"{month_name(month)} {year}" if month else str(year),
        years=year_choices(years, year),
        months=month_choices(),
        kept=kept,
    )


@pages.get("/verifikationer.csv")
def table() -> Response:
    """The entries of the year or the month, a row a line."""
    year, month = asked_year(), asked_month()
    with works().reading(asker()) as work:
        require_whole(work)
        rows = [
            (entry.name, line.account, line.pool, line.counterpart, line.amount_ore)
            for entry, line in journal(work, *days_of(year, month), asked_books())
        ]
    return csv_file(_name("verifikationer", "csv"), journal_csv(rows))


@pages.get("/sie.se")
def sie() -> Response:
    """A year of one host's books as SIE 4."""
    with works().reading(asker()) as work:
        written = sie_of_year(work, asked_year(), asked_books())
    return sheet_file(_name("sie", "se", whole_year=True), written, "application/octet-stream")


@pages.get("/huvudbok.xlsx")
def workbook() -> Response:
    """A year's entries and balances as a workbook."""
    with works().reading(asker()) as work:
        written = ledger_workbook(work, asked_year(), asked_books())
    return sheet_file(_name("huvudbok", "xlsx", whole_year=True), written, XLSX)


@pages.get("/kolumner.csv")
def columns() -> Response:
    """The entries of the year or the month in the columns that the settings name."""
    days = days_of(asked_year(), asked_month())
    chosen = settings().ledger
    with works().reading(asker()) as work:
        written = column_file_of(work, days, chosen, asked_books())
    return sheet_file(_name("kolumner", "csv"), written, f"text/csv; charset={chosen.encoding}")


def asked_books() -> str:
    """The code of the host whose books the address names; empty for all, or where it is none."""
    named = request.args.get("bok", "")
    return named if named.isascii() and named.isdecimal() else ""


def _name(stem: str, ending: str, *, whole_year: bool = False) -> str:
    """The name of a file: of what, whose books, when."""
    month = None if whole_year else asked_month()
    parts = [stem, asked_books(), str(asked_year()), f"{month:02}" if month else ""]
    return "-".join(filter(None, parts)) + f".{ending}"


def _uses(account: str, uses: dict[str, str]) -> str:
    """What the host books on an account, in the reader's language."""
    return ", ".join(told(USES.get(use, use)) for use in uses if uses[use] == account)
