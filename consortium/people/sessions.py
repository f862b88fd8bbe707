"""Sessions of browsers: begun with a secret that only the cookie knows, and ended.

Who offers a way in (a password, OpenID Connect) calls `begin_session` and hands its answer to
web/sessions.py, which keeps it in the cookie.
"""

import secrets
from datetime import timedelta

from sqlmodel import col, select, update

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.people.queries import own_account
from consortium.people.rules import digest_of
from consortium.people.tables import Account, SignedIn


def begin_session(
    work: Work, account: Account, hours: int, *, openid: bool = False, instead_of: str = ""
) -> str:
    """Begin a session that lasts at most `hours`; the secret for the cookie, new each time.

    The secret begins with the account's session seed. openid: whether an OpenID Connect provider
    vouched for it. instead_of: the secret of the session this browser had, which ends.
    """
    if instead_of:
        leave_session(work, instead_of)
    secret = account.session_seed + secrets.token_urlsafe(32)
    work.session.add(
        SignedIn(
            account_id=account.id,
            secret_sha256=digest_of(secret),
            openid=openid,
            begun_at=work.now,
            ends_at=work.now + timedelta(hours=hours),
        )
    )
    return secret


def leave_session(work: Work, secret: str) -> None:
    """End the session that `secret` opens; nothing where there is none."""
    row = select(SignedIn, Account).join(Account, col(Account.id) == col(SignedIn.account_id))
    kept = row.where(SignedIn.secret_sha256 == digest_of(secret))
    if found := work.session.exec(kept).first():
        _end(work, *found)


def end_own_session(work: Work, session_id: int) -> None:
    """End one of one's own sessions."""
    account = own_account(work)
    row = work.session.get(SignedIn, session_id)
    if row is None or row.account_id != account.id:
        raise NotFound("You have no such session")
    _end(work, row, account)


def end_sessions(work: Work, account: Account) -> None:
    """End every session of the account, also one that is just being begun.

    The seed first: it takes the lock under which a session is begun.
    """
    account.session_seed = secrets.token_hex(16)
    work.session.add(account)
    work.session.flush()
    theirs = update(SignedIn).where(
        col(SignedIn.account_id) == account.id, col(SignedIn.ended_at).is_(None)
    )
    work.session.exec(theirs.values(ended_at=work.now))


def _end(work: Work, row: SignedIn, account: Account) -> None:
    if row.ended_at is None and row.ends_at > work.now:
        row.ended_at = work.now
        work.audit("people.session_ended", account.username, session=row.id)
