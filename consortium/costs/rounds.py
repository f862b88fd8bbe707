"""Questions about budget rounds: the versions sent, what they say, and what members answered."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from consortium.agreements.queries import figures_are_open
from consortium.core.errors import Conflict, Fault, Problem
from consortium.core.work import Scope, Work
from consortium.costs.queries import pools
from consortium.costs.tables import BudgetComment, BudgetRound, CostPool
from consortium.costs.yearly import YearShares, year_shares
from consortium.members.queries import members
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member has said of a version, the latest of it; None where it has not."""

    member: Member
    comment: BudgetComment | None


def rounds(work: Work, year: int) -> list[BudgetRound]:
    """The versions of a year's budget that were sent, the latest first."""
    work.require("costs.see")
    rows = select(BudgetRound).where(BudgetRound.year == year)
    return list(work.session.exec(rows.order_by(col(BudgetRound.version).desc())))


def figures_scope(work: Work) -> Scope:
    """Whose figures the actor may see: all members' where an agreement in force opens them."""
    scope = work.scope("costs.see")
    return None if figures_are_open(work) else scope


def preliminary(work: Work, year: int) -> dict[str, Any]:
    """The figures of a year as the records are now, as `figures` has them.

    Conflict, with the faults of every pool, where a pool cannot be split.
    """
    work.require("costs.see")
    found = pools(work, year)
    if not found:
        raise Conflict("There are no cost pools in {year}", year=year, remedy="Open the year first")
    shared = _shared(work, found)
    told = [_pool(pool, shared[pool.code]) for pool in found]
    codes = {code for pool in told for code in (*pool["shares"], *pool["given"])}
    return {
        "year": year,
        "pools": told,
        "members": {row.code: row.name for row in members(work) if row.code in codes},
        "before": {"year": year - 1, "shares": _before(work, year - 1)},
    }


def concerned(work: Work, round_: BudgetRound) -> list[Member]:
    """The members that a version concerns, by code."""
    return [row for row in members(work) if row.code in round_.figures["members"]]


def without_address(work: Work, round_: BudgetRound) -> list[Member]:
    """Of the members that a version concerns, those that no letter can be written to."""
    return [row for row in concerned(work, round_) if not row.email]


def comments(work: Work, round_: BudgetRound) -> list[tuple[Member, BudgetComment]]:
    """All that has been said of a version, the earliest first, within the actor's scope."""
    scope = work.scope("costs.see")
    rows = (
        select(Member, BudgetComment)
        .join(BudgetComment, col(BudgetComment.member_id) == col(Member.id))
        .where(BudgetComment.round_id == round_.id)
        .order_by(col(BudgetComment.id))
    )
    return [
        (member, written)
        for member, written in work.session.exec(rows)
        if scope is None or member.code in scope
    ]


def answers(work: Work, round_: BudgetRound) -> list[Answer]:
    """The latest answer of each member that a version concerns, within the actor's scope."""
    scope = work.scope("costs.see")
    latest = {member.id: written for member, written in comments(work, round_)}
    return [
        Answer(member, latest.get(member.id))
        for member in concerned(work, round_)
        if scope is None or member.code in scope
    ]


def _shared(work: Work, found: list[CostPool]) -> dict[str, YearShares]:
    shared: dict[str, YearShares] = {}
    faults: list[Fault] = []
    for pool in found:
        try:
            shared[pool.code] = year_shares(work, pool)
        except Problem as problem:
            faults += problem.faults
    if faults:
        raise Conflict(faults)
    return shared


def _before(work: Work, year: int) -> dict[str, dict[str, int]]:
    """What members bore of a year, pool code → member code → öre; empty where it cannot be said."""
    try:
        shared = _shared(work, pools(work, year))
    except Conflict:
        return {}
    return {code: _with_given(each) for code, each in shared.items()}


def _pool(pool: CostPool, shared: YearShares) -> dict[str, Any]:
    return {
        "code": pool.code,
        "name": pool.name,
        "name_en": pool.name_en,
        "budget_ore": pool.budget_ore,
        "leftover_ore": shared.leftover_ore,
        "shares": shared.shares,
        "given": shared.given,
    }


def _with_given(shared: YearShares) -> dict[str, int]:
    codes = {*shared.shares, *shared.given}
    return {code: shared.shares.get(code, 0) + shared.given.get(code, 0) for code in codes}
