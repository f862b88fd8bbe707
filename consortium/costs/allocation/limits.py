"""Limits: the one scaling of the shares that keeps them within their bounds and keeps their sum.

The shares after are clamp(factor x share, least, most) with a factor of 0 or more for which they
sum to what they summed to before. That sum is a piecewise linear, never falling function of the
factor, so the factor is found exactly: by the corner before it and the slope from there on.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from consortium.core.casevalues import printable
from consortium.core.errors import Fault, Invalid
from consortium.costs.allocation.case import EVERYONE, HUNDRED, ZERO, Case, Limit
from consortium.costs.allocation.steps import Steps, steps_of
from consortium.costs.allocation.tracing import exact

PLACE: Final = "key.limits"


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound in öre, and the limits of the key that set it."""

    ore: Fraction
    limits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A share (not negative), and the tightest bounds on it; `most` is None where there is none."""

    share: Fraction
    least: Bound
    most: Bound | None

    def at(self, factor: Fraction) -> Fraction:
        scaled = max(self.share * factor, self.least.ore)
        return min(scaled, self.most.ore) if self.most else scaled

    def corners(self) -> set[Fraction]:
        """The factors at which the share begins and ceases to follow."""
        bounds = [self.least] + ([self.most] if self.most else [])
        return {bound.ore / self.share for bound in bounds} if self.share else set()

    def follows(self, factor: Fraction) -> bool:
        """Whether a factor a little higher gives a higher share."""
        scaled = self.share * factor
        within = self.most is None or scaled < self.most.ore
        return self.share > 0 and self.least.ore <= scaled and within

    def holders(self, factor: Fraction) -> tuple[int, ...]:
        """The limits that keep the share from following; none where it follows."""
        scaled = self.share * factor
        if self.most and scaled > self.most.ore:
            return self.most.limits
        return self.least.limits if scaled < self.least.ore else ()


def balance(spans: Collection[Span], total: Fraction) -> Fraction | None:
    """A factor for which the spans sum to `total`; None where there is none.

    Each span's least is at most its most. Several factors may do; the shares are then the same.
    """

    def summed(factor: Fraction) -> Fraction:
        return sum((span.at(factor) for span in spans), ZERO)

    corners = sorted({ZERO}.union(*(span.corners() for span in spans)))
    before = bisect_right(corners, total, key=summed) - 1
    if before < 0:
        return None
    corner = corners[before]
    short = total - summed(corner)
    if not short:
        return corner
    slope = sum(span.share for span in spans if span.follows(corner))
    return corner + short / slope if slope else None


def limit_steps(
    case: Case, total_ore: int, shares: Mapping[str, Fraction], present: Mapping[str, int]
) -> Steps:
    """What the limits of the key change; Invalid where they cannot hold.

    shares: after discounts. Who was no member for a day (not `present`) is outside the limits.
    """
    inside = {member: share for member, share in shares.items() if present[member]}
    spans = {member: _span(case, total_ore, member, share) for member, share in inside.items()}
    faults = [*_negative(inside), *_crossed(case, spans)]
    total = sum(inside.values(), ZERO)
    factor = None if faults else balance(spans.values(), total)
    if factor is None:
        raise Invalid(faults or [_unbalanced(case, spans, total)])
    return _steps(spans, factor)


def _steps(spans: Mapping[str, Span], factor: Fraction) -> Steps:
    holders = {member: span.holders(factor) for member, span in spans.items()}
    everyones = sorted({place for places in holders.values() for place in places})
    steps: dict[str, tuple[Mapping[str, Any], Fraction]] = {}
    for member, span in spans.items():
        amount = span.at(factor) - span.share
        if amount:
            figures: dict[str, Any] = {
                "limit": list(holders[member]) or everyones,
                "share": exact(span.share),
                "factor": exact(factor),
                "min_ore": exact(span.least.ore),
            }
            if span.most:
                figures["max_ore"] = exact(span.most.ore)
            steps[member] = figures, amount
    return steps_of(steps)


def _span(case: Case, total_ore: int, member: str, share: Fraction) -> Span:
    """The share between the tightest bounds of the limits that are on `member`."""
    bounds = {
        place: _bounds(limit, total_ore, case.previous_ore.get(member))
        for place, limit in enumerate(case.key.limits)
        if limit.member in {EVERYONE, member}
    }
    leasts = {place: least for place, (least, _) in bounds.items() if least}
    mosts = {place: most for place, (_, most) in bounds.items() if most is not None}
    least, most = max(leasts.values(), default=ZERO), min(mosts.values(), default=None)
    return Span(
        share,
        Bound(least, _places(leasts, least)),
        None if most is None else Bound(most, _places(mosts, most)),
    )


def _places(bounds: Mapping[int, Fraction], ore: Fraction) -> tuple[int, ...]:
    return tuple(place for place, bound in bounds.items() if bound == ore)


def _bounds(
    limit: Limit, total_ore: int, previous_ore: int | None
) -> tuple[Fraction, Fraction | None]:
    """The least (0 or more) and the most, in öre, that one limit allows a member to bear.

    A limit on change leaves a member without a previous amount as it is.
    """
    leasts = [limit.min_ore, _percent_of(total_ore, limit.min_percent)]
    mosts = [limit.max_ore, _percent_of(total_ore, limit.max_percent)]
    if previous_ore is not None:
        room = _percent_of(abs(previous_ore), limit.max_change_percent)
        leasts.append(None if room is None else previous_ore - room)
        mosts.append(None if room is None else previous_ore + room)
    least = max(Fraction(bound or 0) for bound in leasts)
    known = [Fraction(bound) for bound in mosts if bound is not None]
    return max(least, ZERO), min(known, default=None)


def _percent_of(ore: int, percent: Fraction | None) -> Fraction | None:
    return None if percent is None else ore * percent / HUNDRED


def _negative(shares: Mapping[str, Fraction]) -> Iterator[Fault]:
    for member, share in shares.items():
        if share < 0:
            facts = {"member": printable(member)}
            yield Fault(
                "The share of {member} is negative, which no limit can hold",
                PLACE,
                facts,
                "Take the limits or what makes it negative away",
            )


def _crossed(case: Case, spans: Mapping[str, Span]) -> Iterator[Fault]:
    for member, span in spans.items():
        if span.most and span.most.ore < span.least.ore:
            facts = {
                "member": printable(member),
                "least": exact(span.least.ore),
                "most": exact(span.most.ore),
            }
            at = _blamed(case, [span.least, span.most])
            yield Fault(
                "{member} would have to bear at least {least} and at most {most} öre",
                at,
                facts,
                "Widen the limits",
            )


def _unbalanced(case: Case, spans: Mapping[str, Span], total: Fraction) -> Fault:
    leasts = [span.least for span in spans.values()]
    least = sum((bound.ore for bound in leasts), ZERO)
    if least > total:
        facts = {"least": exact(least), "total": exact(total)}
        return Fault(
            "The limits ask for at least {least} öre in all, there are {total} to bear",
            _blamed(case, leasts),
            facts,
            "Lower the least that members bear",
        )
    mosts = [span.most if span.share else span.least for span in spans.values()]
    bounds = [bound for bound in mosts if bound]
    facts = {"most": exact(sum((bound.ore for bound in bounds), ZERO)), "total": exact(total)}
    return Fault(
        "The limits allow at most {most} öre in all, there are {total} to bear",
        _blamed(case, bounds),
        facts,
        "Raise the most that members bear",
    )


def _blamed(case: Case, bounds: Collection[Bound]) -> str:
    """The limit, where one alone sets the bounds; else the limits."""
    places = {place for bound in bounds for place in bound.limits}
    return case.key.limits[places.pop()].at if len(places) == 1 else PLACE
