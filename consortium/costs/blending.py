"""Rules of phasing a key in over years. Pure.

A step is (1 - weight) x the old key + weight x the new one, amount by amount. Where both keys take
the same of the pool part by part, each part is a `blend` (ALLOCATION) of its two splits; where they
take percents, or the rest of them, both keys' parts stand side by side with their percents weighed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from consortium.core.errors import Invalid

FEWEST: Final = 2  # years
MOST: Final = 10
HUNDRED: Final = 100
PLACES: Final = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A year's key on the way. weight: as the key has it; share: what was meant, exactly.

    They differ where the share has no end as a decimal: a third is agreed as 0.33.
    """

    weight: str
    share: Fraction
    key: Mapping[str, Any]

    @property
    def rounded(self) -> bool:
        return Fraction(self.weight) != self.share


def phase(old: Mapping[str, Any], new: Mapping[str, Any], years: int) -> list[Step]:
    """The keys from the old one (weight 0) over `years` equal steps to the new one (weight 1).

    Terms beside the parts (membership, limits, discounts, rounding) are those of the new key from
    the first step on. Invalid where the two cannot be mixed.
    """
    if not FEWEST <= years <= MOST:
        raise Invalid(
            "A change is phased in over {fewest} to {most} years",
            at="over",
            fewest=FEWEST,
            most=MOST,
        )
    shares = [Fraction(step, years) for step in range(years + 1)]
    steps = [Step(weight_of(share), share, {}) for share in shares]
    return [Step(step.weight, step.share, blended(old, new, step.weight)) for step in steps]


def weight_of(share: Fraction) -> str:
    """A share of 1 as a decimal: exact where it has an end, else half up to two places."""
    rest = share.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    if rest == 1:
        return _decimal(share)
    cents = (share * 10**PLACES + Fraction(1, 2)).__floor__()
    return _decimal(Fraction(cents, 10**PLACES))


def blended(old: Mapping[str, Any], new: Mapping[str, Any], weight: str) -> dict[str, Any]:
    """One step's key; the old key itself at weight 0, the new one at 1."""
    if weight in {"0", "1"}:
        return dict(new if weight == "1" else old)
    named = [str(key.get("name", "")) for key in (old, new)]
    terms = {name: value for name, value in new.items() if name not in {"name", "parts"}}
    parts = _mixed(old["parts"], new["parts"], weight)
    percent = _decimal(Fraction(weight) * HUNDRED)
    name = f"{named[0]} → {named[1]}, {percent} %"
    return {"name": name, "parts": parts, **terms}


def _mixed(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], weight: str
) -> list[dict[str, Any]]:
    if [part["take"] for part in old] == [part["take"] for part in new]:
        return [
            {"take": ours["take"], "split": _blend(ours["split"], theirs["split"], weight)}
            for ours, theirs in zip(old, new, strict=True)
        ]
    part = Fraction(weight)
    weighed = [(percent * (1 - part), split) for percent, split in _percents(old)]
    weighed += [(percent * part, split) for percent, split in _percents(new)]
    together: list[tuple[Fraction, Any]] = []
    for percent, split in weighed:
        place = next((n for n, (_p, there) in enumerate(together) if there == split), None)
        if place is None:
            together.append((percent, split))
        else:
            together[place] = together[place][0] + percent, split
    parts: list[dict[str, Any]] = [
        {"take": {"percent": _decimal(percent)}, "split": split}
        for percent, split in together
        if percent
    ]
    if sum(percent for percent, _split in together) == HUNDRED:
        parts[-1]["take"] = "rest"
    return parts


def _blend(old: Mapping[str, Any], new: Mapping[str, Any], weight: str) -> dict[str, Any]:
    if old == new:
        return dict(old)
    return {"kind": "blend", "from": dict(old), "to": dict(new), "weight": weight}


def _percents(parts: Sequence[Mapping[str, Any]]) -> list[tuple[Fraction, Any]]:
    """The parts with what each takes in percent of the pool; Invalid where one takes otherwise."""
    left, found = Fraction(HUNDRED), []
    for part in parts:
        take = part["take"]
        if take == "rest":
            percent = left
        elif isinstance(take, Mapping) and "percent" in take:
            percent = Fraction(str(take["percent"]))
        else:
            raise Invalid(
                "The two keys cannot be mixed: they take amounts of the pool in different ways",
                at="over",
                remedy="Let both take percents and the rest, or the same part by part",
            )
        found.append((percent, part["split"]))
        left -= percent
    return found


def _decimal(exact: Fraction) -> str:
    """A fraction with an end as a decimal, without zeros at its end."""
    places = 0
    while (exact * 10**places).denominator != 1:
        places += 1
    whole = (exact * 10**places).numerator
    text = f"{abs(whole):0{places + 1}}"
    sign = "-" if whole < 0 else ""
    return sign + (f"{text[:-places]}.{text[-places:]}" if places else text)
