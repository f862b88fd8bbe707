"""From a pool's year to the case of some of its months, with what they came to. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from consortium.core.days import MONTHS_A_YEAR, last_day
from consortium.costs.allocation import allocate
from consortium.costs.rules import (
    Basis,
    Participant,
    PoolYear,
    Slicing,
    Values,
    makes_all,
    makes_own,
    member_row,
    months_part,
    read_values,
)

WHOLE_YEAR = (1, MONTHS_A_YEAR)


def stretch_basis(pool: PoolYear, months: tuple[int, int], cost_ore: int, values: Values) -> Basis:
    """The basis by which `cost_ore`, what months `first` to `last` (1–12) came to, is shared once.

    The period is that of the months, so that memberships weigh by their days in it; contributions
    and the öre in the key are those of the months. A key that makes amounts of its own (`own`) is
    split over the year as its invoices are: over the whole year by itself; where the months are
    fewer, what it makes of the year is sliced to them and given as fixed amounts. What such a key
    makes too much or too little of `cost_ore` is left over, and the host's.
    """
    own = makes_own(pool.key)
    sliced = not own or months != WHOLE_YEAR
    from_on, to_on = date(pool.year, months[0], 1), last_day(pool.year, months[1])
    within = (date(pool.year, 1, 1), date(pool.year, 12, 31)) if own else (from_on, to_on)
    those = [member for member in pool.participants if member.takes_part(*within)]
    codes = frozenset(member.code for member in those)
    slicing = Slicing(codes, months if sliced else None)
    key = slicing.key(pool.key)
    if own and sliced:
        key = {**key, "parts": _without_own(pool, those, values, slicing)}
    given = {code: months_part(ore, *months) for code, ore in pool.contributions.items()}
    case: dict[str, Any] = {"pool": {"name": f"{pool.name} {from_on:%Y-%m}–{to_on:%Y-%m}"}}
    if not makes_all(key):
        case["pool"]["amount_ore"] = cost_ore - sum(given.values())
    case["period"] = {"from": from_on.isoformat(), "to": to_on.isoformat()}
    case["members"] = [member_row(member) for member in those]
    case["measures"] = read_values(key, from_on, values, codes)
    case["key"] = key
    if pool.previous_ore:
        case["previous_ore"] = slicing.amounts(pool.previous_ore)
    return Basis(pool.code, months[1], cost_ore, given, case, by_share=False)


def _without_own(
    pool: PoolYear, those: Sequence[Participant], values: Values, slicing: Slicing
) -> list[dict[str, Any]]:
    """The key's parts, those that make an amount of their own as fixed amounts of the months."""
    cut = slicing.key(pool.key)["parts"]
    year = Slicing(slicing.codes, None).key(pool.key)
    period = {"from": f"{pool.year}-01-01", "to": f"{pool.year}-12-31"}
    parts = []
    for part, whole in zip(cut, year["parts"], strict=True):
        if part["take"] == "own":
            key = {"parts": [whole], "membership": year.get("membership", "days")}
            case = {
                "pool": {"name": pool.name},
                "period": period,
                "members": [member_row(member) for member in those],
                "measures": read_values(key, date(pool.year, 1, 1), values, slicing.codes),
                "key": key,
            }
            shares = {row["member"]: row["share_ore"] for row in allocate(case)["shares"]}
            fixed = slicing.amounts(shares)
            split = {"kind": "fixed", "amounts_ore": fixed}
            parts.append({"take": {"amount_ore": sum(fixed.values())}, "split": split})
        else:
            parts.append(part)
    return parts
