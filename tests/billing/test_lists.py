from datetime import date

import pytest

from consortium.billing.lists import (
    Sums,
    Wanted,
    buyers,
    deliveries,
    drawn,
    found_invoices,
    invoiced_years,
    month_totals,
    sums_of,
)
from consortium.billing.rendering import keep_documents, paper_to_render, render
from consortium.core.errors import Forbidden
from consortium.core.work import Actor, Works
from tests.billing.worlds import NOVEMBER, issue_month, make_year
from tests.conftest import OPERATOR

LEKSAND = Actor("chef", {"billing.see": frozenset({"2029"})})


def test_lists_sums_and_states_of_issued_invoices(works: Works) -> None:
    make_year(works)
    issue_month(works, date(2026, 10, 1))
    issue_month(works)
    with works.reading(OPERATOR) as work:
        paper = paper_to_render(work, "20260028")
    with works.writing(OPERATOR) as work:
        keep_documents(work, "20260028", render(paper))
    with works.reading(OPERATOR) as work:
        newest = found_invoices(work, Wanted(2026))
        assert [(i.number, buyer.code) for i, buyer in newest[:2]] == [
            ("20260054", "2085"),
            ("20260053", "2085"),
        ]
        mora = found_invoices(work, Wanted(member="2062"))
        assert [invoice.number for invoice, _buyer in mora] == [
            "20260044",
            "20260043",
            "20260017",
            "20260016",
        ]
        # 487 897,89 in November (expected/2026-11); October slices each budget one öre otherwise
        assert month_totals(work, 2026)[NOVEMBER] == (27, 48_789_789)
        totals = month_totals(work, 2026)
        assert sums_of(work, Wanted(2026)).payable_ore == sum(ore for _n, ore in totals.values())
        assert sums_of(work, Wanted(2026)).count == 54
        assert sums_of(work, Wanted(2025)) == Sums(0, 0, 0, 0)
        assert invoiced_years(work) == [2026]
        assert [code for code, _name in buyers(work)][:3] == ["20", "2021", "2023"]
        ids = [invoice.id for invoice, _buyer in found_invoices(work, Wanted())]
        assert len(drawn(work, ids)) == 1
        assert deliveries(work, ids) == {}


def test_lists_keep_to_the_actors_scope(works: Works) -> None:
    make_year(works)
    issue_month(works)
    with works.reading(LEKSAND) as work:
        assert {buyer.code for _invoice, buyer in found_invoices(work, Wanted())} == {"2029"}
        assert sums_of(work, Wanted(2026)) == Sums(2, 3_207_908, 514_986, 3_722_894)
        assert month_totals(work, 2026) == {NOVEMBER: (2, 3_722_894)}
        assert [code for code, _name in buyers(work)] == ["2029"]
    with works.reading(Actor("ingen")) as work, pytest.raises(Forbidden):
        found_invoices(work, Wanted())
