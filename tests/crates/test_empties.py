import pytest

from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.crates.empties import empties, keep_empties, pack_empties
from consortium.crates.moving import pack, record_event
from consortium.reports.rebalancing import rebalancing
from tests.conftest import OPERATOR
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TOMORROW,
    make_crates,
    make_transports,
    plan_day,
)


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    """Six crates in Falun: one is on its way to Mora, one lies unpacked in Borlänge."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        codes = make_crates(work, 6)
        pack(work, codes[0], FALUN, MORA)
        pack(work, codes[1], FALUN, BORLANGE)
        for kind in ("delivered", "emptied"):
            record_event(work, codes[1], kind, BORLANGE)


def test_what_lies_empty_what_comes_and_what_is_kept(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        keep_empties(work, KVARNSVEDEN, 2)
        found = {row.slug: row for row in empties(work)}
    assert {slug: (row.here, row.coming, row.kept) for slug, row in found.items()} == {
        BORLANGE: (1, 0, 0),
        FALUN: (4, 0, 0),
        KVARNSVEDEN: (0, 0, 2),
        MORA: (0, 1, 0),
    }
    assert found[FALUN].codes == ("LD000003", "LD000004", "LD000005", "LD000006")
    assert found[KVARNSVEDEN].balance == -2


def test_what_is_missing_is_brought_from_nearest_with_the_next_days_vans(works: Works) -> None:
    """Borlänge, 4 km off, has one; Falun gives the other."""
    with works.writing(OPERATOR) as work:
        keep_empties(work, KVARNSVEDEN, 2)
    plan_day(works)
    with works.reading(OPERATOR) as work:
        found = rebalancing(work)
    assert (found.day, found.planned, found.short) == (TOMORROW, True, 0)
    moves = [(m.origin.slug, m.destination.slug, m.codes, m.arrives_on) for m in found.moves]
    assert moves == [
        (BORLANGE, KVARNSVEDEN, ("LD000002",), TOMORROW),
        (FALUN, KVARNSVEDEN, ("LD000003",), TOMORROW),
    ]


def test_only_ones_own_branches_are_shown(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        keep_empties(work, KVARNSVEDEN, 2)
    mora = Actor("mora", {"transports.see": frozenset({"2062"})})
    with works.reading(mora) as work:
        found = rebalancing(work)
    assert ([row.slug for row in found.rows], found.moves) == ([MORA], ())


def test_crates_are_packed_all_or_none(works: Works) -> None:
    with pytest.raises(Conflict) as refusal, works.writing(OPERATOR) as work:
        pack_empties(work, [("LD000003", FALUN, MORA), ("LD000001", FALUN, MORA)])
    assert [fault.facts["code"] for fault in refusal.value.faults] == ["LD000001"]
    with works.writing(OPERATOR) as work:
        pack_empties(work, [("LD000003", FALUN, MORA), ("LD000004", FALUN, MORA)])
        found = {row.slug: row for row in empties(work)}
    assert (found[FALUN].here, found[MORA].coming) == (2, 3)


def test_keeping_takes_the_right_and_a_sensible_number(works: Works) -> None:
    mora = Actor("mora", {"crates.handle": frozenset({"2062"})})
    with pytest.raises(Forbidden), works.writing(mora) as work:
        keep_empties(work, FALUN, 1)
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        keep_empties(work, FALUN, 1000)
