"""Votes by an agreement: whole, shared by largest remainders, the same as ALLOCATION's."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.costs.allocation import allocate
from consortium.costs.voting import (
    Votes,
    VotingTerms,
    fewest,
    majority,
    remove_rule,
    rules,
    set_rule,
    votes,
)
from consortium.measures.entering import add_measure, enter_values
from consortium.members.joining import Address, Newcomer, join
from tests.conftest import OPERATOR
from tests.making import FIRST, make_members

JULY = date(2026, 7, 1)
YEAR_END = date(2024, 12, 31)
PEOPLE = {"2062": "20540", "2080": "59945", "2081": "51425"}
BY_PEOPLE: dict[str, Any] = {
    "parts": [
        {
            "take": "rest",
            "split": {"kind": "measure", "measure": "population", "at": "2024-12-31"},
        }
    ]
}
EQUAL: dict[str, Any] = {"parts": [{"take": "rest", "split": {"kind": "equal"}}]}
BRACKETS: dict[str, Any] = {
    "parts": [
        {
            "take": "rest",
            "split": {
                "kind": "measure",
                "measure": "population",
                "at": "2024-12-31",
                "brackets": [{"up_to": "30000", "points": "1"}, {"points": "2"}],
            },
        }
    ]
}


@pytest.fixture
def agreed(works: Works) -> Works:
    """Falun, Borlänge and Mora with their population, and a region that is a party too."""
    with works.writing(OPERATOR) as work:
        make_members(work)
        region = Newcomer("20", "Region Dalarna", "Region Dalarna", "region", "232100-0180")
        join(work, region, Address(buyer_reference="R", email="region@20.example"), FIRST)
        add_measure(work, "population", ("Folkmängd", "Population"), "invånare")
        enter_values(work, "population", YEAR_END, PEOPLE, "SCB")
        agreement = sign_agreement(work, "Avtal", FIRST, [*PEOPLE, "20"])
        add_clause(work, agreement, "§ 4", "Rösterna fördelas efter folkmängd.", FIRST)
    return works


def decide(work: Work, key: dict[str, Any], count: int, from_on: date = FIRST) -> None:
    set_rule(work, VotingTerms("Styrgruppen", from_on, count, "§ 4", key))


def shared(work: Work, day: date = FIRST) -> dict[str, int]:
    return {ballot.code: ballot.votes for ballot in votes(work, "Styrgruppen", day).ballots}


def shared_of(table: Votes) -> list[tuple[str, int]]:
    return [(ballot.name, ballot.votes) for ballot in table.ballots]


def test_votes_are_shared_by_population_to_the_largest_remainders(agreed: Works) -> None:
    # 131 910 people, 41 votes: 18.63, 15.98, 6.38; the two left over go to .98 and .63.
    with agreed.writing(OPERATOR) as work:
        decide(work, BY_PEOPLE, 41)
        table = votes(work, "Styrgruppen", FIRST)
    assert shared_of(table) == [("Falun", 19), ("Borlänge", 16), ("Mora", 6)]
    assert table.total == 41
    assert table.ballots[0].exact == "491549/26382"  # 59 945 × 41 ÷ 131 910
    assert table.ballots[0].percent == "45.4439"
    assert table.clause == "§ 4"
    same = {row["member"]: row["share_ore"] for row in allocate(table.case)["shares"]}
    assert same == {ballot.code: ballot.votes for ballot in table.ballots}


def test_a_later_rule_follows_and_the_earlier_stays_for_its_days(agreed: Works) -> None:
    with agreed.writing(OPERATOR) as work:
        decide(work, BY_PEOPLE, 41)
        decide(work, BRACKETS, 5, JULY)
    with agreed.reading(OPERATOR) as work:
        assert shared(work, date(2026, 6, 30)) == {"2080": 19, "2081": 16, "2062": 6}
        assert shared(work, JULY) == {"2080": 2, "2081": 2, "2062": 1}
        assert [rule.from_on for rule, _clause in rules(work)] == [JULY, FIRST]
        with pytest.raises(Conflict, match="no rule"):
            votes(work, "Styrgruppen", date(2025, 12, 31))


def test_a_region_votes_where_the_key_names_it(agreed: Works) -> None:
    fixed = {"kind": "fixed", "amounts_ore": dict.fromkeys([*PEOPLE, "20"], 2)}
    with agreed.writing(OPERATOR) as work:
        decide(work, {"parts": [{"take": {"amount_ore": 8}, "split": fixed}]}, 8)
        assert shared(work) == {"20": 2, "2062": 2, "2080": 2, "2081": 2}


def test_what_cannot_be_a_rule_is_refused_and_leaves_nothing(agreed: Works) -> None:
    half = {"parts": [{"take": {"percent": "50"}, "split": {"kind": "equal"}}]}
    late = {"kind": "measure", "measure": "population", "at": "2025-12-31"}
    for key, count in (
        (half, 10),
        ({"parts": [{"take": "rest", "split": late}]}, 10),
        ({"parts": []}, 10),
        (EQUAL, 0),
    ):
        with pytest.raises(Invalid), agreed.writing(OPERATOR) as work:
            decide(work, key, count)
    with pytest.raises(NotFound), agreed.writing(OPERATOR) as work:
        set_rule(work, VotingTerms("Styrgruppen", FIRST, 3, "§ 99", EQUAL))
    with pytest.raises(Forbidden), agreed.writing(Actor("x", {"agreements.see": None})) as work:
        decide(work, EQUAL, 3)
    with agreed.writing(OPERATOR) as work:
        decide(work, EQUAL, 3)
    with pytest.raises(Conflict), agreed.writing(OPERATOR) as work:
        decide(work, BY_PEOPLE, 3)
    with agreed.writing(OPERATOR) as work:
        remove_rule(work, "Styrgruppen", FIRST)
        assert rules(work) == []


@pytest.mark.parametrize(("count", "needed"), [(1, 1), (2, 2), (3, 2), (41, 21), (100, 51)])
def test_a_simple_majority_is_more_than_half(count: int, needed: int) -> None:
    assert majority(count) == needed


def test_how_few_make_a_majority() -> None:
    assert fewest([6, 19, 16], 21) == 2
    assert fewest([6, 19, 16], 19) == 1
    assert fewest([6, 16], 23) is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8))
def test_the_fewest_are_never_fewer_than_needed(ballots: list[int]) -> None:
    needed = majority(sum(ballots))
    count = fewest(ballots, needed)
    if count is None:
        assert sum(ballots) == 0
    else:
        largest = sorted(ballots, reverse=True)
        assert sum(largest[:count]) >= needed > sum(largest[: count - 1])
