from datetime import date
from random import Random

from sqlmodel import select

from consortium.core.work import Works
from consortium.crates.rules import journeys
from consortium.crates.states import happenings
from consortium.crates.tables import Crate, CrateState
from consortium.demo.figures import sheet, year
from consortium.demo.placing import place_branches, plan_week
from consortium.demo.travelling import travel
from tests.billing.worlds import make_year
from tests.conftest import OPERATOR


def test_another_year_moves_every_date_and_no_figure() -> None:
    here, there = year(2026), year(2028)
    assert there["pools"][0]["keys"][1]["from"] == "2028-07-01"
    assert there["measures"]["population"][0]["date"] == "2026-12-31"
    assert [pool["budget_ore"] for pool in here["pools"]] == [
        pool["budget_ore"] for pool in there["pools"]
    ]


def test_the_sheets_have_their_sources() -> None:
    assert len(sheet("dalarna-members.csv")) == 16
    assert all(row["identifier_source"] for row in sheet("dalarna-members.csv"))
    assert all(row["coord_source"] for row in sheet("dalarna-branches.csv"))


def test_crates_travel_in_order_and_one_journey_at_a_time(works: Works) -> None:
    make_year(works)
    with works.writing(OPERATOR) as work:
        branches = place_branches(work)
        plan_week(work, branches)
        travel(work, branches, (date(2026, 11, 2), date(2026, 11, 24)), Random(1))
    with works.reading(OPERATOR) as work:
        ids = list(work.session.exec(select(Crate.id)))
        trips = [trip for own in happenings(work, ids).values() for trip in journeys(own)]
        states = work.session.exec(select(CrateState)).all()
    assert len(trips) > 300
    order = ("packed", "collected", "delivered", "emptied")
    for trip in trips:
        kinds = tuple(event.kind for event in trip.events)
        assert kinds == order[: len(kinds)]
        assert kinds[:3].count("delivered") == kinds.count("emptied")  # both on one visit
    assert {state.state for state in states} == {"packed", "collected", "emptied"}
