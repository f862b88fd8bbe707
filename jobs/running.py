"""What a job is run with."""

from dataclasses import dataclass

from consortium.core.settings import Settings
from consortium.core.work import Actor, Works


@dataclass(frozen=True, slots=True)
class Running:
    """The works that a job opens, and the settings it follows."""

    works: Works
    settings: Settings


def acting(job: str) -> Actor:
    """A job as an actor: its name stands in the audit trail."""
    return Actor(f"job:{job}", machine=True)
