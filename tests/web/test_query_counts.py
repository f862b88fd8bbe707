"""A list asks the database as often for many rows as for few, on pages and in the API."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from consortium.agreements.signing import sign_agreement
from consortium.api import ROUTES
from consortium.branches.closing import close_branch
from consortium.core.work import Work, Works
from consortium.costs.recording import NewCost, record_cost
from consortium.crates.registering import register_crates
from consortium.http.paging import PAGE_SIZE
from consortium.measures.entering import enter_values
from consortium.members.joining import Address, Newcomer, join
from tests.api.calling import caller_of
from tests.billing.worlds import issue_month
from tests.conftest import OPERATOR, Clock
from tests.making import make_branches
from tests.web.billed_year import Site, site_of
from tests.web.browsing import Surfer, add_account, signed_in

ROLES = ("administrator", "coordinator", "finance", "auditor", "counter", "branch_manager")
LIBRARY = "falu-stadsbibliotek"
BY_ENTRY = "/granskningsspar"  # asks for each entry on its page whether it may be undone
FEW, MANY = 1, 12
YEAR = "?year=2026"


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    made = site_of(tmp_path, clock)
    add_account(made.works, "all", *((role, None) for role in ROLES))
    issue_month(made.works)
    with made.works.writing(OPERATOR) as work:
        make_branches(work)
        _add_rows(work, 0, FEW)
    return made


@contextmanager
def statements(works: Works) -> Iterator[list[str]]:
    """What is sent to the database meanwhile; how a transaction is begun does not count."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            seen.append(statement)

    event.listen(works.engine, "before_cursor_execute", note)
    yield seen
    event.remove(works.engine, "before_cursor_execute", note)


def _add_rows(work: Work, first: int, count: int) -> None:
    """`count` more of what lists show, counted from `first`."""
    register_crates(work, LIBRARY, count)
    for place in range(first, first + count):
        day = date(2026, 12, 1) + timedelta(days=place)
        close_branch(work, LIBRARY, (day, day), f"Stängt {place}")
        paid = NewCost(f"K{place}", date(2026, 5, 1), "Leverantör", "Kostnad", 100_00 + place)
        record_cost(work, "system", 2026, paid)
        sign_agreement(work, f"Avtal {place}", date(2026, 1, 1), ["2080", "2081"])
        on_date = date(2000 + place, 12, 31)
        enter_values(work, "e_loans", on_date, {"2080": "1", "2081": "2"}, "Test")
        code, name = f"{1000 + place}", f"Ort {place}"
        newcomer = Newcomer(code, name, f"{name} kommun", "municipality")
        join(work, newcomer, Address(), date(2027, 1, 1))  # has no part in the year that is billed


def _grow(site: Site) -> None:
    with site.works.writing(OPERATOR) as work:
        _add_rows(work, FEW, MANY)
    for month in (8, 9):
        issue_month(site.works, date(2026, month, 1))
    for place in range(MANY):
        add_account(site.works, f"person{place}", ("counter", "2080"), ("auditor", None))


def _addresses(site: Site) -> list[str]:
    """Every page whose address names no single thing."""
    rules = site.app.url_map.iter_rules()
    found = {
        rule.rule
        for rule in rules
        if rule.endpoint.startswith("web.") and "GET" in (rule.methods or ()) and not rule.arguments
    }
    return sorted(found)


def _counts(site: Site, surfers: Sequence[Surfer]) -> dict[str, int]:
    """Address → statements, of the pages that one of the surfers may open."""
    counts = {}
    for address in _addresses(site):
        for surfer in surfers:
            with statements(site.works) as seen:
                answer = surfer.client.get(address)
            if answer.status_code == 200:
                counts[address] = len(seen)
                break
    return counts


def test_no_page_asks_more_often_for_more_rows(site: Site) -> None:
    surfers = [signed_in(site.app, role) for role in ROLES]
    _counts(site, surfers)  # what is asked once for all is asked here
    few = _counts(site, surfers)
    _grow(site)
    many = _counts(site, surfers)
    assert {"/fakturor", "/lador", "/granskningsspar", "/medlemmar", "/konton"} <= set(few)
    grown = {at: (few[at], many[at]) for at in few if many[at] > few[at]}
    assert grown.keys() <= {BY_ENTRY}
    assert many[BY_ENTRY] <= few[BY_ENTRY] + PAGE_SIZE


def test_no_list_of_the_api_asks_more_often_for_more_rows(site: Site) -> None:
    caller = caller_of(site.app, site.works, "all")
    lists = [route.path for route in ROUTES if route.method == "GET" and not route.parameters]
    asked = {
        "/shares": "?year=2026&month=11",
        "/pools": YEAR,
        "/invoice-runs": YEAR,
        "/usage": YEAR,
    }

    def counts() -> dict[str, int]:
        found = {}
        for path in lists:
            with statements(site.works) as seen:
                answer = caller.ask("GET", path + asked.get(path, ""))
            assert answer.status_code == 200
            found[path] = len(seen)
        return found

    counts()
    few = counts()
    _grow(site)
    many = counts()
    assert {"/invoices", "/members", "/crates", "/closures"} <= set(few)
    assert {path: (few[path], many[path]) for path in few if many[path] > few[path]} == {}
