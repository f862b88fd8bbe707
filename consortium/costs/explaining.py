"""A share in words: the trace of an allocation as steps that a reader can redo by hand. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from consortium.core.money import ORE_PER_KRONA, amount
from consortium.core.words import Say, mark
from consortium.costs.splitting import Outcome

DECIMALS = 4
KINDS = {
    "equal": mark("Equal part"),
    "fixed": mark("Fixed amount"),
    "previous": mark("By last year's amount"),
    "blend": mark("Between the old key and the new"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the sum: what it is, how it is worked out, what it comes to in kronor."""

    label: str
    calculation: str
    amount: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one member's share came about. exact: kronor before rounding. share_ore: after it."""

    steps: tuple[Step, ...]
    exact: str
    share_ore: int
    percent: str
    snapshot: str


def explain(outcome: Outcome, member: str, measures: Mapping[str, str], say: Say) -> Explanation:
    """The steps to `member`'s share. measures: code → name, as readers know it."""
    row = outcome.rows[member]
    above, below = _fraction(row["exact"])
    parts = outcome.basis.case["key"]["parts"]
    wording = _Wording(parts, measures, say)
    return Explanation(
        steps=tuple(wording.step(entry) for entry in row["trace"]),
        exact=_written(*_reduced(above, below * ORE_PER_KRONA), DECIMALS),
        share_ore=outcome.shares[member],
        percent=row["percent"].replace(".", ","),
        snapshot=outcome.result["snapshot"],
    )


def number(value: Fraction, decimals: int) -> str:
    """`value` as Swedish readers write it; whole numbers without decimals, the rest half up."""
    return _written(value.numerator, value.denominator, decimals)


def _written(numerator: int, denominator: int, decimals: int) -> str:
    """As `number`, of a fraction as two whole numbers: hundreds of shares are written at a time."""
    if denominator == 1:
        text = f"{abs(numerator):,}"
    else:
        units = (2 * abs(numerator) * 10**decimals + denominator) // (2 * denominator)
        whole, rest = divmod(units, 10**decimals)
        text = f"{whole:,}.{rest:0{decimals}}"
    sign = "−" if numerator < 0 else ""
    return sign + text.replace(",", "\u00a0").replace(".", ",")


@dataclass(frozen=True, slots=True)
class _Wording:
    parts: Sequence[Mapping[str, Any]]
    measures: Mapping[str, str]
    say: Say

    def step(self, entry: Mapping[str, Any]) -> Step:
        return Step(self._label(entry), self._sum(entry), _kronor(entry["amount"]))

    def _label(self, entry: Mapping[str, Any]) -> str:
        say = self.say
        if "discount" in entry:
            return say("Discount")
        if "limit" in entry:
            return say("Limit on the share")
        split = self.parts[entry["part"]]["split"]
        if split["kind"] in KINDS:
            return say(KINDS[split["kind"]])
        return self.measures.get(split["measure"], split["measure"])

    def _sum(self, entry: Mapping[str, Any]) -> str:
        if "discount" in entry:
            return self._discount(entry)
        if "limit" in entry:
            return self.say("{share} before the limit", share=_kronor(entry["share"]))
        if entry["kind"] == "blend":
            return self.say(
                "{weight} of the way from {old} to {new}",
                weight=plain(entry["weight"]),
                old=_kronor(entry["from"]["amount"]),
                new=_kronor(entry["to"]["amount"]),
            )
        return self._of_part(entry)

    def _of_part(self, entry: Mapping[str, Any]) -> str:
        say = self.say
        shared = "weight" in entry and "of" in entry
        if shared:
            text = f"{_kronor(entry['take_ore'])} × {plain(entry['weight'])} ÷ {plain(entry['of'])}"
        elif "rate" in entry:
            text = say(
                "{rate} öre × {value}", rate=plain(entry["rate"]), value=plain(entry["value"])
            )
        else:
            text = say("as agreed")
        notes = list(self._notes(entry))
        return f"{text} ({'; '.join(notes)})" if notes else text

    def _notes(self, entry: Mapping[str, Any]) -> list[str]:
        say, notes = self.say, []
        if "bracket" in entry:
            notes.append(
                say(
                    "{value} gives {points} points",
                    value=plain(entry["value"]),
                    points=plain(entry["points"]),
                )
            )
        if len(entry.get("values", ())) > 1:
            values = ", ".join(plain(value) for value in entry["values"])
            notes.append(say("mean of {values}", values=values))
        if entry.get("membership", "1") != "1":
            notes.append(say("takes part {fraction} of the period", fraction=entry["membership"]))
        if "dates" in entry:
            notes.append(_measured(say, tuple(entry["dates"])))
        return notes

    def _discount(self, entry: Mapping[str, Any]) -> str:
        if "discount_ore" in entry:
            return self.say(
                "part of another's discount of {ore}", ore=_kronor(entry["discount_ore"])
            )
        return self.say("taken off the share")


@lru_cache(256)  # members share dates
def _measured(say: Say, dates: tuple[str, ...]) -> str:
    return say("measured {dates}", dates=", ".join(dates))


@lru_cache(4096)  # members share takes and sums
def plain(text: str) -> str:
    """A number in text, a decimal or a fraction, as Swedish readers write it."""
    return number(Fraction(text), DECIMALS)


@lru_cache(4096)
def _kronor(ore: str) -> str:
    above, below = _fraction(ore)
    return amount(above) if below == 1 else _written(above, below * ORE_PER_KRONA, DECIMALS)


def _fraction(exact: str) -> tuple[int, int]:
    """An amount of an answer, a whole number or a reduced fraction, as two whole numbers."""
    above, _slash, below = exact.partition("/")
    return int(above), int(below or 1)


def _reduced(above: int, below: int) -> tuple[int, int]:
    divisor = math.gcd(above, below)
    return above // divisor, below // divisor
