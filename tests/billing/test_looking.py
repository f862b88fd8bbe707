"""Issued invoices as doors show them, on the demo's November."""

import pytest

from consortium.billing.delivering import mark_delivered
from consortium.billing.lists import Wanted
from consortium.billing.looking import NEWEST, listed_invoices, shown_invoice
from consortium.billing.rendering import keep_documents, paper_to_render, render
from consortium.core.cursors import START
from consortium.core.errors import Forbidden, NotFound
from consortium.core.work import Actor, Works
from tests.billing.worlds import issue_month, make_year
from tests.conftest import NOON, OPERATOR

LEKSAND = Actor("chef", {"billing.see": frozenset({"2029"})})


def draw(works: Works, number: str) -> None:
    with works.reading(OPERATOR) as work:
        paper = paper_to_render(work, number)
    with works.writing(OPERATOR) as work:
        keep_documents(work, number, render(paper))


def test_the_list_says_how_far_each_has_come(works: Works) -> None:
    make_year(works)
    issue_month(works)
    for number in ("20260026", "20260027"):
        draw(works, number)
    with works.writing(OPERATOR) as work:
        mark_delivered(work, "20260027", "email")
    with works.reading(OPERATOR) as work:
        page = listed_invoices(work, Wanted(2026), START, 3)
        assert [(row.number, row.member, row.name) for row in page.rows] == [
            ("20260027", "2085", "Ludvika"),
            ("20260026", "2085", "Ludvika"),
            ("20260025", "2084", "Avesta"),
        ]
        assert [(row.way, row.delivered_at, row.drawn) for row in page.rows] == [
            ("email", NOON, True),
            (None, None, True),
            (None, None, False),
        ]
        after = listed_invoices(work, Wanted(2026), page.after or START, 30)
        assert [row.number for row in after.rows][:2] == ["20260024", "20260023"]
        assert (len(after.rows), after.after) == (24, None)
        assert NEWEST.values(after.rows[0]) == (after.rows[0].id,)


def test_an_invoice_has_its_lines_in_order(works: Works) -> None:
    make_year(works)
    issue_month(works)
    draw(works, "20260016")
    with works.reading(OPERATOR) as work:
        found = shown_invoice(work, "20260016")
    assert (found.head.member, found.head.kind, found.head.way) == ("2062", "rated", None)
    assert [(line.position, line.pool) for line in found.lines] == [
        (1, "system"),
        (2, "emedia"),
        (3, "transports"),
        (4, "efilm"),
    ]
    assert sum(line.net_ore for line in found.lines) == found.head.net_ore
    assert sorted(found.documents) == ["pdf", "xml"]
    assert found.head.paper["number"] == "20260016"


def test_nobody_looks_outside_their_scope(works: Works) -> None:
    make_year(works)
    issue_month(works)
    with works.reading(LEKSAND) as work:
        rows = listed_invoices(work, Wanted(), START, 50).rows
        assert {row.member for row in rows} == {"2029"}
        assert shown_invoice(work, rows[0].number).head.member == "2029"
        for number in ("20260016", "1"):
            with pytest.raises(NotFound):
                shown_invoice(work, number)
    with works.reading(Actor("ingen")) as work, pytest.raises(Forbidden):
        shown_invoice(work, "20260016")
