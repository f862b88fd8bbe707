"""When a crate was somewhere, by its events."""

from datetime import UTC, datetime

import pytest

from consortium.crates.incident_rules import Passing, passings
from consortium.crates.rules import Happening

FALUN, MORA, DEPOT = 1, 2, 3


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


def event(kind: str, branch: int, when: datetime, vehicle: str = "", to: int = 0) -> Happening:
    return Happening(0, f"{kind} {when}", kind, branch, to or None, when, vehicle)


# Packed in Falun 8, fetched 9:30, at the depot 11 to 13, in Mora 15, unpacked 16.
JOURNEY = [
    event("packed", FALUN, at(8), to=MORA),
    event("collected", FALUN, at(9, 30), "van1"),
    event("at_depot", DEPOT, at(11), "van1"),
    event("loaded", DEPOT, at(13), "van2"),
    event("delivered", MORA, at(15), "van2"),
    event("emptied", MORA, at(16)),
]


@pytest.mark.parametrize(
    ("place", "begins", "ends", "expected"),
    [
        (FALUN, at(8, 30), at(9), (at(8), at(9, 30), False)),  # lay there
        (FALUN, at(9), at(12), (at(8), at(9, 30), True)),  # was fetched then
        (FALUN, at(9, 31), at(12), None),
        (FALUN, at(6), at(7, 59), None),  # not yet packed
        ("van1", at(10), at(10, 30), (at(9, 30), at(11), False)),  # on the road
        ("van1", at(11, 1), at(12), None),  # set down
        (DEPOT, at(12), at(12, 30), (at(11), at(13), False)),
        ("van2", at(14), at(14), (at(13), at(15), False)),
        (MORA, at(15, 30), at(15, 45), (at(15), None, False)),
        (DEPOT, at(14), at(15), None),
    ],
)
def test_a_crate_is_where_its_last_event_left_it(
    place: int | str,
    begins: datetime,
    ends: datetime,
    expected: tuple[datetime, datetime | None, bool] | None,
) -> None:
    wanted = [Passing(*expected[:2], FALUN, MORA, expected[2])] if expected else []
    assert passings(reversed(JOURNEY), place, begins, ends) == wanted


def test_a_crate_that_was_emptied_before_is_on_no_journey() -> None:
    assert passings(JOURNEY, MORA, at(17), at(18)) == [Passing(at(15), None, None, None, False)]


def test_two_journeys_within_the_hours_are_told_apart() -> None:
    again = [event("packed", MORA, at(17), to=FALUN)]
    found = passings([*JOURNEY, *again], MORA, at(12), at(20))
    assert found == [
        Passing(at(15), None, FALUN, MORA, True),
        Passing(at(15), None, MORA, FALUN, True),
    ]
    assert passings([*JOURNEY, *again], MORA, at(18), at(20)) == [
        Passing(at(15), None, MORA, FALUN, False)
    ]
