"""What is known of a branch as a place of delivery: a row only where there is something to know."""

from consortium.core.work import Work
from consortium.crates.tables import DeliveryPoint


def point_of(work: Work, branch_id: int) -> DeliveryPoint:
    """What is known of a branch as a place of delivery; one that was never told of has nothing."""
    found = work.session.get(DeliveryPoint, branch_id)
    return found or DeliveryPoint(branch_id=branch_id)


def keep_point(work: Work, point: DeliveryPoint) -> None:
    """Keep what is known of a branch; where that is nothing any more, no row."""
    bare = DeliveryPoint(branch_id=point.branch_id)
    kept = work.session.get(DeliveryPoint, point.branch_id)
    if point.model_dump() != bare.model_dump():
        work.session.add(point)
    elif kept is not None:
        work.session.delete(kept)
