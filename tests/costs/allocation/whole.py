"""One case with everything in it, and changes of it by place."""

import copy
import re
from typing import Any

GONE = object()

WHOLE_CASE: dict[str, Any] = {
    "pool": {"name": "System", "amount_ore": 100_000},
    "period": {"from": "2026-01-01", "to": "2026-12-31"},
    "members": [
        {"id": "a", "name": "Falun", "host": True, "joined": "2020-01-01"},
        {"id": "b", "name": "Mora", "host": False, "joined": "2026-03-01", "left": "2026-10-31"},
    ],
    "measures": {
        "size": [
            {"member": "a", "date": "2024-12-31", "value": "10"},
            {"member": "b", "date": "2024-12-31", "value": 20},
            {"member": "a", "date": "2025-12-31", "value": "12.5"},
            {"member": "b", "date": "2025-12-31", "value": "22"},
        ]
    },
    "previous_ore": {"a": 40_000, "b": 50_000},
    "key": {
        "name": "Everything",
        "parts": [
            {"take": {"percent": "10"}, "split": {"kind": "equal"}},
            {
                "take": {"amount_ore": 5000},
                "split": {
                    "kind": "measure",
                    "measure": "size",
                    "at": "2025-12-31",
                    "brackets": [
                        {"up_to": "15", "points": "1"},
                        {"up_to": "20", "each": "2"},
                        {"points": "4", "each": "1"},
                    ],
                },
            },
            {
                "take": "own",
                "split": {
                    "kind": "rate",
                    "ore_per_unit": "7.28",
                    "measure": "size",
                    "average": ["2024-12-31", "2025-12-31"],
                    "round_unit_ore": 100,
                },
            },
            {
                "take": {"amount_ore": 3000},
                "split": {"kind": "fixed", "amounts_ore": {"a": 1000, "b": 2000}},
            },
            {
                "take": "own",
                "split": {
                    "kind": "previous",
                    "amounts_ore": {"a": 100, "b": 0},
                    "change_percent": "-2.5",
                },
            },
            {
                "take": "rest",
                "split": {
                    "kind": "blend",
                    "from": {"kind": "equal"},
                    "to": {"kind": "measure", "measure": "size", "average": 2},
                    "weight": "0.5",
                },
            },
        ],
        "membership": "months",
        "discounts": [{"member": "b", "percent": "10", "borne_by": "host"}],
        "limits": [
            {"member": "*", "min_ore": 1, "max_ore": 90_000, "max_change_percent": "500"},
            {"member": "b", "min_percent": "1", "max_percent": "90"},
        ],
        "rounding": {"method": "half_up", "unit_ore": 100},
    },
}


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """WHOLE_CASE with the field at each place put to a value, or taken away where that is GONE."""
    case = copy.deepcopy(WHOLE_CASE)
    for place, value in changes:
        steps = [int(n) if n else name for name, n in re.findall(r"(\w+)|\[(\d+)\]", place)]
        holder: Any = case
        for step in steps[:-1]:
            holder = holder[step]
        if value is GONE:
            del holder[steps[-1]]
        elif isinstance(holder, list) and steps[-1] == len(holder):
            holder.append(value)
        else:
            holder[steps[-1]] = value
    return case
