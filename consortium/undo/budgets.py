"""How changes of budgets, costs, forecasts and budget rounds are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.agreeing import confirm_vat
from consortium.costs.attaching import attach_kept, detach
from consortium.costs.budgeting import lines_of_record, put_lines, record_of_lines
from consortium.costs.changing import correct_cost
from consortium.costs.consulting import comment, decide_round, reopen_round, withdraw_comment
from consortium.costs.entries import NewCost
from consortium.costs.forecasting import NewForecast, make_forecast, withdraw_forecast
from consortium.costs.opening import PARTS, close_year, open_year
from consortium.costs.queries import pool_of_year, vat_on
from consortium.costs.tables import (
    ActualCost,
    BudgetComment,
    BudgetRound,
    CostAttachment,
    CostForecast,
    CostPool,
)
from consortium.documents.queries import record_of
from consortium.exchange.holding import holders
from consortium.undo.billed import if_billed
from consortium.undo.newer import newest_in_effect
from consortium.undo.ways import (
    GONE,
    Never,
    Undoing,
    Way,
    changes,
    day_of,
    maybe_day,
    newer_fault,
    overtaken,
)

RIGHT: Final = "costs.change"
TAKEN: Final = mark("The same is recorded anew by now")
OF_POOLS: Final = (
    "costs.budget_changed",
    "costs.contribution_added",
    "costs.contribution_removed",
    "costs.key_removed",
    "costs.key_set",
    "costs.lines_changed",
    "costs.participant_added",
    "costs.participant_removed",
    "costs.pool_changed",
    "costs.vat_confirmed",
    "costs.vat_removed",
    "costs.vat_set",
)
"""What is done to a pool that a year was opened with, by hand."""


def _named(entry: AuditEntry) -> tuple[str, int]:
    code, _blank, year = entry.subject.rpartition(" ")
    return code, int(year)


def _pool(work: Work, entry: AuditEntry) -> CostPool | None:
    code, year = _named(entry)
    rows = select(CostPool).where(CostPool.code == code, CostPool.year == year)
    return work.session.exec(rows).first()


def _lines(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    pool = _pool(work, entry)
    if pool is None:
        yield Fault(GONE)
        return
    if record_of_lines(work, pool) != record_of(work, entry.facts["after"]):
        yield overtaken(work, entry, "costs.lines_changed", "costs.budget_changed")
    yield from if_billed(work, entry.at, pool)


def _lines_back(work: Work, entry: AuditEntry) -> None:
    kept = record_of(work, entry.facts["before"])
    put_lines(work, *_named(entry), lines_of_record(kept), kept["budget_ore"])


def _cost(work: Work, reference: str) -> ActualCost | None:
    rows = select(ActualCost).where(ActualCost.reference == reference)
    return work.session.exec(rows).first()


def _told(work: Work, cost: ActualCost) -> dict[str, Any]:
    return {
        "pool": work.session.get_one(CostPool, cost.pool_id).code,
        "reference": cost.reference,
        "on": cost.on_date.isoformat(),
        "supplier": cost.supplier,
        "text": cost.text,
        "amount_ore": cost.amount_ore,
        "account": cost.account,
        "from_on": cost.from_on.isoformat() if cost.from_on else "",
        "to_on": cost.to_on.isoformat() if cost.to_on else "",
    }


def _corrected(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    cost = work.session.get(ActualCost, entry.facts["cost"])
    if cost is None:
        yield Fault(GONE)
        return
    now = _told(work, cost)
    if any(now[name] != after for name, (_before, after) in changes(entry).items()):
        yield overtaken(work, entry, "costs.corrected")


def _correct_back(work: Work, entry: AuditEntry) -> None:
    cost = work.session.get_one(ActualCost, entry.facts["cost"])
    was = _told(work, cost) | {name: before for name, (before, _) in changes(entry).items()}
    new = NewCost(
        reference=was["reference"],
        on_date=date.fromisoformat(was["on"]),
        supplier=was["supplier"],
        text=was["text"],
        amount_ore=was["amount_ore"],
        account=was["account"],
        from_on=maybe_day(was["from_on"]),
        to_on=maybe_day(was["to_on"]),
    )
    correct_cost(work, cost.id, was["pool"], new)


def _attached(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if not _has_paper(work, entry):
        yield Fault(GONE)


def _detached(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _cost(work, entry.facts["reference"]) is None:
        yield Fault(GONE)
    elif _has_paper(work, entry):
        yield Fault(TAKEN)


def _has_paper(work: Work, entry: AuditEntry) -> bool:
    rows = (
        select(CostAttachment.id)
        .join(ActualCost, col(ActualCost.id) == col(CostAttachment.cost_id))
        .where(
            ActualCost.reference == entry.facts["reference"],
            CostAttachment.sha256 == entry.facts["sha256"],
        )
    )
    return work.session.exec(rows).first() is not None


def _attach_again(work: Work, entry: AuditEntry) -> None:
    cost = _cost(work, entry.facts["reference"])
    if cost is not None:  # _detached has seen to it
        attach_kept(work, cost.id, entry.facts["sha256"], entry.facts["name"])


def _forecast(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if work.session.get(CostForecast, entry.facts["forecast"]) is None:
        yield Fault(GONE)


def _of_pool(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _pool(work, entry) is None:
        yield Fault(GONE)


def _forecast_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    new = NewForecast(day_of(entry, "on"), facts["amount_ore"], facts["why"])
    make_forecast(work, *_named(entry), new)


def _vat_confirmed(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    pool, from_on = _pool(work, entry), day_of(entry, "from_on")
    vat = vat_on(work, pool, from_on) if pool else None
    if vat is None or vat.from_on != from_on:
        yield Fault(GONE)
    elif vat.confirmed != changes(entry)["confirmed"][1]:
        yield overtaken(work, entry, "costs.vat_confirmed")


def _confirm_back(work: Work, entry: AuditEntry) -> None:
    pool = pool_of_year(work, *_named(entry))
    confirmed = changes(entry)["confirmed"][0]
    confirm_vat(work, pool, day_of(entry, "from_on"), confirmed=confirmed)


def _opened(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    """The pools are as they were opened, and nothing rests on them."""
    parts = frozenset(str(part.__tablename__) for part in PARTS)
    sent = select(BudgetRound.id).where(
        BudgetRound.year == int(entry.subject), BudgetRound.sent_at >= entry.at
    )
    if work.session.exec(sent).first() is not None:
        facts = {"year": entry.subject}
        yield Fault(
            "The budget of {year} has been sent to the members", f"budget {entry.subject}", facts
        )
    for code in entry.facts["pools"]:
        rows = select(CostPool).where(CostPool.code == code, CostPool.year == int(entry.subject))
        pool = work.session.exec(rows).first()
        if pool is None:
            yield Fault(GONE)
            continue
        if newer := _newer(work, entry, f"{code} {entry.subject}"):
            yield newer_fault(newer)
        yield from holders(work, CostPool, pool.id, parts)


def _newer(work: Work, entry: AuditEntry, pool: str) -> AuditEntry | None:
    """The newest change of a pool after `entry` that is in effect. pool: as the trail names it."""
    about = AuditEntry(id=entry.id, at=entry.at, actor=entry.actor, event=entry.event, subject=pool)
    return newest_in_effect(work, about, OF_POOLS)


def _closed(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    there = select(CostPool.code).where(
        CostPool.year == int(entry.subject), col(CostPool.code).in_(entry.facts["pools"])
    )
    for code in work.session.exec(there):
        yield Fault(TAKEN, f"pool {code} {entry.subject}")


def _round(work: Work, entry: AuditEntry) -> BudgetRound | None:
    return work.session.get(BudgetRound, entry.facts["round"])


def _is_out(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    row = _round(work, entry)
    if row is None or row.state != "sent":
        yield Fault("The version is no longer out for answers", f"budget {entry.subject}")


def _commented(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if work.session.get(BudgetComment, entry.facts["comment"]) is None:
        yield Fault(GONE)
    yield from _is_out(work, entry)


def _decided(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    row = _round(work, entry)
    if row is None or row.state != "decided":
        yield Fault(GONE)


def _comment_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    comment(work, facts["round"], facts["member"], facts["stance"], facts["text"])


def _decide_again(work: Work, entry: AuditEntry) -> None:
    decide_round(work, entry.facts["round"], day_of(entry, "on"), entry.facts["text"])


def _of_member(_work: Work, entry: AuditEntry) -> str | None:
    member: str = entry.facts["member"]
    return member


WAYS: Final[Mapping[str, Way]] = {
    "costs.lines_changed": Undoing(RIGHT, _lines_back, _lines),
    "costs.corrected": Undoing(RIGHT, _correct_back, _corrected),
    "costs.attached": Undoing(
        RIGHT,
        lambda work, entry: detach(work, entry.facts["reference"], entry.facts["sha256"]),
        _attached,
    ),
    "costs.detached": Undoing(RIGHT, _attach_again, _detached),
    "costs.forecast_made": Undoing(
        RIGHT, lambda work, entry: withdraw_forecast(work, entry.facts["forecast"]), _forecast
    ),
    "costs.forecast_withdrawn": Undoing(RIGHT, _forecast_again, _of_pool),
    "costs.vat_confirmed": Undoing(RIGHT, _confirm_back, _vat_confirmed),
    "costs.year_opened": Undoing(
        RIGHT,
        lambda work, entry: close_year(work, int(entry.subject), entry.facts["pools"]),
        _opened,
    ),
    "costs.opening_taken_back": Undoing(
        RIGHT, lambda work, entry: open_year(work, int(entry.subject)), _closed
    ),
    "costs.round_sent": Never(
        mark("Letters to the members have gone out"), mark("Send a new version instead")
    ),
    "costs.round_commented": Undoing(
        "budget.comment",
        lambda work, entry: withdraw_comment(work, entry.facts["comment"]),
        _commented,
        _of_member,
    ),
    "costs.comment_withdrawn": Undoing("budget.comment", _comment_again, _is_out, _of_member),
    "costs.round_decided": Undoing(
        RIGHT, lambda work, entry: reopen_round(work, entry.facts["round"]), _decided
    ),
    "costs.round_reopened": Undoing(RIGHT, _decide_again, _is_out),
}
