"""Expected times are worked out by hand on one route of three stops.

By the plan: leaves at 08:00; A 08:30 to 08:40; B is reached at 09:00, opens at 09:20, left 09:30;
C, after a break of 30 min on the road from 09:40, is reached at 10:20 and left at 10:30.
"""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.transports.delay_rules import minutes_late, to_tell
from consortium.transports.driving_rules import (
    KINDS,
    Note,
    PlannedBreak,
    PlannedRoute,
    PlannedStop,
    drive,
    note_faults,
)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-24T{clock}").replace(tzinfo=UTC)


A = PlannedStop("a", at("08:30"), at("08:30"), at("08:40"), ((at("08:00"), at("16:00")),))
B = PlannedStop("b", at("09:00"), at("09:20"), at("09:30"), ((at("09:20"), at("16:00")),))
C = PlannedStop("c", at("10:20"), at("10:20"), at("10:30"), ((at("08:00"), at("16:00")),))
REST = PlannedBreak(at("09:40"), timedelta(minutes=30))
ROUTE = PlannedRoute("van1", at("08:00"), at("11:00"), (A, B, C), (REST,))


def note(kind: str, clock: str, stop: str = "", reason: str = "") -> Note:
    return Note(f"{kind}-{clock}-{stop}", kind, stop, at(clock), reason)


def expected(*notes: Note) -> dict[str, str]:
    """Stop → when it is expected, `HH:MM`."""
    stops = drive(ROUTE, notes).stops
    return {stop.slug: f"{stop.expected_at:%H:%M}" for stop in stops if stop.expected_at}


@pytest.mark.parametrize(
    ("notes", "back"),
    [
        ([], None),
        ([note("depart", "08:12")], "11:00"),
        ([note("leave", "10:45", "c")], "11:15"),  # 30 min from C
        ([note("leave", "09:15", "a")], "11:15"),  # C 15 late
        ([note("back", "11:20")], None),
    ],
)
def test_the_return_to_the_depot_is_timed_as_well(notes: list[Note], back: str | None) -> None:
    found = drive(ROUTE, notes).expected_back
    assert (f"{found:%H:%M}" if found else None) == back


@pytest.mark.parametrize(
    ("notes", "times"),
    [
        # Nothing is known before anything is noted.
        ([], {}),
        # 12 minutes late: A as much, B too, but the wait of 20 min takes it up; C is in time.
        ([note("depart", "08:12")], {"a": "08:42", "b": "09:12", "c": "10:20"}),
        # 35 late at A: left 09:15, B at 09:35, served at once to 09:45, C 15 late.
        ([note("arrive", "09:05", "a")], {"b": "09:35", "c": "10:35"}),
        # Left A 35 late; the same.
        ([note("arrive", "08:30", "a"), note("leave", "09:15", "a")], {"b": "09:35", "c": "10:35"}),
        # Early: B is not served before it opens.
        ([note("leave", "08:20", "a")], {"b": "08:40", "c": "10:20"}),
        # The break is taken at A: B at 09:30, left 09:40, and no break on the way to C, 09:40 + 20.
        ([note("leave", "08:40", "a"), note("break", "08:41")], {"b": "09:30", "c": "10:00"}),
        # The break is taken where the plan has it.
        ([note("leave", "09:30", "b"), note("break", "09:40")], {"c": "10:20"}),
        # B is missed at 09:00: on from there.
        ([note("leave", "08:40", "a"), note("missed", "09:00", "b", "locked")], {"c": "09:50"}),
        # C before B: when the van comes to B nobody knows.
        ([note("leave", "08:40", "a"), note("leave", "10:00", "c")], {}),
        # Back at the depot: nothing more is to come.
        ([note("leave", "08:40", "a"), note("back", "09:10")], {}),
    ],
)
def test_the_rest_of_the_route_is_timed_from_the_last_note(
    notes: list[Note], times: dict[str, str]
) -> None:
    assert expected(*notes) == times


def test_a_note_about_another_stop_moves_nothing() -> None:
    notes = [note("depart", "08:12"), note("arrive", "08:20", "elsewhere")]
    assert expected(*notes) == {"a": "08:42", "b": "09:12", "c": "10:20"}


def test_a_stop_is_as_the_last_note_about_it_says() -> None:
    notes = [note("arrive", "08:31", "a"), note("refused", "08:33", "a", "full")]
    notes += [note("missed", "09:00", "b", "locked"), note("arrive", "09:10", "b")]
    state = drive(ROUTE, notes)
    assert [stop.state for stop in state.stops] == ["refused", "here", "ahead"]
    assert (state.stops[0].reason, state.next_stop) == ("full", "b")
    assert state.late == timedelta(minutes=10)  # 09:10, not 09:00
    assert drive(ROUTE, [*notes, note("leave", "09:30", "b")]).next_stop == "c"


def test_what_was_passed_over_comes_after_what_follows() -> None:
    assert drive(ROUTE, [note("leave", "09:30", "b")]).next_stop == "c"
    assert drive(ROUTE, [note("leave", "10:30", "c")]).next_stop == "a"


def test_notes_in_any_order_and_repeated_come_to_the_same() -> None:
    notes = [
        note("depart", "08:00"),
        note("arrive", "08:30", "a"),
        note("leave", "08:40", "a"),
        note("arrive", "09:00", "b"),
        note("break", "09:00"),
    ]
    states = {drive(ROUTE, [*order, *order[:2]]) for order in permutations(notes)}
    assert len(states) == 1


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.sampled_from("abc"), st.integers(0, 12)), max_size=7
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_never_matters(
    drawn: list[tuple[str, str, int]], random: object
) -> None:
    notes = [
        Note(str(n), kind, stop if kind in {"arrive", "leave", "missed", "refused"} else "", moment)
        for n, (kind, stop, five) in enumerate(drawn)
        for moment in [at("08:00") + timedelta(minutes=5 * five)]
    ]
    mixed = list(notes)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert drive(ROUTE, mixed) == drive(ROUTE, notes)


def test_begun_minutes_count_and_what_is_early_is_in_time() -> None:
    given = [timedelta(minutes=10), timedelta(minutes=10, seconds=1), timedelta(minutes=-30)]
    assert [minutes_late(late) for late in given] == [10, 11, 0]


@pytest.mark.parametrize(
    ("late", "told", "expected"),
    [
        (10, None, False),  # no more than the limit
        (11, None, True),
        (20, 11, False),  # they know about that much
        (22, 11, True),  # and now it is much more
        (0, 11, True),  # in time again
        (3, 12, False),  # nearly what they were told
    ],
)
def test_a_branch_is_told_what_differs_by_more_than_the_limit_from_what_it_knows(
    late: int, told: int | None, *, expected: bool
) -> None:
    known = {} if told is None else {"a": told}
    assert to_tell({"a": late}, known, 10) == ({"a": late} if expected else {})


@pytest.mark.parametrize(
    ("given", "places"),
    [
        (note("missed", "08:00", "a", " "), ["reason"]),
        (note("refused", "08:00", "", "full"), ["branch"]),
        (note("back", "08:00", "a"), ["branch"]),
        (Note("", "honk", "", at("08:00")), ["event", "kind"]),
        (Note("x" * 65, "arrive", "", at("08:06")), ["event", "branch", "at"]),
        (note("arrive", "08:05", "a"), []),
    ],
)
def test_all_that_is_wrong_with_a_note_is_said(given: Note, places: list[str]) -> None:
    assert [fault.at for fault in note_faults(given, at("08:00"))] == places
