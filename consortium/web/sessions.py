"""The session's cookie: a secret whose digest the service keeps, and when a page was last opened.

The cookie is signed, so a page that is only read needs no write to keep the session awake.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import session

from consortium.http.asking import settings

KEY: Final = "key"
SEEN: Final = "seen"
SEEN_EVERY: Final = timedelta(minutes=1)


def keep_session(secret: str, now: datetime) -> None:
    """Let the cookie carry `secret`, as `begin_session` gave it, and nothing from before."""
    session.clear()
    session.permanent = True
    session.update({KEY: secret, SEEN: int(now.timestamp())})


def kept_secret() -> str:
    """The secret that this browser's cookie carries; empty where it has none."""
    kept = session.get(KEY, "")
    return kept if isinstance(kept, str) else ""


def idles_out_at() -> datetime:
    """When the session ends if no page is opened: the limit after the last one that was noted."""
    seen = datetime.fromtimestamp(session.get(SEEN, 0), UTC)
    return seen + timedelta(minutes=settings().web.idle_minutes)


def note_seen(now: datetime) -> None:
    """Note that a page is opened, at most once a minute, so that most answers set no cookie."""
    if now - datetime.fromtimestamp(session.get(SEEN, 0), UTC) >= SEEN_EVERY:
        session[SEEN] = int(now.timestamp())
