"""Use cases: an account is changed, closed and opened again.

There is always an administrator who can sign in, and nobody shuts themselves out.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import col, delete, select, update

from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.work import Work
from consortium.people.admitting import Terms, add_grants, grant_faults
from consortium.people.queries import grants, opens
from consortium.people.rules import Grant, grants_of, roles_text, term_faults
from consortium.people.sessions import end_sessions
from consortium.people.tables import Account, OneTimeLink, RoleGrant

ADMINISTRATOR: Grant = ("administrator", None)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What can be changed of an account. roles: each with its member's code, None for all."""

    title: str
    roles: tuple[Grant, ...]
    terms: Terms


def change_account(work: Work, username: str, new: Particulars) -> Account:
    """Change an account; running sessions and tokens follow at once.

    Taken back by itself, with the values that `particulars_before` reads from the entry. Another
    e-mail address makes the links that went to the old one useless.
    """
    work.require("people.change")
    new = replace(new, roles=tuple(dict.fromkeys(new.roles)), title=new.title.strip())
    faults = grant_faults(work, new.roles)
    faults += term_faults(new.title, new.terms.email, new.terms.from_on, new.terms.ends_on)
    if faults:
        raise Invalid(faults)
    with _keeping_an_administrator(work):
        account = _account(work, username)
        before = particulars(work, account)
        _put(work, account, new, before)
    if _is_own(work, account):
        _refuse_own_loss(work, account, before, new)
    if new.terms.email != before.terms.email:
        void_links(work, account)
    _audit_change(work, username, before, new)
    return account


def close_account(work: Work, username: str) -> Account:
    """Close an account: its sessions end, its links and tokens open nothing.

    Taken back by `reopen_account`.
    """
    work.require("people.change")
    with _keeping_an_administrator(work):
        account = _account(work, username)
        if not account.active:
            raise Conflict("The account {username} is closed already", username=username)
        if _is_own(work, account):
            raise Conflict(
                "Nobody closes their own account", remedy="Ask another administrator to do it"
            )
        account.active = False
    end_sessions(work, account)
    void_links(work, account)
    work.audit("people.account_closed", username)
    return account


def reopen_account(work: Work, username: str) -> Account:
    """Open an account that is closed or shut after wrong passwords; `close_account` undoes it."""
    work.require("people.change")
    account = _account(work, username)
    locked = account.locked_until is not None and account.locked_until > work.now
    if account.active and not locked:
        raise Conflict("The account {username} is not closed", username=username)
    account.active, account.failures, account.locked_until = True, 0, None
    work.audit("people.account_reopened", username)
    return account


def particulars(work: Work, account: Account) -> Particulars:
    """An account as it can be changed."""
    terms = Terms(account.email, account.from_on, account.ends_on)
    return Particulars(account.title, tuple(grants(work, account)), terms)


def particulars_before(
    work: Work, username: str, facts: Mapping[str, Any], personal: Mapping[str, Any]
) -> Particulars:
    """An account as it is, with what an entry `people.account_changed` changed as it was before.

    facts, personal: of the entry, each as `[before, after]`.
    """
    now = particulars(work, _account(work, username))
    terms = Terms(
        email=personal["email"][0] if "email" in personal else now.terms.email,
        from_on=_day(facts["from_on"][0]) if "from_on" in facts else now.terms.from_on,
        ends_on=_day(facts["ends_on"][0]) if "ends_on" in facts else now.terms.ends_on,
    )
    return Particulars(
        title=facts["title"][0] if "title" in facts else now.title,
        roles=grants_of(facts["roles"][0]) if "roles" in facts else now.roles,
        terms=terms,
    )


def void_links(work: Work, account: Account) -> None:
    """Let no link to the account that was sent until now open anything."""
    theirs = update(OneTimeLink).where(
        col(OneTimeLink.account_id) == account.id, col(OneTimeLink.used_at).is_(None)
    )
    work.session.exec(theirs.values(used_at=work.now))


@contextmanager
def _keeping_an_administrator(work: Work) -> Iterator[None]:
    """Refuse a change after which no administrator is left, today or for good.

    All administrators' rows are locked before the account itself, so that two who close each
    other's account at once wait for each other.
    """
    today, lasting = _administrators(work)
    yield
    work.session.flush()
    left_today, left_lasting = _administrators(work)
    if (today and not left_today) or (lasting and not left_lasting):
        raise Conflict(
            "The consortium must keep an administrator who can sign in and has no last day",
            remedy="Make somebody else administrator first",
        )


def _administrators(work: Work) -> tuple[bool, bool]:
    """Whether an administrator can sign in today, and whether one of them has no last day."""
    rows = (
        select(Account)
        .join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        .where(RoleGrant.role == ADMINISTRATOR[0], col(RoleGrant.member_id).is_(None))
        .order_by(col(Account.id))
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    )
    able = [
        account
        for account in work.session.exec(rows).all()
        if opens(work, account) and (account.password_hash or account.openid)
    ]
    return bool(able), any(account.ends_on is None for account in able)


def _refuse_own_loss(work: Work, account: Account, before: Particulars, new: Particulars) -> None:
    if ADMINISTRATOR in before.roles and ADMINISTRATOR not in new.roles:
        raise Conflict(
            "Nobody takes away their own role as administrator",
            at="roles",
            remedy="Ask another administrator to do it",
        )
    if not opens(work, account):
        raise Conflict(
            "Your own account would not open today",
            at="ends_on",
            remedy="Choose days that hold today, or ask another administrator",
        )


def _put(work: Work, account: Account, new: Particulars, before: Particulars) -> None:
    account.title, account.email = new.title, new.terms.email
    account.from_on, account.ends_on = new.terms.from_on, new.terms.ends_on
    if set(new.roles) != set(before.roles):
        work.session.exec(delete(RoleGrant).where(col(RoleGrant.account_id) == account.id))
        add_grants(work, account, new.roles)


def _audit_change(work: Work, username: str, before: Particulars, new: Particulars) -> None:
    old, now = _facts(before), _facts(new)
    changed: dict[str, Any] = {
        name: [old[name], now[name]] for name in old if old[name] != now[name]
    }
    emails = [before.terms.email, new.terms.email]
    personal = {"email": emails} if emails[0] != emails[1] else None
    if changed or personal:
        work.audit("people.account_changed", username, personal=personal, **changed)


def _facts(known: Particulars) -> dict[str, str]:
    return {
        "title": known.title,
        "roles": roles_text(known.roles),
        "from_on": known.terms.from_on.isoformat() if known.terms.from_on else "",
        "ends_on": known.terms.ends_on.isoformat() if known.terms.ends_on else "",
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _is_own(work: Work, account: Account) -> bool:
    return account.username == work.actor.name


def _account(work: Work, username: str) -> Account:
    row = select(Account).where(Account.username == username).with_for_update()
    account = work.session.exec(row).first()
    if account is None:
        raise NotFound("There is no account {username}", username=username)
    return account
