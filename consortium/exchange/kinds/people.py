"""Sheets of accounts: who may sign in, in what roles. Never a password."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlmodel import col, select

from consortium.core.errors import Fault
from consortium.core.settings import Web
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.formats.cells import Unreadable, day, maybe, text
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values
from consortium.members.queries import members
from consortium.members.tables import Member
from consortium.people.admitting import Terms, open_account
from consortium.people.changing import Particulars, change_account, close_account
from consortium.people.inviting import invite
from consortium.people.rules import ROLES, Grant, name_faults, role_faults, term_faults
from consortium.people.tables import Account, RoleGrant

WORDS: Final = {
    "administratör": "administrator",
    "samordnare": "coordinator",
    "ekonom": "finance",
    "bibliotekschef": "branch_manager",
    "bibliotekspersonal": "counter",
    "revisor": "auditor",
    "förare": "driver",
    "regionhandläggare": "region",
}
SHOWN: Final = {value: word for word, value in WORDS.items()}
NO_ROLE: Final = mark("{value} is no role, or a role and a municipality's code")

Known = tuple[frozenset[str], frozenset[str]]
"""The codes of all members, and the names of accounts that are closed."""


def roles(cell: str) -> tuple[Grant, ...]:
    """`samordnare, bibliotekschef 2062` as grants: sorted, each once."""
    found: set[Grant] = set()
    for part in filter(None, (part.strip() for part in text(cell).split(","))):
        word, _blank, code = part.replace(":", " ").partition(" ")
        role = WORDS.get(word.casefold(), word.casefold())
        if role not in ROLES:
            raise Unreadable(NO_ROLE, part, mark("Write it as samordnare, bibliotekschef 2062"))
        found.add((role, code.strip() or None))
    return _sorted(found)


def shown_roles(value: tuple[Grant, ...]) -> str:
    return ", ".join(f"{SHOWN.get(role, role)} {code or ''}".strip() for role, code in value)


def _known(work: Work) -> Known:
    shut = select(Account.username).where(col(Account.active).is_(False))
    return frozenset(member.code for member in members(work)), frozenset(work.session.exec(shut))


def _settle(row: Row, _known: Known) -> Iterator[Fault]:
    row["username"] = row["username"].lower()
    return iter(())


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    if before is None:
        yield from name_faults(row["username"])
    yield from role_faults(row["roles"], known[0])
    yield from term_faults(row["title"], row["email"], row["from_on"], row["ends_on"])
    if row != before and row["username"] in known[1]:
        yield Fault(
            "The account {username} is closed",
            "username",
            {"username": row["username"]},
            "Open it again first, on its page",
        )


def _owner(_row: Row, _known: Known) -> str:
    return ""


def _standing(work: Work, _known: Known, _rows: Sequence[Values] | None) -> Standing:
    given = select(RoleGrant.account_id, RoleGrant.role, Member.code).join(
        Member, col(Member.id) == col(RoleGrant.member_id), isouter=True
    )
    held: dict[int, set[Grant]] = {}
    for account_id, role, code in work.session.exec(given):
        held.setdefault(account_id, set()).add((role, code))
    rows = select(Account).order_by(col(Account.username))
    return {
        (row.username,): (
            row.username,
            row.title,
            row.email,
            _sorted(held.get(row.id, set())),
            row.from_on,
            row.ends_on,
        )
        for row in work.session.exec(rows)
    }


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    for change in changes:
        row = change.after
        terms = Terms(row["email"], row["from_on"], row["ends_on"])
        if change.before is None:
            open_account(work, row["username"], row["title"], "", row["roles"], terms)
        else:
            change_account(work, row["username"], Particulars(row["title"], row["roles"], terms))


def _close(work: Work, rows: Sequence[Row]) -> None:
    for row in rows:
        close_account(work, row["username"])


def _invite(work: Work, changes: Sequence[Change], web: Web) -> None:
    """Write to each new account that has an e-mail address, with a link to choose a password."""
    for change in changes:
        if change.before is None and change.after["email"]:
            invite(work, change.after["username"], web)


def _sorted(grants: set[Grant]) -> tuple[Grant, ...]:
    return tuple(sorted(grants, key=lambda grant: (grant[0], grant[1] or "")))


PEOPLE = Kind(
    code="people",
    name=mark("Accounts"),
    means=mark("Who may sign in, in what roles and for how long. Never a password."),
    right="people.change",
    sees="people.change",
    key=("username",),
    personal=True,
    fields=(
        Field(
            "username",
            "Användarnamn",
            mark("What one signs in with"),
            "ekonom.mora",
            required=True,
            aliases=("konto",),
        ),
        Field("title", "Titel", mark("As it stands on pages"), "Ekonom", required=True),
        Field(
            "email",
            "E-post",
            mark("Where an invitation goes"),
            "ekonom@mora.example",
            aliases=("epost", "mejl"),
        ),
        Field(
            "roles",
            "Roller",
            mark("With commas; after a role the municipality it is for, where it is for one"),
            "ekonom, bibliotekschef 2062",
            roles,
            shown_roles,
            required=True,
            aliases=("roll", "role"),
        ),
        Field("from_on", "Från", mark("The first day"), "2026-12-01", maybe(day), default=None),
        Field("ends_on", "Till", mark("The last day"), "2027-06-30", maybe(day), default=None),
    ),
    known=_known,
    settle=_settle,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_close,
    invite=_invite,
)
