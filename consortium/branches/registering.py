"""Use case: a branch is registered with its names and hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from consortium.branches.places import will_be_called
from consortium.branches.rules import KINDS, slug
from consortium.branches.tables import Branch, BranchAlias, OpeningHours
from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.members.queries import member_by_code

POLE, ANTIMERIDIAN = 90, 180  # degrees, WGS 84


@dataclass(frozen=True, slots=True)
class NewBranch:
    """A branch before it is registered. lat, lon: WGS 84 degrees."""

    name: str
    member: str
    kind: str
    locality: str
    lat: float
    lon: float
    coordinate_basis: str = ""
    source: str = ""
    email: str = ""


def register_branch(
    work: Work,
    new: NewBranch,
    hours: Mapping[int, tuple[time, time]],
    other_names: Sequence[str] = (),
) -> Branch:
    """Register a branch. hours: weekday (0 Monday) → staffed from and to, Swedish time."""
    work.require("branches.change", new.member)
    faults = branch_faults(new)
    if will_be_called(work, new.name.strip()):
        faults.append(Fault("Another branch is called {name}", "name", {"name": new.name.strip()}))
    if faults:
        raise Invalid(faults)
    branch = Branch(
        slug=slug(new.name),
        name=new.name.strip(),
        member_id=member_by_code(work, new.member).id,
        kind=new.kind,
        locality=new.locality,
        lat=new.lat,
        lon=new.lon,
        coordinate_basis=new.coordinate_basis,
        source=new.source,
        email=new.email,
    )
    work.session.add(branch)
    work.session.flush()
    work.session.add_all(
        OpeningHours(branch_id=branch.id, weekday=day, opens=opens, closes=closes)
        for day, (opens, closes) in hours.items()
    )
    work.session.add_all(BranchAlias(branch_id=branch.id, name=name) for name in other_names)
    work.audit("branches.registered", branch.slug, member=new.member, branch=branch.id)
    return branch


def branch_faults(new: NewBranch) -> list[Fault]:
    """What keeps `new` from being a branch."""
    faults = []
    if not slug(new.name):
        faults.append(Fault("A branch needs a name", "name"))
    if new.kind not in KINDS:
        faults.append(Fault("{kind} is no kind of branch", "kind", {"kind": new.kind}))
    if abs(new.lat) > POLE or abs(new.lon) > ANTIMERIDIAN:
        faults.append(Fault("The coordinates are outside Earth", "lat"))
    return faults
