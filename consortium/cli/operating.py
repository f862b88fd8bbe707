"""Commands of the one who runs the service: what is wrong, backup, restore."""

import json
from pathlib import Path
from typing import Final

import click
from sqlalchemy.exc import SQLAlchemyError

from consortium import migrations
from consortium.cli.door import EXIT, any_schema, main, operator, works
from consortium.core import settings
from consortium.core.errors import Conflict, Fault, Problem
from consortium.demo.playing import held
from consortium.operations.backing_up import (
    back_up,
    name_of_backup,
    note_backup,
    note_restore,
    thin_out,
)
from consortium.operations.doctoring import choices, machine, records
from consortium.operations.packing import Manifest
from consortium.operations.restoring import check_backup, restore
from consortium.operations.rules import Finding, diagnose, machine_findings
from consortium.tables import open_works

PATH: Final = click.Path(path_type=Path)
SEE_URL: Final = "Start it, or mend database.url"
NOT_NEWEST: Final = Fault(
    "The database has not the newest schema", "migrations", {}, "Run consortium upgrade"
)


@main.command()
@click.argument("file", type=PATH, required=False)
@click.option(
    "--folder", type=PATH, help="Where to put it, named by the moment, if FILE is left out."
)
@click.option("--keep", type=int, help="Delete the folder's oldest, so that so many are left.")
@click.option("--check", is_flag=True, help="Make none: check FILE against its digests.")
def backup(file: Path | None, folder: Path | None, keep: int | None, check: bool) -> None:
    """Back up database, documents and keys into FILE, while the service runs."""
    if check:
        if file is None:
            raise click.UsageError("Name the file to check")
        _tell(file, check_backup(file))
        return
    chosen, opened = settings.load(), works()
    with opened.reading(operator()) as work:
        path = file or (folder or chosen.home / "backups") / name_of_backup(work.now)
        made = back_up(work, chosen.home, path)
    with opened.writing(operator()) as work:
        note_backup(work, path.name, made)
    _tell(path, made)
    if keep is not None:
        for old in thin_out(path.parent, keep):
            click.echo(f"Deleted: {old}")


@main.command("restore")
@click.argument("file", type=PATH)
def put_back(file: Path) -> None:
    """Restore FILE into an empty database, and bring it to the newest schema."""
    chosen = settings.load()
    with held(chosen.home):
        opened = any_schema()
        made = restore(opened.engine, chosen.home, file, migrations.upgrade, migrations.downgrade)
        migrations.upgrade(opened.engine)
    with works().writing(operator()) as work:
        note_restore(work, file.name, made)
    _tell(file, made)


def _tell(file: Path, made: Manifest) -> None:
    rows, documents = sum(made.tables.values()), made.tables.get("document", 0)
    click.echo(
        f"{file}: {rows} rows, {documents} documents, schema {made.revision}, {made.made_at}"
    )


@main.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Say what is wrong with the service, and what mends it; 3 where something stops work."""
    found = _examined()
    rows = [
        {
            "check": finding.name,
            "level": finding.level,
            "fault": finding.fault.fault,
            "remedy": finding.fault.mend,
        }
        for finding in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif not rows:
        click.echo("Everything is well.")
    else:
        for row in rows:
            click.echo("{level:<4} {check}: {fault}\n     {remedy}".format(**row))
    if any(finding.level == "bad" for finding in found):
        raise SystemExit(EXIT[Conflict])


def _examined() -> list[Finding]:
    """What is found; of a database that does not answer or is too old, that and what is around."""
    try:
        chosen = settings.load()
    except Problem as problem:
        return [Finding("settings", "bad", fault) for fault in problem.faults]
    around = machine(chosen)
    try:
        opened = open_works(chosen)
        if not migrations.is_current(opened.engine.execution_options(reading=True)):
            return [Finding("migrations", "bad", NOT_NEWEST), *machine_findings(around)]
        with opened.reading(operator()) as work:
            return diagnose(around, records(work), choices(work, chosen))
    except (SQLAlchemyError, OSError, Problem) as error:
        why = str(error).splitlines()[0]
        fault = Fault("The database does not answer: {why}", "database", {"why": why}, SEE_URL)
        return [Finding("database", "bad", fault), *machine_findings(around)]
