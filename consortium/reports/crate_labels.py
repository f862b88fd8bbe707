"""Report: what stands on the labels of crates that are chosen one by one, or in a row."""

from collections.abc import Collection
from typing import Any, Final

from sqlmodel import col, or_, select

from consortium.branches.queries import branches
from consortium.core.errors import Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.crates.formats.labels import CrateLabel
from consortium.crates.rules import is_crate_code
from consortium.crates.tables import Crate, CrateState
from consortium.members.queries import consortium

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
    return _labels(work, col(Crate.code).between(first, last))


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
        select(Crate, CrateState)
        .join(CrateState, col(CrateState.crate_id) == col(Crate.id), isouter=True)
        .where(wanted)
        .order_by(col(Crate.code))
        .limit(MOST)
    )
    if scope is not None:
        rows = rows.where(_in_reach({b.id for b, member in places if member.code in scope}))
    example = consortium(work).example
    return [
        _label(crate, state, names, example=example) for crate, state in work.session.exec(rows)
    ]


def _in_reach(branch_ids: Collection[int]) -> Any:
    """Crates that belong to one of the branches, are there, come from there or go there."""
    ends = (CrateState.branch_id, CrateState.origin_id, CrateState.destination_id)
    return or_(col(Crate.home_id).in_(branch_ids), *(col(end).in_(branch_ids) for end in ends))


def _label(
    crate: Crate, state: CrateState | None, names: dict[int, str], *, example: bool
) -> CrateLabel:
    if state is None or state.destination_id is None or state.origin_id is None:
        return CrateLabel(crate.code, "", names[crate.home_id], example=example)
    origin, destination = names[state.origin_id], names[state.destination_id]
    return CrateLabel(crate.code, origin, destination, example=example)
