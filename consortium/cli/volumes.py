"""Command of volumes: the crates that each library sent and received, or between each two."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from consortium.cli.door import DAY, operator, works
from consortium.cli.exchanging import bring_out, write_out
from consortium.core.sheets import csv_lines
from consortium.crates.volumes import (
    PAIR_HEADER,
    VOLUME_HEADER,
    pairs,
    volumes,
    volumes_by_day,
    volumes_by_month,
)

PER: Final = {"day": volumes_by_day, "month": volumes_by_month, "time": volumes}


@bring_out.command("volumes")
@click.option("--from", "first", type=DAY, required=True, help="The first day, as 2026-01-01.")
@click.option("--to", "last", type=DAY, required=True, help="The last day; a year at most.")
@click.option(
    "--per",
    type=click.Choice(sorted(PER)),
    default="month",
    show_default=True,
    help="A row for each library and day, month, or once for the whole time.",
)
@click.option("--pairs", "between", is_flag=True, help="Crates from library to library instead.")
@click.option("--out", type=click.Path(path_type=Path), help="The file; standard output else.")
def bring_out_volumes(
    first: datetime, last: datetime, per: str, between: bool, out: Path | None
) -> None:
    """Write the crates that each library sent and received, as CSV."""
    with works().reading(operator()) as work:
        if between:
            lines = csv_lines(
                PAIR_HEADER, [row.cells for row in pairs(work, first.date(), last.date())]
            )
        else:
            found = PER[per](work, first.date(), last.date())
            lines = csv_lines(VOLUME_HEADER, [row.cells for row in found])
        written = b"".join(lines)
    write_out(out, written)
