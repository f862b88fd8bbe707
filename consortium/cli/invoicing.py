"""Commands of invoices: a period is looked at and issued, a year settled, a line's case shown."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from consortium.billing.differences import Difference
from consortium.billing.formats.listing import pools_csv, summary_csv
from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, current_view, prepare_run
from consortium.billing.queries import invoices_of_runs, latest_run, run_by_id
from consortium.billing.settlements import previewed
from consortium.billing.settling import prepare_settlement
from consortium.billing.tables import Invoice
from consortium.billing.views import period_view, scoped
from consortium.cli.door import MONTH, main, operator, works
from consortium.cli.exchanging import bring_out
from consortium.core.work import Work
from consortium.reports.reasons import case_behind

DIFFERENCES = ("pool", "member", "actual_ore", "invoiced_ore", "difference_ore")


@main.group()
def invoices() -> None:
    """Look at a month's invoices, and issue them."""


@invoices.command("preview")
@click.option("--month", type=MONTH, required=True, help="The period's first month")
@click.option("--months", type=click.Choice(["1", "3", "12"]), default="1")
@click.option("--json", "as_json", is_flag=True)
def preview_invoices(month: datetime, months: str, as_json: bool) -> None:
    """Show a period's invoices as they stand: CSV, or JSON with the pools too."""
    with works().reading(operator()) as work:
        run = latest_run(work, month.date(), int(months))
        opened = run is not None and run.state in {"prepared", "approved"}
        view = (
            current_view(work, run)
            if run is not None and opened
            else period_view(work, Cut(month.date(), int(months)))
        )
        view = scoped(work, view)
    if not as_json:
        click.echo(summary_csv(view.drafts), nl=False)
        return
    rows = {"summary": summary_csv(view.drafts), "pools": pools_csv(view.pools)}
    click.echo(
        json.dumps({name: _records(text) for name, text in rows.items()}, ensure_ascii=False)
    )


@invoices.command("issue")
@click.option("--month", type=MONTH, required=True, help="The period's first month")
@click.option("--months", type=click.Choice(["1", "3", "12"]), default="1")
@click.option("--json", "as_json", is_flag=True)
def issue_month(month: datetime, months: str, as_json: bool) -> None:
    """Issue a period's invoices: all of what is ready, or none.

    The run is prepared and approved by this command where nobody has done it; settings that ask
    for a second person refuse that. Asking again issues nothing and shows the same invoices.
    """
    with works().writing(operator()) as work:
        run = prepare_run(work, Cut(month.date(), int(months)))
        if run.state == "issued":
            issued = invoices_of_runs(work, [run.id])
        else:
            if run.state == "prepared":
                approve_run(work, run.id)
            issued = issue_invoices(work, run.id)
    _show_issued(issued, as_json)


@main.command()
@click.argument("year", type=int)
@click.option("--preview", is_flag=True, help="Change nothing")
@click.option("--json", "as_json", is_flag=True)
def settle(year: int, preview: bool, as_json: bool) -> None:
    """Settle YEAR: actual cost by final measures, less what was invoiced, by pool and member.

    Without --preview the settlement is prepared, approved and issued; the year must have ended.
    """
    if preview:
        with works().reading(operator()) as work:
            found = previewed(work, year).found
    else:
        with works().writing(operator()) as work:
            found = _settled(work, year)
    rows = list(_differences(found))
    if as_json:
        records = [dict(zip(DIFFERENCES, row, strict=True)) for row in rows]
        click.echo(json.dumps(records, ensure_ascii=False))
    else:
        click.echo(_csv([DIFFERENCES, *rows]), nl=False)


@bring_out.command("case")
@click.argument("invoice")
@click.argument("line", type=int)
def export_case(invoice: str, line: int) -> None:
    """Write the allocation case of LINE (1, 2 …) of INVOICE: `consortium allocate` redoes it."""
    with works().reading(operator()) as work:
        case = case_behind(work, invoice, line)
    click.echo(json.dumps(case, ensure_ascii=False, indent=1))


def _settled(work: Work, year: int) -> tuple[Difference, ...]:
    run = prepare_settlement(work, year)
    found = current_view(work, run).found
    if run.state == "prepared":
        approve_run(work, run.id)
    issue_invoices(work, run_by_id(work, run.id).id)
    return found


def _differences(found: Sequence[Difference]) -> Iterator[tuple[str, str, int, int, int]]:
    """A row for each pool and member, the days of several keys in one."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in found:
        actual_ore, invoiced_ore = sums.get((row.line.pool, row.member), (0, 0))
        sums[row.line.pool, row.member] = (
            actual_ore + row.actual_ore,
            invoiced_ore + row.invoiced_ore,
        )
    for (pool, member), (actual_ore, invoiced_ore) in sums.items():
        yield pool, member, actual_ore, invoiced_ore, actual_ore - invoiced_ore


def _show_issued(issued: Sequence[Invoice], as_json: bool) -> None:
    if as_json:
        rows = [
            {"number": i.number, "document": i.document, "payable_ore": i.payable_ore}
            for i in issued
        ]
        click.echo(json.dumps({"issued": rows}, ensure_ascii=False))
        return
    for invoice in issued:
        click.echo(f"{invoice.number}\t{invoice.payable_ore}")


def _csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _records(text: str) -> list[dict[str, str]]:
    header, *rows = csv.reader(text.splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]
