"""Endpoints of reasons: why an invoice's line is what it is, and the case to split again."""

from typing import Any, Final, Literal

from pydantic import Field

from consortium.api.fields import Day, Instant, Ore, Sha256, Shown
from consortium.api.language import say
from consortium.api.routing import Route
from consortium.core.work import Work
from consortium.reports.grounds import Reason
from consortium.reports.reasons import case_behind, reason_of


class SharedCostShown(Shown):
    """What was shared: cost_ore = given_ore + split_ore."""

    pool: str
    name: str
    name_en: str
    cost_ore: Ore
    given_ore: Ore
    split_ore: Ore
    members: int


class UsedKeyShown(Shown):
    name: str
    key: dict[str, Any] = Field(description="As `Key`, cut to the month")
    clause: str
    text: str = Field(description="Of the clause")
    from_on: Day | None
    method: str
    handed_out: int = Field(description="Units that went to the largest remainders")
    by_year: bool


class WeighedShown(Shown):
    name: str
    name_en: str
    on: Day
    source: str
    value: str
    total: str


class StepShown(Shown):
    label: str
    calculation: str
    amount: str = Field(description="In kronor")


class ExplanationShown(Shown):
    steps: list[StepShown]
    exact: str = Field(description="Kronor before rounding")
    share_ore: Ore
    percent: str


class NudgeShown(Shown):
    """name: of a measure, 1 % more of which changes the line so much; empty: 1 000 kr of cost."""

    name: str
    name_en: str
    change_ore: Ore


class ReasonShown(Shown):
    number: str
    member: str
    month: str
    position: int = Field(ge=1)
    kind: Literal["share", "contribution", "settlement"]
    net_ore: Ore
    actual_ore: Ore = Field(description="Of a settlement, the share of what the pool came to")
    invoiced_ore: Ore = Field(description="Of a settlement, what had been invoiced of it")
    cost: SharedCostShown
    key: UsedKeyShown
    weighed: list[WeighedShown]
    explanation: ExplanationShown | None = Field(description="Null on a contribution")
    nudges: list[NudgeShown]
    frozen_at: Instant | None
    snapshot: Sha256
    holds: bool = Field(description="Split again, the basis gives the line's amount and snapshot")


class CaseShown(Shown):
    """An allocation case, as `consortium allocate` reads it."""

    pool: dict[str, Any]
    period: dict[str, Any]
    members: list[dict[str, Any]]
    measures: dict[str, Any]
    key: dict[str, Any]
    previous_ore: dict[str, int] = Field(default_factory=dict)


def read_reason(work: Work, number: str, position: int) -> dict[str, Any]:
    """Why a line is what it is, worded in the caller's language."""
    reason = reason_of(work, number, position, say())
    cost, key = reason.cost, reason.key
    return {
        "number": reason.number,
        "member": reason.member,
        "month": f"{reason.month:%Y-%m}",
        "position": reason.position,
        "kind": reason.kind,
        "net_ore": reason.net_ore,
        "actual_ore": reason.actual_ore,
        "invoiced_ore": reason.invoiced_ore,
        "cost": {
            "pool": cost.code,
            "name": cost.name,
            "name_en": cost.name_en,
            "cost_ore": cost.cost_ore,
            "given_ore": cost.given_ore,
            "split_ore": cost.split_ore,
            "members": cost.members,
        },
        "key": {
            "name": key.name,
            "key": dict(key.key),
            "clause": key.clause,
            "text": key.text,
            "from_on": key.from_on,
            "method": key.method,
            "handed_out": key.handed_out,
            "by_year": key.by_year,
        },
        **_evidence(reason),
        "frozen_at": reason.frozen_at,
        "snapshot": reason.snapshot,
        "holds": reason.holds,
    }


def read_case(work: Work, number: str, position: int) -> dict[str, Any]:
    """The case that a line was split from: splitting it again gives the same snapshot.

    It holds every member's measures: who sees some members only reads the explanation instead,
    unless the agreement lets members see each other's figures.
    """
    return dict(case_behind(work, number, position))


LINE: Final = "/invoices/{number}/lines/{position}"

ROUTES: Final = (
    Route("GET", LINE, read_reason, "billing.see", "Why a line is what it is", ReasonShown),
    Route("GET", f"{LINE}/case", read_case, "billing.see", "The case behind a line", CaseShown),
)


def _evidence(reason: Reason) -> dict[str, Any]:
    told = reason.explanation
    return {
        "weighed": [
            {
                "name": row.name,
                "name_en": row.name_en,
                "on": row.on_date,
                "source": row.source,
                "value": row.value,
                "total": row.total,
            }
            for row in reason.weighed
        ],
        "explanation": {
            "steps": [
                {"label": step.label, "calculation": step.calculation, "amount": step.amount}
                for step in told.steps
            ],
            "exact": told.exact,
            "share_ore": told.share_ore,
            "percent": told.percent,
        }
        if told
        else None,
        "nudges": [
            {"name": row.name, "name_en": row.name_en, "change_ore": row.change_ore}
            for row in reason.nudges
        ],
    }
