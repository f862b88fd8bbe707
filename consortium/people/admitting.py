"""Use cases: an account is opened, and a token is given to another system."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.members.queries import member_by_code
from consortium.people.rules import ROLES, SHORTEST_PASSWORD
from consortium.people.signing_in import password_hash
from consortium.people.tables import Account, ApiToken, RoleGrant


def open_account(
    work: Work, username: str, title: str, password: str, roles: Sequence[tuple[str, str | None]]
) -> Account:
    """Open an account. roles: each with the code of the member it is for, None for all."""
    work.require("people.change")
    faults = [
        Fault("There is no role {role}", "roles", {"role": role})
        for role, _code in roles
        if role not in ROLES
    ]
    if not username.strip():
        faults.append(Fault("An account needs a name to sign in with", "username"))
    if len(password) < SHORTEST_PASSWORD:
        faults.append(
            Fault("The password is too short", "password", {}, "Use at least 12 characters")
        )
    if faults:
        raise Invalid(faults)
    account = Account(
        username=username.strip().lower(),
        title=title,
        password_hash=password_hash(password),
        session_seed=secrets.token_hex(16),
    )
    work.session.add(account)
    work.session.flush()
    work.session.add_all(
        RoleGrant(
            account_id=account.id,
            role=role,
            member_id=member_by_code(work, code).id if code else None,
        )
        for role, code in roles
    )
    work.audit("people.account_opened", account.username, roles=[role for role, _ in roles])
    return account


def give_token(work: Work, account: Account, label: str, expires_at: datetime) -> str:
    """A bearer token that acts for `account` until `expires_at`; the secret is shown this once."""
    work.require("people.change")
    secret = secrets.token_urlsafe(32)
    work.session.add(
        ApiToken(
            account_id=account.id,
            label=label,
            secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
            given_at=work.now,
            expires_at=expires_at,
        )
    )
    work.audit("people.token_given", account.username, label=label)
    return secret
