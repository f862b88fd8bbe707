"""Commands of accounts."""

import sys
from datetime import datetime
from typing import Any

import click

from consortium.cli.door import DAY, main, operator, works
from consortium.core import settings
from consortium.core.errors import Invalid
from consortium.people.admitting import Terms, open_account
from consortium.people.inviting import invite
from consortium.people.rules import Grant, grants_of


@main.group("user")
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("username")
@click.option("--title", required=True, help="What is shown beside the name, as Ekonom.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    metavar="ROLE[:MEMBERCODE]",
    help="A role, for one member or, without a code, for all. Can be given several times.",
)
@click.option("--email", default="", help="Where letters with links go.")
@click.option("--from", "from_on", type=DAY, help="The first day on which the account opens.")
@click.option("--until", "ends_on", type=DAY, help="The last day on which the account opens.")
@click.option("--invite", "invited", is_flag=True, help="Write to the address with a link.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(
    username: str,
    title: str,
    roles: tuple[str, ...],
    invited: bool,
    password_stdin: bool,
    **terms: Any,
) -> None:
    """Open the account USERNAME.

    A password is never an argument, where the machine's other users could read it. Without
    --invite and --password-stdin the account has none until it is invited or an OpenID Connect
    provider vouches for its holder.
    """
    if invited and password_stdin:
        raise Invalid("An account is invited or has a password, not both", at="--invite")
    password = _password() if password_stdin else ""
    chosen, opened = settings.load(), works()
    with opened.writing(operator()) as work:
        account = open_account(work, username, title, password, _grants(roles), _terms(**terms))
        if invited:
            invite(work, account.username, chosen.web)
    click.echo(account.username)


def _password() -> str:
    """The first line of standard input, without its end."""
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Invalid("There is no password on standard input", at="--password-stdin")
    return line


def _grants(roles: tuple[str, ...]) -> list[Grant]:
    return [grant for role in roles for grant in grants_of(role)]


def _terms(email: str, from_on: datetime | None, ends_on: datetime | None) -> Terms:
    first, last = from_on and from_on.date(), ends_on and ends_on.date()
    return Terms(email.strip(), first, last)
