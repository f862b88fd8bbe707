"""A pool's month as an answer: its cost, what was read, and each member's share."""

from typing import Any

from pydantic import Field

from consortium.api.fields import Day, Ore, Sha256, Shown, Year
from consortium.api.refusals import told_faults
from consortium.reports.pools import PoolPage, Split


class Reading(Shown):
    measure: str
    on: Day
    total: str = Field(description="Of all who take part")
    sources: list[str]
    locked: bool


class ShareOfMonth(Shown):
    member: str
    share_ore: Ore = Field(description="Without what rounding left to the host")
    percent: str = Field(description="Of what is split, with four decimals")
    values: dict[str, str] = Field(description="Measure → the value that weighs, maybe a fraction")


class SplitShown(Shown):
    """cost_ore = given_ore + split_ore. leftover_ore: what the key leaves to the host."""

    cost_ore: Ore
    given_ore: Ore
    split_ore: Ore
    leftover_ore: Ore
    method: str
    unit_ore: int
    snapshot: Sha256
    shares: list[ShareOfMonth] = Field(description="Of members that the caller may see")
    others: int = Field(description="How many more members there are")
    others_ore: Ore


class FaultShown(Shown):
    at: str
    detail: str
    remedy: str


class MonthShown(Shown):
    pool: str
    year: Year
    month: int = Field(ge=1, le=12)
    invoiced: bool
    differs: bool = Field(description="It was invoiced on other figures than the records have now")
    readings: list[Reading]
    split: SplitShown | None = Field(description="Null where it cannot be split")
    errors: list[FaultShown] = Field(description="Why it cannot be split")


def month_shown(page: PoolPage) -> dict[str, Any]:
    """A pool's month, field by field."""
    return {
        "pool": page.code,
        "year": page.year,
        "month": page.month,
        "invoiced": page.invoiced,
        "differs": page.differs,
        "readings": [
            {
                "measure": row.code,
                "on": row.on_date,
                "total": row.total,
                "sources": list(row.sources),
                "locked": row.locked,
            }
            for row in page.readings
        ],
        "split": _split(page.split) if page.split else None,
        "errors": told_faults(page.faults),
    }


def _split(split: Split) -> dict[str, Any]:
    return {
        "cost_ore": split.cost_ore,
        "given_ore": split.given_ore,
        "split_ore": split.split_ore,
        "leftover_ore": split.leftover_ore,
        "method": split.method,
        "unit_ore": split.unit_ore,
        "snapshot": split.snapshot,
        "shares": [
            {
                "member": row.code,
                "share_ore": row.share_ore,
                "percent": row.percent,
                "values": dict(row.values),
            }
            for row in split.rows
        ],
        "others": split.others,
        "others_ore": split.others_ore,
    }
