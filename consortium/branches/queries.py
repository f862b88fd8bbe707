"""Questions about branches and their calendar."""

from dataclasses import dataclass
from datetime import date, time

from sqlmodel import col, select

from consortium.branches.places import Place, places_on
from consortium.branches.rules import ClosedBy, closed_by, why_closed
from consortium.branches.tables import Branch, BranchAlias, Closure, OpeningHours
from consortium.core.errors import NotFound
from consortium.core.work import Scope, Work
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class BranchDay:
    """What a branch does on a date. closed: why it takes no deliveries, empty where it does.

    place: where it lies and what it is called on that date. closed_by: what `closed` comes from.
    """

    branch: Branch
    member: Member
    hours: tuple[time, time] | None
    closed: str
    place: Place
    closed_by: ClosedBy = ""


def branches(work: Work, scope: Scope = None) -> list[tuple[Branch, Member]]:
    """Branches with their members, of the members in `scope`, by member and name."""
    rows = (
        select(Branch, Member)
        .join(Member, col(Member.id) == col(Branch.member_id))
        .order_by(col(Member.name), col(Branch.name))
    )
    if scope is not None:
        rows = rows.where(col(Member.code).in_(scope))
    return [(branch, member) for branch, member in work.session.exec(rows)]


def branch_to_see(work: Work, slug: str) -> tuple[Branch, Member]:
    """The branch and its member, to an actor who may see that member's branches."""
    branch = branch_by_slug(work, slug)
    member = work.session.get_one(Member, branch.member_id)
    work.require("branches.see", member.code)
    return branch, member


def branch_by_slug(work: Work, slug: str) -> Branch:
    branch = work.session.exec(select(Branch).where(Branch.slug == slug)).first()
    if branch is None:
        raise NotFound("There is no branch {slug}", slug=slug)
    return branch


def aliases(work: Work, branch: Branch) -> list[str]:
    rows = select(BranchAlias.name).where(BranchAlias.branch_id == branch.id)
    return list(work.session.exec(rows.order_by(col(BranchAlias.name))))


def opening_hours(work: Work, branch: Branch) -> list[OpeningHours]:
    """The staffed hours of a week, Monday first."""
    rows = select(OpeningHours).where(OpeningHours.branch_id == branch.id)
    return list(work.session.exec(rows.order_by(col(OpeningHours.weekday))))


def closures(work: Work, from_on: date, to_on: date) -> list[Closure]:
    """Closures in force that touch the days between the two, the earliest first."""
    rows = select(Closure).where(
        Closure.from_on <= to_on, Closure.to_on >= from_on, col(Closure.lifted_at).is_(None)
    )
    return list(work.session.exec(rows.order_by(col(Closure.from_on), col(Closure.id))))


@dataclass(frozen=True, slots=True)
class BranchClosure:
    """A closure with the branch that is closed and the member it belongs to."""

    closure: Closure
    branch: Branch
    member: Member


def closures_to_see(work: Work) -> list[BranchClosure]:
    """Closures that are not over, at the branches that the actor may see, the earliest first."""
    places = branches(work, work.scope("branches.see"))
    known = {branch.id: (branch, member) for branch, member in places}
    return [
        BranchClosure(closure, *known[closure.branch_id])
        for closure in closures(work, work.today, date.max)
        if closure.branch_id in known
    ]


def branch_of_closure(work: Work, closure: Closure) -> Branch:
    return work.session.get_one(Branch, closure.branch_id)


def days_to_see(work: Work, day: date) -> list[BranchDay]:
    """What each branch that the actor may see does on `day`, by member and name."""
    days = branch_days(work, day)
    return [days[branch.id] for branch, _member in branches(work, work.scope("branches.see"))]


def branch_days(work: Work, day: date) -> dict[int, BranchDay]:
    """What each branch does on `day`: branch id → its day."""
    weekly = select(OpeningHours).where(OpeningHours.weekday == day.weekday())
    hours = {row.branch_id: (row.opens, row.closes) for row in work.session.exec(weekly)}
    closed = {row.branch_id: row.reason for row in closures(work, day, day)}
    known = branches(work)
    places = places_on(work, day, [branch for branch, _ in known])
    names = {branch.id: branch.name for branch, _ in known}
    return {
        branch.id: _day(
            day,
            (branch, member),
            places[branch.id],
            hours.get(branch.id),
            closed.get(branch.id, ""),
            names.get(branch.merged_into_id or 0, "") if is_merged(branch, day) else "",
        )
        for branch, member in known
    }


def is_merged(branch: Branch, day: date) -> bool:
    """Whether another branch has taken over from `branch` by `day`."""
    return branch.merged_on is not None and branch.merged_on <= day


def successors(work: Work, day: date) -> dict[int, int]:
    """Each branch that is merged by `day`, by id → the one that has taken over in the end."""
    merged = select(Branch).where(col(Branch.merged_on) <= day)
    into = {row.id: row.merged_into_id or row.id for row in work.session.exec(merged)}
    return {branch_id: _last(branch_id, into) for branch_id in into}


def _last(branch_id: int, into: dict[int, int]) -> int:
    """Who has taken over in the end; merging refuses a ring."""
    while branch_id in into:
        branch_id = into[branch_id]
    return branch_id


def _day(
    day: date,
    whose: tuple[Branch, Member],
    place: Place,
    hours: tuple[time, time] | None,
    closure: str,
    merged_into: str,
) -> BranchDay:
    return BranchDay(
        *whose,
        hours,
        why_closed(day, hours, closure, merged_into),
        place,
        closed_by(day, hours, closure, merged_into),
    )
