"""Endpoints of the keys: a pool's versions, a new one, a month by it, and what another would do."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import Field

from consortium.api.fields import Body, Day, Filled, Month, Ore, Shown, Year, only_these
from consortium.api.key_shapes import Amounts, Key
from consortium.api.routing import Route
from consortium.api.splits import MonthShown, month_shown
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.costs.agreeing import KeyRule, set_key
from consortium.costs.queries import key_versions, pool_of_year
from consortium.reports.pools import pool_page
from consortium.reports.trying import Compared, compare

MonthOfYear = Annotated[int, Field(ge=1, le=12)]


class KeyShown(Shown):
    from_on: Day
    to_on: Day
    clause: str = Field(description="The clause of the agreement that it rests on")
    key: dict[str, Any] = Field(description="As it was decided, in the shape of `Key`")
    approved_by: str


class KeyList(Shown):
    pool: str
    year: Year
    keys: list[KeyShown] = Field(description="The earliest first")


class KeyAsked(Body):
    """clause: the number of the clause it rests on. from_on: the month from which it holds."""

    key: Key
    clause: Filled
    from_on: Month
    previous_ore: Amounts = Field(
        default_factory=dict,
        json_schema_extra=only_these,
        description="The year before, where a limit compares with it",
    )


class TrialAsked(Body):
    """A key to be tried on months of the year, on the records as they are."""

    key: Key
    months: list[MonthOfYear] = Field(
        min_length=1, max_length=12, json_schema_extra={"uniqueItems": True}
    )


class ComparedShown(Shown):
    member: str
    name: str
    now_ore: Ore
    tried_ore: Ore
    change_ore: Ore


class Totals(Shown):
    now_ore: Ore
    tried_ore: Ore
    change_ore: Ore


class TrialShown(Shown):
    members: list[ComparedShown] = Field(description="Those that the caller may see")
    others: Totals | None = Field(description="All the rest; null where there is none")
    total: Totals


def list_keys(work: Work, year: int, code: str) -> dict[str, Any]:
    """The versions of a pool's key."""
    rows = key_versions(work, pool_of_year(work, code, year))
    return {
        "pool": code,
        "year": year,
        "keys": [
            {
                "from_on": version.from_on,
                "to_on": version.to_on,
                "clause": clause.number,
                "key": version.key,
                "approved_by": version.approved_by,
            }
            for version, clause in rows
        ],
    }


def read_month(work: Work, year: int, code: str, month: int) -> dict[str, Any]:
    """A pool's month, split by the records as they are."""
    return month_shown(pool_page(work, code, year, month))


def add_key(work: Work, year: int, code: str, asked: KeyAsked) -> None:
    """Let a pool be shared by a key from a month on, to the end of its year.

    The version before it ends the day before. A key that cannot split its first month changes
    nothing.
    """
    rule = KeyRule(_plain(asked.key), asked.clause, asked.from_on, asked.previous_ore)
    set_key(work, code, year, rule)


def try_key(work: Work, year: int, code: str, asked: TrialAsked) -> dict[str, Any]:
    """What members would bear by another key, beside what they bear now. Changes nothing."""
    if len(set(asked.months)) != len(asked.months):
        raise Invalid("Name each month once", at="months")
    found = compare(work, code, year, asked.months, _plain(asked.key))
    return {
        "members": [{"member": row.code, "name": row.name} | _sums(row) for row in found.rows],
        "others": _sums(found.others) if found.others else None,
        "total": _sums(Compared("", "", found.now_ore, found.tried_ore)),
    }


EXAMPLE: Final = {
    "name": "30 % lika, 70 % efter befolkning",
    "parts": [
        {"take": {"percent": "30"}, "split": {"kind": "equal"}},
        {
            "take": "rest",
            "split": {"kind": "measure", "measure": "population", "latest": True},
        },
    ],
}

ROUTES: Final = (
    Route(
        "GET",
        "/pools/{year}/{code}/months/{month_number}",
        read_month,
        "costs.see",
        "A month of a pool",
        MonthShown,
    ),
    Route(
        "GET",
        "/pools/{year}/{code}/keys",
        list_keys,
        "costs.see",
        "The versions of a pool's key",
        KeyList,
    ),
    Route(
        "POST",
        "/pools/{year}/{code}/keys",
        add_key,
        "costs.change",
        "Let a pool be shared by another key",
        KeyList,
        KeyAsked,
        status=HTTPStatus.CREATED,
        state=list_keys,
        example={"key": EXAMPLE, "clause": "§ 7.2", "from_on": "2026-12"},
    ),
    Route(
        "POST",
        "/pools/{year}/{code}/trials",
        try_key,
        "costs.see",
        "What if the pool had another key",
        TrialShown,
        TrialAsked,
        reads=True,
        example={"key": EXAMPLE, "months": [11]},
    ),
)


def _plain(key: Key) -> dict[str, Any]:
    """The key as it was sent."""
    plain: dict[str, Any] = key.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return plain


def _sums(row: Compared) -> dict[str, int]:
    return {"now_ore": row.now_ore, "tried_ore": row.tried_ore, "change_ore": row.change_ore}
