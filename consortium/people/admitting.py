"""Use cases: an account is opened; other systems are given tokens, which can be revoked."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import select

from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.members.queries import members
from consortium.people.passwords import password_faults
from consortium.people.queries import grants
from consortium.people.rules import (
    LONGEST_TOKEN,
    Grant,
    digest_of,
    name_faults,
    reach,
    role_faults,
    roles_text,
    term_faults,
)
from consortium.people.signing_in import password_hash
from consortium.people.tables import Account, ApiToken, RoleGrant


@dataclass(frozen=True, slots=True)
class Terms:
    """Where letters to an account go, and the first and the last day on which it opens."""

    email: str = ""
    from_on: date | None = None
    ends_on: date | None = None


def open_account(
    work: Work,
    username: str,
    title: str,
    password: str,
    roles: Sequence[Grant],
    terms: Terms = Terms(),
) -> Account:
    """Open an account. roles: each with the code of the member it is for, None for all.

    password: empty where its holder is to choose one (`inviting.py`), or never will (OpenID
    Connect). Taken back by `close_account`.
    """
    work.require("people.change")
    username, held = username.strip().lower(), tuple(dict.fromkeys(roles))
    faults = [*grant_faults(work, held), *name_faults(username)]
    faults += term_faults(title, terms.email, terms.from_on, terms.ends_on)
    if password:
        faults += password_faults(password, username)
    if faults:
        raise Invalid(faults)
    if work.session.exec(select(Account.id).where(Account.username == username)).first():
        raise Conflict("There is an account {username} already", at="username", username=username)
    account = Account(
        username=username,
        title=title.strip(),
        email=terms.email,
        password_hash=password_hash(password) if password else "",
        from_on=terms.from_on,
        ends_on=terms.ends_on,
        session_seed=secrets.token_hex(16),
    )
    work.session.add(account)
    work.session.flush()
    add_grants(work, account, held)
    work.audit(
        "people.account_opened",
        username,
        personal={"email": terms.email} if terms.email else None,
        roles=roles_text(held),
    )
    return account


def give_token(
    work: Work, account: Account, label: str, expires_at: datetime, rights: Sequence[str] = ()
) -> str:
    """A bearer token that acts for `account` until `expires_at`; the secret is shown this once.

    rights: of those that the account has; none named: all of them, also what it gets later.
    Taken back by `revoke_token`.
    """
    work.require("people.change")
    if faults := _token_faults(work, account, label, expires_at, rights):
        raise Invalid(faults)
    secret = secrets.token_urlsafe(32)
    token = ApiToken(
        account_id=account.id,
        label=label.strip(),
        secret_sha256=digest_of(secret),
        rights=sorted(set(rights)),
        given_at=work.now,
        expires_at=expires_at,
    )
    work.session.add(token)
    work.session.flush()
    work.audit("people.token_given", account.username, **_token_facts(token))
    return secret


def revoke_token(work: Work, token_id: int) -> ApiToken:
    """Let a token hold no more. Taken back by `restore_token`."""
    token, account = _token(work, token_id)
    if token.revoked_at is not None:
        raise Conflict("The token {label} is revoked already", label=token.label)
    token.revoked_at = work.now
    work.audit("people.token_revoked", account.username, **_token_facts(token))
    return token


def restore_token(work: Work, token_id: int) -> ApiToken:
    """Let a token that was revoked hold again until it runs out."""
    token, account = _token(work, token_id)
    if token.revoked_at is None:
        raise Conflict("The token {label} is not revoked", label=token.label)
    if token.expires_at <= work.now:
        raise Conflict("The token {label} has run out", label=token.label)
    token.revoked_at = None
    work.audit("people.token_restored", account.username, **_token_facts(token))
    return token


def grant_faults(work: Work, held: Sequence[Grant]) -> list[Fault]:
    """What keeps an account from the roles `held`."""
    return list(role_faults(held, (member.code for member in members(work))))


def add_grants(work: Work, account: Account, held: Sequence[Grant]) -> None:
    """Give the account roles that it has not; their members must be known."""
    known = {member.code: member.id for member in members(work)}
    work.session.add_all(
        RoleGrant(account_id=account.id, role=role, member_id=known[code] if code else None)
        for role, code in held
    )


def _token_faults(
    work: Work, account: Account, label: str, expires_at: datetime, rights: Sequence[str]
) -> list[Fault]:
    faults = []
    if not label.strip():
        faults.append(Fault("A token needs a name", "label", {}, "Write what it is for"))
    if not work.now < expires_at <= work.now + LONGEST_TOKEN:
        faults.append(
            Fault("A token ends within two years", "until", {}, "Choose a day within two years")
        )
    held = reach(grants(work, account))
    faults += [
        Fault("The account has not the right {right}", "rights", {"right": right})
        for right in rights
        if right not in held
    ]
    return faults


def _token(work: Work, token_id: int) -> tuple[ApiToken, Account]:
    work.require("people.change")
    row = select(ApiToken).where(ApiToken.id == token_id).with_for_update()
    token = work.session.exec(row).first()
    if token is None:
        raise NotFound("There is no such token")
    return token, work.session.get_one(Account, token.account_id)


def _token_facts(token: ApiToken) -> dict[str, Any]:
    return {
        "token": token.id,
        "label": token.label,
        "rights": token.rights,
        "until": token.expires_at.isoformat(),
    }
