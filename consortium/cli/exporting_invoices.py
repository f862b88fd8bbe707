"""Command that writes issued invoices for other programs."""

from pathlib import Path

import click

from consortium.billing.exporting import invoice_rows, line_rows
from consortium.billing.formats.invoice_sheets import invoices_csv, invoices_workbook, lines_csv
from consortium.billing.lists import Wanted
from consortium.cli.door import operator, works
from consortium.cli.exchanging import FORMS, bring_out, write_out
from consortium.core.work import Work
from consortium.exchange.exporting import Form
from consortium.members.queries import member_by_code


@bring_out.command("invoices")
@click.option(
    "--year", type=click.IntRange(2000, 2099), help="Only invoices of this year's months."
)
@click.option("--member", default="", help="Only invoices to this member, a code.")
@click.option("--lines", is_flag=True, help="A row a line, in CSV; a workbook has both.")
@click.option("--format", "--form", "form", type=FORMS, help="csv, if FILE is no .xlsx.")
@click.option("--out", type=click.Path(path_type=Path), help="The file; standard output else.")
def bring_out_invoices(
    year: int | None, member: str, form: Form | None, out: Path | None, *, lines: bool
) -> None:
    """Write issued invoices and credit notes, a row each: amounts in öre, in a workbook kronor."""
    named = "xlsx" if out is not None and out.suffix.lower() == ".xlsx" else "csv"
    with works().reading(operator()) as work:
        if member:
            member_by_code(work, member)
        written = _written(work, Wanted(year, member), form or named, lines=lines)
    write_out(out, written)


def _written(work: Work, wanted: Wanted, form: str, *, lines: bool) -> bytes:
    if form == "xlsx":
        return invoices_workbook(invoice_rows(work, wanted), line_rows(work, wanted))
    if lines:
        return lines_csv(line_rows(work, wanted)).encode()
    return invoices_csv(invoice_rows(work, wanted)).encode()
