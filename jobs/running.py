"""What a job is run with."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from consortium.core.errors import Unavailable
from consortium.core.settings import Settings
from consortium.core.work import Actor, Works

R = TypeVar("R")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The works that a job opens, and the settings it follows."""

    works: Works
    settings: Settings


def acting(job: str) -> Actor:
    """A job as an actor: its name stands in the audit trail."""
    return Actor(f"job:{job}", machine=True)


@dataclass(slots=True)
class Patience:
    """Bears that the database is busy, full, gone or of another schema, and says so once."""

    said: str = ""

    def bear(self, step: Callable[[Running], R], running: Running) -> R | None:
        """What `step` returns; None where it was Unavailable."""
        try:
            result = step(running)
        except Unavailable as problem:
            if str(problem) != self.said:
                log.warning("waiting", extra={"waiting_for": str(problem)})
                self.said = str(problem)
            return None
        self.said = ""
        return result
