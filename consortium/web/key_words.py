"""An allocation key in words, part by part, as ALLOCATION defines it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from consortium.core.words import mark
from consortium.web.language import language, told
from consortium.web.showing import kronor, number

METHODS: Final = {
    "largest_remainder": mark(
        "Rounded down to whole öre; those left over go one each to the largest remainders"
    ),
    "half_up_residual_largest": mark(
        "Rounded half up to whole öre; the difference goes to the largest share"
    ),
    "half_up": mark("Rounded half up to whole öre; the host bears the difference"),
}
SHORT_METHODS: Final = {
    "largest_remainder": mark("Öre, the rest to the largest remainders"),
    "half_up_residual_largest": mark("Öre, the difference to the largest share"),
    "half_up": mark("Öre, the difference to the host"),
}
MEMBERSHIPS: Final = {
    "days": mark("Who takes part for some of the period bears by days"),
    "months": mark("Who takes part for some of the period bears by months"),
    "none": mark("Who takes part for some of the period bears as for all of it"),
}


DISCOUNTS: Final = {
    "others": mark("{name} pays {percent} % less, borne by the others"),
    "host": mark("{name} pays {percent} % less, borne by the host"),
    "pool": mark("{name} pays {percent} % less, borne by nobody"),
}
LIMITS: Final = {
    "min_ore": mark("at least {bound} a year"),
    "max_ore": mark("at most {bound} a year"),
    "min_percent": mark("at least {bound} % of the pool"),
    "max_percent": mark("at most {bound} % of the pool"),
    "max_change_percent": mark("at most {bound} % more or less than the year before"),
}
EVERYONE: Final = "*"


@dataclass(frozen=True, slots=True)
class PartWords:
    """A part of a key: what it takes of the pool, how it splits it, its brackets where it has."""

    take: str
    split: str
    brackets: tuple[str, ...] = ()


def parts_in_words(key: Mapping[str, Any], names: Mapping[str, str]) -> list[PartWords]:
    """The parts of a key in the reader's language. names: measure code → name."""
    return [
        PartWords(_take(part["take"]), _split(part["split"], names), tuple(_brackets(part)))
        for part in key["parts"]
    ]


def terms_in_words(key: Mapping[str, Any], members: Mapping[str, str]) -> list[str]:
    """What holds for all parts: membership, discounts, limits, rounding. members: code → name."""
    said = [told(MEMBERSHIPS[key.get("membership", "days")])]
    said += [_discount(discount, members) for discount in key.get("discounts", ())]
    said += [_limit(limit, members) for limit in key.get("limits", ())]
    rounding = key.get("rounding", {})
    said.append(told(METHODS[rounding.get("method", "largest_remainder")]))
    if rounding.get("unit_ore", 1) != 1:
        unit = kronor(rounding["unit_ore"], language())
        said.append(told(mark("Shares are multiples of {unit}"), unit=unit))
    return said


def _discount(discount: Mapping[str, Any], members: Mapping[str, str]) -> str:
    return told(
        DISCOUNTS[discount["borne_by"]],
        name=members.get(discount["member"], discount["member"]),
        percent=_number(discount["percent"]),
    )


def _limit(limit: Mapping[str, Any], members: Mapping[str, str]) -> str:
    """Who is held within what: `Each bears: at least 1 000,00 kr, at most 25 %`."""
    bounds = [
        told(
            text,
            bound=kronor(limit[name], language())
            if name.endswith("_ore")
            else _number(limit[name]),
        )
        for name, text in LIMITS.items()
        if name in limit
    ]
    if limit["member"] == EVERYONE:
        return told(mark("Each bears {bounds}"), bounds=", ".join(bounds))
    name = members.get(limit["member"], limit["member"])
    return told(mark("{name} bears {bounds}"), name=name, bounds=", ".join(bounds))


def _take(take: Any) -> str:
    if take == "rest":
        return told(mark("What is left"))
    if take == "own":
        return told(mark("An amount of its own"))
    if "percent" in take:
        return told(mark("{percent} % of the pool"), percent=_number(take["percent"]))
    return kronor(take["amount_ore"], language())


def _split(split: Mapping[str, Any], names: Mapping[str, str]) -> str:
    match split["kind"]:
        case "equal":
            return told(mark("equally between all"))
        case "fixed":
            return told(mark("by the amounts that are agreed for each"))
        case "previous":
            percent = _number(split["change_percent"])
            return told(mark("by last year's amounts, changed by {percent} %"), percent=percent)
        case "blend":
            weight = _number(split["weight"])
            start, end = _split(split["from"], names), _split(split["to"], names)
            return told(
                mark("{weight} of the way from “{start}” to “{end}”"),
                weight=weight,
                start=start,
                end=end,
            )
        case "rate":
            return told(
                mark("{ore} öre for each unit: {measure}"),
                ore=_number(split["ore_per_unit"]),
                measure=_measure(split, names),
            )
        case _:
            text = mark("in brackets by {measure}") if "brackets" in split else mark("by {measure}")
            return told(text, measure=_measure(split, names))


def _measure(split: Mapping[str, Any], names: Mapping[str, str]) -> str:
    name, average = names.get(split["measure"], split["measure"]), split.get("average")
    name = name[:1].lower() + name[1:]
    if isinstance(average, int):
        return told(
            mark("the mean of the {count} newest values of {name}"), count=average, name=name
        )
    if average:
        return told(mark("the mean of {name} on {days}"), name=name, days=", ".join(average))
    if "at" in split:
        return told(mark("{name} on {day}"), name=name, day=split["at"])
    return told(mark("the newest value of {name} when the period begins"), name=name)


def _brackets(part: Mapping[str, Any]) -> Iterator[str]:
    for bracket in part["split"].get("brackets", ()):
        points = _number(bracket.get("points", 0))
        if "each" in bracket:
            each = _number(bracket["each"])
            worth = told(mark("{points} points and {each} for each"), points=points, each=each)
        else:
            worth = told(mark("{points} points"), points=points)
        if "up_to" in bracket:
            yield told(mark("up to {most}: {worth}"), most=_number(bracket["up_to"]), worth=worth)
        else:
            yield told(mark("above that: {worth}"), worth=worth)


def _number(value: Any) -> str:
    return number(str(value), language())
