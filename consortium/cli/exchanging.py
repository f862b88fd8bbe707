"""Commands of sheets: figures come in, all of a file or nothing."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from consortium.cli.door import main, operator, read, works
from consortium.emedia.importing import import_counter, import_usage
from consortium.emedia.taking import UsageImport


@main.group("import")
def bring_in() -> None:
    """Read figures from files: all of a file or nothing."""


@bring_in.command("usage")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
def bring_in_usage(file: Path, dry_run: bool) -> None:
    """Import e-media usage from FILE: supplier, month, municipality, loans."""
    content = read(file)
    with works().writing(operator()) as work:
        _tell_usage(import_usage(work, content, file.name, dry_run=dry_run))


@bring_in.command("counter")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--supplier", required=True, help="The supplier's code.")
@click.option("--member", help="The municipality's code, where the file does not tell.")
def bring_in_counter(file: Path, supplier: str, member: str | None) -> None:
    """Import a COUNTER 5.1 title report (JSON) of one municipality from FILE."""
    content = read(file)
    with works().writing(operator()) as work:
        _tell_usage(import_counter(work, content, file.name, supplier, member))


def _tell_usage(done: UsageImport) -> None:
    click.echo(json.dumps(asdict(done), ensure_ascii=False, default=str))
