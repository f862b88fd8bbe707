"""A consortium with a pot, two suppliers and their prices, and files of usage."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from consortium.core.work import Work
from consortium.costs.agreeing import add_pool
from consortium.costs.queries import actual_costs, pool_of_year
from consortium.emedia.registering import add_supplier, set_price
from consortium.measures.entering import add_measure
from consortium.measures.queries import values
from consortium.members.joining import Address, Newcomer, join
from tests.making import FIRST, make_members

DATA = Path(__file__).parent / "data"
BUDGET_ORE = 10_000_000


def make_pot(work: Work) -> None:
    """The three, the region, a pot of 100 000 kr for 2026, and two suppliers with prices.

    e-books: 18,505 kr from January and 20 kr from 15 June; film: 25 kr from January.
    """
    make_members(work)
    join(work, Newcomer("20", "Region Dalarna", "", "region"), Address(), FIRST)
    add_pool(work, "emedia", 2026, ("E-medier", "E-media"), BUDGET_ORE, everyone=True)
    add_measure(work, "e_loans", ("E-lån", "E-loans"), "lån")
    for code, name, price in (("e-books", "Elib", "1850.5"), ("film", "Viddla", "2500")):
        add_supplier(work, code, name)
        set_price(work, code, FIRST, price)
    set_price(work, "e-books", date(2026, 6, 15), "2000")


def sheet(*rows: str) -> bytes:
    """A sheet of usage with `rows` as `supplier;month;municipality;loans`."""
    return "\n".join(["supplier;month;municipality;loans", *rows]).encode()


def costs(work: Work, year: int = 2026) -> dict[str, int]:
    """What the pot's pool has paid: reference → öre."""
    pool = pool_of_year(work, "emedia", year)
    return {cost.reference: cost.amount_ore for cost in actual_costs(work, pool)}


def e_loans(work: Work) -> list[tuple[str, str, str, str]]:
    """The measure's values: member code, date, value, source."""
    return [
        (member.code, value.on_date.isoformat(), value.value, value.source)
        for member, value in values(work, "e_loans")
    ]


def report(
    period: tuple[str, str] = ("2026-01-01", "2026-02-28"),
    usage: Sequence[Mapping[str, Any]] = (
        {"Access_Method": "Regular", "Performance": {"Unique_Title_Requests": {"2026-01": 7}}},
    ),
    header: Mapping[str, Any] | None = None,
    filters: Mapping[str, Any] | None = None,
) -> bytes:
    """A title report of release 5.1 with one title; `header` and `filters` are put on top."""
    items = [{"Title": "Title 1", "Platform": "P1", "Attribute_Performance": list(usage)}]
    limits = {"Begin_Date": period[0], "End_Date": period[1], **(filters or {})}
    top = {
        "Release": "5.1",
        "Report_ID": "TR",
        "Institution_ID": {"Proprietary": ["P1:falun"]},
        "Report_Filters": limits,
        **(header or {}),
    }
    document = {"Report_Header": top, "Report_Items": items if usage else []}
    return json.dumps(document).encode()
