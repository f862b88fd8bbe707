"""How changes of accounts are taken back."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.people.admitting import restore_token, revoke_token
from consortium.people.changing import (
    Particulars,
    change_account,
    close_account,
    particulars,
    particulars_before,
    reopen_account,
)
from consortium.people.rules import grants_of
from consortium.people.tables import Account, ApiToken
from consortium.undo.ways import GONE, Never, Undoing, Way, changes, overtaken, personal

RIGHT: Final = "people.change"
STANDING: Final = ("people.account_closed", "people.account_reopened")


def _account(work: Work, entry: AuditEntry) -> Account | None:
    return work.session.exec(select(Account).where(Account.username == entry.subject)).first()


def _if_not(work: Work, entry: AuditEntry, *, active: bool) -> Iterator[Fault]:
    account = _account(work, entry)
    if account is None:
        yield Fault(GONE)
    elif account.active is not active:
        yield overtaken(work, entry, *STANDING)


def _changed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    account, beside = _account(work, entry), personal(work, entry)
    if account is None:
        yield Fault(GONE)
    elif any(value is None for value in beside.values()):
        yield Fault("What stood there before has been erased in time")
    elif not _stands(particulars(work, account), changes(entry), beside):
        yield overtaken(work, entry, "people.account_changed")


def _stands(
    now: Particulars, changed: Mapping[str, tuple[Any, Any]], beside: Mapping[str, Any]
) -> bool:
    """Whether an account is as a change left it. Both of its facts and of what stands beside."""
    standing = {
        "title": now.title,
        "roles": frozenset(now.roles),
        "from_on": now.terms.from_on.isoformat() if now.terms.from_on else "",
        "ends_on": now.terms.ends_on.isoformat() if now.terms.ends_on else "",
        "email": now.terms.email,
    }
    left = {name: value[1] for name, value in {**changed, **beside}.items()}
    if "roles" in left:
        left["roles"] = frozenset(grants_of(left["roles"]))
    return all(standing[name] == value for name, value in left.items())


def _change_back(work: Work, entry: AuditEntry) -> None:
    before = particulars_before(work, entry.subject, entry.facts, personal(work, entry))
    change_account(work, entry.subject, before)


def _token(work: Work, entry: AuditEntry) -> ApiToken | None:
    return work.session.get(ApiToken, entry.facts["token"])


def _holding_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    token = _token(work, entry)
    if token is None:
        yield Fault(GONE)
    elif token.revoked_at is not None:
        yield overtaken(work, entry, "people.token_revoked")


def _revoked_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    token = _token(work, entry)
    if token is None:
        yield Fault(GONE)
    elif token.revoked_at is None:
        yield overtaken(work, entry, "people.token_restored")
    elif token.expires_at <= work.now:
        yield Fault("The token {label} has run out", "", {"label": token.label})


WAYS: Final[Mapping[str, Way]] = {
    "people.account_opened": Undoing(
        RIGHT,
        lambda work, entry: close_account(work, entry.subject),
        lambda work, entry: _if_not(work, entry, active=True),
    ),
    "people.account_changed": Undoing(RIGHT, _change_back, _changed_depends),
    "people.account_closed": Undoing(
        RIGHT,
        lambda work, entry: reopen_account(work, entry.subject),
        lambda work, entry: _if_not(work, entry, active=False),
    ),
    "people.account_reopened": Undoing(
        RIGHT,
        lambda work, entry: close_account(work, entry.subject),
        lambda work, entry: _if_not(work, entry, active=True),
    ),
    "people.token_given": Undoing(
        RIGHT, lambda work, entry: revoke_token(work, entry.facts["token"]), _holding_depends
    ),
    "people.token_restored": Undoing(
        RIGHT, lambda work, entry: revoke_token(work, entry.facts["token"]), _holding_depends
    ),
    "people.token_revoked": Undoing(
        RIGHT, lambda work, entry: restore_token(work, entry.facts["token"]), _revoked_depends
    ),
    "people.openid_linked": Never(
        mark("The identity provider has vouched for the account"),
        mark("Close the account if it is wrong"),
    ),
    "people.invited": Never(mark("A letter that has left cannot be called back")),
    "people.locked_out": Never(
        mark("It passes by itself"), mark("Open the account again if it should not wait")
    ),
    "people.password_asked": Never(mark("A letter that has left cannot be called back")),
    "people.password_chosen": Never(mark("A password is not kept"), mark("Choose a new one")),
    "people.session_ended": Never(mark("A signing-out has happened"), mark("Sign in again")),
    "people.signed_in": Never(
        mark("A signing-in has happened"), mark("Sign out, everywhere if need be")
    ),
    "people.signed_out": Never(mark("A signing-out has happened"), mark("Sign in again")),
}
