"""Sheets of cost pools: one row for each pool and year."""

from collections.abc import Iterator, Sequence

from sqlmodel import col, select

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.agreeing import add_pool
from consortium.costs.changing import change_pool
from consortium.costs.removing import remove_pool
from consortium.costs.tables import CostPool
from consortium.emedia.rules import FIRST_YEAR, LAST_YEAR
from consortium.exchange.formats.cells import kronor, shown_ore, shown_yes, whole, yes
from consortium.exchange.holding import require_free
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values


def _known(_work: Work) -> None:
    return None


def _check(row: Row, before: Row | None, _known: None) -> Iterator[Fault]:
    row["name_en"] = row["name_en"] or row["name"]
    if not row["code"].isidentifier():
        yield Fault("A pool's code has letters and digits only", "code")
    if not FIRST_YEAR <= row["year"] <= LAST_YEAR:
        yield Fault("{year} is no year of a pool", "year", {"year": row["year"]})
    if row["budget_ore"] < 0:
        yield Fault("A budget cannot be negative", "budget_ore")
    if before and before["everyone"] != row["everyone"]:
        yield Fault(
            "This cannot be changed by a sheet",
            "everyone",
            {},
            "Leave it as it is, or the column out",
        )


def _owner(_row: Row, _known: None) -> str:
    return ""


def _rows(work: Work) -> list[CostPool]:
    rows = select(CostPool).order_by(col(CostPool.year), col(CostPool.place))
    return list(work.session.exec(rows))


def _standing(work: Work, _known: None, _wanted: Sequence[Values] | None) -> Standing:
    return {
        (pool.code, pool.year): tuple(getattr(pool, name) for name in POOLS.names)
        for pool in _rows(work)
    }


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    for change in changes:
        row = change.after
        names = row["name"], row["name_en"]
        if change.before is None:
            add_pool(
                work, row["code"], row["year"], names, row["budget_ore"], everyone=row["everyone"]
            )
        else:
            change_pool(work, row["code"], row["year"], names, row["budget_ore"])


def _remove(work: Work, rows: Sequence[Row]) -> None:
    keys = {(row["code"], row["year"]) for row in rows}
    found = [pool for pool in _rows(work) if (pool.code, pool.year) in keys]
    require_free(work, CostPool, {pool.id: f"{pool.code} {pool.year}" for pool in found})
    for pool in found:
        remove_pool(work, pool.code, pool.year)


POOLS = Kind(
    code="pools",
    name=mark("Cost pools"),
    means=mark("What is shared, year by year, with the budget of each."),
    right="costs.change",
    sees="costs.see",
    key=("code", "year"),
    dated="year",
    fields=(
        Field(
            "code",
            "Kod",
            mark("Letters and digits; the same from year to year"),
            "system",
            required=True,
            aliases=("pott", "kostnadspool", "pool"),
        ),
        Field("year", "År", mark("The year"), "2026", whole, required=True),
        Field("name", "Namn", mark("As it is called on pages"), "Bibliotekssystem", required=True),
        Field("name_en", "Namn på engelska", mark("The same in English"), "Library system"),
        Field(
            "budget_ore",
            "Budget (kr)",
            mark("The year's budget in kronor, contributions included"),
            "1240000,00",
            kronor,
            shown_ore,
            required=True,
            aliases=("budget",),
        ),
        Field(
            "everyone",
            "Alla delar",
            mark("ja where every municipality takes part"),
            "ja",
            yes,
            shown_yes,
            default=True,
        ),
    ),
    known=_known,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
)
