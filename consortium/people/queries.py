"""Questions about who comes in: sessions, tokens, one's own account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from consortium.core.errors import NotFound
from consortium.core.work import Actor, Work
from consortium.members.queries import members
from consortium.members.tables import Member
from consortium.people.rules import Grant, digest_of, is_open, reach
from consortium.people.tables import Account, ApiToken, RoleGrant, SignedIn


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody signed in, and the session they came with. grants: their roles."""

    session_id: int
    ends_at: datetime
    username: str
    title: str
    grants: tuple[Grant, ...]


def _of_account(*columns: Any) -> Select[Any]:
    """A statement that gives an account's grants, a row for each, and `columns` with them."""
    account = (Account.username, Account.active, Account.from_on, Account.ends_on)
    chosen: tuple[Any, ...] = (*columns, *account, RoleGrant.role, Member.code)
    return (
        select_columns(*chosen)
        .join_from(Account, RoleGrant, col(RoleGrant.account_id) == col(Account.id), isouter=True)
        .join(Member, col(Member.id) == col(RoleGrant.member_id), isouter=True)
        .order_by(col(RoleGrant.id))
    )


# Asked at every request, so put together once and read without making objects of tables.
_SESSION: Final = (
    _of_account(SignedIn.id, SignedIn.ends_at, Account.title, Account.session_seed)
    .join(SignedIn, col(SignedIn.account_id) == col(Account.id))
    .where(
        col(SignedIn.secret_sha256) == bindparam("digest"),
        col(SignedIn.ended_at).is_(None),
        col(SignedIn.ends_at) > bindparam("now"),
    )
)
_TOKEN: Final = (
    _of_account(ApiToken.rights)
    .join(ApiToken, col(ApiToken.account_id) == col(Account.id))
    .where(
        col(ApiToken.secret_sha256) == bindparam("digest"),
        col(ApiToken.revoked_at).is_(None),
        col(ApiToken.expires_at) > bindparam("now"),
    )
)


def presence(work: Work, secret: str) -> Presence | None:
    """Who a session's secret lets in now; None where it has ended or the account does not open."""
    rows = _rows(work, _SESSION, secret)
    if not rows or not secret.startswith(rows[0].session_seed):
        return None
    first = rows[0]
    return Presence(first.id, first.ends_at, first.username, first.title, _grants(rows))


def actor_of_token(work: Work, secret: str) -> Actor | None:
    """Who a bearer token acts as now, with the rights it was given of its account's.

    None where it is unknown, revoked or too old, or its account does not open.
    """
    rows = _rows(work, _TOKEN, secret)
    if not rows:
        return None
    held, given = reach(_grants(rows)), rows[0].rights
    rights = {right: held[right] for right in given if right in held} if given else held
    return Actor(rows[0].username, rights)


def opens(work: Work, account: Account) -> bool:
    """Whether the account is one that opens today."""
    return is_open(account.active, account.from_on, account.ends_on, work.today)


def grants(work: Work, account: Account) -> list[Grant]:
    """The roles of an account, each with the code of the member it is for, None for all."""
    rows = (
        select(RoleGrant.role, Member.code)
        .join(Member, col(Member.id) == col(RoleGrant.member_id), isouter=True)
        .where(RoleGrant.account_id == account.id)
        .order_by(col(RoleGrant.id))
    )
    return [(role, code) for role, code in work.session.exec(rows)]


def actor_of(work: Work, account: Account, role: str | None = None) -> Actor:
    """The account as an actor: each right reaches all the members its roles give it for.

    role: act in this one of its roles only.
    """
    return Actor(account.username, reach(grants(work, account), role))


def accounts(work: Work) -> list[Account]:
    work.require("people.change")
    return list(work.session.exec(select(Account).order_by(col(Account.username))))


def grants_named(work: Work, account: Account) -> list[Grant]:
    """As `grants`, with the name of the member in place of its code."""
    names = {member.code: member.name for member in members(work)}
    return [(role, names[code] if code else None) for role, code in grants(work, account)]


def own_account(work: Work, *, to_change: bool = False) -> Account:
    """The account of the actor. to_change: locked until the work ends."""
    row = select(Account).where(Account.username == work.actor.name)
    account = work.session.exec(row.with_for_update() if to_change else row).first()
    if account is None:
        raise NotFound("There is no such account")
    return account


def own_sessions(work: Work) -> list[SignedIn]:
    """The sessions of the actor that are not over, the newest first."""
    rows = (
        select(SignedIn)
        .join(Account, col(Account.id) == col(SignedIn.account_id))
        .where(
            Account.username == work.actor.name,
            col(SignedIn.ended_at).is_(None),
            SignedIn.ends_at > work.now,
        )
    )
    newest = rows.order_by(col(SignedIn.begun_at).desc(), col(SignedIn.id).desc())
    return list(work.session.exec(newest))


def _rows(work: Work, statement: Select[Any], secret: str) -> Sequence[Row[Any]]:
    """The rows for a secret, none where its account does not open today."""
    asked: Mapping[str, Any] = {"digest": digest_of(secret), "now": work.now}
    work.session.flush()  # a bare connection does not do it by itself
    rows = work.session.connection().execute(statement, asked).all()
    if not rows:
        return rows
    first = rows[0]
    return rows if is_open(first.active, first.from_on, first.ends_on, work.today) else []


def _grants(rows: Sequence[Row[Any]]) -> tuple[Grant, ...]:
    return tuple((row.role, row.code) for row in rows if row.role is not None)
