"""Use case: a scan of a crate, or its packing, that was recorded by mistake is taken back."""

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.members.tables import Member
from consortium.transports.rules import EVENTS
from consortium.transports.tables import Crate, CrateEvent, CrateTrip


def take_back_scan(work: Work, trip_id: int, kind: str) -> None:
    """Take back the last thing that happened to a crate on a journey.

    kind: what it was; taking `packed` back ends the journey as if it had not begun. What is no
    longer the last thing, or not there, is a Conflict.
    """
    rows = (
        select(CrateTrip, CrateEvent, Crate)
        .join(CrateEvent, col(CrateEvent.trip_id) == col(CrateTrip.id))
        .join(Crate, col(Crate.id) == col(CrateTrip.crate_id))
        .where(CrateTrip.id == trip_id, CrateEvent.kind == kind)
    )
    found = work.session.exec(rows.with_for_update()).first()
    if found is None:
        raise NotFound("There is no such scan")
    trip, event, crate = found
    branch = work.session.get_one(Branch, event.branch_id)
    work.require("crates.handle", work.session.get_one(Member, branch.member_id).code)
    if trip.state != kind:
        raise Conflict("Crate {code} has moved on", code=crate.code)
    destination = work.session.get_one(Branch, trip.destination_id)
    work.session.delete(event)
    work.session.flush()
    if kind == EVENTS[0]:
        work.session.delete(trip)
    else:
        trip.state = EVENTS[EVENTS.index(kind) - 1]
        work.session.add(trip)
    work.session.flush()
    work.audit(
        "transports.scan_taken_back",
        crate.code,
        kind=kind,
        branch=branch.slug,
        destination=destination.slug,
        at=event.at.isoformat(),
    )
