"""The year of `year.json` played through the product's use cases, with a clock that moves."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.billing.crediting import credit_invoice
from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, prepare_run
from consortium.billing.queries import invoices_of_month, lines_of
from consortium.billing.settling import prepare_leaving
from consortium.billing.tables import Invoice
from consortium.core.days import STOCKHOLM
from consortium.core.work import Work, Works
from consortium.costs.agreeing import add_pool
from consortium.costs.recording import NewCost, record_cost
from consortium.demo.sharing import measure, share
from consortium.ledger.posting import choose_accounts
from consortium.members.joining import (
    Address,
    Newcomer,
    change_address,
    join,
    make_host,
    name_consortium,
)
from consortium.members.queries import member_by_code, membership_of
from tests.billing.worlds import ACCOUNTS, issue_month
from tests.conftest import OPERATOR, Clock

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
HERE = Path(__file__).parent
CLAUSES = ("§ 1", "§ 2", "§ 3", "§ 4", "§ 5", "§ 6")
Given = Mapping[str, Any]


def given_year() -> Given:
    given: Given = json.loads((HERE / "year.json").read_text(encoding="utf-8"))
    return given


def play(works: Works, clock: Clock) -> None:
    """All that happens up to the settlement: twelve months, what was wrong in them, who left."""
    given = given_year()
    at(clock, date(2026, 1, 2))
    with works.writing(OPERATOR) as work:
        _found(work, given)
    for month in range(1, 13):
        _month(works, clock, given, month)
    at(clock, date(2027, 2, 10))
    _spend(works, given, date(2026, 12, 3), date(2027, 2, 10))


def at(clock: Clock, day: date) -> None:
    clock.now = datetime.combine(day, time(12), tzinfo=STOCKHOLM)


def _month(works: Works, clock: Clock, given: Given, month: int) -> None:
    """The invoices of a month on its second day, and what else happened in it."""
    today = date(2026, month, 2)
    at(clock, today)
    _spend(works, given, date(2026, month - 1, 3) if month > 1 else date.min, today)
    if month == 6:  # Orsa says that it leaves
        _leave(works, given, "2034")
    issue_month(works, date(2026, month, 1))
    if month == 5:
        at(clock, date(2026, 5, 20))
        _part_credit(works, ("2081", month, "system"), 123_456)
    if month == 7:
        at(clock, date(2026, 7, 10))
        _issue_again(works, "2085")
    if month == 9:
        at(clock, date(2026, 9, 15))
        with works.writing(OPERATOR) as work:
            run = prepare_leaving(work, "2034")
            approve_run(work, run.id)
            issue_invoices(work, run.id)
    if month == 10:
        at(clock, date(2026, 10, 21))
        _part_credit(works, ("20", month, "transports"), 100_000)


def _found(work: Work, given: Given) -> None:
    name_consortium(work, "Dalabiblioteken", example=False)
    for row in given["members"]:
        number = row["organisation_number"]
        newcomer = Newcomer(
            row["code"], row["name"], row["legal_name"], row["kind"], number, row["made_up"]
        )
        join(work, newcomer, _address(row), _day(row.get("joined")))
    make_host(work, given["host"], FIRST, "991-2346")
    choose_accounts(work, ACCOUNTS | given["accounts"])
    codes = [row["code"] for row in given["members"]]
    agreement = sign_agreement(work, "Samverkansavtal", FIRST, codes)
    for number in CLAUSES:
        add_clause(work, agreement, number, "Kostnaden delas efter nyckeln.", FIRST)
    measure(work, given, 2026)
    share(work, given, 2026)
    for code, year in (("system", 2025), ("transports", 2027)):
        add_pool(work, code, year, (code, code), 1, everyone=True)


def _address(row: Given) -> Address:
    number, code = row["organisation_number"], row["code"]
    return Address(f"BIB{code}", "0007", number, "access_point", f"faktura@{code}.example")


def _spend(works: Works, given: Given, after: date, until: date) -> None:
    """The costs that came in since."""
    with works.writing(OPERATOR) as work:
        for row in given["costs"]:
            on = date.fromisoformat(row["on"])
            if after <= on <= until:
                cost = NewCost(row["reference"], on, "Leverantör", "Faktura", row["amount_ore"])
                cost = replace(cost, from_on=_day(row.get("from")), to_on=_day(row.get("to")))
                record_cost(work, row["pool"], row["year"], cost)


def _leave(works: Works, given: Given, code: str) -> None:
    left = next(row["left"] for row in given["members"] if row["code"] == code)
    with works.writing(OPERATOR) as work:
        membership = membership_of(work, member_by_code(work, code))
        assert membership is not None
        membership.to_on = _day(left)
        work.session.add(membership)


def _part_credit(works: Works, what: tuple[str, int, str], ore: int) -> None:
    """Credit öre of a member's line of a month and pool."""
    member, month, pool = what
    with works.writing(OPERATOR) as work:
        for invoice in _of_member(work, month, member):
            for line, of in lines_of(work, [invoice.id]):
                if of and of.code == pool:
                    credit_invoice(work, invoice.number, "För högt", {line.position: ore})


def _issue_again(works: Works, code: str) -> None:
    """Credit what the member got in July with VAT, whole, and issue it with another reference."""
    with works.writing(OPERATOR) as work:
        wrong = _of_member(work, 7, code)[0]
        credit_invoice(work, wrong.number, "Fel referens")
        member = member_by_code(work, code)
        endpoint = member.endpoint_scheme, member.endpoint_id
        change_address(work, code, Address("LUD-7", *endpoint, email=member.email))
        run = prepare_run(work, Cut(date(2026, 7, 1)))
        approve_run(work, run.id)
        issue_invoices(work, run.id)


def _of_member(work: Work, month: int, code: str) -> list[Invoice]:
    wanted = member_by_code(work, code).id
    found = invoices_of_month(work, date(2026, month, 1))
    return [invoice for invoice in found if invoice.member_id == wanted]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
