"""Endpoints of e-media usage: loans by month, supplier and municipality, and taking more in."""

from typing import Annotated, Any, Final

from pydantic import Field

from consortium.api.fields import Body, Code, Filled, Month, NextCursor, Ore, Page, Shown, YearText
from consortium.api.key_shapes import MemberCode
from consortium.api.listing import cut
from consortium.api.routing import Route
from consortium.core.work import Work
from consortium.emedia.importing import import_rows
from consortium.emedia.queries import UsageRow, usage

Loans = Annotated[int, Field(ge=0, le=100_000_000)]


class UsageQuery(Page):
    year: YearText


class UsageShown(Shown):
    supplier: str
    month: str
    municipality: str
    loans: Loans
    cost_ore: Ore = Field(description="What they cost the pool")
    source: str


class UsageList(Shown):
    usage: list[UsageShown]
    next_cursor: NextCursor


class RowAsked(Body):
    supplier: Code
    month: Month
    municipality: MemberCode
    loans: Loans


class UsageAsked(Body):
    """Rows that stand in place of what was there for their supplier, month and municipality."""

    source: Filled = Field(description="What they are called, as a file's name")
    rows: list[RowAsked] = Field(min_length=1, max_length=5000)
    dry_run: bool = Field(default=False, description="Say what would change, and change nothing")


class ImportShown(Shown):
    new: int
    changed: int
    unchanged: int
    months: list[str]
    cost_before_ore: Ore
    cost_after_ore: Ore
    dry_run: bool


def list_usage(work: Work, asked: UsageQuery) -> dict[str, Any]:
    """A year's loans of the municipalities that the caller may see."""
    rows, following = cut(usage(work, asked.year), asked, (str, str, str), _place)
    return {"usage": [_shown(row) for row in rows], "next_cursor": following}


def add_usage(work: Work, asked: UsageAsked) -> dict[str, Any]:
    """Take rows of usage in, all of them or none; they are paid for and counted at once."""
    rows = [
        {
            "supplier": row.supplier,
            "month": f"{row.month:%Y-%m}",
            "municipality": row.municipality,
            "loans": str(row.loans),
        }
        for row in asked.rows
    ]
    done = import_rows(work, rows, asked.source, dry_run=asked.dry_run)
    return {
        "new": done.new,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "months": [f"{month:%Y-%m}" for month in done.months],
        "cost_before_ore": done.cost_before_ore,
        "cost_after_ore": done.cost_after_ore,
        "dry_run": done.dry_run,
    }


ROUTES: Final = (
    Route("GET", "/usage", list_usage, "emedia.see", "Usage", UsageList, query=UsageQuery),
    Route(
        "POST",
        "/usage",
        add_usage,
        "emedia.change",
        "Take usage in",
        ImportShown,
        UsageAsked,
        example={
            "source": "oktober.json",
            "rows": [
                {"supplier": "ebocker", "month": "2026-10", "municipality": "2062", "loans": 412}
            ],
            "dry_run": True,
        },
    ),
)


def _place(row: UsageRow) -> tuple[str, str, str]:
    return f"{row.month:%Y-%m}", row.supplier.code, row.member.code


def _shown(row: UsageRow) -> dict[str, Any]:
    return {
        "supplier": row.supplier.code,
        "month": f"{row.month:%Y-%m}",
        "municipality": row.member.code,
        "loans": row.loans,
        "cost_ore": row.cost_ore,
        "source": row.source,
    }
