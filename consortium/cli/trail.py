"""Commands of the audit trail: the proof that it is as it was written, its head, all of it."""

from datetime import datetime
from pathlib import Path

import click

from consortium.cli.door import DAY, main, operator, read, works
from consortium.core.errors import Conflict
from consortium.core.exporting import COLUMNS, rows_of_trail
from consortium.core.sealing import head_of, note_verified, read_head, seal_all
from consortium.core.sheets import csv_lines
from consortium.core.trail import Search
from consortium.core.verifying import Walk, faults_of_chain

PATH = click.Path(path_type=Path)


@main.group()
def audit() -> None:
    """Prove the audit trail, and take it out."""


@audit.command()
@click.option("--head", "head_file", type=PATH, help="A head exported earlier, kept elsewhere.")
@click.pass_context
def verify(ctx: click.Context, head_file: Path | None) -> None:
    """Seal what is not sealed yet, then walk the whole chain; exit 3 if anything is wrong."""
    exported = read_head(read(head_file).decode(errors="replace")) if head_file else None
    opened, actor = works(), operator()
    seal_all(opened, actor, thorough=True)
    walk, faults = Walk(), 0
    with opened.reading(actor) as work:
        for fault in faults_of_chain(work, walk, exported):
            click.echo(str(fault), err=True)
            faults += 1
    with opened.writing(actor) as work:
        note_verified(work, walk.number, faults)
    if faults:
        click.echo(f"{walk.number} entries in the chain, {faults} faults", err=True)
        ctx.exit(3)
    click.echo(f"{walk.number} entries in the chain, each as it was written")


@audit.command()
def head() -> None:
    """Seal what is not sealed yet, and write the chain's head, to be kept elsewhere."""
    opened, actor = works(), operator()
    seal_all(opened, actor, thorough=True)
    with opened.reading(actor) as work:
        found = head_of(work)
    if found is None:
        raise Conflict("Nothing has happened yet: the audit trail is empty")
    click.echo(found.text(), nl=False)


@audit.command()
@click.option("--from", "from_day", type=DAY, help="The first day.")
@click.option("--to", "to_day", type=DAY, help="The last day.")
def export(from_day: datetime | None, to_day: datetime | None) -> None:
    """Write the audit trail as CSV, the newest entry first."""
    search = Search(
        from_on=from_day.date() if from_day else None, to_on=to_day.date() if to_day else None
    )
    for line in csv_lines(COLUMNS, rows_of_trail(works(), operator(), search)):
        click.echo(line, nl=False)
