"""Use case: a branch that was registered by mistake is taken out of the records again."""

from sqlmodel import col, delete

from consortium.branches.queries import aliases, branch_by_slug, opening_hours
from consortium.branches.tables import BranchAlias, OpeningHours
from consortium.core.work import Work
from consortium.members.tables import Member

PLACE = ("name", "kind", "locality", "lat", "lon", "coordinate_basis", "source")


def remove_branch(work: Work, slug: str) -> None:
    """Delete a branch with its names and hours; what it was goes into the audit trail.

    For a branch that nothing else rests on yet; who asks has seen to that.
    """
    branch = branch_by_slug(work, slug)
    member = work.session.get_one(Member, branch.member_id).code
    work.require("branches.change", member)
    hours = {
        str(row.weekday): [row.opens.isoformat(), row.closes.isoformat()]
        for row in opening_hours(work, branch)
    }
    names = aliases(work, branch)
    work.session.exec(delete(OpeningHours).where(col(OpeningHours.branch_id) == branch.id))
    work.session.exec(delete(BranchAlias).where(col(BranchAlias.branch_id) == branch.id))
    work.session.delete(branch)
    work.session.flush()
    work.audit(
        "branches.removed",
        slug,
        personal={"email": branch.email},
        member=member,
        hours=hours,
        other_names=names,
        **{name: getattr(branch, name) for name in PLACE},
    )
