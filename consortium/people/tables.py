"""Accounts, what they may do, and the tokens of other systems."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Account(Row, table=True):
    """Someone who signs in. password_hash: argon2id. session_seed: changing it ends all sessions.

    Nothing about the person but the name to sign in with and the title to show.
    """

    id: int = Field(default=None, primary_key=True)
    username: str = Field(unique=True)
    title: str
    password_hash: str
    active: bool = True
    session_seed: str
    failures: int = 0
    locked_until: datetime | None = None
    signed_in_at: datetime | None = None


class RoleGrant(Row, table=True):
    """A role that an account holds, for one member or, where none is named, for all."""

    __table_args__ = (
        UniqueConstraint("account_id", "role", "member_id"),
        CheckConstraint(
            "role in ('administrator', 'coordinator', 'finance',"
            " 'branch_manager', 'counter', 'auditor')",
            name="known_role",
        ),
    )

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    role: str
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)


class ApiToken(Row, table=True):
    """A bearer token of another system: SHA-256 of the secret, and the account it acts for."""

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    label: str
    secret_sha256: str = Field(unique=True, max_length=64)
    expires_at: datetime
    revoked_at: datetime | None = None
