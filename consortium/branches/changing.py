"""Use case: a branch gets other particulars, hours and names."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from sqlmodel import col, delete

from consortium.branches.places import will_be_called
from consortium.branches.queries import aliases, branch_by_slug, opening_hours
from consortium.branches.registering import NewBranch, branch_faults
from consortium.branches.relocating import correct_place
from consortium.branches.tables import Branch, BranchAlias, OpeningHours
from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.members.queries import member_by_code
from consortium.members.tables import Member

PLAIN = ("name", "kind", "locality", "lat", "lon", "coordinate_basis", "source")


def change_branch(
    work: Work,
    slug: str,
    new: NewBranch,
    hours: Mapping[int, tuple[time, time]],
    other_names: Sequence[str],
) -> Branch:
    """Change a branch; its address stays, whatever it is called. Undone by itself.

    hours: weekday (0 Monday) → staffed from and to. Needs the right for the member that it
    belongs to, and for the one that it shall belong to.
    """
    branch = branch_by_slug(work, slug)
    work.require("branches.change", work.session.get_one(Member, branch.member_id).code)
    work.require("branches.change", new.member)
    faults = branch_faults(new)
    if any(each != branch.id for each in will_be_called(work, new.name.strip())):
        faults.append(Fault("Another branch is called {name}", "name", {"name": new.name.strip()}))
    if faults:
        raise Invalid(faults)
    before = _facts(work, branch)
    for name in PLAIN:
        value = getattr(new, name)
        setattr(branch, name, value.strip() if isinstance(value, str) else value)
    branch.member_id = member_by_code(work, new.member).id
    email, branch.email = branch.email, new.email
    work.session.add(branch)
    correct_place(work, branch)
    _put_week(work, branch, hours, other_names)
    after = _facts(work, branch)
    changed: dict[str, Any] = {
        name: [before[name], after[name]] for name in after if before[name] != after[name]
    }
    personal = {"email": [email, new.email]} if email != new.email else None
    if changed or personal:
        work.audit("branches.changed", slug, personal=personal, **changed)
    return branch


def _put_week(
    work: Work,
    branch: Branch,
    hours: Mapping[int, tuple[time, time]],
    other_names: Sequence[str],
) -> None:
    work.session.exec(delete(OpeningHours).where(col(OpeningHours.branch_id) == branch.id))
    work.session.exec(delete(BranchAlias).where(col(BranchAlias.branch_id) == branch.id))
    work.session.flush()
    work.session.add_all(
        OpeningHours(branch_id=branch.id, weekday=day, opens=opens, closes=closes)
        for day, (opens, closes) in hours.items()
    )
    work.session.add_all(BranchAlias(branch_id=branch.id, name=name) for name in other_names)
    work.session.flush()


def _facts(work: Work, branch: Branch) -> dict[str, Any]:
    return {
        **{name: getattr(branch, name) for name in PLAIN},
        "member": work.session.get_one(Member, branch.member_id).code,
        "hours": {
            str(row.weekday): [row.opens.isoformat(), row.closes.isoformat()]
            for row in opening_hours(work, branch)
        },
        "other_names": aliases(work, branch),
    }
