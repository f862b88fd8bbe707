"""Branches and closures within a right's reach: what the actor may not know of is not found."""

from consortium.branches.queries import BranchClosure, branch_by_slug
from consortium.branches.tables import Branch, Closure
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.members.tables import Member


def branch_within(work: Work, slug: str, right: str) -> tuple[Branch, Member]:
    """The branch with a slug and its member, where `right` reaches that member, else NotFound.

    Forbidden where the right is not held for anyone.
    """
    work.require(right)
    branch = branch_by_slug(work, slug)
    member = work.session.get_one(Member, branch.member_id)
    if not work.actor.may(right, member.code):
        raise NotFound("There is no branch {slug}", slug=slug)
    return branch, member


def closure_within(work: Work, closure_id: int, right: str) -> BranchClosure:
    """A closure, lifted or not, of a branch that `right` reaches; refuses as `branch_within`."""
    work.require(right)
    closure = work.session.get(Closure, closure_id)
    if closure is not None:
        branch = work.session.get_one(Branch, closure.branch_id)
        member = work.session.get_one(Member, branch.member_id)
        if work.actor.may(right, member.code):
            return BranchClosure(closure, branch, member)
    raise NotFound("There is no closure {id}", id=closure_id)
