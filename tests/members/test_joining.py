from datetime import date

import pytest

from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.members.joining import Address, Newcomer, change_address, join, make_host
from consortium.members.queries import host_on, members
from tests.conftest import OPERATOR
from tests.making import FIRST, make_members


def test_every_fault_is_told_at_once_and_nothing_is_saved(works: Works) -> None:
    newcomer = Newcomer("20", " ", "", "municipality", "212000-2222")
    address = Address(endpoint_scheme="0007", endpoint_id="123", email="nobody")
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        join(work, newcomer, address, FIRST)
    places = [fault.at for fault in refused.value.faults]
    assert places == ["code", "name", "organisation_number", "endpoint_id", "email"]
    with works.reading(OPERATOR) as work:
        assert members(work) == []


def test_a_taken_code_is_a_conflict(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        join(work, Newcomer("2080", "Fahlun", "", "municipality"), Address(), FIRST)


def test_there_is_one_host_at_a_time(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        make_host(work, "2081", date(2027, 1, 1), "991-2346")
    with works.reading(OPERATOR) as work:
        assert host_on(work, date(2026, 12, 31)).member.code == "2080"
        assert host_on(work, date(2027, 1, 1)).member.code == "2081"
        with pytest.raises(Conflict):
            host_on(work, date(2025, 12, 31))


def test_an_address_is_changed_within_ones_scope_only(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
    mora = Actor("mora", {"members.change": frozenset({"2062"})})
    with works.writing(mora) as work:
        assert change_address(work, "2062", Address("NY")).buyer_reference == "NY"
    with pytest.raises(Forbidden), works.writing(mora) as work:
        change_address(work, "2081", Address("NY"))
