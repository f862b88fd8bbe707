"""The group that all commands belong to, and what they share."""

import getpass
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from consortium.core import log, settings
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Unavailable
from consortium.core.work import Actor, Works
from consortium.migrations import newest
from consortium.tables import open_works

EXIT: Final[dict[type[Problem], int]] = {
    Invalid: 2,
    Conflict: 3,
    NotFound: 4,
    Forbidden: 5,
    Unavailable: 6,
}
DAY: Final = click.DateTime(["%Y-%m-%d"])
MONTH: Final = click.DateTime(["%Y-%m"])


FILES: Final[dict[str, tuple[str, ...]]] = {
    "allocate": ("cases",),
    "audit": ("trail",),
    "backup": ("operating",),
    "demo": ("serving",),
    "doctor": ("operating",),
    "export": (
        *("exchanging", "booking", "crate_events", "exporting_invoices", "invoicing", "volumes"),
    ),
    "import": ("exchanging", "crate_events", "paying"),
    "init": ("founding",),
    "invoices": ("invoicing",),
    "openapi": ("openapi",),
    "plan": ("cases",),
    "restore": ("operating",),
    "routes": ("routes",),
    "serve": ("serving",),
    "settle": ("invoicing",),
    "upgrade": ("serving",),
    "user": ("accounts",),
}
"""Command → the files that add it, or commands to it. They are read when it is asked for: all of
them together take several times as long to read as most commands take to run."""


class Door(click.Group):
    """The one place where the five kinds become exit statuses."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(FILES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for file in FILES.get(cmd_name, ()):
            import_module(f"consortium.cli.{file}")
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            for fault in problem.faults:
                click.echo(str(fault), err=True)
            ctx.exit(EXIT[type(problem)])


@click.group(cls=Door)
def main() -> None:
    """Run the consortium from the command line."""


def works() -> Works:
    """The works of the database that the settings name, which must have the newest schema."""
    return replace(any_schema(), revision=newest())


def any_schema() -> Works:
    """The same, whatever schema the database has."""
    chosen = settings.load()
    log.set_up(chosen.log.level, chosen.log.form)
    return open_works(chosen)


def operator() -> Actor:
    """Who holds the machine's account may do all; the audit trail names the account."""
    return Actor(f"cli:{getpass.getuser()}", machine=True)


def read(path: Path) -> bytes:
    """The bytes of a file; NotFound where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound("The file {path} cannot be read", path=str(path)) from error
