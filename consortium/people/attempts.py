"""Wrong passwords and tokens from one place, counted across all doors."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import col, select

from consortium.core.work import Work
from consortium.people.rules import ATTEMPTS_WITHIN, MOST_ATTEMPTS
from consortium.people.tables import FailedAttempt

SECOND: Final = timedelta(seconds=1)
_LIMITING: Final = (
    select(FailedAttempt.at)
    .where(FailedAttempt.place == bindparam("place"), FailedAttempt.at > bindparam("since"))
    .order_by(col(FailedAttempt.at).desc())
    .offset(MOST_ATTEMPTS - 1)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Doorstep:
    """Where a try came to and from. door: `web` or `api`. place: as http/places.py makes it.

    An empty place is nowhere: nothing is counted and nothing refused (the command line).
    """

    door: str = ""
    place: str = ""


NOWHERE: Final = Doorstep()


def seconds_to_wait(work: Work, step: Doorstep) -> int:
    """How many whole seconds tries from that place are refused yet, rounded up; 0: they are not.

    They are refused while MOST_ATTEMPTS wrong ones are younger than ATTEMPTS_WITHIN. What succeeds
    does not count, for a whole library may come from one address. A password is refused then even
    if it is right, since it may have been guessed; a token, which nobody guesses, is not.
    """
    if not step.place:
        return 0
    asked = {"place": step.place, "since": work.now - ATTEMPTS_WITHIN}
    work.session.flush()  # a bare connection does not do it by itself
    limiting = work.session.connection().execute(_LIMITING, asked).scalar()
    return ceil((limiting + ATTEMPTS_WITHIN - work.now) / SECOND) if limiting else 0


def note_attempt(work: Work, step: Doorstep) -> None:
    """Count a wrong password or token. An answer, not a refusal, which would roll it back."""
    if step.place:
        work.session.add(FailedAttempt(door=step.door, place=step.place, at=work.now))
