"""A second way to the same shares, sharing no code with the first: slower, and read from the JSON.

Days are counted one by one, the factor of limits is found by halving, units are dealt out one at
a time. `second` takes a case without faults that can be seen; Refused is for the others.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

HALVINGS = 160
NEAR = Fraction(1, 10**30)


class Refused(Exception):
    """The case has no shares; the text says at which stage."""


@dataclass(frozen=True)
class Second:
    total_ore: int
    unallocated_ore: int
    exacts: dict[str, Fraction]
    ores: dict[str, int]


def second(case: dict[str, Any]) -> Second:
    key = case["key"]
    shares = _parts(case)
    own = all(part["take"] == "own" for part in key["parts"])
    total_ore = _half_up(sum(shares.values())) if own else case["pool"]["amount_ore"]
    left = Fraction(0)
    for discount in key.get("discounts", []):
        shares, lost = _discounted(shares, discount, _host(case))
        left += lost
    unallocated_ore = 0 if own and not left else _half_up(total_ore - sum(shares.values()))
    shares = _limited(case, shares, total_ore)
    ores = _rounded(shares, total_ore - unallocated_ore, key.get("rounding", {}))
    return Second(total_ore, unallocated_ore, shares, ores)


def _parts(case: dict[str, Any]) -> dict[str, Fraction]:
    amount = Fraction(case["pool"].get("amount_ore", 0))
    names = [member["id"] for member in case["members"]]
    shares = dict.fromkeys(names, Fraction(0))
    taken = Fraction(0)
    for part in case["key"]["parts"]:
        take, split = part["take"], part["split"]
        if take == "own":
            amounts = _own(case, split)
        elif take == "rest":
            amounts = _shared(case, split, amount - taken)
        elif "percent" in take:
            amounts = _shared(case, split, amount * Fraction(take["percent"]) / 100)
        else:
            amounts = _shared(case, split, Fraction(take["amount_ore"]))
        taken += sum(amounts.values())
        shares = {name: shares[name] + amounts[name] for name in names}
    return shares


def _own(case: dict[str, Any], split: dict[str, Any]) -> dict[str, Fraction]:
    if split["kind"] == "blend":
        return _mixed(split, _own(case, split["from"]), _own(case, split["to"]))
    return {name: _figure(case, split, name) * _part_of_period(case, name) for name in _names(case)}


def _shared(case: dict[str, Any], split: dict[str, Any], take: Fraction) -> dict[str, Fraction]:
    if split["kind"] == "blend":
        return _mixed(split, _shared(case, split["from"], take), _shared(case, split["to"], take))
    if split["kind"] == "fixed":
        if sum(split["amounts_ore"].values()) != take:
            raise Refused("parts")
        return {name: Fraction(ore) for name, ore in split["amounts_ore"].items()}
    weights = {
        name: _figure(case, split, name) * _part_of_period(case, name) for name in _names(case)
    }
    if not sum(weights.values()):
        raise Refused("parts")
    return {name: weight / sum(weights.values()) * take for name, weight in weights.items()}


def _mixed(
    split: dict[str, Any], start: dict[str, Fraction], end: dict[str, Fraction]
) -> dict[str, Fraction]:
    weight = Fraction(split["weight"])
    return {name: start[name] + weight * (end[name] - start[name]) for name in start}


def _figure(case: dict[str, Any], split: dict[str, Any], name: str) -> Fraction:
    """The weight or the amount of a member, before membership."""
    if split["kind"] == "equal":
        return Fraction(1)
    if split["kind"] == "fixed":
        return Fraction(split["amounts_ore"][name])
    if split["kind"] == "previous":
        return Fraction(split["amounts_ore"][name], 100) * (100 + Fraction(split["change_percent"]))
    value = _value(case, split, name)
    if split["kind"] == "rate":
        unit = split.get("round_unit_ore", 1)
        return Fraction(_half_up(Fraction(split["ore_per_unit"]) * value / unit) * unit)
    for bracket in split.get("brackets", []):
        if "up_to" not in bracket or value <= Fraction(bracket["up_to"]):
            weight = Fraction(bracket.get("points", 0)) + Fraction(bracket.get("each", 0)) * value
            return weight if weight > 0 else Fraction(0)
    return value


def _value(case: dict[str, Any], split: dict[str, Any], name: str) -> Fraction:
    rows = {
        row["date"]: Fraction(row["value"])
        for row in case["measures"][split["measure"]]
        if row["member"] == name
    }
    before = sorted((day for day in rows if day <= case["period"]["from"]), reverse=True)
    if "at" in split:
        return rows[split["at"]]
    if "latest" in split:
        return rows[before[0]]
    wanted = split["average"]
    days = wanted if isinstance(wanted, list) else before[:wanted]
    return sum((rows[day] for day in days), Fraction(0)) / len(days)


def _part_of_period(case: dict[str, Any], name: str) -> Fraction:
    member = next(member for member in case["members"] if member["id"] == name)
    first, last = (date.fromisoformat(case["period"][end]) for end in ("from", "to"))
    method = case["key"].get("membership", "days")
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    if method == "months":
        days = sorted({day.replace(day=1) for day in days})
    joined, left = member.get("joined", "0001-01-01"), member.get("left", "9999-12-31")
    inside = [day for day in days if joined <= day.isoformat() <= left]
    return Fraction(1) if method == "none" else Fraction(len(inside), len(days))


def _discounted(
    shares: dict[str, Fraction], discount: dict[str, Any], host: str | None
) -> tuple[dict[str, Fraction], Fraction]:
    """The shares after, and what the pool bears."""
    name, bearer = discount["member"], discount["borne_by"]
    moved = shares[name] * Fraction(discount["percent"]) / 100
    if moved == 0 or (bearer == "host" and name == host):
        return shares, Fraction(0)
    others = {other: share for other, share in shares.items() if other != name}
    if moved < 0 or (bearer == "host" and host is None):
        raise Refused("discounts")
    if bearer == "others" and (min(others.values(), default=0) < 0 or not sum(others.values())):
        raise Refused("discounts")
    after = {**shares, name: shares[name] - moved}
    if bearer == "host" and host is not None:
        after[host] += moved
    if bearer == "others":
        scale = 1 + moved / sum(others.values())
        after = {other: share * scale for other, share in others.items()} | {name: after[name]}
    return {other: after[other] for other in shares}, moved if bearer == "pool" else Fraction(0)


def _limited(
    case: dict[str, Any], shares: dict[str, Fraction], total_ore: int
) -> dict[str, Fraction]:
    if not case["key"].get("limits"):
        return shares
    inside = [name for name in shares if _part_of_period(case, name)]
    bounds = {name: _bounds(case, name, total_ore) for name in inside}
    if any(shares[name] < 0 or bounds[name][0] > bounds[name][1] for name in inside):
        raise Refused("limits")

    def clamped(factor: Fraction) -> dict[str, Fraction]:
        scaled = {name: shares[name] * factor for name in inside}
        return {name: min(max(scaled[name], bounds[name][0]), bounds[name][1]) for name in inside}

    total = sum((shares[name] for name in inside), Fraction(0))
    low, high = Fraction(0), Fraction(2**100)
    if sum(clamped(low).values()) > total or sum(clamped(high).values()) < total:
        raise Refused("limits")
    while low * 2 < high and sum(clamped(high / 2).values()) >= total:
        high /= 2
        if high < NEAR**2:
            break
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if sum(clamped(middle).values()) >= total else (middle, high)
    return {name: clamped(high).get(name, share) for name, share in shares.items()}


def _bounds(case: dict[str, Any], name: str, total_ore: int) -> tuple[Fraction, Fraction]:
    low, high = [Fraction(0)], [Fraction(10**40)]
    previous = case.get("previous_ore", {}).get(name)
    for limit in case["key"]["limits"]:
        if limit["member"] not in {"*", name}:
            continue
        low += [Fraction(limit["min_ore"])] if "min_ore" in limit else []
        high += [Fraction(limit["max_ore"])] if "max_ore" in limit else []
        low += [Fraction(limit["min_percent"]) * total_ore / 100] if "min_percent" in limit else []
        high += [Fraction(limit["max_percent"]) * total_ore / 100] if "max_percent" in limit else []
        if "max_change_percent" in limit and previous is not None:
            room = abs(previous) * Fraction(limit["max_change_percent"]) / 100
            low.append(previous - room)
            high.append(previous + room)
    return max(low), min(high)


def _rounded(shares: dict[str, Fraction], ore: int, rounding: dict[str, Any]) -> dict[str, int]:
    unit, method = rounding.get("unit_ore", 1), rounding.get("method", "largest_remainder")
    whole = ore - ore % unit
    if method == "largest_remainder":
        return dealt_out(shares, whole, unit)
    ores = {name: _half_up(share / unit) * unit for name, share in shares.items()}
    if method == "half_up_residual_largest":
        largest = sorted(name for name in shares if shares[name] == max(shares.values()))[0]
        ores[largest] += whole - sum(ores.values())
    return ores


def dealt_out(shares: dict[str, Fraction], whole: int, unit: int) -> dict[str, int]:
    """Units to the largest remainder still without one, one at a time, until `whole` is reached."""
    ores = {name: math.floor(share / unit) * unit for name, share in shares.items()}
    waiting = dict(shares)
    while sum(ores.values()) < whole:
        remainder = {name: shares[name] % unit for name in waiting}
        first = [name for name in waiting if remainder[name] == max(remainder.values())]
        first = [name for name in first if shares[name] == max(shares[name] for name in first)]
        ores[min(first)] += unit
        del waiting[min(first)]
    return ores


def _half_up(number: Fraction | int) -> int:
    return math.floor(2 * number + 1) // 2


def _names(case: dict[str, Any]) -> list[str]:
    return [member["id"] for member in case["members"]]


def _host(case: dict[str, Any]) -> str | None:
    hosts = [member["id"] for member in case["members"] if member.get("host")]
    return hosts[0] if hosts else None
