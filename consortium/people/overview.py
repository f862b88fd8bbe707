"""Questions of the administrator: all accounts, and everything about one of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, func, select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.members.tables import Member
from consortium.people.queries import accounts, grants, opens
from consortium.people.rules import ENDS_SOON, INVITATION, Grant
from consortium.people.tables import Account, ApiToken, OneTimeLink, RoleGrant, SignedIn


class State(StrEnum):
    """How it stands with an account today; the first that fits."""

    CLOSED = "closed"
    ENDED = "ended"
    WAITING = "waiting"
    LOCKED = "locked"
    INVITED = "invited"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Line:
    """An account in the list. grants: each role with the name of its member, None for all."""

    account: Account
    grants: list[Grant]
    state: State
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """Everything about an account. grants: with codes. tokens: those that hold, then the others.

    invited_until: when the newest invitation runs out, None where there is none to use.
    """

    account: Account
    grants: list[Grant]
    state: State
    tokens: list[ApiToken]
    sessions: int
    invited_until: datetime | None


def state_of(work: Work, account: Account) -> State:
    """How it stands with the account. Invited: it has no way to sign in yet."""
    today, locked = work.today, account.locked_until
    states = {
        State.CLOSED: not account.active,
        State.ENDED: account.ends_on is not None and account.ends_on < today,
        State.WAITING: account.from_on is not None and account.from_on > today,
        State.LOCKED: locked is not None and locked > work.now,
        State.INVITED: not account.password_hash and account.openid is None,
    }
    return next((state for state, holds in states.items() if holds), State.OPEN)


def account_lines(work: Work) -> list[Line]:
    """Every account by user name, with how it stands."""
    rows = (
        select(RoleGrant.account_id, RoleGrant.role, Member.name)
        .join(Member, col(Member.id) == col(RoleGrant.member_id), isouter=True)
        .order_by(col(RoleGrant.id))
    )
    held: dict[int, list[Grant]] = {}
    for account_id, role, name in work.session.exec(rows):
        held.setdefault(account_id, []).append((role, name))
    return [
        Line(
            account,
            held.get(account.id, []),
            state_of(work, account),
            ends_soon=_ends_soon(work, account),
        )
        for account in accounts(work)
    ]


def fitting(lines: Iterable[Line], show: str, text: str) -> list[Line]:
    """Of `lines` those to show. show: a State, `soon` (ends within 30 days), empty for all.

    text: a part of user name, title or e-mail address, in any case of letters.
    """
    wanted = text.strip().casefold()
    return [
        line
        for line in lines
        if show in {"", line.state} or (show == "soon" and line.ends_soon)
        if wanted in _searched(line.account)
    ]


def counts(lines: Iterable[Line]) -> dict[str, int]:
    """How many there are in each State, and `soon`."""
    found = Counter[str]()
    for line in lines:
        found.update([line.state] + ["soon"] * line.ends_soon)
    return {name: found[name] for name in (*State, "soon")}


def account_view(work: Work, username: str) -> AccountView:
    work.require("people.change")
    account = account_by_name(work, username)
    tokens = select(ApiToken).where(ApiToken.account_id == account.id)
    newest = work.session.exec(tokens.order_by(col(ApiToken.id).desc())).all()
    sessions = select(func.count()).where(
        SignedIn.account_id == account.id,
        col(SignedIn.ended_at).is_(None),
        SignedIn.ends_at > work.now,
    )
    return AccountView(
        account,
        grants(work, account),
        state_of(work, account),
        sorted(newest, key=lambda token: not holds(work, token)),
        work.session.exec(sessions).one(),
        _invited_until(work, account),
    )


def administrators(work: Work) -> dict[str, str]:
    """Who is written to when something needs a hand: the account's number → its e-mail address.

    Administrators for all members whose account opens today and has an address.
    """
    rows = (
        select(Account)
        .join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        .where(
            RoleGrant.role == "administrator",
            col(RoleGrant.member_id).is_(None),
            Account.email != "",
        )
        .order_by(col(Account.id))
    )
    found = work.session.exec(rows)
    return {str(account.id): account.email for account in found if opens(work, account)}


def holds(work: Work, token: ApiToken) -> bool:
    """Whether a token is neither revoked nor too old."""
    return token.revoked_at is None and token.expires_at > work.now


def account_by_name(work: Work, username: str) -> Account:
    account = work.session.exec(select(Account).where(Account.username == username)).first()
    if account is None:
        raise NotFound("There is no account {username}", username=username)
    return account


def _searched(account: Account) -> str:
    return f"{account.username}\n{account.title}\n{account.email}".casefold()


def _ends_soon(work: Work, account: Account) -> bool:
    ends_on = account.ends_on
    return (
        account.active
        and ends_on is not None
        and 0 <= (ends_on - work.today).days <= ENDS_SOON.days
    )


def _invited_until(work: Work, account: Account) -> datetime | None:
    rows = select(func.max(OneTimeLink.expires_at)).where(
        OneTimeLink.account_id == account.id,
        OneTimeLink.purpose == INVITATION,
        col(OneTimeLink.used_at).is_(None),
        OneTimeLink.expires_at > work.now,
    )
    return work.session.exec(rows).one()
