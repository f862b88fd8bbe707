"""Endpoints of the pools: what is agreed about each for its year, and how a month is split."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import Field

from consortium.api.fields import (
    LEFT_OUT,
    Body,
    Code,
    Day,
    Filled,
    NextCursor,
    Ore,
    Page,
    Shown,
    Text,
    Year,
    YearText,
)
from consortium.api.listing import cut
from consortium.api.routing import Route
from consortium.core.work import Work
from consortium.costs.agreed import Agreed, agreed
from consortium.costs.agreeing import Vat, add_pool, change_budget, contribute, set_vat, take_part
from consortium.costs.queries import pool_of_year, pools


class PoolQuery(Page):
    year: YearText


class PoolLine(Shown):
    code: str
    year: Year
    name: str
    name_en: str
    budget_ore: Ore
    everyone: bool = Field(description="All municipalities take part, not chosen ones only")


class PoolList(Shown):
    pools: list[PoolLine]
    next_cursor: NextCursor


class VatShown(Shown):
    from_on: Day
    category: Literal["S", "E", "O"] = Field(description="Rated, exempt, outside (EN 16931)")
    percent: Literal[25, 12, 6] | None
    reason: str
    confirmed: bool = Field(description="By the host's VAT officer")


class Given(Shown):
    member: str
    amount_ore: Ore = Field(description="Of the year")


class Taking(Shown):
    member: str
    from_on: Day | None = Field(description="Null: from the year's first day")
    to_on: Day | None


class PoolShown(PoolLine):
    vat: list[VatShown]
    contributions: list[Given] = Field(description="Of members that the caller may see")
    participants: list[Taking]


class BudgetAsked(Body):
    budget_ore: Ore = Field(description="Of the year, contributions included")


class ContributionAsked(Body):
    member: Code
    amount_ore: Ore


class ParticipantAsked(Body):
    member: Code
    from_on: Day = LEFT_OUT


class VatAsked(Body):
    from_on: Day
    category: Literal["S", "E", "O"]
    percent: Literal[25, 12, 6] = LEFT_OUT
    reason: Text = ""
    confirmed: bool = False


class NewPoolAsked(Body):
    code: Code
    year: Year
    name: Filled
    name_en: Text = ""
    budget_ore: Ore
    everyone: bool = True


def list_pools(work: Work, asked: PoolQuery) -> dict[str, Any]:
    """The pools of a year, by code."""
    rows, following = cut(pools(work, asked.year), asked, (str,), lambda pool: (pool.code,))
    return {"pools": [_line(pool) for pool in rows], "next_cursor": following}


def read_pool(work: Work, year: int, code: str) -> dict[str, Any]:
    """What is agreed about a pool for its year."""
    found = agreed(work, code, year)
    return _line(found.pool) | _terms(found)


def new_pool(work: Work, asked: NewPoolAsked) -> dict[str, Any]:
    """Add a pool to a year. It needs a key and a VAT treatment before it can be invoiced."""
    names = asked.name, asked.name_en
    add_pool(work, asked.code, asked.year, names, asked.budget_ore, everyone=asked.everyone)
    return read_pool(work, asked.year, asked.code)


def change_pool(work: Work, year: int, code: str, asked: BudgetAsked) -> None:
    """Change a pool's budget. Months that are invoiced keep theirs, later ones follow."""
    change_budget(work, code, year, asked.budget_ore)


def add_contribution(work: Work, year: int, code: str, asked: ContributionAsked) -> None:
    """Record what a member gives to the pool's year beside the key."""
    contribute(work, pool_of_year(work, code, year), asked.member, asked.amount_ore)


def add_participant(work: Work, year: int, code: str, asked: ParticipantAsked) -> None:
    """Let a member share a pool that not everyone shares, from a day or from its first one."""
    take_part(work, pool_of_year(work, code, year), asked.member, asked.from_on)


def add_vat(work: Work, year: int, code: str, asked: VatAsked) -> None:
    """Say how a pool is taxed from a day on, as the host's VAT officer has decided."""
    vat = Vat(asked.category, asked.percent, asked.reason, asked.confirmed)
    set_vat(work, pool_of_year(work, code, year), asked.from_on, vat)


ROUTES: Final = (
    Route("GET", "/pools", list_pools, "costs.see", "Pools", PoolList, query=PoolQuery),
    Route("GET", "/pools/{year}/{code}", read_pool, "costs.see", "One pool", PoolShown),
    Route(
        "POST",
        "/pools",
        new_pool,
        "costs.change",
        "Add a pool",
        PoolShown,
        NewPoolAsked,
        status=HTTPStatus.CREATED,
        made="/pools/{year}/{code}",
        example={"code": "maps", "year": 2026, "name": "Kartor", "budget_ore": 6_000_000},
    ),
    Route(
        "PATCH",
        "/pools/{year}/{code}",
        change_pool,
        "costs.change",
        "Change a pool's budget",
        PoolShown,
        BudgetAsked,
        state=read_pool,
        example={"budget_ore": 120_000_000},
    ),
    Route(
        "POST",
        "/pools/{year}/{code}/contributions",
        add_contribution,
        "costs.change",
        "Record a contribution",
        PoolShown,
        ContributionAsked,
        status=HTTPStatus.CREATED,
        state=read_pool,
        example={"member": "2080", "amount_ore": 5_000_000},
    ),
    Route(
        "POST",
        "/pools/{year}/{code}/participants",
        add_participant,
        "costs.change",
        "Let a member take part",
        PoolShown,
        ParticipantAsked,
        status=HTTPStatus.CREATED,
        state=read_pool,
        example={"member": "2062", "from_on": "2026-07-01"},
    ),
    Route(
        "POST",
        "/pools/{year}/{code}/vat",
        add_vat,
        "costs.change",
        "Say how a pool is taxed",
        PoolShown,
        VatAsked,
        status=HTTPStatus.CREATED,
        state=read_pool,
        example={"from_on": "2026-12-01", "category": "S", "percent": 25, "confirmed": True},
    ),
)


def _line(pool: Any) -> dict[str, Any]:
    return {
        "code": pool.code,
        "year": pool.year,
        "name": pool.name,
        "name_en": pool.name_en,
        "budget_ore": pool.budget_ore,
        "everyone": pool.everyone,
    }


def _terms(found: Agreed) -> dict[str, Any]:
    return {
        "vat": [
            {
                "from_on": row.from_on,
                "category": row.category,
                "percent": row.percent,
                "reason": row.reason,
                "confirmed": row.confirmed,
            }
            for row in found.vat
        ],
        "contributions": [
            {"member": member, "amount_ore": ore} for member, ore in found.given.items()
        ],
        "participants": [_taking(part.code, part.joined, part.left) for part in found.parts],
    }


def _taking(member: str, from_on: date | None, to_on: date | None) -> dict[str, Any]:
    return {"member": member, "from_on": from_on, "to_on": to_on}
