"""Use cases: a branch takes over from another on a day, and that is taken back."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import select

from consortium.branches.closing import ask_for_plans
from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.work import Work
from consortium.members.tables import Member


def merge_branches(work: Work, slug: str, into: str, merged_on: date) -> Branch:
    """Let the branch `into` take over from another from a day on.

    From then on the other has no stop, and crates on their way to it go to its successor; what
    happened before stays its own. Takes the right for both members. Undone by `part_again`.
    """
    branch, successor = branch_by_slug(work, slug), branch_by_slug(work, into)
    for each in (branch, successor):
        work.require("branches.change", work.session.get_one(Member, each.member_id).code)
    if branch.merged_on is not None:
        raise Conflict("{name} is merged already", name=branch.name, remedy="Take that back first")
    if faults := list(_faults(work, branch, successor)):
        raise Invalid(faults)
    branch.merged_into_id, branch.merged_on = successor.id, merged_on
    work.session.add(branch)
    entry = work.audit("branches.merged", slug, into=into, from_on=merged_on.isoformat())
    ask_for_plans(work, entry, merged_on)
    return branch


def part_again(work: Work, slug: str) -> Branch:
    """Take a merger back: the branch has its stops again. Undone by `merge_branches`."""
    branch = branch_by_slug(work, slug)
    work.require("branches.change", work.session.get_one(Member, branch.member_id).code)
    if branch.merged_on is None or branch.merged_into_id is None:
        raise Conflict("{name} is not merged with another", name=branch.name)
    successor = work.session.get_one(Branch, branch.merged_into_id)
    work.require("branches.change", work.session.get_one(Member, successor.member_id).code)
    merged_on = branch.merged_on
    branch.merged_into_id, branch.merged_on = None, None
    work.session.add(branch)
    entry = work.audit(
        "branches.merger_removed", slug, into=successor.slug, from_on=merged_on.isoformat()
    )
    ask_for_plans(work, entry, merged_on)
    return branch


def merged_from(work: Work, branch: Branch) -> list[Branch]:
    """The branches that `branch` has taken over from, or will, the earliest first."""
    rows = select(Branch).where(Branch.merged_into_id == branch.id)
    return sorted(work.session.exec(rows), key=lambda row: (row.merged_on or date.max, row.name))


def successor_of(work: Work, branch: Branch) -> Branch | None:
    """The branch that takes over from `branch`, or has; None where none does."""
    return work.session.get(Branch, branch.merged_into_id) if branch.merged_into_id else None


def _faults(work: Work, branch: Branch, successor: Branch) -> Iterator[Fault]:
    if branch.id == successor.id:
        yield Fault("A branch cannot take over from itself", "into")
    elif _ends_in(work, successor, branch.id):
        yield Fault("{name} is merged with it already", "into", {"name": successor.name})
    if "depot" in {branch.kind, successor.kind}:
        yield Fault("A depot is no branch that is merged", "into", {}, "Change the vans' depot")


def _ends_in(work: Work, branch: Branch, branch_id: int) -> bool:
    """Whether who takes over from `branch`, in any number of steps, is that one."""
    while branch.merged_into_id is not None:
        if branch.merged_into_id == branch_id:
            return True
        branch = work.session.get_one(Branch, branch.merged_into_id)
    return False
