"""Endpoints of actual costs: what has been paid for a pool, and recording more."""

from http import HTTPStatus
from typing import Any, Final

from pydantic import Field

from consortium.api.fields import Body, Day, Filled, NextCursor, Ore, Page, Shown, Text
from consortium.api.routing import Route
from consortium.core.work import Work
from consortium.costs.agreed import NEWEST_FIRST, costs_page
from consortium.costs.queries import actual_sums, pool_of_year
from consortium.costs.recording import NewCost, record_cost
from consortium.http.paging import cursor_of, cursor_text


class CostShown(Shown):
    reference: str
    on_date: Day
    supplier: str
    text: str
    amount_ore: Ore


class CostList(Shown):
    total_ore: Ore = Field(description="Of all that has been paid for the pool's year")
    costs: list[CostShown]
    next_cursor: NextCursor


class CostAsked(Body):
    """reference: what the cost is, as the supplier's number; the same is never recorded twice."""

    reference: Filled
    on_date: Day
    supplier: Filled
    text: Text = ""
    amount_ore: Ore


def list_costs(work: Work, year: int, code: str, asked: Page) -> dict[str, Any]:
    """What has been paid for a pool, the latest first."""
    pool = pool_of_year(work, code, year)
    cursor = cursor_of(asked.cursor, NEWEST_FIRST)
    page = costs_page(work, pool, cursor, asked.limit)
    return {
        "total_ore": actual_sums(work, year).get(code, 0),
        "costs": [_shown(row) for row in page.rows],
        "next_cursor": cursor_text(page.after),
    }


def add_cost(work: Work, year: int, code: str, asked: CostAsked) -> dict[str, Any]:
    """Record what the host has paid for a pool. A reference that is known is a conflict."""
    new = NewCost(
        asked.reference, asked.on_date, asked.supplier, asked.text, amount_ore=asked.amount_ore
    )
    return _shown(record_cost(work, code, year, new))


ROUTES: Final = (
    Route(
        "GET",
        "/pools/{year}/{code}/costs",
        list_costs,
        "costs.see",
        "Actual costs of a pool",
        CostList,
        query=Page,
    ),
    Route(
        "POST",
        "/pools/{year}/{code}/costs",
        add_cost,
        "costs.change",
        "Record an actual cost",
        CostShown,
        CostAsked,
        status=HTTPStatus.CREATED,
        example={
            "reference": "Axiell 4711",
            "on_date": "2026-11-20",
            "supplier": "Axiell",
            "text": "Licens november",
            "amount_ore": 1_250_000,
        },
    ),
)


def _shown(cost: Any) -> dict[str, Any]:
    return {
        "reference": cost.reference,
        "on_date": cost.on_date,
        "supplier": cost.supplier,
        "text": cost.text,
        "amount_ore": cost.amount_ore,
    }
