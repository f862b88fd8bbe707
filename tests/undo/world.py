"""A small consortium with something in every room, and what its tables hold."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import Table, select

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.cards.issuing import issue_card
from consortium.core.db import Row
from consortium.core.work import Work
from consortium.costs.agreeing import KeyRule, Vat, add_pool, set_key, set_vat
from consortium.crates.registering import register_crates
from consortium.emedia.importing import import_usage
from consortium.emedia.registering import add_supplier, set_price
from consortium.ledger.posting import choose_accounts
from consortium.measures.entering import add_measure, enter_values
from consortium.people.admitting import open_account
from tests.billing.worlds import ACCOUNTS
from tests.emedia.making import sheet
from tests.making import FIRST
from tests.transports.making import FALUN, make_transports

JULY: Final = date(2026, 7, 1)
LATER: Final = date(2026, 12, 1)
EQUAL: Final = {"name": "Lika", "parts": [{"take": "rest", "split": {"kind": "equal"}}]}
BY_POPULATION: Final = {
    "name": "Folkmängd",
    "parts": [
        {"take": "rest", "split": {"kind": "measure", "measure": "population", "latest": True}}
    ],
}
YEAR_END: Final = date(2025, 12, 31)
WINDOW: Final = (time(9), time(12))

HISTORY: Final = frozenset({"auditentry", "auditvalue", "auditseal", "task", "document", "letter"})
"""Tables that keep what has happened, an undoing included."""
WHO_AND_WHEN: Final = frozenset(
    {
        "answered_at",
        "answered_by",
        "approved_at",
        "approved_by",
        "attached_at",
        "attached_by",
        "decided_at",
        "decided_by",
        "entered_at",
        "entered_by",
        "held_at",
        "imported_at",
        "imported_by",
        "made_at",
        "made_by",
        "locked_at",
        "locked_by",
        "session_seed",
        "written_at",
        "written_by",
    }
)
"""Columns that say who wrote a row and when: of a value put back, whoever did that."""
REWRITTEN: Final = frozenset(
    {
        "actualcost",
        "branchalias",
        "branchplace",
        "buscall",
        "extrastop",
        "leg",
        "openinghours",
        "periodlock",
        "pin",
        "rolegrant",
        "runcase",
        "season",
        "specialday",
        "templatestop",
        "volumecount",
        "weekplan",
    }
)
"""Tables whose rows are always put in anew: what they say is kept, their ids are not."""
SPENT: Final[dict[str, Callable[[Mapping[str, Any]], bool]]] = {
    "card": lambda row: row["patron_id"] is None or row["state"] == "replaced",
    "cardblock": lambda row: row["lifted_at"] is not None,
    "invoicerun": lambda row: row["state"] == "prepared",
    "closure": lambda row: row["lifted_at"] is not None,
    "vehicleabsence": lambda row: row["lifted_at"] is not None,
    "budgetround": lambda row: row["state"] in {"sent", "replaced"},
    "carrierinvoice": lambda row: row["withdrawn"],
    "cardseries": lambda _row: True,
    "periodlock": lambda row: row["opened_at"] is not None,
    "account": lambda row: not row["active"],
    "crateevent": lambda row: row["withdrawn"],
}
"""Rows that stay by design though they bind nothing: numbers, for one, are never given twice."""


def make_world(work: Work) -> None:
    """Three members, four libraries, pools with keys, e-media, crates, a card, an account."""
    make_transports(work)
    register_crates(work, FALUN, 2)
    agreement = sign_agreement(work, "Avtal", FIRST, ["2062", "2080", "2081"])
    add_clause(work, agreement, "§ 1", "Lika delar.", FIRST)
    choose_accounts(work, ACCOUNTS)
    add_measure(work, "population", ("Folkmängd", "Population"), "invånare")
    given = {"2062": "20000", "2080": "60000", "2081": "52000"}
    enter_values(work, "population", YEAR_END, given, "SCB")
    for code, key in (("system", BY_POPULATION), ("office", EQUAL)):
        pool = add_pool(work, code, 2026, (code, code), 1_200_000_00, everyone=True)
        set_vat(work, pool, FIRST, Vat("S", 25))
        set_key(work, code, 2026, KeyRule(key, "§ 1", FIRST, {}))
    pool = add_pool(work, "system", 2027, ("system", "system"), 1_200_000_00, everyone=True)
    set_vat(work, pool, date(2027, 1, 1), Vat("S", 25))
    set_key(work, "system", 2027, KeyRule(EQUAL, "§ 1", date(2027, 1, 1), {}))
    add_pool(work, "emedia", 2026, ("E-medier", "E-media"), 10_000_000, everyone=False)
    add_measure(work, "e_loans", ("E-lån", "E-loans"), "lån")
    add_supplier(work, "film", "Viddla")
    set_price(work, "film", FIRST, "2500")
    import_usage(work, sheet("film;2026-01;2080;10", "film;2026-02;2080;7"), "januari.csv")
    issue_card(work, "2080", "Testlåntagare 1", 1984)
    open_account(work, "ekonom", "Ekonom", "en lang losenfras", [("finance", None)])


def dump(work: Work, *, ids: bool = True) -> dict[str, list[str]]:
    """Table → its rows as text, without who wrote them and when; tables without rows left out.

    ids: with them; rows that were deleted and made anew have others.
    """
    work.session.flush()
    found = {
        table.name: _rows(work, table, ids=ids)
        for table in Row.metadata.sorted_tables
        if table.name not in HISTORY
    }
    return {name: rows for name, rows in found.items() if rows}


def _rows(work: Work, table: Table, *, ids: bool) -> list[str]:
    rows = work.session.execute(select(table)).mappings().all()
    spent = SPENT.get(table.name)
    left_out = WHO_AND_WHEN | _keys(table, ids=ids)
    return sorted(
        repr({name: _plain(value) for name, value in row.items() if name not in left_out})
        for row in rows
        if spent is None or not spent(dict(row))
    )


def _keys(table: Table, *, ids: bool) -> set[str]:
    """The columns with ids of rows that have been made anew, or, without ids, of any rows."""
    pointing = {
        column.name
        for column in table.columns
        for key in column.foreign_keys
        if not ids or key.column.table.name in REWRITTEN
    }
    bare = not ids or table.name in REWRITTEN
    return pointing | {column.name for column in table.primary_key if bare and column.name == "id"}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
