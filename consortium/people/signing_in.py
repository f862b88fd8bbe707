"""Use cases: signing in, choosing another password, and leaving every session."""

import secrets
from datetime import timedelta
from functools import cache
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlmodel import select

from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.people.attempts import NOWHERE, Doorstep, note_attempt, seconds_to_wait
from consortium.people.passwords import LONGEST, NewPassword, choice_faults
from consortium.people.queries import opens, own_account
from consortium.people.rules import LOCK_MINUTES, MOST_FAILURES
from consortium.people.sessions import end_sessions
from consortium.people.tables import Account

HASHER = PasswordHasher()


def sign_in(work: Work, username: str, password: str, step: Doorstep = NOWHERE) -> Account | None:
    """The account that `username` and `password` open; None where they open none.

    An answer, not a refusal: a wrong password must be counted, and a refusal would roll that back.
    After MOST_FAILURES wrong ones the account stays shut for LOCK_MINUTES, and a place from where
    too many came (`seconds_to_wait`) opens nothing. Unknown names take as long as known ones.
    """
    if seconds_to_wait(work, step):
        return None
    row = select(Account).where(Account.username == username.strip().lower()).with_for_update()
    account = work.session.exec(row).first()
    if not _opened(work, account, password, step) or account is None:
        return None
    account.failures, account.locked_until, account.signed_in_at = 0, None, work.now
    work.audit("people.signed_in", account.username)
    return account


def change_password(
    work: Work, old: str, new: NewPassword, step: Doorstep = NOWHERE
) -> Account | None:
    """Change one's own password, which ends all of one's sessions; None where `old` is wrong.

    A wrong one counts as it does at sign-in, so this is no way around.
    """
    account = own_account(work, to_change=True)
    if faults := list(choice_faults(new, account.username)):
        raise Invalid(faults)
    if seconds_to_wait(work, step) or not _opened(work, account, old, step):
        return None
    set_password(work, account, new.typed)
    work.audit("people.password_chosen", account.username, by="self")
    return account


def set_password(work: Work, account: Account, password: str) -> None:
    """Give the account this password, open it where wrong ones shut it, and end its sessions."""
    account.password_hash = password_hash(password)
    account.failures, account.locked_until = 0, None
    end_sessions(work, account)


def sign_out_everywhere(work: Work, account: Account) -> None:
    """End every session of the account. For its owner, and for who may change accounts."""
    if account.username != work.actor.name:
        work.require("people.change")
    end_sessions(work, account)
    work.audit("people.signed_out", account.username)


def password_hash(password: str) -> str:
    """argon2id with the library's parameters (RFC 9106, second recommended option).

    Of the composed form (NFC), since keyboards differ in how they send å, ä and ö.
    """
    return HASHER.hash(normalize("NFC", password))


def _opened(work: Work, account: Account | None, password: str, step: Doorstep) -> bool:
    """Whether `password` opens `account` now; a wrong one is counted, for account and place."""
    fits = _fits(account.password_hash if account else _nobody(), password)
    if not fits:
        note_attempt(work, step)
    if account is None or not opens(work, account) or _is_locked(work, account):
        return False
    if not fits:
        _count(work, account)
    return fits


def _count(work: Work, account: Account) -> None:
    account.failures += 1
    if account.failures >= MOST_FAILURES:
        account.failures = 0
        account.locked_until = work.now + timedelta(minutes=LOCK_MINUTES)
        work.audit("people.locked_out", account.username)


def _is_locked(work: Work, account: Account) -> bool:
    return account.locked_until is not None and account.locked_until > work.now


def _fits(hashed: str, password: str) -> bool:
    if len(password) > LONGEST:
        return False
    try:
        return HASHER.verify(hashed or _nobody(), normalize("NFC", password)) and bool(hashed)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_hex(16))
