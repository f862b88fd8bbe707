"""Use cases: what was recorded about a pool by mistake is taken out of the records again.

For what no invoice and nothing newer rests on; who asks has seen to that. What each was goes
into the audit trail.
"""

from datetime import date
from typing import Any, TypeVar

from sqlmodel import SQLModel, col, select

from consortium.agreements.tables import Clause
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.attaching import attachments
from consortium.costs.queries import pool_of_year
from consortium.costs.tables import (
    ActualCost,
    Contribution,
    CostPool,
    KeyVersion,
    Participation,
    VatTreatment,
)
from consortium.documents.keeping import keep_record
from consortium.members.queries import member_by_code

Found = TypeVar("Found")


def remove_pool(work: Work, code: str, year: int) -> None:
    """Delete a pool of a year that is still empty."""
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    _delete(work, pool)
    work.audit(
        "costs.pool_removed",
        f"{code} {year}",
        place=pool.place,
        name=pool.name,
        name_en=pool.name_en,
        budget_ore=pool.budget_ore,
        everyone=pool.everyone,
    )


def remove_participant(work: Work, code: str, year: int, member: str) -> None:
    """Let a member not take part in a pool after all."""
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    mine = Participation.member_id == member_by_code(work, member).id
    rows = select(Participation).where(Participation.pool_id == pool.id, mine)
    part = _there(work.session.exec(rows).first())
    _delete(work, part)
    days: dict[str, Any] = {"from_on": part.from_on.isoformat() if part.from_on else ""}
    if part.to_on:
        days["to_on"] = part.to_on.isoformat()
    work.audit("costs.participant_removed", _name(pool), member=member, **days)


def remove_contribution(work: Work, code: str, year: int, member: str) -> None:
    """Let a member give nothing to a pool after all."""
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    mine = Contribution.member_id == member_by_code(work, member).id
    rows = select(Contribution).where(Contribution.pool_id == pool.id, mine)
    given = _there(work.session.exec(rows).first())
    _delete(work, given)
    work.audit(
        "costs.contribution_removed", _name(pool), member=member, amount_ore=given.amount_ore
    )


def remove_vat(work: Work, code: str, year: int, from_on: date) -> None:
    """Let what was said about a pool's tax from a day on be unsaid."""
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    rows = select(VatTreatment).where(
        VatTreatment.pool_id == pool.id, VatTreatment.from_on == from_on
    )
    vat = _there(work.session.exec(rows).first())
    _delete(work, vat)
    work.audit(
        "costs.vat_removed",
        _name(pool),
        from_on=from_on.isoformat(),
        category=vat.category,
        percent=vat.percent,
        reason=vat.reason,
        confirmed=vat.confirmed,
    )


def remove_key(work: Work, version_id: int, earlier_to: tuple[int, date] | None) -> None:
    """Delete the latest key of a pool.

    earlier_to: the version before it that was ended early for its sake, and the last day it had.
    """
    work.require("costs.change")
    version = _there(work.session.get(KeyVersion, version_id))
    pool = work.session.get_one(CostPool, version.pool_id)
    clause = work.session.get_one(Clause, version.clause_id)
    facts: dict[str, Any] = {
        "from_on": version.from_on.isoformat(),
        "clause": clause.number,
        "decided": keep_record(work, {"key": version.key, "previous_ore": version.previous_ore}),
    }
    _delete(work, version)
    if earlier_to:
        earlier = work.session.get_one(KeyVersion, earlier_to[0])
        earlier.to_on = earlier_to[1]
        work.session.add(earlier)
    work.session.flush()
    work.audit("costs.key_removed", _name(pool), **facts)


def remove_cost(work: Work, reference: str) -> None:
    """Delete an actual cost, and let go of the papers attached to it; their bytes are kept."""
    work.require("costs.change")
    rows = (
        select(ActualCost, CostPool)
        .join(CostPool, col(CostPool.id) == col(ActualCost.pool_id))
        .where(ActualCost.reference == reference)
    )
    cost, pool = _there(work.session.exec(rows).first())
    papers = attachments(work, cost)
    for paper in papers:
        _delete(work, paper)
    _delete(work, cost)
    facts: dict[str, Any] = {
        "account": cost.account,
        "from_on": cost.from_on.isoformat() if cost.from_on else "",
        "to_on": cost.to_on.isoformat() if cost.to_on else "",
        "attachments": [[paper.sha256, paper.name] for paper in papers],
    }
    work.audit(
        "costs.cost_removed",
        _name(pool),
        reference=reference,
        on=cost.on_date.isoformat(),
        supplier=cost.supplier,
        text=cost.text,
        amount_ore=cost.amount_ore,
        **{name: fact for name, fact in facts.items() if fact},
    )


def _there(found: Found | None) -> Found:
    if found is None:
        raise NotFound("What was recorded is not there any more")
    return found


def _delete(work: Work, row: SQLModel) -> None:
    work.session.delete(row)
    work.session.flush()


def _name(pool: CostPool) -> str:
    return f"{pool.code} {pool.year}"
