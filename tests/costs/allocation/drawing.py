"""Cases drawn at random that have no fault that can be seen; what they compute to is open.

What can stand together is drawn together, from short lists: a case is a score of draws.
"""

from typing import Any

from hypothesis import strategies as st

PERIODS = [("2026-01-01", "2026-03-31"), ("2026-01-15", "2026-02-28"), ("2026-02-01", "2026-02-01")]
STAYS = [{}, {}, {}, {}, {"joined": "2026-01-10"}, {"left": "2026-02-14"}, {"joined": "2026-04-01"}]
STAYS += [{"joined": "2026-01-16", "left": "2026-02-01"}, {"left": "2025-12-31"}]
DATED = ("2023-12-31", "2024-12-31", "2026-01-01")
VALUES = [(1, "2", "3"), ("0", 0, "2"), ("9.5", "0.5", "7"), (1000, "3", "12"), ("0", "4", 8)]
VALUES += [("7", "7", "7"), ("2.25", "10", "0"), (5, "6", 1), (0, 0, 0)]
DATINGS: list[dict[str, Any]] = [
    {"at": "2024-12-31"},
    {"latest": True},
    {"average": ["2023-12-31", "2026-01-01"]},
    {"average": 1},
    {"average": 3},
]
BRACKETS: list[list[dict[str, Any]]] = [
    [{"up_to": "3", "points": "1"}, {"points": "2.5"}],
    [{"up_to": "9.5", "points": "-4", "each": "1"}, {"each": "1"}],
    [{"up_to": 2, "points": 1, "each": "0.5"}, {"up_to": "7", "points": "3"}, {"each": 1}],
]
RATES = [("7.28", 1), ("0.5", 1), ("0", 50), (100, 50), ("33.3333", 100)]
AMOUNTS = [(0, 100, 2999, 7), (50, 50, 50, 50), (1, 2, 3, 4), (0, 0, 0, 0), (700, 0, 1, 333)]
CREDITS = [*AMOUNTS, (-100, 20, 300, 0), (-1, -1, -1, -1), (500, -500, 0, 1)]
SPREADS: list[tuple[list[Any], str | None]] = [
    ([], "rest"),
    (["30"], "rest"),
    (["10", 25], "rest"),
    (["33.3", "0.125"], None),
]
SPREADS += [(["12.5", "12.5", "75"], None), (["100"], "rest"), (["50"], None)]
DISCOUNTS = [
    {"percent": percent, "borne_by": bearer}
    for percent in ("0", "0.01", "12.5", "100", 7)
    for bearer in ("others", "others", "host", "pool")
]
BOUNDS: list[dict[str, Any]] = [
    {},
    {"min_ore": 100},
    {"max_ore": 900},
    {"min_ore": 333, "max_ore": 333},
    {"min_percent": "12.5"},
    {"max_percent": "40"},
    {"min_percent": "1", "max_ore": 5000},
    {"max_change_percent": "50"},
    {"max_change_percent": 0},
    {"max_change_percent": "300", "min_ore": 5},
]
METHODS = ["largest_remainder", "largest_remainder", "half_up_residual_largest", "half_up"]
UNITS = [1, 1, 7, 100]
ROUNDINGS = [{}, *({"method": method, "unit_ore": unit} for method in METHODS for unit in UNITS)]
POOLS = [0, 1, 7, 999, 1000, 1234, 1500, 2000, 12_345, 20_001, 99_999, 10**15 + 1, -1, -500]


@st.composite
def cases(draw: st.DrawFn, *, plain: bool = False) -> dict[str, Any]:
    """plain: percent and rest takes over equal and measure only, and no limits."""
    names = draw(st.sampled_from(["a", "ba", "bca", "abcd", "dcba", "cab"]))
    first, last = draw(st.sampled_from(PERIODS))
    own = not plain and draw(st.integers(0, 4)) == 0
    key: dict[str, Any] = {"parts": draw(_own_parts(names) if own else _parts(names, plain))}
    key["membership"] = draw(st.sampled_from(["days", "months", "none"]))
    key["discounts"] = draw(_named(names, DISCOUNTS))
    key["limits"] = [] if plain else draw(_named("*" + names, BOUNDS))
    key["rounding"] = draw(st.sampled_from(ROUNDINGS))
    host = {"host": draw(st.booleans())}
    return {
        "pool": {} if own else {"amount_ore": draw(st.sampled_from(POOLS))},
        "period": {"from": first, "to": last},
        "members": [
            {"id": name, **draw(st.sampled_from(STAYS)), **(host if name == "b" else {})}
            for name in names
        ],
        "measures": {name: _rows(names, draw) for name in ("size", "loans")},
        "previous_ore": draw(_ores(names, AMOUNTS)),
        "key": key,
    }


@st.composite
def limited_cases(draw: st.DrawFn) -> dict[str, Any]:
    """Whole shares, bounds around them, and a sum that the bounds mostly allow."""
    names = "abcdef"[: draw(st.integers(1, 6))]
    amounts = {name: draw(st.integers(0, 1000)) for name in names}
    fixed = {"kind": "fixed", "amounts_ore": amounts}
    limits: list[dict[str, Any]] = [{"member": "*", "min_ore": draw(st.integers(0, 150))}]
    for name in names:
        most = draw(st.one_of(st.none(), st.integers(150, 900)))
        limits += [{"member": name, "max_ore": most}] if most is not None else []
    return {
        "pool": {"amount_ore": sum(amounts.values())},
        "period": {"from": "2026-01-01", "to": "2026-12-31"},
        "members": [{"id": name} for name in names],
        "key": {"parts": [{"take": "rest", "split": fixed}], "limits": limits},
    }


def _rows(names: str, draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {"member": name, "date": day, "value": value}
        for name in names
        for day, value in zip(DATED, draw(st.sampled_from(VALUES)), strict=True)
    ]


def _ores(
    names: str, amounts: list[tuple[int, int, int, int]]
) -> st.SearchStrategy[dict[str, int]]:
    return st.sampled_from(amounts).map(lambda ores: dict(zip(names, ores, strict=False)))


@st.composite
def _named(draw: st.DrawFn, names: str, things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """None, one or two of the things, each for one of the names."""
    return [
        {"member": draw(st.sampled_from(names)), **draw(st.sampled_from(things))}
        for _ in range(draw(st.integers(0, 2)))
    ]


@st.composite
def _splits(draw: st.DrawFn, names: str, kinds: str) -> dict[str, Any]:
    """kinds: words among equal, measure, fixed, rate, previous and blend."""
    kind = draw(st.sampled_from(kinds.split()))
    split: dict[str, Any] = {"kind": kind}
    if kind in {"measure", "rate"}:
        split["measure"] = draw(st.sampled_from(["size", "loans"]))
        split |= draw(st.sampled_from(DATINGS))
    if kind == "measure" and draw(st.integers(0, 2)) == 0:
        split["brackets"] = draw(st.sampled_from(BRACKETS))
    if kind == "rate":
        split["ore_per_unit"], split["round_unit_ore"] = draw(st.sampled_from(RATES))
    if kind in {"fixed", "previous"}:
        split["amounts_ore"] = draw(_ores(names, CREDITS if kind == "fixed" else AMOUNTS))
    if kind == "previous":
        split["change_percent"] = draw(st.sampled_from(["0", "-50", "2.5", "-100"]))
    if kind == "blend":
        split["from"], split["to"] = (draw(_splits(names, kinds)) for _ in range(2))
        split["weight"] = draw(st.sampled_from(["0", "0.3", "1", 1]))
    return split


@st.composite
def _own_parts(draw: st.DrawFn, names: str) -> list[dict[str, Any]]:
    splits = st.lists(_splits(names, "fixed rate rate previous blend"), min_size=1, max_size=2)
    return [{"take": "own", "split": split} for split in draw(splits)]


@st.composite
def _parts(draw: st.DrawFn, names: str, plain: bool) -> list[dict[str, Any]]:
    kinds = "equal measure" if plain else "equal measure measure previous blend"
    percents, last = draw(st.sampled_from(SPREADS))
    parts: list[dict[str, Any]] = [
        {"take": {"percent": percent}, "split": draw(_splits(names, kinds))} for percent in percents
    ]
    if not plain and draw(st.integers(0, 3)) == 0:
        parts += draw(_own_parts(names))
    if not plain and draw(st.integers(0, 3)) == 0:
        amounts = draw(_ores(names, CREDITS))
        fixed = {"kind": "fixed", "amounts_ore": amounts}
        parts.append({"take": {"amount_ore": sum(amounts.values())}, "split": fixed})
    if last:
        parts.append({"take": last, "split": draw(_splits(names, kinds))})
    return parts
