"""Commands of invoices: a month is looked at and issued."""

import json
from datetime import date, datetime

import click

from consortium.billing.formats.listing import pools_csv, summary_csv
from consortium.billing.issuing import issue_invoices
from consortium.billing.queries import latest_run
from consortium.billing.views import month_view
from consortium.cli.door import MONTH, main, operator, works
from consortium.core.errors import NotFound


@main.group()
def invoices() -> None:
    """Look at a month's invoices, and issue them."""


@invoices.command("preview")
@click.option("--month", type=MONTH, required=True)
@click.option("--json", "as_json", is_flag=True)
def preview_invoices(month: datetime, as_json: bool) -> None:
    """Show a month's invoices as they stand: CSV, or JSON with the pools too."""
    with works().reading(operator()) as work:
        view = month_view(work, month.date())
    if not as_json:
        click.echo(summary_csv(view.drafts), nl=False)
        return
    rows = {"summary": summary_csv(view.drafts), "pools": pools_csv(view.pools)}
    click.echo(
        json.dumps({name: _records(text) for name, text in rows.items()}, ensure_ascii=False)
    )


@invoices.command("issue")
@click.option("--month", type=MONTH, required=True)
def issue_month(month: datetime) -> None:
    """Issue a month's approved run: all of it or none."""
    first: date = month.date()
    with works().writing(operator()) as work:
        run = latest_run(work, first)
        if run is None:
            raise NotFound("There is no invoice run of {month}", month=f"{first:%Y-%m}")
        issued = issue_invoices(work, run.id)
    for invoice in issued:
        click.echo(f"{invoice.number}\t{invoice.payable_ore}")


def _records(text: str) -> list[dict[str, str]]:
    header, *rows = (line.split(",") for line in text.splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]
