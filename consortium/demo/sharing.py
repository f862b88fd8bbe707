"""The demo's measures, pools, keys and actual costs."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

from consortium.core.days import last_day
from consortium.core.work import Work
from consortium.costs.agreeing import (
    KeyRule,
    Vat,
    add_pool,
    contribute,
    set_key,
    set_vat,
    take_part,
)
from consortium.costs.recording import NewCost, record_cost
from consortium.costs.rules import month_part
from consortium.costs.tables import CostPool
from consortium.demo.budgeting import LICENCE_ORE, LICENCE_POOL
from consortium.demo.figures import sheet
from consortium.measures.entering import enter_values, lock_values
from consortium.measures.standard import add_standard_measures

SOURCES = {
    "population": "SCB, folkmängd 31 december",
    "e_loans": "Exempel: påhittade e-lån",
    "stops": "Exempel: avtalade leveransställen",
}
COUNTED = ("population", "e_loans", "stops")
PAID_APART = {LICENCE_POOL: LICENCE_ORE}
"""What of a pool's budget is one cost of the whole year, beside the months' invoices."""
SUPPLIERS = {
    "system": "Systemleverantören (exempel)",
    "transports": "Transportören (exempel)",
    "efilm": "Filmtjänsten (exempel)",
    "coordination": "Falu kommun, samordnartjänst (exempel)",
}
COST_ACCOUNTS = {
    "system": "6810",
    "transports": "7010",
    "efilm": "6820",
    "coordination": "7410",
}


def measure(work: Work, figures: Mapping[str, Any], played: int) -> None:
    """The measures with their values; those that keys read are locked."""
    add_standard_measures(work)
    for code in COUNTED:
        by_date: dict[str, dict[str, str]] = defaultdict(dict)
        for row in figures["measures"][code]:
            by_date[row["date"]][row["member"]] = row["value"]
        for day, values in sorted(by_date.items()):
            enter_values(work, code, date.fromisoformat(day), values, SOURCES[code])
            lock_values(work, code, date.fromisoformat(day))
    _earlier_population(work, played)


def share(work: Work, figures: Mapping[str, Any], played: int) -> None:
    """The pools with who takes part, what is given, how they are taxed and by which keys."""
    first = date(played, 1, 1)
    for row in figures["pools"]:
        everyone = row["participants"] == "all"
        names = row["name"], row["name_en"]
        pool = add_pool(work, row["code"], played, names, row["budget_ore"], everyone=everyone)
        if not everyone:
            for part in row["participants"]:
                from_on = date.fromisoformat(part["from"]) if "from" in part else None
                take_part(work, pool, part["member"], from_on)
        for gift in row.get("contributions", ()):
            contribute(work, pool, gift["from"], gift["amount_ore"])
        set_vat(work, pool, first, _vat(row))
        work.session.flush()
        _keys(work, pool, row)


def spend(work: Work, figures: Mapping[str, Any], until: date, random: Random) -> None:
    """A supplier invoice a month for each pool that usage does not pay, up to `until`."""
    for row in figures["pools"]:
        if row["code"] not in SUPPLIERS:
            continue
        for month in range(1, until.month + 1):
            due = last_day(until.year, month)
            if due > until:
                break
            budgeted = month_part(row["budget_ore"] - PAID_APART.get(row["code"], 0), month)
            amount_ore = budgeted * random.randint(92, 106) // 100
            name = SUPPLIERS[row["code"]]
            reference = f"{row['code']}-{until.year}-{month:02}"
            text = f"{row['name']} {until.year}-{month:02}"
            cost = NewCost(reference, due, name, text, amount_ore, COST_ACCOUNTS[row["code"]])
            record_cost(work, row["code"], until.year, cost)


def _keys(work: Work, pool: CostPool, row: Mapping[str, Any]) -> None:
    for version in row["keys"]:
        rule = KeyRule(version["key"], version["clause"], date.fromisoformat(version["from"]), {})
        set_key(work, pool.code, pool.year, rule)


def _vat(row: Mapping[str, Any]) -> Vat:
    if row["vat"] == "outside":
        return Vat("O", reason=row["vat_reason"])
    return Vat("S", percent=int(row["vat"]))


def _earlier_population(work: Work, played: int) -> None:
    """Other years' population, for comparison, where the demo plays its own year."""
    locked = f"{played - 2}-12-31"
    by_date: dict[str, dict[str, str]] = defaultdict(dict)
    sources: dict[str, str] = {}
    for row in sheet("dalarna-population.csv"):
        by_date[row["date"]][row["code"]] = row["population"]
        sources[row["date"]] = row["source"]
    for day in sorted(by_date):
        if day != locked:
            enter_values(work, "population", date.fromisoformat(day), by_date[day], sources[day])
