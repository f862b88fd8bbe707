"""Commands of the events of crates: JSON lines come in, all or none; CSV or JSON lines go out."""

import json
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from consortium.cli.door import DAY, operator, works
from consortium.cli.exchanging import UNWRITTEN, bring_in, bring_out
from consortium.core.errors import NotFound
from consortium.core.work import Works
from consortium.crates.ledger import Noted
from consortium.exchange.events import Form, event_lines, take_in_events

FORMS: Final = click.Choice(["csv", "jsonl"])


class _OnlyTriedError(Exception):
    """Ends a work whose changes are not wanted."""


@bring_in.command("events")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be noted; change nothing.")
def bring_in_events(file: Path, dry_run: bool) -> None:
    """Import events of crates from FILE, a JSON object a line; in any order, repeats allowed."""
    noted = _noted(works(), file, dry_run=dry_run)
    told = {"kind": "events", "added": noted.added, "repeated": noted.repeated}
    click.echo(json.dumps({**told, "dry_run": dry_run}))


@bring_out.command("events")
@click.option("--from", "first", type=DAY, help="The first day, as 2026-01-01.")
@click.option("--to", "last", type=DAY, help="The last day.")
@click.option("--format", "form", type=FORMS, default="csv", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="The file; standard output else.")
def bring_out_events(
    first: datetime | None, last: datetime | None, form: Form, out: Path | None
) -> None:
    """Write the events of crates; as jsonl they can be imported again."""
    days = [day.date() if day else None for day in (first, last)]
    with works().reading(operator()) as work:
        lines = event_lines(work, days[0], days[1], form)
        if out is None:
            sys.stdout.buffer.writelines(lines)
            return
        try:
            with out.open("wb") as file:
                file.writelines(lines)
        except OSError as error:
            raise NotFound(UNWRITTEN, path=str(out)) from error


def _noted(opened: Works, path: Path, *, dry_run: bool) -> Noted:
    try:
        with (
            path.open("rb") as file,
            suppress(_OnlyTriedError),
            opened.writing(operator()) as work,
        ):
            noted = take_in_events(work, file)
            if dry_run:
                raise _OnlyTriedError
    except OSError as error:
        raise NotFound("The file {path} cannot be read", path=str(path)) from error
    return noted
