"""Cases drawn at random that have no fault that can be seen; what they compute to is open."""

from typing import Any

from hypothesis import strategies as st

Draw = st.DrawFn

DAYS = ["2025-12-31", "2026-01-01", "2026-01-10", "2026-02-01", "2026-02-14", "2026-03-31"]
PERIODS = [("2026-01-01", "2026-03-31"), ("2026-01-15", "2026-02-28"), ("2026-02-01", "2026-02-01")]
DATED = ["2023-12-31", "2024-12-31", "2026-01-01"]
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
    [{"up_to": 2, "points": 1, "each": "0.5"}, {"up_to": "7"} | {"points": "3"}, {"each": 1}],
]
PERCENTS = ["0", "0.01", "12.5", "33.3333", "50", "100", 7]


@st.composite
def cases(draw: Draw, *, plain: bool = False) -> dict[str, Any]:
    """plain: percent and rest takes over equal and measure only, and no limits."""
    names = draw(st.permutations("abcd"))[: draw(st.integers(1, 4))]
    first, last = draw(st.sampled_from(PERIODS))
    own = not plain and draw(st.integers(0, 4)) == 0
    key: dict[str, Any] = {"parts": draw(_own_parts(names) if own else _parts(names, plain))}
    key["membership"] = draw(st.sampled_from(["days", "months", "none"]))
    key["discounts"] = draw(st.lists(_discounts(names), max_size=2))
    if not plain:
        key["limits"] = draw(st.lists(_limits(names), max_size=2))
    key["rounding"] = draw(_roundings)
    return {
        "pool": {} if own else {"amount_ore": draw(_amounts)},
        "period": {"from": first, "to": last},
        "members": [draw(_members(name, host=name == "b")) for name in names],
        "measures": {name: draw(_rows(names)) for name in ("size", "loans")},
        "previous_ore": {name: draw(st.integers(0, 5000)) for name in names},
        "key": key,
    }


_amounts = st.one_of(st.integers(0, 20_000), st.integers(-500, 3), st.just(10**15 + 1))
_values = st.one_of(st.just("0"), st.integers(0, 12), st.sampled_from(["0.5", "3", "9.5", "1000"]))
_roundings = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["largest_remainder", "half_up_residual_largest", "half_up"]),
        "unit_ore": st.sampled_from([1, 1, 7, 100]),
    },
)


@st.composite
def _members(draw: Draw, name: str, *, host: bool) -> dict[str, Any]:
    member: dict[str, Any] = {"id": name}
    if host:
        member["host"] = draw(st.booleans())
    days = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2)))
    for field, day in zip(("joined", "left"), days, strict=True):
        if draw(st.integers(0, 3)) == 0:
            member[field] = day
    return member


@st.composite
def _rows(draw: Draw, names: list[str]) -> list[dict[str, Any]]:
    rows = [
        {"member": name, "date": day, "value": draw(_values)} for name in names for day in DATED
    ]
    return draw(st.permutations(rows))


def _ores(names: list[str], least: int = 0) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({name: st.integers(least, 3000) for name in names})


@st.composite
def _splits(draw: Draw, names: list[str], kinds: str) -> dict[str, Any]:
    """kinds: words among equal, measure, fixed, rate, previous and blend."""
    kind = draw(st.sampled_from(kinds.split()))
    split: dict[str, Any] = {"kind": kind}
    if kind in {"measure", "rate"}:
        split["measure"] = draw(st.sampled_from(["size", "loans"]))
        split |= draw(st.sampled_from(DATINGS))
    if kind == "measure" and draw(st.integers(0, 2)) == 0:
        split["brackets"] = draw(st.sampled_from(BRACKETS))
    if kind == "rate":
        split["ore_per_unit"] = draw(st.sampled_from(["0", "7.28", "0.5", 100]))
        split["round_unit_ore"] = draw(st.sampled_from([1, 50]))
    if kind in {"fixed", "previous"}:
        split["amounts_ore"] = draw(_ores(names, -300 if kind == "fixed" else 0))
    if kind == "previous":
        split["change_percent"] = draw(st.sampled_from(["0", "-50", "2.5", "-100"]))
    if kind == "blend":
        split["from"], split["to"] = (draw(_splits(names, kinds)) for _ in range(2))
        split["weight"] = draw(st.sampled_from(["0", "0.3", "1", 1]))
    return split


@st.composite
def _own_parts(draw: Draw, names: list[str]) -> list[dict[str, Any]]:
    splits = draw(st.lists(_splits(names, "fixed rate previous blend"), min_size=1, max_size=3))
    return [{"take": "own", "split": split} for split in splits]


@st.composite
def _parts(draw: Draw, names: list[str], plain: bool) -> list[dict[str, Any]]:
    kinds = "equal measure" if plain else "equal measure measure previous blend"
    parts: list[dict[str, Any]] = []
    for percent in draw(st.lists(st.sampled_from(["10", "0.125", 25, "33.3"]), max_size=3)):
        parts.append({"take": {"percent": percent}, "split": draw(_splits(names, kinds))})
    if not plain and draw(st.integers(0, 2)) == 0:
        parts += draw(_own_parts(names))
    if not plain and draw(st.integers(0, 2)) == 0:
        amounts = draw(_ores(names, -300))
        fixed = {"kind": "fixed", "amounts_ore": amounts}
        parts.append({"take": {"amount_ore": sum(amounts.values())}, "split": fixed})
    if not parts or parts[-1]["take"] == "own" or draw(st.booleans()):
        parts.append({"take": "rest", "split": draw(_splits(names, kinds))})
    return parts


@st.composite
def _discounts(draw: Draw, names: list[str]) -> dict[str, Any]:
    return {
        "member": draw(st.sampled_from(names)),
        "percent": draw(st.sampled_from(PERCENTS)),
        "borne_by": draw(st.sampled_from(["others", "host", "pool"])),
    }


@st.composite
def _limits(draw: Draw, names: list[str]) -> dict[str, Any]:
    limit: dict[str, Any] = {"member": draw(st.sampled_from(["*", *names]))}
    bounds: list[dict[str, Any]] = [
        {"min_ore": draw(st.integers(0, 900))},
        {"max_ore": draw(st.integers(900, 9000))},
        {"min_percent": draw(st.sampled_from(["0", "1", "12.5"]))},
        {"max_percent": draw(st.sampled_from(["12.5", "60", 100]))},
        {"max_change_percent": draw(st.sampled_from(["0", "50", "300"]))},
    ]
    for bound in draw(st.lists(st.sampled_from(bounds), max_size=2)):
        limit |= bound
    return limit
