"""A form filled in with an allocation key: what `key_forms` reads, written. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from consortium.core.money import decimal
from consortium.costs.key_forms import (
    BEARERS,
    BOUNDS,
    KINDS,
    MEMBERSHIPS,
    METHODS,
    NEWEST,
    PREVIOUS,
    SIDES,
    TAKES,
)

_DECIMALS: Final = frozenset(
    {
        "percent",
        "up_to",
        "points",
        "each",
        "ore_per_unit",
        "change_percent",
        "weight",
        "min_percent",
        "max_percent",
        "max_change_percent",
    }
)
_FIGURES: Final = {
    "ore": "ore_per_unit",
    "jamnt": "round_unit_ore",
    "andring": "change_percent",
    "vikt": "weight",
}
_ENDS: Final = {"till": "up_to", "poang": "points", "styck": "each"}


def fields_of(
    key: Mapping[str, Any], previous_ore: Mapping[str, int] | None = None
) -> dict[str, str]:
    """The fields of a form filled in with `key`; `read_form` reads `plain(key)` from them."""
    fields = {"namn": str(key["name"])} if key.get("name") else {}
    for row, part in enumerate(key.get("parts", ()), 1):
        fields |= dict(_part(part, f"d{row}."))
    if "membership" in key:
        fields["medlem"] = _word(MEMBERSHIPS, key["membership"])
    for row, limit in enumerate(key.get("limits", ()), 1):
        fields |= dict(_limit(limit, f"g{row}."))
    for row, discount in enumerate(key.get("discounts", ()), 1):
        fields[f"r{row}.kommun"] = discount["member"]
        fields[f"r{row}.procent"] = str(discount["percent"])
        fields[f"r{row}.bars"] = _word(BEARERS, discount["borne_by"])
    rounding = key.get("rounding", {})
    if "method" in rounding:
        fields["avrundning"] = _word(METHODS, rounding["method"])
    if "unit_ore" in rounding:
        fields["enhet"] = str(rounding["unit_ore"])
    return fields | {
        f"{PREVIOUS}.{code}": kronor(ore) for code, ore in (previous_ore or {}).items()
    }


def plain(key: Mapping[str, Any]) -> dict[str, Any]:
    """`key` as the form writes it: decimals as text, no empty lists; it splits the same."""
    made = {name: _plain(name, value) for name, value in key.items()}
    optional = ("limits", "discounts", "rounding", "name")
    return {name: value for name, value in made.items() if value or name not in optional}


def kronor(ore: int) -> str:
    """Öre as a form's field has it: 1234.50, and 1234 where no öre are left."""
    return decimal(ore).removesuffix(".00")


def _part(part: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    take = part["take"]
    name = take if isinstance(take, str) else next(iter(take))
    yield f"{prefix}tar", _word(TAKES, name)
    if not isinstance(take, str):
        worth = take[name]
        yield f"{prefix}varde", kronor(worth) if name == "amount_ore" else str(worth)
    yield from _split(part["split"], prefix)


def _split(split: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    yield f"{prefix}sort", _word(KINDS, split["kind"])
    if "measure" in split:
        yield f"{prefix}matt", split["measure"]
        yield f"{prefix}dag", _day(split)
    for row, bracket in enumerate(split.get("brackets", ()), 1):
        for name, text in _texts(bracket, _ENDS):
            yield f"{prefix}s{row}.{name}", text
    for name, text in _texts(split, _FIGURES):
        yield prefix + name, text
    for code, ore in split.get("amounts_ore", {}).items():
        yield f"{prefix}kr.{code}", kronor(ore)
    for side, name in SIDES.items():
        if name in split:
            yield from _split(split[name], f"{prefix}{side}.")


def _limit(limit: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    yield f"{prefix}kommun", limit["member"]
    for name, bound in BOUNDS.items():
        if bound in limit:
            yield (
                prefix + name,
                kronor(limit[bound]) if bound.endswith("_ore") else str(limit[bound]),
            )


def _texts(values: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, str(values[worth])) for name, worth in names.items() if worth in values)


def _day(split: Mapping[str, Any]) -> str:
    average = split.get("average")
    if isinstance(average, list):
        return "+".join(average) if len(average) > 1 else f"{average[0]}+"
    if average is not None:
        return f"n{average}"
    return NEWEST if split.get("latest") else str(split.get("at", ""))


def _word(words: Mapping[str, str], value: str) -> str:
    return next((word for word, meant in words.items() if meant == value), value)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _plain(inner, each) for inner, each in value.items()}
    if isinstance(value, list):
        return [_plain(name, each) for each in value]
    return str(value) if name in _DECIMALS and isinstance(value, int) else value
