"""The group that all commands belong to, and what they share."""

import getpass
from dataclasses import replace
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


class Door(click.Group):
    """The one place where the five kinds become exit statuses."""

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
