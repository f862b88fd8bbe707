from datetime import date, time, timedelta

import pytest
from sqlmodel import select

from consortium.branches.closing import close_branch, lift_closure
from consortium.branches.queries import branch_days, closures
from consortium.branches.registering import NewBranch, register_branch
from consortium.branches.rules import slug, why_closed
from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.later import Task
from consortium.core.work import Actor, Works
from consortium.exchange.kinds.places import places
from consortium.exchange.matching import plain
from tests.conftest import OPERATOR, Clock
from tests.making import WEEK, make_branches, make_members

DAYS = date(2026, 11, 25), date(2026, 11, 26)
HOURS = time(8), time(18)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Särna bibliotek", "sarna-bibliotek"), ("  Ö & Å!  ", "o-a"), ("Idre", "idre"), ("!", "")],
)
def test_a_name_in_an_address(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_closure_says_most_then_a_holiday_then_the_weekday() -> None:
    christmas = date(2026, 12, 25)
    assert why_closed(christmas, HOURS, "Flytt") == "Flytt"
    assert why_closed(christmas, HOURS, "") == "Juldagen"
    assert why_closed(DAYS[0], None, "") == "Ingen bemanning denna veckodag"
    assert why_closed(DAYS[0], HOURS, "") == ""


def make(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        make_branches(work)


def test_a_closed_branch_asks_for_plans_of_its_days(works: Works) -> None:
    make(works)
    with works.writing(OPERATOR) as work:
        closure = close_branch(work, "mora-bibliotek", DAYS, " Inventering ")
    with works.reading(OPERATOR) as work:
        task = work.session.exec(select(Task)).one()
        days = branch_days(work, DAYS[1])
        closed = {day.branch.slug: day.closed for day in days.values()}
    assert (task.name, task.details["from_on"], task.details["to_on"]) == (
        "routing.days_changed",
        "2026-11-25",
        "2026-11-26",
    )
    assert closed["mora-bibliotek"] == "Inventering"
    assert closed["falu-stadsbibliotek"] == ""
    assert closure.reason == "Inventering"


def test_lifting_opens_it_again_once(works: Works) -> None:
    make(works)
    with works.writing(OPERATOR) as work:
        closure = close_branch(work, "mora-bibliotek", DAYS, "Inventering")
    with works.writing(OPERATOR) as work:
        lift_closure(work, closure.id)
        assert closures(work, *DAYS) == []
        assert len(work.session.exec(select(Task)).all()) == 2
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        lift_closure(work, closure.id)


def test_a_closure_that_is_over_stays(works: Works, clock: Clock) -> None:
    make(works)
    with works.writing(OPERATOR) as work:
        closure = close_branch(work, "mora-bibliotek", DAYS, "Inventering")
    clock.now += timedelta(days=7)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        lift_closure(work, closure.id)


def test_every_fault_of_a_closure_is_told(works: Works) -> None:
    make(works)
    days = date(2026, 11, 20), date(2026, 11, 19)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        close_branch(work, "mora-bibliotek", days, " ")
    assert [fault.at for fault in refused.value.faults] == ["to_on", "to_on", "reason"]


def test_one_closes_within_ones_scope(works: Works) -> None:
    make(works)
    mora = Actor("mora", {"branches.change": frozenset({"2062"})})
    with works.writing(mora) as work:
        close_branch(work, "mora-bibliotek", DAYS, "Inventering")
    with pytest.raises(Forbidden), works.writing(mora) as work:
        close_branch(work, "falu-stadsbibliotek", DAYS, "Inventering")


def test_a_branch_is_found_by_its_other_names(works: Works) -> None:
    make(works)
    new = NewBranch("Venjan bibliotek", "2062", "branch", "Venjan", 60.965, 13.89028)
    with works.writing(OPERATOR) as work:
        register_branch(work, new, WEEK, ("Venjans filial",))
    with works.reading(OPERATOR) as work:
        called = places(work).called
    assert (
        called[plain("Venjans filial")] == called[plain("Venjan bibliotek")] == "Venjan bibliotek"
    )
    assert plain("Venjan") not in called


def test_every_fault_of_a_branch_is_told(works: Works) -> None:
    make(works)
    new = NewBranch("!", "2062", "castle", "Venjan", 91, 13.89028)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        register_branch(work, new, WEEK)
    assert [fault.at for fault in refused.value.faults] == ["name", "kind", "lat"]
