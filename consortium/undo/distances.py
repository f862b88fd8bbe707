"""How changes of distances are taken back."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.transports.measuring_legs import Standing, restore_leg, standing_leg
from consortium.undo.imports import WITH_IMPORT
from consortium.undo.ways import Never, Undoing, Way, overtaken

CHANGED: Final = (
    "transports.leg_entered",
    "transports.leg_removed",
    "transports.legs_put",
    "transports.legs_put_back",
)


def _side(entry: AuditEntry, at: int) -> Standing | None:
    """What was measured before (0) and after (1) a change."""
    facts: Mapping[str, Any] = entry.facts
    seconds = facts["duration_s"][at]
    return None if seconds is None else (seconds, facts["distance_m"][at], facts["measured_on"][at])


def _leg_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if standing_leg(work, entry.facts["points"]) != _side(entry, 1):
        yield overtaken(work, entry, *CHANGED)


def _leg_back(work: Work, entry: AuditEntry) -> None:
    restore_leg(work, entry.subject, entry.facts["points"], _side(entry, 0))


LEG: Final = Undoing("transports.change", _leg_back, _leg_depends)
WAYS: Final[Mapping[str, Way]] = {
    "transports.leg_entered": LEG,
    "transports.leg_removed": LEG,
    "transports.legs_put": WITH_IMPORT,
    "transports.legs_put_back": Never(mark("It came with an import that was taken back")),
    "transports.legs_asked": Never(mark("Asking changes nothing")),
    "transports.legs_fetched": Never(
        mark("Nobody entered it: a road server worked it out"),
        mark("Enter the way as it was measured; that goes before what the server says"),
    ),
}
