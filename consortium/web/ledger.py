"""Page of the books: what is booked in a month or a year, and the balance of every account."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Response, render_template, request, url_for

from consortium.billing.formats.listing import journal_csv
from consortium.core.days import last_day
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.queries import pool_years
from consortium.http.asking import works
from consortium.http.paging import pager, paging_of
from consortium.ledger.queries import accounts, balances, journal
from consortium.members.queries import members
from consortium.reports.runs import require_whole
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file
from consortium.web.language import told
from consortium.web.periods import asked_month, asked_year, month_choices, month_name, year_choices

pages = Pages("ledger", __name__, "/bokforing", right="billing.see")

ENTRIES: Final = 15
USES: Final = {
    "receivable": mark("Claims on members"),
    "shared_costs": mark("Shared costs, passed on"),
    "own_share": mark("The host's own share"),
    "vat_25": mark("Output VAT 25 %"),
    "vat_12": mark("Output VAT 12 %"),
    "vat_6": mark("Output VAT 6 %"),
}


@dataclass(frozen=True, slots=True)
class Booked:
    """A journal entry as it is shown. lines: account, pool, counterpart, öre (debit positive).

    invoice: the entry books the invoice of that name.
    """

    name: str
    invoice: bool
    on: date
    text: str
    lines: tuple[tuple[str, str, str, int], ...]

    @property
    def debit_ore(self) -> int:
        return sum(ore for *_rest, ore in self.lines if ore > 0)


@pages.get("")
def index() -> str:
    """Entries of the year, or of the month that the address names."""
    year, month = asked_year(), asked_month()
    first, last = _days(year, month)
    with works().reading(asker()) as work:
        require_whole(work)
        entries = _entries(work, first, last)
        sums, uses = balances(work, first, last), accounts(work)
        names, years = {member.code: member.name for member in members(work)}, pool_years(work)
    paging = paging_of(request.args.get("sida"), ENTRIES)
    kept: dict[str, Any] = {"ar": year} | ({"manad": month} if month else {})
    return render_template(
        "ledger/index.html",
        entries=entries[paging.offset : paging.offset + paging.size],
        pages=pager(paging, len(entries), lambda n: url_for(".index", **kept, sida=n)),
        sums=[(account, _uses(account, uses), ore) for account, ore in sorted(sums.items())],
        balance_ore=sum(sums.values()),
        names=names,
        year=year,
        month=month,
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
            for entry, line in journal(work, *_days(year, month))
        ]
    name = f"verifikationer-{year}-{month:02}.csv" if month else f"verifikationer-{year}.csv"
    return csv_file(name, journal_csv(rows))


def _days(year: int, month: int | None) -> tuple[date, date]:
    return date(year, month or 1, 1), last_day(year, month or 12)


def _entries(work: Work, first: date, last: date) -> list[Booked]:
    """The entries in the order of booking, the latest first."""
    found: dict[int, Booked] = {}
    for entry, line in journal(work, first, last):
        before = found.get(entry.id)
        shown = (line.account, line.pool, line.counterpart, line.amount_ore)
        lines = (*before.lines, shown) if before else (shown,)
        found[entry.id] = Booked(
            entry.name, entry.key.startswith("invoice:"), entry.booked_on, entry.text, lines
        )
    return list(reversed(found.values()))


def _uses(account: str, uses: dict[str, str]) -> str:
    """What the host books on an account, in the reader's language."""
    return ", ".join(told(USES.get(use, use)) for use in uses if uses[use] == account)
