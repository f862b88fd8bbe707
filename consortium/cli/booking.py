"""Commands of the books: what other ledger programs read of them."""

from datetime import date, datetime
from pathlib import Path

import click

from consortium.cli.door import MONTH, operator, works
from consortium.cli.exchanging import bring_out, write_out
from consortium.core import settings
from consortium.core.errors import Invalid
from consortium.reports.books import (
    column_file_of,
    days_of,
    entries_csv,
    ledger_workbook,
    rows_booked,
    sie_of_year,
)

YEAR = click.IntRange(2000, 2099)
OUT = click.Path(path_type=Path)


@bring_out.command("sie")
@click.option("--year", type=YEAR, required=True)
@click.option("--books", default="", help="The code of the host, where several kept books.")
@click.option("--out", type=OUT, help="The file; standard output else.")
def bring_out_sie(year: int, books: str, out: Path | None) -> None:
    """Write a year of one host's books as SIE 4, for its ledger program."""
    with works().reading(operator()) as work:
        written = sie_of_year(work, year, books)
    write_out(out, written)


@bring_out.command("ledger")
@click.option("--year", type=YEAR, required=True)
@click.option("--books", default="", help="The code of a host; every host's books else.")
@click.option("--out", type=OUT, help="The file, .csv or .xlsx; CSV on standard output else.")
def bring_out_ledger(year: int, books: str, out: Path | None) -> None:
    """Write a year's journal entries, a row a line; as .xlsx with the balances as well."""
    with works().reading(operator()) as work:
        if out is not None and out.suffix.lower() == ".xlsx":
            written = ledger_workbook(work, year, books)
        else:
            written = entries_csv(rows_booked(work, days_of(year, None), books)).encode()
    write_out(out, written)


@bring_out.command("columns")
@click.option("--year", type=YEAR)
@click.option("--month", type=MONTH)
@click.option("--books", default="", help="The code of the host, where several kept books.")
@click.option("--out", type=OUT, help="The file; standard output else.")
def bring_out_columns(
    year: int | None, month: datetime | None, books: str, out: Path | None
) -> None:
    """Write a year's or a month's entries in the columns that the settings name."""
    if (year is None) == (month is None):
        raise Invalid("Name a year or a month", at="--year")
    day: date = month.date() if month else date(year or 0, 1, 1)
    days = days_of(day.year, day.month if month else None)
    with works().reading(operator()) as work:
        written = column_file_of(work, days, settings.load().ledger, books)
    write_out(out, written)
