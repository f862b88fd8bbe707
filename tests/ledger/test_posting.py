from datetime import date

import pytest

from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Works
from consortium.ledger.posting import Heading, choose_accounts, post
from consortium.ledger.queries import accounts, balances, journal
from consortium.ledger.rules import Amount
from tests.conftest import OPERATOR

DAY = date(2026, 11, 24)
HEADING = Heading("invoice:1", "1", DAY, "Faktura 1", "2080")
LINES = (
    Amount("1510", "2062", 125),
    Amount("3690", "2062", -100, "system"),
    Amount("2611", "2062", -25),
    Amount("2631", "2062", 0),
)


def test_lines_are_booked_in_order_without_those_of_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        post(work, HEADING, LINES)
    with works.reading(OPERATOR) as work:
        booked = [(p.position, p.account, p.pool, p.amount_ore) for _, p in journal(work, DAY, DAY)]
        assert balances(work, DAY, DAY) == {"1510": 125, "2611": -25, "3690": -100}
        assert balances(work, date(2026, 1, 1), date(2026, 11, 23)) == {}
    assert booked == [
        (1, "1510", "", 125),
        (2, "3690", "system", -100),
        (3, "2611", "", -25),
    ]


@pytest.mark.parametrize("lines", [(), LINES[:2]])
def test_an_entry_has_lines_and_they_balance(works: Works, lines: tuple[Amount, ...]) -> None:
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        post(work, HEADING, lines)


def test_what_is_booked_once_is_not_booked_again(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        post(work, HEADING, LINES)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        post(work, HEADING, LINES)


def test_accounts_are_chosen_and_changed(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        choose_accounts(work, {"receivable": "1510", "vat_25": "2611"})
    with works.writing(OPERATOR) as work:
        choose_accounts(work, {"receivable": "1511"})
    with works.reading(OPERATOR) as work:
        assert accounts(work) == {"receivable": "1511", "vat_25": "2611"}
