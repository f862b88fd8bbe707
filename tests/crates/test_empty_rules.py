"""Rebalancing, held to every way there is of moving the same crates."""

from functools import cache
from random import Random

import pytest

from consortium.crates.empty_rules import Move, rebalanced, weekly_need

Ways = dict[tuple[str, str], int]


def cheapest(balances: dict[str, int], metres: Ways) -> int:
    """The least crate-metres of moving as many as help, by trying each crate everywhere."""
    givers = [slug for slug in balances if balances[slug] > 0]
    takers = [slug for slug in balances if balances[slug] < 0]
    spare = tuple(balances[slug] for slug in givers)
    wanted = tuple(-balances[slug] for slug in takers)

    @cache
    def least(spare: tuple[int, ...], wanted: tuple[int, ...]) -> int:
        if not any(spare) or not any(wanted):
            return 0
        return min(
            metres[givers[i], takers[j]]
            + least(
                (*spare[:i], spare[i] - 1, *spare[i + 1 :]),
                (*wanted[:j], wanted[j] - 1, *wanted[j + 1 :]),
            )
            for i in range(len(spare))
            for j in range(len(wanted))
            if spare[i] and wanted[j]
        )

    return least(spare, wanted)


@pytest.mark.parametrize("seed", range(60))
def test_no_other_moves_of_as_many_crates_are_shorter(seed: int) -> None:
    draw = Random(seed)
    names = [f"b{number}" for number in range(draw.randint(2, 6))]
    balances = {name: draw.randint(-4, 4) for name in names}
    metres = {(a, b): draw.randint(1, 30) for a in names for b in names}
    moves = rebalanced(balances, metres)
    given, taken = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for move in moves:
        assert move.crates > 0
        given[move.origin] += move.crates
        taken[move.destination] += move.crates
    assert all(given[name] <= max(balances[name], 0) for name in names)
    assert all(taken[name] <= max(-balances[name], 0) for name in names)
    spare = sum(max(balance, 0) for balance in balances.values())
    missing = sum(max(-balance, 0) for balance in balances.values())
    assert sum(given.values()) == min(spare, missing)
    walked = sum(move.crates * metres[move.origin, move.destination] for move in moves)
    assert walked == cheapest(balances, metres)


def test_a_nearer_giver_gives_way_where_both_are_needed() -> None:
    """a is nearest to both x and y, but b can only reasonably serve x: 1 + 10, not 2 + 100."""
    balances = {"a": 1, "b": 1, "x": -1, "y": -1}
    metres = {("a", "x"): 2, ("a", "y"): 10, ("b", "x"): 1, ("b", "y"): 100}
    moves = rebalanced(balances, metres)
    assert moves == [Move("a", "y", 1), Move("b", "x", 1)]


def test_nothing_moves_where_nothing_is_missing() -> None:
    assert rebalanced({"a": 3, "b": 0}, {}) == []


@pytest.mark.parametrize(
    ("sent", "received", "need"),
    [(40, 20, 5), (41, 20, 6), (20, 40, 0), (0, 0, 0), (1, 0, 1)],
)
def test_a_week_takes_what_goes_out_beyond_what_comes_in(
    sent: int, received: int, need: int
) -> None:
    assert weekly_need(sent, received) == need
