"""Use cases: signing in, and out of every session."""

import secrets
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlmodel import select

from consortium.core.work import Work
from consortium.people.rules import LOCK_MINUTES, MOST_FAILURES
from consortium.people.tables import Account

HASHER = PasswordHasher()


def sign_in(work: Work, username: str, password: str) -> Account | None:
    """The account that `username` and `password` open; None where they open none.

    An answer, not a refusal: a wrong password must be counted, and a refusal would roll that back.
    After MOST_FAILURES wrong ones the account stays shut for LOCK_MINUTES. Unknown names take as
    long as known ones.
    """
    row = select(Account).where(Account.username == username.strip().lower()).with_for_update()
    account = work.session.exec(row).first()
    fits = _fits(account.password_hash if account else _nobody(), password)
    if account is None or not account.active or _is_locked(work, account):
        return None
    if not fits:
        account.failures += 1
        if account.failures >= MOST_FAILURES:
            account.failures = 0
            account.locked_until = work.now + timedelta(minutes=LOCK_MINUTES)
            work.audit("people.locked_out", account.username)
        return None
    account.failures, account.locked_until, account.signed_in_at = 0, None, work.now
    work.audit("people.signed_in", account.username)
    return account


def sign_out_everywhere(work: Work, account: Account) -> None:
    """End every session of the account: they carry the seed that is changed here."""
    account.session_seed = secrets.token_hex(16)
    work.session.add(account)
    work.audit("people.signed_out", account.username)


def password_hash(password: str) -> str:
    """argon2id with the library's parameters (RFC 9106, second recommended option)."""
    return HASHER.hash(password)


def _is_locked(work: Work, account: Account) -> bool:
    return account.locked_until is not None and account.locked_until > work.now


def _fits(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_hex(16))
