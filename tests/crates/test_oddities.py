from datetime import timedelta

import pytest

from consortium.core.errors import Invalid
from consortium.core.work import Actor, Works
from consortium.crates.ledger import NewEvent, note_events
from consortium.crates.oddities import odd_crates
from tests.conftest import NOON, OPERATOR, Clock
from tests.transports.making import BORLANGE, DEPOT, FALUN, MORA, make_crates, make_transports

DAYS = timedelta(days=1)
# Each crate is packed at Falun for Mora on a day before NOON; what happens then, by days before it.
STORIES = {
    "LD000001": [("packed", FALUN, 3), ("collected", FALUN, 2), ("delivered", MORA, 1)],  # right
    "LD000002": [("packed", FALUN, 3), ("delivered", MORA, 2)],
    "LD000003": [("packed", FALUN, 3), ("collected", FALUN, 2), ("delivered", BORLANGE, 1)],
    "LD000004": [("packed", FALUN, 3), ("collected", FALUN, 2), ("packed", BORLANGE, 1)],
    "LD000005": [("collected", FALUN, 2)],
    "LD000006": [("packed", FALUN, 9)],
    "LD000007": [("packed", FALUN, 9), ("collected", FALUN, 8), ("loaded", DEPOT, 5)],
    "LD000008": [("packed", FALUN, 60), ("collected", FALUN, 59), ("delivered", MORA, 58)],
    "LD000009": [("packed", FALUN, 3), ("lost", FALUN, 1)],
    "LD000010": [("lost", FALUN, 3), ("found", FALUN, 2)],  # right again
    # wrong long ago, and over
    "LD000011": [("packed", FALUN, 60), ("delivered", BORLANGE, 59), ("emptied", BORLANGE, 58)],
    # packed long ago, delivered lately: the whole journey is looked at
    "LD000012": [("packed", FALUN, 40), ("collected", FALUN, 39), ("delivered", MORA, 2)],
}
ODD = {
    ("LD000002", "uncollected", "Mora bibliotek"),
    ("LD000003", "elsewhere", "Borlänge bibliotek"),
    ("LD000004", "packed_twice", "Borlänge bibliotek"),
    ("LD000005", "unpacked", "Falu stadsbibliotek"),
    ("LD000006", "waits", "Falu stadsbibliotek"),
    ("LD000007", "long_way", "Depån"),
    ("LD000008", "full", "Mora bibliotek"),
    ("LD000009", "lost", "Falu stadsbibliotek"),
}


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, len(STORIES))
        events = [
            NewEvent(f"{code}-{place}", code, kind, slug, NOON - days * DAYS, MORA)
            for code, story in STORIES.items()
            for place, (kind, slug, days) in enumerate(story)
        ]
        note_events(work, events)
    return works


def test_what_looks_wrong_is_told_with_its_place(world: Works) -> None:
    with world.reading(OPERATOR) as work:
        found = odd_crates(work)
        lost = odd_crates(work, "lost")
        with pytest.raises(Invalid):
            odd_crates(work, "strange")
    assert {(row.code, row.kind, row.place) for row in found.rows} == ODD
    assert len(found.rows) == len(ODD)
    assert [row.at for row in found.rows] == sorted((row.at for row in found.rows), reverse=True)
    assert [row.code for row in lost.rows] == ["LD000009"]
    assert lost.counts == found.counts == dict.fromkeys(sorted(found.counts), 1)


def test_it_is_told_within_ones_scope_and_for_one_library(world: Works) -> None:
    with world.reading(Actor("borlange", {"transports.see": frozenset({"2081"})})) as work:
        rows = odd_crates(work).rows
        # the depot lies in Borlänge too
        assert {row.code for row in rows} == {"LD000003", "LD000004", "LD000007"}
    with world.reading(OPERATOR) as work:
        assert {row.code for row in odd_crates(work, "", BORLANGE).rows} == {"LD000003", "LD000004"}


def test_limits_are_passed_and_not_only_reached(world: Works, clock: Clock) -> None:
    with world.writing(OPERATOR) as work:
        make_crates(work, 1)
        note_events(work, [NewEvent("new", "LD000013", "packed", FALUN, NOON - 7 * DAYS, MORA)])
        assert "LD000013" not in {row.code for row in odd_crates(work).rows}
    clock.forward(seconds=1)
    with world.reading(OPERATOR) as work:
        assert "LD000013" in {row.code for row in odd_crates(work).rows}
