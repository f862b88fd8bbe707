"""Reading the parts of a key: what each takes, how it splits it, and that the two agree."""

from collections.abc import Iterator
from fractions import Fraction

from consortium.core.casevalues import Node
from consortium.core.errors import Fault
from consortium.costs.allocation.case import (
    HUNDRED,
    ZERO,
    Blend,
    Equal,
    Measured,
    Part,
    Rate,
    Split,
    Take,
)
from consortium.costs.allocation.reading_splits import Ground, read_split


def read_parts(node: Node, ground: Ground) -> tuple[Part, ...]:
    """The parts that have no fault of their own."""
    items = node.items()
    if items == []:
        node.add(Fault("The key has no parts", node.at, {}, "Give at least one"))
    takes: list[Take | None] = []
    sound: list[Part] = []
    for item in items or []:
        before = len(node.faults)
        fields = item.fields(("take", "split"))
        take = _take(fields["take"])
        split = read_split(fields["split"], ground) if fields["split"].given else None
        if take and split:
            node.faults.extend(_disagreements(take, split))
        takes.append(take)
        if take and split and len(node.faults) == before:
            sound.append(Part(take, split))
    _check_takes(node, takes)
    _check_amount(ground.amount, takes)
    return tuple(sound)


def _take(node: Node) -> Take | None:
    if node.value == "rest":
        return Take("rest")
    if node.value == "own":
        return Take("own")
    if not isinstance(node.value, dict):
        if node.given:
            node.add(
                Fault(
                    "{value} is not something to take",
                    node.at,
                    node.facts,
                    'Give a percent or an amount_ore, or "rest" or "own"',
                )
            )
        return None
    fields = node.fields((), ("percent", "amount_ore"))
    percent, amount_ore = fields["percent"].number(least=0), fields["amount_ore"].whole()
    if fields["percent"].given == fields["amount_ore"].given:
        node.add(
            Fault(
                "A take is either a percent or an amount_ore",
                node.at,
                {},
                "Give exactly one of them",
            )
        )
        return None
    if fields["percent"].given:
        return Take("percent", percent or ZERO)
    return Take("amount_ore", Fraction(amount_ore or 0))


def _disagreements(take: Take, split: Split) -> Iterator[Fault]:
    if isinstance(split, Blend):
        yield from _disagreements(take, split.start)
        yield from _disagreements(take, split.end)
    elif take.kind == "own" and isinstance(split, Equal | Measured):
        yield Fault(
            "A split of the kind {kind} makes no amount of its own",
            f"{split.at}.kind",
            {"kind": split.kind},
            "Take a percent, an amount or the rest, or choose fixed, rate or previous",
        )
    elif take.kind != "own" and isinstance(split, Rate):
        yield Fault(
            "A split of the kind rate makes its own amount and can take no other",
            f"{split.at}.kind",
            {},
            'Let the part take "own"',
        )


def _check_takes(node: Node, takes: list[Take | None]) -> None:
    for place, take in enumerate(takes[:-1]):
        if take and take.kind == "rest":
            at = f"{node.at}[{place}].take"
            node.add(Fault("The rest is not taken last", at, {}, "Put the part last"))
    percent = sum((take.figure for take in takes if take and take.kind == "percent"), ZERO)
    if percent > HUNDRED:
        facts = {"percent": str(percent)}
        node.add(
            Fault(
                "The parts take {percent} percent in all",
                node.at,
                facts,
                "Take at most 100 percent in all",
            )
        )


def _check_amount(node: Node, takes: list[Take | None]) -> None:
    """The pool has an amount exactly where a part takes from it."""
    kinds = {take.kind if take else None for take in takes}
    if kinds == {"own"} and node.given:
        node.add(
            Fault(
                "Every part makes its own amount, so the pool has none",
                node.at,
                {},
                "Take the amount away",
            )
        )
    if kinds - {"own", None} and not node.given:
        node.add(
            Fault(
                "The pool has no amount to take from",
                node.at,
                {},
                "Give the pool's amount in whole öre",
            )
        )
