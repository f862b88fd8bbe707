"""Accounts, what they may do, and the tokens of other systems."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Account(Row, table=True):
    """Someone who signs in. password_hash: argon2id, empty where none is chosen yet.

    session_seed: changing it ends all sessions. email: where invitations and links go, empty
    where there is none. from_on, ends_on: the first and the last day on which it opens (a
    substitute's, a driver's, the end of an employment). openid: issuer and subject of the
    OpenID Connect identity it belongs to (`iss sub`, OpenID Connect Core 1.0, section 2).
    """

    id: int = Field(default=None, primary_key=True)
    username: str = Field(unique=True)
    title: str
    email: str = Field(default="", index=True)
    password_hash: str
    active: bool = True
    from_on: date | None = None
    ends_on: date | None = None
    openid: str | None = Field(default=None, unique=True)
    session_seed: str
    failures: int = 0
    locked_until: datetime | None = None
    signed_in_at: datetime | None = None


class SignedIn(Row, table=True):
    """A session of a browser; its cookie carries the secret of which this is the SHA-256.

    openid: whether an OpenID Connect provider vouched for it.
    """

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    secret_sha256: str = Field(unique=True, max_length=64)
    openid: bool = False
    begun_at: datetime
    ends_at: datetime = Field(index=True)
    ended_at: datetime | None = None


class OneTimeLink(Row, table=True):
    """A link that lets its holder choose a password, once. purpose: `invitation` or `password`."""

    __table_args__ = (
        CheckConstraint("purpose in ('invitation', 'password')", name="known_purpose"),
    )

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    purpose: str
    secret_sha256: str = Field(unique=True, max_length=64)
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class FailedAttempt(Row, table=True):
    """A wrong password or token, whichever door it came to. Deleted after a day.

    place: keyed digest of the address it came from (HMAC-SHA-256 under the service's own key).
    """

    id: int = Field(default=None, primary_key=True)
    door: str
    place: str = Field(index=True, max_length=64)
    at: datetime = Field(index=True)


class RoleGrant(Row, table=True):
    """A role that an account holds, for one member or, where none is named, for all."""

    __table_args__ = (
        UniqueConstraint("account_id", "role", "member_id"),
        CheckConstraint(
            "role in ('administrator', 'coordinator', 'finance',"
            " 'branch_manager', 'counter', 'auditor', 'driver')",
            name="known_role",
        ),
    )

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    role: str
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)


class ApiToken(Row, table=True):
    """A bearer token of another system: SHA-256 of the secret, and the account it acts for.

    rights: what the token may do of all that its account may; empty: all of it.
    """

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    label: str
    secret_sha256: str = Field(unique=True, max_length=64)
    rights: list[str] = Field(default_factory=list, sa_type=JSON)
    given_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
