"""Commands of sheets: rows come in, all of a file or nothing; rows and everything go out."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from consortium.cli.door import main, operator, read, works
from consortium.core import settings
from consortium.core.errors import NotFound
from consortium.core.settings import Web
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.everything import note_everything, write_everything
from consortium.exchange.exporting import Form, export
from consortium.exchange.kinds import KINDS, kind_of
from consortium.exchange.previewing import Preview
from consortium.exchange.pricing import cost_of
from consortium.exchange.taking import Sent, take_in, try_sheet
from consortium.exchange.undoing import undo_import

EVERYTHING: Final = "everything"
OWN_EXPORT: Final = frozenset({"volumes"})
"""Kinds whose export has a command of its own (cli/volumes.py)."""

FORMS: Final = click.Choice(["csv", "xlsx"])
UNWRITTEN: Final = mark("The file {path} cannot be written")


@main.group("import")
def bring_in() -> None:
    """Read rows from files: all of a file or nothing."""


def _add_command(code: str) -> None:
    @bring_in.command(code, help=f"Import {code} from FILE, a sheet (CSV or XLSX).")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
    def command(file: Path, dry_run: bool) -> None:
        _bring_in(code, Sent(read(file), file.name), dry_run=dry_run)


for _code in KINDS:
    if _code != "people":
        _add_command(_code)


@bring_in.command("people")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option("--invite", is_flag=True, help="Write to the new accounts' e-mail addresses.")
def bring_in_people(file: Path, dry_run: bool, invite: bool) -> None:
    """Import accounts from FILE, a sheet (CSV or XLSX); never passwords."""
    web = settings.load().web if invite else None
    _bring_in("people", Sent(read(file), file.name), dry_run=dry_run, invite=web)


@bring_in.command("counter")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--supplier", required=True, help="The supplier's code.")
@click.option("--member", help="The municipality's code, where the file does not tell.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
def bring_in_counter(file: Path, supplier: str, member: str | None, dry_run: bool) -> None:
    """Import a COUNTER 5.1 title report (JSON) of one municipality from FILE."""
    _bring_in("usage", Sent(read(file), file.name, supplier, member or ""), dry_run=dry_run)


@bring_in.command("undo")
@click.argument("batch", type=int)
def take_back(batch: int) -> None:
    """Take the import with the number BATCH back: its rows are what they were before it."""
    with works().writing(operator()) as work:
        undone = undo_import(work, batch)
    click.echo(json.dumps({"batch": undone.id, "kind": undone.kind, "file": undone.file_name}))


@main.group("export")
def bring_out() -> None:
    """Write rows to files, as programs and spreadsheets read them."""


def _add_export(code: str) -> None:
    @bring_out.command(code, help=f"Write {code}, as they can be imported again.")
    @click.option("--format", "form", type=FORMS, default="csv", show_default=True)
    @click.option("--year", type=int, help="Only rows of this year, where the kind knows years.")
    @click.option("--out", type=click.Path(path_type=Path), help="The file; standard output else.")
    def command(form: Form, year: int | None, out: Path | None) -> None:
        with works().reading(operator()) as work:
            written = export(work, kind_of(code), year).written(form)
        write_out(out, written)


for _code in KINDS:
    if _code not in OWN_EXPORT:
        _add_export(_code)


@bring_out.command(EVERYTHING)
@click.option("--out", type=click.Path(path_type=Path), help="The file, a zip.")
def bring_all_out(out: Path | None) -> None:
    """Write every table and every document as one zip."""
    if out is None:
        raise click.UsageError("export everything needs --out FILE.zip")
    opened = works()
    with opened.writing(operator()) as work:
        note_everything(work)
    with opened.reading(operator()) as work:
        try:
            with out.open("wb") as file:
                made = write_everything(work, file)
        except OSError as error:
            raise NotFound(UNWRITTEN, path=str(out)) from error
    click.echo(json.dumps(asdict(made)))


def write_out(out: Path | None, content: bytes) -> None:
    """Write an export to the file `out`, or to standard output where there is none."""
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise NotFound(UNWRITTEN, path=str(out)) from error


def _bring_in(code: str, sent: Sent, *, dry_run: bool, invite: Web | None = None) -> None:
    opened = works()
    if dry_run:
        with opened.reading(operator()) as work:
            tried = try_sheet(work, kind_of(code), sent)
            tried.require_sound()
            told = _told(work, tried)
    else:
        with opened.writing(operator()) as work:
            tried = try_sheet(work, kind_of(code), sent)
            told = _told(work, tried)
            told["batch"] = take_in(work, tried, sent, invite=invite).id
    click.echo(json.dumps({**told, "dry_run": dry_run}, ensure_ascii=False, default=str))


def _told(work: Work, tried: Preview) -> dict[str, Any]:
    """What a sheet changes, for programs: counts; of usage also its months and what it costs."""
    counts = {state: tried.counts[state] for state in ("new", "changed", "unchanged")}
    cost = cost_of(work, tried)
    return {"kind": tried.kind.code, **counts, **(asdict(cost) if cost else {})}
