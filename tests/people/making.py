"""Accounts for the tests of this room."""

from consortium.core.work import Actor, Work, Works
from consortium.people.admitting import Terms, open_account
from consortium.people.attempts import NOWHERE, Doorstep
from consortium.people.rules import Grant
from consortium.people.signing_in import sign_in
from consortium.people.tables import Account

PHRASE = "ett-långt-lösenord"
VISITOR = Actor("")
ALWAYS = Terms()
ADMINISTRATOR: Grant = ("administrator", None)


def make_account(
    work: Work, *roles: Grant, username: str = "ekonom", terms: Terms = ALWAYS
) -> Account:
    """An account with PHRASE; finance for all members where no role is named."""
    return open_account(work, username, "Ekonom", PHRASE, roles or (("finance", None),), terms)


def attempts(works: Works, password: str, times: int = 1, step: Doorstep = NOWHERE) -> list[bool]:
    """Whether each of so many tries to sign in as ` EKONOM ` opened."""
    found = []
    for _ in range(times):
        with works.writing(VISITOR) as work:
            found.append(sign_in(work, " EKONOM ", password, step) is not None)
    return found
