"""Splitting by a key from the words of the rules (ALLOCATION): parts, days of membership, rounding.

Shares nothing with the product. Whole öre and fractions only.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

Key = dict[str, Any]


def split(
    given: Mapping[str, Any], pool: Key, months: tuple[int, int], amount: int
) -> dict[str, int]:
    """The amount by the key that holds in the months: parts in their order, then rounding."""
    key = next(
        version["key"]
        for version in pool["keys"]
        if int(version["from"][5:7]) <= months[0] <= int(version["to"][5:7])
    )
    there = fractions_there(given, pool, months)
    exact = dict.fromkeys(there, Fraction(0))
    left = Fraction(amount)
    for part in key["parts"]:
        how = part["split"]
        if how["kind"] == "fixed":
            fixed = {m: slice_of_year(how["amounts_ore"][m], *months) for m in there}
            left -= sum(fixed.values())
            exact = {m: exact[m] + fixed[m] for m in there}
            continue
        take = left if part["take"] == "rest" else Fraction(part["take"]["percent"]) / 100 * amount
        left -= take
        weights = {m: weight(given, how, m, months[0]) * there[m] for m in there}
        whole = sum(weights.values())
        exact = {m: exact[m] + take * weights[m] / whole for m in there}
    return rounded(exact, amount, key.get("rounding", {}))


def weight(given: Mapping[str, Any], how: Key, member: str, month: int) -> Fraction:
    if how["kind"] == "equal":
        return Fraction(1)
    values = {
        row["date"]: Fraction(row["value"])
        for row in given["measures"][how["measure"]]
        if row["member"] == member
    }
    if "average" in how:
        return sum((values[day] for day in how["average"]), Fraction(0)) / len(how["average"])
    if "latest" in how:  # not after the first day of what is split
        return values[max(day for day in values if day <= f"2026-{month:02}-01")]
    value = values[how["at"]]
    for bracket in how.get("brackets", []):
        if "up_to" not in bracket or value <= Fraction(bracket["up_to"]):
            return Fraction(bracket["points"])
    return value


def fractions_there(
    given: Mapping[str, Any], pool: Key, months: tuple[int, int]
) -> dict[str, Fraction]:
    """What part of the days of the months each member is in the pool; who is not, is left out."""
    begins = {} if pool["participants"] == "all" else {x["member"]: x for x in pool["participants"]}
    days = days_of(months)
    found = {}
    for row in given["members"]:
        code = row["code"]
        if row["kind"] != "municipality" or (begins and code not in begins):
            continue
        first = max(row.get("joined", ""), begins.get(code, {}).get("from", ""))
        last = row.get("left", "9999")
        there = sum(first <= day.isoformat() <= last for day in days)
        if there:
            found[code] = Fraction(there, len(days))
    return found


def rounded(exact: Mapping[str, Fraction], amount: int, rounding: Key) -> dict[str, int]:
    unit = rounding.get("unit_ore", 1)
    to_share = amount // unit * unit
    if rounding.get("method") == "half_up_residual_largest":
        parts = {m: half_up(share / unit) * unit for m, share in exact.items()}
        largest = min(exact, key=lambda m: (-exact[m], m))
        parts[largest] += to_share - sum(parts.values())
        return parts
    parts = {m: floor(share) for m, share in exact.items()}
    order = sorted(exact, key=lambda m: (-(exact[m] - floor(exact[m])), -exact[m], m))
    for member in order[: amount - sum(parts.values())]:
        parts[member] += 1
    return parts


def slice_of_year(amount: int, first: int, last: int) -> int:
    """Month k of A is floor(k·A/12) − floor((k−1)·A/12); the months between sum up."""
    return floor(Fraction(last * amount, 12)) - floor(Fraction((first - 1) * amount, 12))


def days_of(months: tuple[int, int]) -> list[date]:
    day, found = date(2026, months[0], 1), []
    while day.year == 2026 and day.month <= months[1]:
        found.append(day)
        day += timedelta(days=1)
    return found


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))
