"""What is over about coming in is deleted in time (gallring)."""

from sqlmodel import col, delete, or_

from consortium.core.work import Work
from consortium.people.rules import ATTEMPTS_KEPT, KEPT_AFTER_END
from consortium.people.tables import FailedAttempt, OneTimeLink, SignedIn


def forget_comings(work: Work) -> None:
    """Delete sessions and links 30 days after their end, and wrong tries after a day."""
    work.require("people.change")
    over = work.now - KEPT_AFTER_END
    for row, ends_at, ended_at in (
        (SignedIn, SignedIn.ends_at, SignedIn.ended_at),
        (OneTimeLink, OneTimeLink.expires_at, OneTimeLink.used_at),
    ):
        work.session.exec(delete(row).where(or_(col(ends_at) <= over, col(ended_at) <= over)))
    old = col(FailedAttempt.at) <= work.now - ATTEMPTS_KEPT
    work.session.exec(delete(FailedAttempt).where(old))
