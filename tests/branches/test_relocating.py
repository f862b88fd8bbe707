from collections.abc import Callable
from datetime import date

import pytest

from consortium.branches.changing import change_branch
from consortium.branches.merging import merge_branches, merged_from, part_again
from consortium.branches.places import Place, branch_at, places_of
from consortium.branches.queries import branch_by_slug, branch_days, successors
from consortium.branches.registering import NewBranch, register_branch
from consortium.branches.relocating import begin_place, relocate, remove_place
from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Work, Works
from consortium.exchange.kinds.places import places
from consortium.exchange.matching import plain
from tests.conftest import OPERATOR, Clock
from tests.making import WEEK, make_branches, make_members

MORA, FALUN, BORLANGE = "mora-bibliotek", "falu-stadsbibliotek", "borlange-bibliotek"
TODAY, NEXT_WEEK, NEW_YEAR = date(2026, 11, 24), date(2026, 12, 1), date(2027, 1, 1)
FIRST = Place("Mora bibliotek", "Mora", 61.00704, 14.54316)
SECOND = Place("Mora kulturhus", "Mora", 61.01, 14.55)
THIRD = Place("Mora bibliotek", "Orsa", 61.12, 14.62)


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        make_branches(work)


def at(works: Works, day: date) -> Place:
    with works.reading(OPERATOR) as work:
        return branch_at(work, branch_by_slug(work, MORA), day)


def test_a_branch_is_where_it_was_and_what_it_was_called_on_each_day(
    works: Works, clock: Clock
) -> None:
    with works.writing(OPERATOR) as work:
        relocate(work, MORA, NEXT_WEEK, SECOND)
        relocate(work, MORA, NEW_YEAR, THIRD)
    assert [at(works, day) for day in (TODAY, NEXT_WEEK, NEW_YEAR)] == [FIRST, SECOND, THIRD]
    with works.reading(OPERATOR) as work:
        branch = branch_by_slug(work, MORA)
        assert (branch.name, branch.lat) == ("Mora bibliotek", 61.00704)
        day = branch_days(work, NEXT_WEEK)[branch.id]
        assert (day.branch.name, day.place) == ("Mora bibliotek", SECOND)
    clock.forward(days=8)
    with works.writing(OPERATOR) as work:
        begin_place(work, branch.id)  # as the task does on the day
        begin_place(work, branch.id)
    with works.reading(OPERATOR) as work:
        branch = branch_by_slug(work, MORA)
        assert (branch.name, branch.lat, branch.lon) == ("Mora kulturhus", 61.01, 14.55)
        assert places(work).called[plain("Mora bibliotek")] == "Mora kulturhus"  # as it was called
    assert at(works, TODAY) == FIRST


def test_a_name_that_another_gets_later_is_taken(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        relocate(work, MORA, NEXT_WEEK, SECOND)
    new = NewBranch("Mora kulturhus", "2062", "branch", "Mora", 61.0, 14.5)
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        register_branch(work, new, WEEK)
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        change_branch(work, FALUN, new, WEEK, ())


def test_a_place_that_begins_today_holds_at_once_and_goes_back(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        relocate(work, MORA, TODAY, SECOND)
        assert branch_by_slug(work, MORA).name == "Mora kulturhus"
    with works.writing(OPERATOR) as work:
        remove_place(work, MORA, TODAY)
    with works.reading(OPERATOR) as work:
        branch = branch_by_slug(work, MORA)
        assert (branch.name, branch.lat) == ("Mora bibliotek", 61.00704)
        assert places_of(work, branch) == []


def test_a_correction_is_of_the_place_that_holds(works: Works) -> None:
    mended = NewBranch("Mora bibliotek", "2062", "main", "Mora", 61.0071, 14.5432)
    with works.writing(OPERATOR) as work:
        relocate(work, MORA, NEXT_WEEK, SECOND)
        change_branch(work, MORA, mended, WEEK, ())
    assert at(works, TODAY) == Place("Mora bibliotek", "Mora", 61.0071, 14.5432)
    assert at(works, NEXT_WEEK) == SECOND


def test_a_move_is_refused_with_every_fault(works: Works) -> None:
    wrong = Place(" Falu stadsbibliotek", " ", 91, 14)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        relocate(work, MORA, NEXT_WEEK, wrong)
    assert [fault.at for fault in refused.value.faults] == ["locality", "lat", "name"]
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        relocate(work, MORA, NEXT_WEEK, FIRST)
    with works.writing(OPERATOR) as work:
        relocate(work, MORA, NEXT_WEEK, SECOND)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        relocate(work, MORA, NEXT_WEEK, THIRD)
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        relocate(work, FALUN, NEW_YEAR, SECOND)  # another will be called so


def test_who_takes_over_in_the_end(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        merge_branches(work, MORA, FALUN, NEXT_WEEK)
        merge_branches(work, FALUN, BORLANGE, NEW_YEAR)
        ids = {slug: branch_by_slug(work, slug).id for slug in (MORA, FALUN, BORLANGE)}
    mora, falun, borlange = ids.values()
    with works.reading(OPERATOR) as work:
        assert successors(work, TODAY) == {}
        assert successors(work, NEXT_WEEK) == {mora: falun}
        assert successors(work, NEW_YEAR) == {mora: borlange, falun: borlange}
        assert [each.slug for each in merged_from(work, branch_by_slug(work, FALUN))] == [MORA]
        closed = [branch_days(work, day)[mora] for day in (TODAY, NEXT_WEEK)]
    assert [(each.closed, each.closed_by) for each in closed] == [
        ("", ""),
        ("Sammanslaget med Falu stadsbibliotek", "merged"),
    ]
    with works.writing(OPERATOR) as work:
        part_again(work, MORA)
    with works.reading(OPERATOR) as work:
        assert successors(work, NEXT_WEEK) == {}


def _ring(work: Work) -> None:
    merge_branches(work, MORA, FALUN, NEXT_WEEK)
    merge_branches(work, FALUN, MORA, NEXT_WEEK)


@pytest.mark.parametrize(
    "merge",
    [
        _ring,
        lambda work: merge_branches(work, MORA, MORA, NEXT_WEEK),
        lambda work: merge_branches(work, MORA, "depan", NEXT_WEEK),
    ],
)
def test_what_cannot_be_merged(works: Works, merge: Callable[[Work], None]) -> None:
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        merge(work)


def test_a_merger_takes_the_right_for_both(works: Works) -> None:
    manager = Actor("mora", {"branches.change": frozenset({"2062"})})
    with pytest.raises(Forbidden), works.writing(manager) as work:
        merge_branches(work, MORA, FALUN, NEXT_WEEK)
    with pytest.raises(Forbidden), works.writing(manager) as work:
        relocate(work, FALUN, NEXT_WEEK, SECOND)
