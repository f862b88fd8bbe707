from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from consortium.cards.blocking import block_card
from consortium.cards.forgetting import forget_patrons
from consortium.cards.issuing import issue_card, replace_card
from consortium.cards.looking import look_up
from consortium.cards.queries import counts
from consortium.cards.tables import Card, CardLook, Patron
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden
from consortium.core.work import Works
from tests.cards.making import FALUN_COUNTER, PATRON, make_card
from tests.conftest import OPERATOR, Clock


def test_patrons_are_forgotten_when_three_years_have_passed(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number  # on 24 November 2026
        look_up(work, number, "at_the_counter")
    clock.now = datetime(2029, 11, 23, 22, 59, tzinfo=UTC)
    with works.writing(OPERATOR) as work:
        assert forget_patrons(work) == 0
    clock.now = datetime(2029, 11, 23, 23, 0, tzinfo=UTC)  # 24 November, midnight in Sweden
    with works.writing(OPERATOR) as work:
        assert forget_patrons(work) == 1
        assert forget_patrons(work) == 0
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Patron)).all() == []
        card = work.session.exec(select(Card)).one()
        assert [card.number, card.patron_id] == [number, None]
        assert len(work.session.exec(select(CardLook)).all()) == 1
        rows = select(AuditEntry).where(AuditEntry.event == "cards.patrons_forgotten")
        assert [entry.facts for entry in work.session.exec(rows)] == [{"count": 1}]


def test_a_replacement_keeps_the_patron_and_only_the_patron(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        kept = make_card(work)
        issue_card(work, "2080", "Testlåntagare 2", 1990)
    clock.forward(days=700)
    with works.writing(OPERATOR) as work:
        new = replace_card(work, kept.number)
    clock.forward(days=396)  # three years after the first two cards
    with works.writing(OPERATOR) as work:
        assert forget_patrons(work) == 1
    with works.reading(OPERATOR) as work:
        assert [patron.name for patron in work.session.exec(select(Patron))] == [PATRON]
        held = select(Card.number).where(col(Card.patron_id).is_not(None))
        assert sorted(work.session.exec(held)) == sorted([kept.number, new.number])


def test_a_card_without_a_patron_has_ended(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
    clock.forward(days=3 * 366)
    with works.writing(OPERATOR) as work:
        forget_patrons(work)
    with works.writing(FALUN_COUNTER) as work:
        view = look_up(work, number, "found_card")
        assert view.details is not None
        assert [view.status, view.details.name, view.details.birth_year] == ["ended", "", None]
        assert counts(work)["2080"].valid == 0
        with pytest.raises(Conflict):
            block_card(work, number, "lost")
        with pytest.raises(Conflict):
            replace_card(work, number)
    with works.writing(OPERATOR) as work:
        assert issue_card(work, "2080", PATRON, 1984).number[5:13] == "00000002"


def test_only_the_house_itself_forgets(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_card(work)
    with pytest.raises(Forbidden), works.writing(FALUN_COUNTER) as work:
        forget_patrons(work)
