"""Tests of the demo's transports: what its last weeks show of crates, vans and the carrier."""

from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlmodel import select

from consortium.branches.tables import Branch
from consortium.core.work import Works
from consortium.crates.oddities import odd_crates
from consortium.crates.oddity_rules import ODDITIES
from consortium.crates.rules import KINDS
from consortium.crates.tables import CrateEvent
from consortium.demo.carrying import CARRIER, MISSED_STOP_ORE, engage, mark_year, tell_of_places
from consortium.demo.driving import play_days
from consortium.demo.placing import place_branches, plan_week
from consortium.demo.scanning import begin_sample, pass_depot, tell_stories
from consortium.demo.travelling import travel
from consortium.transports.claiming import claims
from consortium.transports.following import follow_up
from consortium.transports.library_week import traffic_days
from consortium.transports.tables import DelayNotice, Plan
from consortium.transports.week_plans import week_plans
from tests.billing.worlds import make_year
from tests.conftest import OPERATOR, Clock
from tests.slices import DATABASES

PLAYED, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
MONDAY, FIRST = date(2026, 11, 23), date(2026, 11, 16)


@pytest.fixture
def placed(works: Works, clock: Clock) -> list[Branch]:
    clock.now = datetime(2026, 11, 24, 6, tzinfo=UTC)
    make_year(works)
    with works.writing(OPERATOR) as work:
        branches = place_branches(work)
        engage(work)
        plan_week(work, branches, CARRIER)
        travel(work, branches, (date(2026, 11, 2), PLAYED), Random(1))
    return branches


def test_everything_happens_to_some_crate_and_each_oddity_once(
    works: Works, placed: list[Branch]
) -> None:
    with works.writing(OPERATOR) as work:
        before = odd_crates(work).counts
        pass_depot(work, PLAYED)
        tell_stories(work, PLAYED)
        sample = begin_sample(work, PLAYED)
    with works.reading(OPERATOR) as work:
        kinds = set(work.session.exec(select(CrateEvent.kind)))
        after = odd_crates(work).counts
    assert kinds == set(KINDS)
    assert {kind: after.get(kind, 0) - before.get(kind, 0) for kind in ODDITIES} == dict.fromkeys(
        ODDITIES, 1
    )
    assert sample.state == "open"


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_the_last_days_are_driven_and_what_was_missed_is_claimed(
    works: Works, placed: list[Branch]
) -> None:
    with works.writing(OPERATOR) as work:
        tell_of_places(work, placed)
        mark_year(work, placed, PLAYED, TOMORROW)
    play_days(works, PLAYED, Random(1))
    with works.reading(OPERATOR) as work:
        seen = follow_up(work, FIRST, MONDAY)
        owed = [(c.claim.on_date, c.claim.amount_ore, c.claim.state) for c in claims(work)]
        late = {row.on_date for row in work.session.exec(select(DelayNotice))}
        plans = {row.on_date: row.plan["unserved"] for row in work.session.exec(select(Plan))}
        christmas = traffic_days(work, date(2026, 12, 24), date(2027, 1, 1))
        known = [row.weekday for row, season in week_plans(work) if not season]
    failed = [(each.stop.on_date, each.stop.state) for each in seen.failures]
    # six days of traffic: missed on the fourth before today and the last, refused on the second
    assert sorted(failed) == [
        (date(2026, 11, 18), "missed"),
        (date(2026, 11, 20), "refused"),
        (MONDAY, "missed"),
    ]
    assert owed == [
        (MONDAY, MISSED_STOP_ORE, "open"),
        (date(2026, 11, 18), MISSED_STOP_ORE, "accepted"),
    ]
    assert late == {MONDAY}
    assert seen.compared == len(seen.routes)
    assert len(plans) == 7
    assert not any(plans.values())
    assert known == [0, 1, 2, 3, 4]
    assert christmas == [date(2026, 12, 28)]
