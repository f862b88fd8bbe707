from datetime import UTC, datetime, timedelta

import pytest

from consortium.branches.closing import close_branch
from consortium.core.errors import Conflict, Forbidden, NotFound
from consortium.core.work import Actor, Works
from consortium.transports.answering import answer_plan
from consortium.transports.feeds import (
    calendar_of,
    feeds,
    renew_feed,
    token_of,
    withdraw_feed,
)
from consortium.transports.formats.calendar import BranchCalendar
from tests.conftest import OPERATOR, Clock
from tests.transports.making import FALUN, MORA, TOMORROW, make_transports, plan_day

KEY = "k" * 32
VISITOR = Actor("")


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)


def seen(works: Works, slug: str = MORA, version: int = 1) -> BranchCalendar:
    with works.reading(VISITOR) as work:
        return calendar_of(work, KEY, token_of(KEY, slug, version), "bib.se")[0]


def test_the_address_shows_published_stops_without_signing_in(works: Works) -> None:
    assert list(seen(works).stops) == []
    plan = plan_day(works)
    (stop,) = seen(works).stops
    arrive = next(s["arrive"] for s in plan.plan["routes"][0]["stops"] if s["id"] == MORA)
    assert stop.arrive == datetime.fromisoformat(f"{TOMORROW}T{arrive}+01:00")
    assert (stop.day, stop.sequence, stop.cancelled) == (TOMORROW, 1, False)


def test_a_stop_that_is_taken_out_stays_as_cancelled(works: Works, clock: Clock) -> None:
    plan_day(works)
    before = seen(works).stops[0]
    with works.writing(OPERATOR) as work:
        close_branch(work, MORA, (TOMORROW, TOMORROW), "Inventering")
    proposal = plan_day(works)
    assert seen(works).stops[0] == before  # a proposal is nobody's business yet
    clock.forward(minutes=5)
    with works.writing(OPERATOR) as work:
        answer_plan(work, proposal.id, accept=True)
    (stop,) = seen(works).stops
    assert (stop.day, stop.sequence, stop.cancelled) == (TOMORROW, 2, True)
    assert stop.changed_at == before.changed_at + timedelta(minutes=5)
    assert not seen(works, FALUN).stops[0].cancelled


def test_a_plan_of_long_ago_is_not_in_it(works: Works, clock: Clock) -> None:
    plan_day(works)
    clock.now = datetime(2026, 12, 23, 12, tzinfo=UTC)  # 28 days after
    assert len(seen(works).stops) == 1
    clock.forward(days=1)
    assert list(seen(works).stops) == []


def test_a_renewed_address_closes_the_one_before(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        renew_feed(work, MORA)
    with pytest.raises(NotFound):
        seen(works)
    assert seen(works, version=2).slug == MORA
    assert seen(works, FALUN).slug == FALUN
    with works.writing(OPERATOR) as work:
        withdraw_feed(work, MORA)
        (row,) = [feed for feed in feeds(work) if feed.branch.slug == MORA]
    assert (row.version, row.withdrawn) == (2, True)
    for version in (1, 2, -2):
        with pytest.raises(NotFound):
            seen(works, version=version)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        withdraw_feed(work, MORA)
    with works.writing(OPERATOR) as work:
        renew_feed(work, MORA)
    assert seen(works, version=3).slug == MORA


@pytest.mark.parametrize(
    "token",
    ["", MORA, f"{MORA}-", token_of("another", MORA, 1), "nowhere-" + "a" * 32, f"{MORA}-å"],
)
def test_another_address_shows_nothing(works: Works, token: str) -> None:
    with pytest.raises(NotFound), works.reading(VISITOR) as work:
        calendar_of(work, KEY, token, "bib.se")


def test_only_who_handles_crates_there_has_the_address(works: Works) -> None:
    mora = Actor("mora", {"crates.handle": frozenset({"2062"})})
    with works.writing(mora) as work:
        assert [feed.branch.slug for feed in feeds(work)] == [MORA]
        renew_feed(work, MORA)
    with pytest.raises(Forbidden), works.writing(mora) as work:
        renew_feed(work, FALUN)
