"""Use case: what drivers have to know of a branch: where crates are left, and who has a key."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from consortium.branches.closing import DAYS_CHANGED
from consortium.branches.queries import branch_by_slug
from consortium.core.audit import AuditEntry
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.crates.points import keep_point, point_of
from consortium.crates.tables import DeliveryPoint
from consortium.members.tables import Member

LONGEST: Final = 500
AHEAD: Final = timedelta(days=28)
"""How far ahead days are planned."""


def delivery_point(work: Work, slug: str) -> DeliveryPoint:
    """What is known of a branch as a place of delivery; one that was never told of has nothing."""
    return point_of(work, branch_by_slug(work, slug).id)


def point_facts(point: DeliveryPoint) -> Mapping[str, Any]:
    """What `describe_delivery_point` changes, as it stands."""
    return {"has_key": point.has_key, "instructions": point.instructions}


def describe_delivery_point(
    work: Work, slug: str, *, has_key: bool, instructions: str
) -> DeliveryPoint:
    """Say where crates are left at a branch, and whether drivers can get in while it is closed.

    With a key, or without it any more, other days can be served: those planned are planned anew.
    """
    branch = branch_by_slug(work, slug)
    work.require("crates.handle", work.session.get_one(Member, branch.member_id).code)
    said = instructions.strip()
    if len(said) > LONGEST:
        raise Invalid("Use at most {most} characters", at="instructions", most=LONGEST)
    point = delivery_point(work, slug)
    before, after = point_facts(point), {"has_key": has_key, "instructions": said}
    changed: dict[str, Any] = {
        name: [before[name], after[name]] for name in after if before[name] != after[name]
    }
    if changed:
        point.has_key, point.instructions = has_key, said
        keep_point(work, point)
        entry = work.audit("transports.delivery_point_changed", slug, **changed)
        if "has_key" in changed:
            _ask_for_plans(work, entry)
    return point


def _ask_for_plans(work: Work, entry: AuditEntry) -> None:
    work.session.flush()  # the entry's id tells this change from the next one of the same branch
    work.later(
        DAYS_CHANGED,
        key=f"key:{entry.id}",
        from_on=work.today.isoformat(),
        to_on=(work.today + AHEAD).isoformat(),
    )
