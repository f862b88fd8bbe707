import hashlib
from datetime import date

import pytest

from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.measures.entering import add_measure, enter_values, lock_values
from consortium.measures.queries import values
from consortium.measures.rules import plain_value
from tests.conftest import OPERATOR
from tests.making import make_members

DAY = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7248", "7248"),
        ("7\u00a0248", "7248"),
        (" 0,5 ", "0.5"),
        ("-1", None),
        ("1e3", None),
        ("", None),
        ("١٢", None),
        ("1.2.3", None),
    ],
)
def test_a_value_is_an_exact_decimal(text: str, value: str | None) -> None:
    assert plain_value(text) == value


def make(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        add_measure(work, "population", ("Folkmängd", "Population"), "invånare")


def test_values_are_entered_and_corrected(works: Works) -> None:
    make(works)
    with works.writing(OPERATOR) as work:
        assert enter_values(work, "population", DAY, {"2080": "59 945", "2062": "1"}, "SCB") == 2
    with works.writing(OPERATOR) as work:
        assert enter_values(work, "population", DAY, {"2080": "59945", "2062": "2"}, "SCB") == 1
        found = {member.code: row.value for member, row in values(work, "population")}
    assert found == {"2080": "59945", "2062": "2"}


def test_every_fault_is_told_and_nothing_is_saved(works: Works) -> None:
    make(works)
    given = {"2080": "many", "2062": "3", "9999": "1"}
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        enter_values(work, "population", DAY, given, " ")
    assert [fault.at for fault in refused.value.faults] == ["value-9999", "value-2080", "source"]
    with works.reading(OPERATOR) as work:
        assert values(work, "population") == []


def test_locked_values_stay(works: Works) -> None:
    make(works)
    with works.writing(OPERATOR) as work:
        enter_values(work, "population", DAY, {"2080": "5", "2062": "7"}, "SCB")
        lock = lock_values(work, "population", DAY)
        assert lock_values(work, "population", DAY) is lock
    assert lock.sha256 == hashlib.sha256(b'{"2062":"7","2080":"5"}').hexdigest()
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        enter_values(work, "population", DAY, {"2080": "6"}, "SCB")
    with works.writing(OPERATOR) as work:  # another date is open
        enter_values(work, "population", date(2024, 12, 31), {"2080": "6"}, "SCB")


def test_there_is_nothing_to_lock_where_there_are_no_values(works: Works) -> None:
    make(works)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        lock_values(work, "population", DAY)


def test_the_right_is_asked_for(works: Works) -> None:
    make(works)
    reader = Actor("revisor", {"measures.see": None})
    with pytest.raises(Forbidden), works.writing(reader) as work:
        enter_values(work, "population", DAY, {"2080": "6"}, "SCB")
