"""Command that takes a bank's file of payments in, and tells what each of them pays."""

import csv
import sys
from pathlib import Path
from typing import Final

import click

from consortium.cli.door import operator, read, works
from consortium.cli.exchanging import bring_in
from consortium.payments.importing import Line, take_in_file, try_file

COLUMNS: Final = (
    "payment",
    "booked_on",
    "amount_ore",
    "reference",
    "payer",
    "state",
    "invoice",
)
BETWEEN: Final = "+"


@bring_in.command("payments")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be paid; change nothing.")
def bring_in_payments(file: Path, dry_run: bool) -> None:
    """Import payments from FILE, BgMax or camt.053/054, and print a row for each as CSV.

    A file that was taken in before changes nothing: each of its payments is a `duplicate`.
    """
    content, opened = read(file), works()
    if dry_run:
        with opened.reading(operator()) as work:
            lines = try_file(work, content).lines
    else:
        with opened.writing(operator()) as work:
            lines = take_in_file(work, file.name, content).lines
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(COLUMNS)
    written.writerows(map(_row, lines))


def _row(line: Line) -> tuple[object, ...]:
    entry = line.entry
    return (
        entry.key,
        entry.booked_on.isoformat(),
        entry.amount_ore,
        entry.reference,
        entry.payer,
        line.state,
        BETWEEN.join(line.invoices),
    )
