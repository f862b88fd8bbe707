"""Report: what stands on the labels of crates that are chosen one by one, or in a row."""

from collections.abc import Collection
from typing import Any, Final

from sqlmodel import and_, col, or_, select

from consortium.branches.queries import branches
from consortium.core.errors import Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.members.queries import consortium
from consortium.transports.formats.labels import CrateLabel
from consortium.transports.rules import is_crate_code
from consortium.transports.tables import Crate, CrateTrip
from consortium.transports.whereabouts import NEWEST_ID, RECEIVED

MOST: Final = 1_000


def labels_of(work: Work, codes: Collection[str]) -> list[CrateLabel]:
    """The labels of the crates with these codes, by code; NotFound where one is none to be seen.

    A crate on a journey has where it comes from and goes to, another one where it belongs.
    """
    found = _labels(work, col(Crate.code).in_(_known(codes)))
    if missing := sorted(set(codes) - {label.code for label in found}):
        raise NotFound(
            [Fault("There is no crate {code}", "kod", {"code": code}) for code in missing]
        )
    return found


def labels_between(work: Work, first: str, last: str) -> list[CrateLabel]:
    """The labels of the crates from one code to another, both inclusive, by code."""
    first, last = _known((first, last))
    return _labels(work, and_(col(Crate.code) >= first, col(Crate.code) <= last))


def _known(codes: Collection[str]) -> list[str]:
    """The codes as they are kept: Invalid where one can be none, or where there are too many."""
    faults = [
        Fault("{code} is no code of a crate", "kod", {"code": code}, "Write it as LD000417")
        for code in codes
        if not is_crate_code(code)
    ]
    if not codes or len(codes) > MOST:
        remedy = "Choose 1 to {most}"
        faults.append(
            Fault("Labels of so many crates cannot be made", "kod", {"most": MOST}, remedy)
        )
    if faults:
        raise Invalid(faults)
    return list(codes)


def _labels(work: Work, wanted: Any) -> list[CrateLabel]:
    scope = work.scope("transports.see")
    places = branches(work)
    names = {branch.id: branch.name for branch, _ in places}
    rows = (
        select(Crate, CrateTrip)
        .join(CrateTrip, and_(col(CrateTrip.id) == NEWEST_ID), isouter=True)
        .where(wanted)
        .order_by(col(Crate.code))
        .limit(MOST)
    )
    if scope is not None:
        rows = rows.where(_in_reach({b.id for b, member in places if member.code in scope}))
    example = consortium(work).example
    return [_label(crate, trip, names, example=example) for crate, trip in work.session.exec(rows)]


def _in_reach(branch_ids: Collection[int]) -> Any:
    """Crates that belong to one of the branches, come from there or go there."""
    ends = (col(CrateTrip.origin_id), col(CrateTrip.destination_id))
    return or_(col(Crate.home_id).in_(branch_ids), *(end.in_(branch_ids) for end in ends))


def _label(
    crate: Crate, trip: CrateTrip | None, names: dict[int, str], *, example: bool
) -> CrateLabel:
    if trip is None or trip.state == RECEIVED:
        return CrateLabel(crate.code, "", names[crate.home_id], example=example)
    origin, destination = names[trip.origin_id], names[trip.destination_id]
    return CrateLabel(crate.code, origin, destination, example=example)
