"""Command that founds a consortium in earnest: no demo data, all of it or nothing."""

import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from consortium.cli.door import DAY, main, operator, read, works
from consortium.core.errors import Fault, Invalid
from consortium.core.sheets import read_csv
from consortium.core.work import Work
from consortium.exchange.kinds import kind_of
from consortium.exchange.taking import Sent, take_in, try_sheet
from consortium.http.parsing import ore_of
from consortium.ledger.rules import Amount
from consortium.operations.founding import Charter, found_consortium
from consortium.people.admitting import Terms, open_account
from consortium.people.rules import Grant
from consortium.reports.readiness import NAMES, steps

OPENING: Final = ("account", "counterpart", "amount")
PATH: Final = click.Path(path_type=Path)
TITLE: Final = "Administratör"
ADMINISTRATOR: Final[list[Grant]] = [("administrator", None)]


@dataclass(frozen=True, slots=True)
class First:
    """The first administrator. password: as given, or one made here that is shown once."""

    username: str
    email: str
    password: str


class _Tried(Exception):
    """Ends a dry run, so that nothing of it stays."""


@main.command()
@click.option("--name", required=True, help="What the consortium is called.")
@click.option("--members", "sheet", type=PATH, required=True, help="A sheet of the members.")
@click.option("--host", required=True, help="The code of the member that buys and invoices.")
@click.option("--bankgiro", required=True, help="Where the host is paid.")
@click.option("--from", "first", type=DAY, required=True, help="The consortium's first day.")
@click.option("--due-days", default=30, show_default=True, help="Terms of payment.")
@click.option("--account", "accounts", multiple=True, help="USE=ACCOUNT, as receivable=1510.")
@click.option("--opening", type=PATH, help="A sheet: account, counterpart, amount.")
@click.option("--admin", required=True, help="What the first administrator signs in with.")
@click.option("--email", default="", help="Where letters to the administrator go.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; do nothing.")
def init(password_stdin: bool, dry_run: bool, **told: Any) -> None:
    """Found a consortium in an empty database: members, host, opening balances, administrator."""
    charter = _charter(**told)
    sheet: Path = told["sheet"]
    given = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    person = First(told["admin"], told["email"], given or secrets.token_urlsafe(15))
    try:
        with works().writing(operator()) as work:
            _found(work, charter, Sent(read(sheet), sheet.name), person)
            missing = [step for step in steps(work) if not step.done]
            _keep(tried=dry_run)
    except _Tried:
        click.echo("Nothing was written: this would have been founded.")
    else:
        click.echo(f"{charter.name} is founded. Administrator: {person.username}")
        if not given:
            click.echo(f"Password, shown this once: {person.password}")
    click.echo("Missing before the first invoice run:")
    for step in missing:
        click.echo(f"- {NAMES[step.code]}: {step.missing[0]}")


def _keep(*, tried: bool) -> None:
    """Let the transaction stand, or end it so that nothing does."""
    if tried:
        raise _Tried


def _charter(**told: Any) -> Charter:
    return Charter(
        name=told["name"],
        host=told["host"],
        bankgiro=told["bankgiro"],
        from_on=told["first"].date(),
        due_days=told["due_days"],
        accounts=_accounts(told["accounts"]),
        opening=_opening(told["opening"]) if told["opening"] else (),
    )


def _found(work: Work, charter: Charter, sheet: Sent, person: First) -> None:
    take_in(work, try_sheet(work, kind_of("members"), sheet), sheet)
    found_consortium(work, charter)
    terms = Terms(email=person.email)
    open_account(work, person.username, TITLE, person.password, ADMINISTRATOR, terms)


def _accounts(given: tuple[str, ...]) -> dict[str, str]:
    faults = [
        Fault("{text} is no USE=ACCOUNT", "account", {"text": text}, "Write it as receivable=1510")
        for text in given
        if not text.partition("=")[2]
    ]
    if faults:
        raise Invalid(faults)
    return dict(text.split("=", 1) for text in given)


def _opening(path: Path) -> tuple[Amount, ...]:
    """The balances of a sheet, in kronor; every faulty row at once."""
    amounts, faults = [], []
    for row in read_csv(read(path), OPENING):
        try:
            amount_ore = ore_of(row.cells["amount"])
        except ValueError as error:
            faults.append(Fault(str(error), row.at("amount")))
            continue
        if not row.cells["account"].isdecimal():
            faults.append(Fault("An account is a number", row.at("account")))
        amounts.append(Amount(row.cells["account"], row.cells["counterpart"], amount_ore))
    if faults:
        raise Invalid(faults)
    return tuple(amounts)
