from consortium.undo.taking_back import UNDO, UNDOABLE
from consortium.undo.ways import Never
from consortium.web.event_names import EVENT_NAMES


def test_of_every_event_it_is_known_how_it_is_taken_back_or_why_it_never_is() -> None:
    assert set(UNDO) == set(EVENT_NAMES)


def test_what_is_never_taken_back_says_why() -> None:
    reasons = {event: way.reason for event, way in UNDO.items() if isinstance(way, Never)}
    assert all(reasons.values())
    assert reasons.keys() | UNDOABLE == UNDO.keys()
