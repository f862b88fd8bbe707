"""Reading a key: its parts, and what is applied to the summed shares."""

from fractions import Fraction
from typing import Final

from consortium.core.casevalues import Node, printable
from consortium.core.errors import Fault
from consortium.costs.allocation.case import (
    EVERYONE,
    HUNDRED,
    ZERO,
    Discount,
    Key,
    Limit,
    Rounding,
)
from consortium.costs.allocation.naming import read_member
from consortium.costs.allocation.reading_parts import read_parts
from consortium.costs.allocation.reading_splits import Ground

METHODS: Final = ("largest_remainder", "half_up_residual_largest", "half_up")


def read_key(node: Node, ground: Ground) -> Key:
    """The key, with the parts, discounts and limits that can be read."""
    fields = node.fields(("parts",), ("name", "membership", "discounts", "limits", "rounding"))
    fields["name"].text()
    parts = read_parts(fields["parts"], ground)
    membership = fields["membership"].choice("days", "months", "none") or "days"
    discounts = [_discount(item, ground) for item in fields["discounts"].items() or []]
    limits = [_limit(item, ground) for item in fields["limits"].items() or []]
    rounding = _rounding(fields["rounding"])
    return Key(parts, membership, tuple(discounts), tuple(limits), rounding)


def _discount(node: Node, ground: Ground) -> Discount:
    fields = node.fields(("member", "percent", "borne_by"))
    member = read_member(fields["member"], ground.ids)
    percent = fields["percent"].number(least=0) or ZERO
    if percent > HUNDRED:
        at = fields["percent"].at
        node.add(Fault("The discount is over 100 percent", at, {}, "Give 100 or less"))
    borne_by = fields["borne_by"].choice("others", "host", "pool")
    return Discount(node.at, member or "", percent, borne_by or "pool")


def _limit(node: Node, ground: Ground) -> Limit:
    fields = node.fields(
        ("member",), ("min_ore", "max_ore", "min_percent", "max_percent", "max_change_percent")
    )
    member = read_member(fields["member"], ground.ids, everyone=True)
    limit = Limit(
        node.at,
        member or "",
        fields["min_ore"].whole(least=0),
        fields["max_ore"].whole(least=0),
        fields["min_percent"].number(least=0),
        fields["max_percent"].number(least=0),
        fields["max_change_percent"].number(least=0),
    )
    if _over(limit.min_ore, limit.max_ore) or _over(limit.min_percent, limit.max_percent):
        node.add(
            Fault(
                "The limit's least is over its most",
                node.at,
                {},
                "Let the least be at most the most",
            )
        )
    if member and fields["max_change_percent"].given:
        _check_previous(fields["max_change_percent"], member, ground)
    return limit


def _over(least: Fraction | int | None, most: Fraction | int | None) -> bool:
    return least is not None and most is not None and least > most


def _check_previous(node: Node, member: str, ground: Ground) -> None:
    """A limit on change needs the amounts it is a change from; a newcomer under `*` has none."""
    if ground.previous_ore is None:
        node.add(
            Fault(
                "The case has no previous_ore to measure the change from",
                node.at,
                {},
                "Give previous_ore, member by member",
            )
        )
    elif member != EVERYONE and member not in ground.previous_ore:
        facts = {"member": printable(member)}
        node.add(
            Fault(
                "{member} has no amount in previous_ore to measure the change from",
                node.at,
                facts,
                "Give its amount in previous_ore",
            )
        )


def _rounding(node: Node) -> Rounding:
    fields = node.fields((), ("method", "unit_ore"))
    method = fields["method"].choice(*METHODS) or METHODS[0]
    return Rounding(method, fields["unit_ore"].whole(least=1) or 1)
