"""Questions about accounts."""

import hashlib

from sqlmodel import col, select

from consortium.core.errors import NotFound
from consortium.core.work import Actor, Scope, Work
from consortium.members.tables import Member
from consortium.people.rules import ROLES
from consortium.people.tables import Account, ApiToken, RoleGrant


def account_by_id(work: Work, account_id: int) -> Account:
    account = work.session.get(Account, account_id)
    if account is None or not account.active:
        raise NotFound("There is no such account")
    return account


def grants(work: Work, account: Account) -> list[tuple[str, str | None]]:
    """The roles of an account, each with the code of the member it is for, None for all."""
    rows = (
        select(RoleGrant.role, Member.code)
        .join(Member, col(Member.id) == col(RoleGrant.member_id), isouter=True)
        .where(RoleGrant.account_id == account.id)
        .order_by(col(RoleGrant.id))
    )
    return [(role, code) for role, code in work.session.exec(rows)]


def account_of_session(work: Work, account_id: int, seed: str) -> Account | None:
    """The account that a session was begun for; None where it is shut or has ended its sessions."""
    account = work.session.get(Account, account_id)
    return account if account and account.active and account.session_seed == seed else None


def actor_of(work: Work, account: Account, role: str | None = None) -> Actor:
    """The account as an actor: each right reaches all the members its roles give it for.

    role: act in this one of its roles only.
    """
    reach: dict[str, Scope] = {}
    for held, code in grants(work, account):
        for right in ROLES[held] if role in {None, held} else ():
            before = reach.get(right, frozenset())
            reach[right] = None if code is None or before is None else before | {code}
    return Actor(account.username, reach)


def account_of_token(work: Work, secret: str) -> Account | None:
    """The account that a bearer token acts for; None where it is unknown, revoked or too old."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    rows = (
        select(Account)
        .join(ApiToken, col(ApiToken.account_id) == col(Account.id))
        .where(
            ApiToken.secret_sha256 == digest,
            ApiToken.expires_at > work.now,
            col(ApiToken.revoked_at).is_(None),
            col(Account.active).is_(True),
        )
    )
    return work.session.exec(rows).first()


def accounts(work: Work) -> list[Account]:
    work.require("people.change")
    return list(work.session.exec(select(Account).order_by(col(Account.username))))


def accounts_with_grants(work: Work) -> list[tuple[Account, list[tuple[str, str | None]]]]:
    """Every account with its roles, each with the name of the member it is for, None for all."""
    rows = (
        select(RoleGrant.account_id, RoleGrant.role, Member.name)
        .join(Member, col(Member.id) == col(RoleGrant.member_id), isouter=True)
        .order_by(col(RoleGrant.id))
    )
    held: dict[int, list[tuple[str, str | None]]] = {}
    for account_id, role, name in work.session.exec(rows):
        held.setdefault(account_id, []).append((role, name))
    return [(account, held.get(account.id, [])) for account in accounts(work)]
