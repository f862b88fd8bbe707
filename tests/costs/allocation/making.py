"""Small cases, and the short way to what a test asks of them."""

from fractions import Fraction
from typing import Any

import pytest

from consortium.core.errors import Fault, Invalid
from consortium.costs.allocation import allocate

EQUAL = {"kind": "equal"}
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}


def make_case(
    *parts: dict[str, Any],
    amount_ore: int | None = 1200,
    members: str | list[dict[str, Any]] = "abc",
    measures: dict[str, dict[str, Any]] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    """A case of 2026 over members named by one letter each, "a" the host.

    measures: name -> member -> value on 2025-12-31, or a dict of date -> value.
    rest: fields of the key; `period` and `previous_ore` go to the case.
    """
    case: dict[str, Any] = {
        "pool": {} if amount_ore is None else {"amount_ore": amount_ore},
        "period": rest.pop("period", YEAR),
        "members": make_members(members) if isinstance(members, str) else members,
        "key": {"parts": list(parts)},
    }
    if "previous_ore" in rest:
        case["previous_ore"] = rest.pop("previous_ore")
    if measures is not None:
        case["measures"] = {name: make_rows(values) for name, values in measures.items()}
    case["key"].update(rest)
    return case


def make_members(names: str) -> list[dict[str, Any]]:
    return [{"id": name, "host": True} if name == "a" else {"id": name} for name in names]


def make_rows(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"member": member, "date": day, "value": value}
        for member, dated in values.items()
        for day, value in (dated if isinstance(dated, dict) else {"2025-12-31": dated}).items()
    ]


def make_part(take: Any, kind: str = "equal", **fields: Any) -> dict[str, Any]:
    """A part; a whole number takes that many öre, a text of digits that percent."""
    if isinstance(take, int):
        take = {"amount_ore": take}
    elif isinstance(take, str) and take not in {"rest", "own"}:
        take = {"percent": take}
    return {"take": take, "split": {"kind": kind, **fields}}


def by_size(take: Any, **fields: Any) -> dict[str, Any]:
    """A part by the measure `size` on 2025-12-31, unless `fields` say otherwise."""
    dated = fields if {"latest", "average", "at"} & fields.keys() else {"at": "2025-12-31"}
    return make_part(take, "measure", measure="size", **{**dated, **fields})


def exacts(case: Any) -> list[Fraction]:
    """The exact shares in öre, in the order of the members."""
    return [Fraction(share["exact"]) for share in allocate(case)["shares"]]


def ores(case: Any) -> list[int]:
    return [share["share_ore"] for share in allocate(case)["shares"]]


def sums(case: Any) -> tuple[int, int, int, int]:
    """Total, allocated, unallocated and rounding difference, in öre."""
    result = allocate(case)
    names = ("total_ore", "allocated_ore", "unallocated_ore", "rounding_difference_ore")
    total, allocated, unallocated, difference = (result[name] for name in names)
    return total, allocated, unallocated, difference


def traces(case: Any) -> dict[str, list[dict[str, Any]]]:
    return {share["member"]: share["trace"] for share in allocate(case)["shares"]}


def faults(case: Any) -> list[Fault]:
    with pytest.raises(Invalid) as refused:
        allocate(case)
    return list(refused.value.faults)


def places(case: Any) -> list[str]:
    """The places of all faults, in alphabetical order."""
    return sorted(fault.at for fault in faults(case))
