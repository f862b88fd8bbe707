import pytest

from consortium.cards.blocking import block_card, lift_block
from consortium.cards.issuing import replace_card
from consortium.cards.looking import look_up
from consortium.cards.queries import open_blocks
from consortium.cards.tables import CardBlock
from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Works
from tests.cards.making import FALUN_COUNTER, MORA_COUNTER, make_card
from tests.conftest import OPERATOR, Clock


def test_a_block_holds_until_it_is_lifted(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
    with works.writing(FALUN_COUNTER) as work:
        block_card(work, number, "lost")
        assert look_up(work, number, "found_card").status == "blocked"
    clock.forward(hours=1)
    with works.writing(FALUN_COUNTER) as work:
        lift_block(work, number, "lost")
        assert look_up(work, number, "found_card").status == "valid"
    with works.reading(OPERATOR) as work:
        row = work.session.get_one(CardBlock, 1)
        assert [row.set_by, row.lifted_by, row.lifted_at] == ["falun-1", "falun-1", clock.now]


def test_a_card_is_valid_when_its_last_block_is_lifted(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
        block_card(work, number, "unpaid")
        block_card(work, number, "misuse")
        lift_block(work, number, "unpaid")
        assert look_up(work, number, "at_the_counter").status == "blocked"
        lift_block(work, number, "misuse")
        assert look_up(work, number, "at_the_counter").status == "valid"


def test_the_same_block_is_set_and_lifted_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        card = make_card(work)
        block_card(work, card.number, "lost")
        with pytest.raises(Conflict):
            block_card(work, card.number, "lost")
        assert len(open_blocks(work, card)) == 1
        lift_block(work, card.number, "lost")
        with pytest.raises(Conflict):
            lift_block(work, card.number, "lost")


def test_a_block_needs_one_of_the_reasons(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
        with pytest.raises(Invalid) as refused:
            block_card(work, number, "rude")
    assert [fault.at for fault in refused.value.faults] == ["reason"]


def test_a_replaced_card_is_not_blocked_any_more(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
        replace_card(work, number)
        with pytest.raises(Conflict):
            block_card(work, number, "lost")


def test_blocks_are_set_and_lifted_within_ones_own_municipality_only(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
        block_card(work, number, "lost")
    with pytest.raises(Forbidden), works.writing(MORA_COUNTER) as work:
        block_card(work, number, "stolen")
    with pytest.raises(Forbidden), works.writing(MORA_COUNTER) as work:
        lift_block(work, number, "lost")
