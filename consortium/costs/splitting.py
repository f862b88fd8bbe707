"""The one function that previews, invoices and what-ifs share: a basis in, shares out. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from consortium.core.casefile import canonical
from consortium.costs.allocation import allocate
from consortium.costs.rules import Basis, month_part

RECENT: Final = 64
"""Answers that are kept: the pools of a few months."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A pool's month, split. cost_ore = Σ contributions + split_ore.

    shares: member code → öre, in the order of the case. leftover_ore: what rounding, discounts or
    takes left unshared; the books put it on the host. result: as ALLOCATION has it. rows: its
    shares by member code.
    """

    basis: Basis
    cost_ore: int
    split_ore: int
    shares: Mapping[str, int]
    leftover_ore: int
    result: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]


def split(basis: Basis) -> Outcome:
    """Split a pool's month; Invalid, with every fault and its place, where the case cannot hold."""
    result = _allocated(canonical(basis.case))

    def of_month(amount_ore: int) -> int:
        return month_part(amount_ore, basis.month) if basis.by_share else amount_ore

    shares = {row["member"]: of_month(row["share_ore"]) for row in result["shares"]}
    given_ore = sum(basis.contributions.values())
    if basis.cost_ore is None:
        split_ore = of_month(result["total_ore"])
    else:
        split_ore = basis.cost_ore - given_ore
    return Outcome(
        basis=basis,
        cost_ore=split_ore + given_ore,
        split_ore=split_ore,
        shares=shares,
        leftover_ore=split_ore - sum(shares.values()),
        result=result,
        rows={row["member"]: row for row in result["shares"]},
    )


@lru_cache(RECENT)
def _allocated(case: str) -> Mapping[str, Any]:
    """The answer to a case in canonical JSON. The same case has the same answer, and a run is
    looked at, approved and issued within minutes: what was split just now is not split again.
    """
    return allocate(json.loads(case))
