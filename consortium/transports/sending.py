"""Use case: a crate is packed for a branch that the vans come to."""

from datetime import datetime

from sqlmodel import select

from consortium.branches.queries import branch_by_slug
from consortium.core.errors import Conflict
from consortium.core.work import Work
from consortium.crates.moving import pack
from consortium.crates.tables import CrateState
from consortium.transports.tables import TemplateStop


def send_crate(
    work: Work, code: str, origin_slug: str, destination_slug: str, at: datetime | None = None
) -> CrateState:
    """As `pack`; a destination without a stop in any week is a Conflict: it would never get it."""
    packed = pack(work, code, origin_slug, destination_slug, at)
    destination = branch_by_slug(work, destination_slug)
    weekly = select(TemplateStop.id).where(TemplateStop.branch_id == destination.id)
    if work.session.exec(weekly).first() is None:
        raise Conflict(
            "{name} has no stop on any weekday and would never get the crate",
            name=destination.name,
            remedy="Give it a stop in the week's routes",
        )
    return packed
