from collections.abc import Iterable
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from consortium.core.errors import Problem
from consortium.core.work import Work, Works
from consortium.undo.taking_back import UNDOABLE, entries_of, may_undo, undo, undoable_ids
from tests.conftest import OPERATOR, Clock
from tests.slices import slice_of
from tests.undo.changes import CHANGES
from tests.undo.world import dump

STEPS = [
    (event, half)
    for event in sorted(CHANGES)
    for half in (0, 1)
    if half or not event.startswith(("ledger.month", "transports.claim"))
]
"""The changes and what is made before them, each on its own; what is booked or claimed stays."""


def take_back(work: Work, ids: Iterable[int]) -> None:
    """Take back what can be, the newest first: what was written on the way to it went with it."""
    for entry in reversed(entries_of(work, ids)):
        if may_undo(work, [entry])[entry.id].possible:
            undo(work, entry.id)


@given(chosen=st.lists(st.sampled_from(STEPS), min_size=2, max_size=12))
@settings(
    max_examples=slice_of(5, 80),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_sequence_of_changes_undone_in_reverse_leaves_the_start(
    works: Works, clock: Clock, chosen: list[tuple[str, int]]
) -> None:
    with works.reading(OPERATOR) as work:
        before = dump(work, ids=False)
    made = []
    for event, half in chosen:
        clock.forward(seconds=1)
        # What the records do not allow at this point is no part of the sequence.
        with suppress(Problem, NoResultFound, MultipleResultsFound):
            with works.writing(OPERATOR) as work:
                CHANGES[event][half](work)
            kept = [entry.id for entry in work.audited if entry.event in UNDOABLE]
            made.append(undoable_ids(work.audited) if half else kept)
    for ids in reversed(made):
        clock.forward(seconds=1)
        with works.writing(OPERATOR) as work:
            take_back(work, ids)
    with works.reading(OPERATOR) as work:
        assert dump(work, ids=False) == before
