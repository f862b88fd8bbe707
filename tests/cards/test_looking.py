from datetime import UTC, datetime

import pytest
from sqlmodel import select

from consortium.cards.blocking import block_card
from consortium.cards.issuing import issue_card, replace_card
from consortium.cards.looking import look_up
from consortium.cards.queries import CardCounts, counts, looks
from consortium.cards.tables import CardLook
from consortium.core.errors import Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Works
from tests.cards.making import FALUN_COUNTER, MORA_COUNTER, PATRON, make_card
from tests.conftest import OPERATOR, Clock
from tests.making import make_members


def test_the_home_municipality_sees_whose_the_card_is(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
        block_card(work, number, "unpaid")
    with works.writing(FALUN_COUNTER) as work:
        view = look_up(work, number, "at_the_counter")
    assert view.details is not None
    assert [view.status, view.member_code, view.member_name] == ["blocked", "2080", "Falun"]
    assert [view.details.name, view.details.birth_year] == [PATRON, 1984]
    assert [block.reason for block in view.details.blocks] == ["unpaid"]


def test_another_municipality_sees_the_status_and_no_person(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
        block_card(work, number, "lost")
    with works.writing(MORA_COUNTER) as work:
        view = look_up(work, number, "found_card")
    assert [view.number, view.status, view.member_name] == [number, "blocked", "Falun"]
    assert view.details is None
    assert PATRON not in repr(view)


def test_every_look_is_recorded_with_its_reason(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
    with works.writing(MORA_COUNTER) as work:
        look_up(work, number, "found_card")
    clock.forward(minutes=5)
    with works.writing(FALUN_COUNTER) as work:
        look_up(work, number, "patron_asked")
    with works.reading(FALUN_COUNTER) as work:
        seen = [(look.looked_by, look.reason) for look in looks(work, number)]
    assert seen == [("falun-1", "patron_asked"), ("mora-1", "found_card")]


def test_a_look_without_a_reason_is_refused_and_not_recorded(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_card(work)
    with pytest.raises(Invalid) as refused, works.writing(FALUN_COUNTER) as work:
        look_up(work, "22080000000015", "")
    assert [fault.at for fault in refused.value.faults] == ["number", "reason"]
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(CardLook)).all() == []


def test_a_number_that_nobody_has_is_not_found(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_card(work)
    with pytest.raises(NotFound), works.writing(FALUN_COUNTER) as work:
        look_up(work, "22080000000022", "found_card")


def test_looking_takes_the_right_to_handle_cards(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
    with pytest.raises(Forbidden), works.writing(Actor("guest")) as work:
        look_up(work, number, "found_card")


def test_a_replaced_card_leads_to_the_one_in_its_place(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        old = make_card(work).number
        middle = replace_card(work, old).number
        new = replace_card(work, middle).number
    with works.writing(FALUN_COUNTER) as work:
        view = look_up(work, old, "found_card")
    assert view.details is not None
    assert [view.status, view.details.replaced_by] == ["replaced", new]


def test_looks_are_for_the_home_municipality_and_the_auditor(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
        look_up(work, number, "at_the_counter")
    with works.reading(Actor("auditor", {"audit.see": None})) as work:
        assert len(looks(work, number)) == 1
    for actor in (MORA_COUNTER, Actor("guest"), Actor("far", {"audit.see": frozenset({"2062"})})):
        with pytest.raises(Forbidden), works.reading(actor) as work:
            looks(work, number)


def test_cards_are_counted_by_municipality(works: Works, clock: Clock) -> None:
    clock.now = datetime(2026, 10, 31, 22, 59, tzinfo=UTC)  # 31 October, 23:59 in Sweden
    with works.writing(OPERATOR) as work:
        make_members(work)
        lost, kept = (issue_card(work, "2080", PATRON, 1984).number for _ in range(2))
    clock.now = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # 1 November, midnight in Sweden
    with works.writing(OPERATOR) as work:
        block_card(work, kept, "unpaid")
        block_card(work, kept, "other")
        replace_card(work, lost)
        issue_card(work, "2062", PATRON, 1984)
    with works.reading(OPERATOR) as work:
        assert counts(work) == {
            "2062": CardCounts(valid=1, blocked=0, issued_this_month=1),
            "2080": CardCounts(valid=1, blocked=1, issued_this_month=1),
            "2081": CardCounts(valid=0, blocked=0, issued_this_month=0),
        }
    with works.reading(FALUN_COUNTER) as work:
        assert list(counts(work)) == ["2080"]
    with pytest.raises(Forbidden), works.reading(MORA_COUNTER) as work:
        counts(work)
