from datetime import timedelta

import pytest

from consortium.core.cursors import END, START
from consortium.core.errors import Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Works
from consortium.crates.moving import pack, record_event
from consortium.crates.registering import register_crates
from consortium.crates.rules import STATES
from consortium.crates.whereabouts import (
    CrateFilter,
    CrateLine,
    CrateRow,
    crate_view,
    crates,
    crates_today,
)
from tests.conftest import NOON, OPERATOR, Clock
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TODAY,
    TOMORROW,
    make_crates,
    make_transports,
    send,
)

FALU, BORL, MOR, KVARN = (
    "Falu stadsbibliotek",
    "Borlänge bibliotek",
    "Mora bibliotek",
    "Kvarnsvedens bibliotek",
)
MORA_ONLY = Actor("mora", {"transports.see": frozenset({"2062"})})


@pytest.fixture(autouse=True)
def world(works: Works, clock: Clock) -> None:
    """Six crates of Falun, one in each state; number 6 rests at Falun, it never travelled."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        one, two, three, four, five, _ = make_crates(work, 6)
        pack(work, one, FALUN, MORA)
        send(work, two, FALUN, BORLANGE)
        send(work, three, KVARNSVEDEN, FALUN)
        record_event(work, three, "delivered", FALUN)
        for code in (four, five):
            send(work, code, FALUN, MORA)
            record_event(work, code, "delivered", MORA)
            record_event(work, code, "emptied", MORA)
    clock.forward(hours=1)
    with works.writing(OPERATOR) as work:
        pack(work, five, MORA, KVARNSVEDEN)


def found(works: Works, wanted: CrateFilter, actor: Actor = OPERATOR) -> list[str]:
    """The last digits of the codes that are found, in order of their codes."""
    with works.reading(actor) as work:
        return sorted(row.code[-1] for row in crates(work, wanted).rows)


def test_every_crate_is_somewhere(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        page = crates(work)
    later = NOON + timedelta(hours=1)
    assert page.rows == (
        CrateRow("LD000005", "packed", MOR, MOR, KVARN, later),
        CrateRow("LD000001", "packed", FALU, FALU, MOR, NOON),
        CrateRow("LD000002", "collected", "", FALU, BORL, NOON),
        CrateRow("LD000003", "delivered", FALU, KVARN, FALU, NOON),
        CrateRow("LD000004", "free", MOR, "", "", NOON),
        CrateRow("LD000006", "free", FALU, "", "", None),
    )
    assert page.counts == dict.fromkeys(STATES, 0) | {
        "free": 2,
        "packed": 2,
        "collected": 1,
        "delivered": 1,
    }
    assert (page.total, page.before, page.after) == (6, None, None)


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (CrateFilter(state="free"), "46"),
        (CrateFilter(state="packed"), "15"),
        (CrateFilter(state="collected"), "2"),
        (CrateFilter(state="delivered"), "3"),
        (CrateFilter(code="ld000003"), "3"),
        (CrateFilter(code="LD00000%"), ""),
        (CrateFilter(branch=MORA), "145"),
        (CrateFilter(branch=FALUN), "1236"),
        (CrateFilter(branch=KVARNSVEDEN), "35"),
        (CrateFilter(branch=MORA, state="packed"), "15"),
    ],
)
def test_crates_are_looked_for(works: Works, wanted: CrateFilter, codes: str) -> None:
    assert found(works, wanted) == list(codes)


def test_counts_are_of_all_states_whatever_state_is_asked_for(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        page = crates(work, CrateFilter(branch=MORA, state="free"))
    assert page.counts == dict.fromkeys(STATES, 0) | {"free": 1, "packed": 2}
    assert page.total == 1


def test_crates_are_seen_within_ones_scope(works: Works) -> None:
    assert found(works, CrateFilter(), MORA_ONLY) == ["1", "4", "5"]
    with works.reading(MORA_ONLY) as work:
        assert sum(crates(work).counts.values()) == 3
        assert crate_view(work, "LD000004").home == FALU
        with pytest.raises(NotFound):
            crate_view(work, "LD000002")
    with pytest.raises(Forbidden), works.reading(Actor("guest")) as work:
        crates(work)


def test_what_cannot_be_looked_for_is_refused(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        with pytest.raises(Invalid):
            crates(work, CrateFilter(state="received"))
        with pytest.raises(NotFound):
            crates(work, CrateFilter(branch="nowhere"))
        with pytest.raises(NotFound):
            crate_view(work, "LD999999")


def test_crates_come_fifty_a_page(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        register_crates(work, MORA, 45)
    with works.reading(OPERATOR) as work:
        first = crates(work)
        second = crates(work, cursor=first.after or START)
        back = crates(work, cursor=second.before or END)
    assert [(len(page.rows), page.total) for page in (first, second)] == [(50, 51), (1, 51)]
    assert (first.before, second.after, back.rows) == (None, None, first.rows)
    codes = {row.code for row in (*first.rows, *second.rows)}
    assert codes == {f"LD{serial:06}" for serial in range(1, 52)}


def test_a_crate_tells_its_journeys(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        view = crate_view(work, " ld000005 ")
        unmoved = crate_view(work, "LD000006")
    later = NOON + timedelta(hours=1)
    assert view.row == CrateRow("LD000005", "packed", MOR, MOR, KVARN, later)
    assert (view.home, view.registered_on) == (FALU, TODAY)
    assert [(each.origin, each.destination, each.state) for each in view.journeys] == [
        (MOR, KVARN, "packed"),
        (FALU, MOR, "emptied"),
    ]
    assert [(scan.kind, scan.branch, scan.at) for scan in view.journeys[1].scans] == [
        ("packed", FALU, NOON),
        ("collected", FALU, NOON),
        ("delivered", MOR, NOON),
        ("emptied", MOR, NOON),
    ]
    assert (unmoved.row.state, unmoved.row.place, unmoved.journeys) == ("free", FALU, ())


def test_what_comes_and_goes_at_a_branch(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        falun, mora = (crates_today(work, slug, TODAY) for slug in (FALUN, MORA))
        ahead = crates_today(work, FALUN, TOMORROW)
        borlange = crates_today(work, BORLANGE, TOMORROW)
    assert falun.coming == (CrateLine("LD000003", KVARN, "delivered"),)
    assert falun.leaving == (
        CrateLine("LD000002", BORL, "collected"),
        CrateLine("LD000001", MOR, "packed"),
        CrateLine("LD000004", MOR, "emptied"),
        CrateLine("LD000005", MOR, "emptied"),
    )
    assert mora.coming == (
        CrateLine("LD000004", FALU, "emptied"),
        CrateLine("LD000005", FALU, "emptied"),
    )
    assert mora.leaving == (CrateLine("LD000005", KVARN, "packed"),)
    assert falun.name == FALU
    # Tomorrow only what is under way counts
    assert (ahead.coming, ahead.leaving) == ((), (CrateLine("LD000001", MOR, "packed"),))
    assert borlange.coming == (CrateLine("LD000002", FALU, "collected"),)


def test_a_branch_of_another_member_is_not_shown(works: Works) -> None:
    with works.reading(MORA_ONLY) as work:
        assert crates_today(work, MORA, TODAY).name == MOR
        with pytest.raises(Forbidden):
            crates_today(work, FALUN, TODAY)
