from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Works
from consortium.ledger.queries import accounts, balances
from consortium.ledger.rules import Amount
from consortium.ledger.tables import JournalEntry
from consortium.measures.queries import measures
from consortium.members.joining import Address, Newcomer, join
from consortium.members.queries import host_on, nameplate
from consortium.operations.founding import Charter, found_consortium
from jobs.upkeep import keep_up
from tests.conftest import NOON, OPERATOR
from tests.jobs.worlds import running

FIRST = date(2026, 1, 1)
OPENING = (Amount("1510", "2081", 1_250_000_50), Amount("2010", "", -1_250_000_50))
CHARTER = Charter("Biblioteken", "2080", "991-2346", FIRST, opening=OPENING)


@pytest.fixture
def joined(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        for code, name, number in (
            ("2080", "Falun", "212000-2221"),
            ("2081", "Borlänge", "212000-2239"),
        ):
            join(work, Newcomer(code, name, name, "municipality", number), Address(), FIRST)
    return works


def test_a_founded_consortium_has_name_host_accounts_and_its_opening_balances(
    joined: Works,
) -> None:
    with joined.writing(OPERATOR) as work:
        found_consortium(work, replace(CHARTER, accounts={"receivable": "1511"}))
    with joined.reading(OPERATOR) as work:
        assert (nameplate(work).name, nameplate(work).example) == ("Biblioteken", False)
        host = host_on(work, FIRST)
        assert (host.member.code, host.bankgiro, host.due_days) == ("2080", "9912346", 30)
        assert balances(work, FIRST, FIRST) == {"1510": 1_250_000_50, "2010": -1_250_000_50}
        assert (accounts(work)["receivable"], accounts(work)["vat_25"]) == ("1511", "2611")


@pytest.mark.parametrize(
    ("charter", "place"),
    [
        (replace(CHARTER, name=" "), "name"),
        (replace(CHARTER, host="2062"), "host"),
        (replace(CHARTER, bankgiro="991-2345"), "bankgiro"),
        (replace(CHARTER, bankgiro="99123462346"), "bankgiro"),
        (replace(CHARTER, accounts={"tea": "1"}), "account"),
        (replace(CHARTER, opening=OPENING[:1]), "lines"),
    ],
)
def test_a_faulty_charter_founds_nothing(joined: Works, charter: Charter, place: str) -> None:
    with pytest.raises(Invalid) as refused, joined.writing(OPERATOR) as work:
        found_consortium(work, charter)
    assert [fault.at for fault in refused.value.faults] == [place]
    with joined.reading(OPERATOR) as work:
        assert nameplate(work).name == ""
        assert work.session.exec(select(JournalEntry)).all() == []


def test_it_is_founded_once(joined: Works) -> None:
    with joined.writing(OPERATOR) as work:
        found_consortium(work, CHARTER)
    with pytest.raises(Conflict, match="already"), joined.writing(OPERATOR) as work:
        found_consortium(work, CHARTER)


def test_the_nights_upkeep_of_what_is_not_founded_yet_does_not_fail(
    works: Works, tmp_path: Path
) -> None:
    keep_up(running(works, tmp_path), NOON.date())
    with works.reading(OPERATOR) as work:
        assert measures(work) == []
