"""Reading a key: its parts and what is applied to the summed shares."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from consortium.core.errors import Fault
from consortium.costs.allocation.case import (
    EVERYONE,
    Blend,
    Discount,
    Equal,
    Key,
    Limit,
    Measured,
    Part,
    Rate,
    Rounding,
    Split,
    Take,
)
from consortium.costs.allocation.measuring import read_member
from consortium.costs.allocation.reading_splits import Ground, read_split
from consortium.costs.allocation.values import Node, printable

WHOLE: Final = 100  # percent
_BOUNDS: Final = ("min_ore", "max_ore", "min_percent", "max_percent", "max_change_percent")


def read_key(node: Node, ground: Ground) -> Key:
    fields = node.fields(
        ("parts",), ("name", "membership", "discounts", "limits", "rounding")
    )
    fields["name"].text()
    parts = _parts(fields["parts"], ground)
    membership = fields["membership"].choice("days", "months", "none") or "days"
    discounts = [_discount(item, ground) for item in fields["discounts"].items() or []]
    limits = [_limit(item, ground) for item in fields["limits"].items() or []]
    rounding = _rounding(fields["rounding"])
    return Key(parts, membership, tuple(discounts), tuple(limits), rounding)
