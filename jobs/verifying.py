"""Job of the audit trail: once a week the whole chain is walked."""

from datetime import date
from typing import Final

from consortium.core.errors import Conflict
from consortium.core.sealing import note_verified, seal_all
from consortium.core.verifying import Walk, faults_of_chain
from jobs.running import Running, acting

VERIFYING: Final = acting("verifying")


def verify_trail(running: Running, _day: date) -> None:
    """Seal what is not sealed yet and walk the chain; a Conflict, and so an alert, if broken."""
    seal_all(running.works, VERIFYING, thorough=True)
    walk = Walk()
    with running.works.reading(VERIFYING) as work:
        faults = sum(1 for _fault in faults_of_chain(work, walk))
    with running.works.writing(VERIFYING) as work:
        note_verified(work, walk.number, faults)
    if faults:
        raise Conflict(
            "The audit trail is not as it was written: {count} faults",
            count=faults,
            remedy="Run consortium audit verify, which names each of them",
        )
