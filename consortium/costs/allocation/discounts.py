"""Discounts: a member pays less, and the others, the host or nobody pays it instead."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from consortium.core.casevalues import printable
from consortium.core.errors import Fault
from consortium.costs.allocation.case import HUNDRED, ZERO, Discount
from consortium.costs.allocation.steps import Steps, steps_of
from consortium.costs.allocation.tracing import exact

# bits; each discount that others bear doubles the length of an exact share, and the twelfth in a
# row of fifteen members is the last that takes seconds
LONGEST: Final = 2**16


def moved_by(discount: Discount, shares: Mapping[str, Fraction], host: str | None) -> Fraction:
    """The öre that the discount takes off its member; 0 makes it no discount at all."""
    if discount.borne_by == "host" and discount.member == host:
        return ZERO
    return shares[discount.member] * discount.percent / HUNDRED


def faults_of(
    discount: Discount, shares: Mapping[str, Fraction], host: str | None
) -> Iterator[Fault]:
    """Why a discount that moves something cannot be given on `shares` as they now stand."""
    if shares[discount.member] < 0:
        facts = {"member": printable(discount.member)}
        yield Fault(
            "The share of {member} is negative and has no discount",
            f"{discount.at}.member",
            facts,
            "Take the discount away",
        )
    at = f"{discount.at}.borne_by"
    if discount.borne_by == "host" and host is None:
        yield Fault(
            "The case has no host to bear the discount",
            at,
            {},
            "Make a member host, or let the others or the pool bear it",
        )
    if discount.borne_by == "others":
        yield from _bearers_faults(_others(discount, shares), at)


def lacks_only_host(discount: Discount, shares: Mapping[str, Fraction], host: str | None) -> bool:
    """Whether nobody bears it, but what its member pays, and so every share after, is known."""
    return discount.borne_by == "host" and host is None and shares[discount.member] > 0


def discount_steps(
    place: int, discount: Discount, shares: Mapping[str, Fraction], host: str | None
) -> Steps:
    """What the discount at `place` of the key changes; of one that has no faults."""
    moved = moved_by(discount, shares, host)
    own = {"percent": exact(discount.percent), "of": exact(shares[discount.member])}
    steps: dict[str, tuple[Mapping[str, Any], Fraction]]
    steps = {discount.member: ({"discount": place, **own}, -moved)}
    borne = {"discount": place, "discount_ore": exact(moved)}
    if discount.borne_by == "host" and host is not None:
        steps[host] = borne, moved
    if discount.borne_by == "others":
        others = _others(discount, shares)
        whole = sum(others.values(), ZERO)
        for member, share in others.items():
            if share:
                figures = {**borne, "weight": exact(share), "of": exact(whole)}
                steps[member] = figures, moved * share / whole
    return steps_of(steps)


def _others(discount: Discount, shares: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {member: share for member, share in shares.items() if member != discount.member}


def _bearers_faults(others: Mapping[str, Fraction], at: str) -> Iterator[Fault]:
    for member, share in others.items():
        if share < 0:
            facts = {"member": printable(member)}
            yield Fault(
                "The share of {member} is negative and cannot bear a part of the discount",
                at,
                facts,
                "Let the host or the pool bear it",
            )
    if any(share.denominator.bit_length() > LONGEST for share in others.values()):
        yield Fault(
            "After so many discounts borne by others no exact share can be written out",
            at,
            {},
            "Let the host or the pool bear it",
        )
    if not sum(others.values()):
        yield Fault(
            "The shares of the others sum to 0, so they cannot bear the discount",
            at,
            {},
            "Let the host or the pool bear it",
        )
