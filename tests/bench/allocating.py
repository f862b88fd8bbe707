"""The core of cost allocation beside the bare sums: what answers, checks and traces cost.

A peer of the same case: twelve pools over 290 members (as many as Sweden has municipalities), 30 %
in equal parts and the rest by population, both by days, some members for a part of the year.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from consortium.costs.allocation import allocate

NAME = "allocation of 12 pools × 290 members with traces, CPU / the same sums alone (limit 3)"
POOLS, MEMBERS, RUNS = 12, 290, 7
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
COUNTED = "2025-12-31"


@dataclass(frozen=True, slots=True)
class Sums:
    """A pool as bare numbers: what the peer is given, nothing left to read or look up."""

    amount_ore: int
    ids: list[str]
    people: list[int]
    days: list[int]


def figures() -> dict[str, float]:
    """CPU time of the answers / CPU time of the peer, the fastest of some runs of each."""
    drawn = [sums_of(pool) for pool in range(POOLS)]
    cases = [case_of(sums) for sums in drawn]
    for sums, case in zip(drawn, cases, strict=True):
        shares = allocate(case)["shares"]
        assert [row["share_ore"] for row in shares] == bare_sums(sums)
        assert all(len(row["trace"]) == 2 for row in shares)
    ours = cpu_seconds(lambda: [allocate(case) for case in cases])
    return {NAME: ours / cpu_seconds(lambda: [bare_sums(sums) for sums in drawn])}


def bare_sums(sums: Sums) -> list[int]:
    """The peer: take x weight x days / sum in `Fraction`s, then the largest remainders.

    Weights and days are multiplied as whole numbers, which is the fastest that such a loop can be.
    """
    shares = [Fraction(0)] * len(sums.ids)
    for percent, weights in ((30, [1] * len(sums.ids)), (70, sums.people)):
        take = Fraction(sums.amount_ore * percent, 100)
        weighed = [weight * days for weight, days in zip(weights, sums.days, strict=True)]
        of = sum(weighed)
        shares = [share + take * weight / of for share, weight in zip(shares, weighed, strict=True)]
    ores = [math.floor(share) for share in shares]
    order = sorted(
        range(len(ores)), key=lambda at: (ores[at] - shares[at], -shares[at], sums.ids[at])
    )
    for at in order[: sums.amount_ore - sum(ores)]:
        ores[at] += 1
    return ores


def sums_of(pool: int) -> Sums:
    """One pool, drawn with its number for seed; every tenth member joined in the year."""
    chance = Random(pool)
    year = (LAST - FIRST).days + 1
    return Sums(
        amount_ore=chance.randint(10_000_000, 2_000_000_000),
        ids=[f"{1000 + place}" for place in range(MEMBERS)],
        people=[chance.randint(2_000, 1_000_000) for _ in range(MEMBERS)],
        days=[chance.randint(1, year) if place % 10 == 0 else year for place in range(MEMBERS)],
    )


def case_of(sums: Sums) -> dict[str, Any]:
    """The case file (ALLOCATION.md) of the same pool."""
    by_people = {"kind": "measure", "measure": "population", "at": COUNTED}
    return {
        "pool": {"name": "Pool", "amount_ore": sums.amount_ore},
        "period": {"from": str(FIRST), "to": str(LAST)},
        "members": [
            {"id": name, "name": f"Member {name}", "joined": str(LAST - timedelta(days - 1))}
            for name, days in zip(sums.ids, sums.days, strict=True)
        ],
        "measures": {
            "population": [
                {"member": name, "date": COUNTED, "value": str(people)}
                for name, people in zip(sums.ids, sums.people, strict=True)
            ]
        },
        "key": {
            "parts": [
                {"take": {"percent": "30"}, "split": {"kind": "equal"}},
                {"take": "rest", "split": by_people},
            ],
            "membership": "days",
            "rounding": {"method": "largest_remainder", "unit_ore": 1},
        },
    }


def cpu_seconds(what: Callable[[], Any]) -> float:
    """Time of this process alone, since others may share the processor."""
    best = math.inf
    for _ in range(RUNS):
        begun = time.process_time()
        what()
        best = min(best, time.process_time() - begun)
    return best
