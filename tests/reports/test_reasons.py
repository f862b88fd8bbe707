"""Why a line is what it is, and to whom the whole basis is shown."""

import json
from dataclasses import replace

import pytest
from sqlmodel import select

from consortium.agreements.tables import Agreement
from consortium.billing.crediting import credit_invoice
from consortium.core.errors import Forbidden, NotFound
from consortium.core.words import words
from consortium.core.work import Works
from consortium.reports.line_evidence import line_evidence
from consortium.reports.reasons import basis_to_show, case_behind, reason, reason_of
from tests.conftest import OPERATOR, Clock
from tests.reports.settled_world import MORA, make_to_settle
from tests.reports.test_settlement import settle

SAY = words("sv")
MORAS = "20260001"  # January, with VAT; 20260002 is outside it


def test_a_settlements_line_is_the_share_less_what_was_invoiced(works: Works, clock: Clock) -> None:
    make_to_settle(works, clock)
    with works.writing(OPERATOR) as work:
        settle(work)
    with works.reading(OPERATOR) as work:
        found = reason_of(work, "20270001", 1, SAY)
        back = reason_of(work, "20270002", 1, SAY)
    assert (found.actual_ore, found.invoiced_ore, found.net_ore) == (3_000_000, 333_334, 2_666_666)
    assert [(line.number, line.net_ore) for line in found.before] == [(MORAS, 333_334)]
    assert [(row.reference, row.amount_ore) for row in found.cost.documents] == [("F 1", 9_000_000)]
    assert found.key.valid == "2026-01-01 – 2026-12-31"
    assert {row.code: row.share_ore for row in found.shares} == dict.fromkeys(
        ("2062", "2080", "2081"), 3_000_000
    )
    assert (back.actual_ore, back.invoiced_ore, back.net_ore) == (0, 333_334, -333_334)
    assert found.holds
    assert back.holds


def test_what_is_stored_otherwise_than_it_was_billed_is_seen(works: Works, clock: Clock) -> None:
    make_to_settle(works, clock)
    with works.reading(OPERATOR) as work:
        line = line_evidence(work, MORAS, 1)
    assert reason(line, SAY).holds
    basis = json.loads(line.basis)
    basis["basis"]["case"]["pool"]["amount_ore"] += 3
    assert not reason(replace(line, basis=json.dumps(basis)), SAY).holds
    assert not reason(replace(line, net_ore=line.net_ore + 1), SAY).holds


def test_a_credited_line_points_to_the_line_that_it_takes_back(works: Works, clock: Clock) -> None:
    make_to_settle(works, clock)
    with works.writing(OPERATOR) as work:
        note = credit_invoice(work, MORAS, "Fel").number
    with works.reading(OPERATOR) as work:
        line = line_evidence(work, note, 1)
        assert (line.credits, line.net_ore) == ((MORAS, 1), -333_334)
        with pytest.raises(NotFound):
            reason(line, SAY)


def test_others_measures_are_shown_where_the_agreement_opens_them_and_not_else(
    works: Works, clock: Clock
) -> None:
    make_to_settle(works, clock)
    with works.reading(MORA) as work:
        own = line_evidence(work, MORAS, 1)
        with pytest.raises(Forbidden):
            case_behind(work, MORAS, 1)
        with pytest.raises(NotFound):
            line_evidence(work, "20260003", 1)  # Borlänge's
    assert reason(own, SAY).shares == ()
    shown = json.dumps(basis_to_show(own))
    assert "2080" not in shown
    assert "2081" not in shown
    assert json.loads(shown)["share"]["share_ore"] == 333_334
    with works.writing(OPERATOR) as work:
        work.session.exec(select(Agreement)).one().open_figures = True
    with works.reading(MORA) as work:
        case = case_behind(work, MORAS, 1)
        opened = line_evidence(work, MORAS, 1)
    assert [member["id"] for member in case["members"]] == ["2062", "2080", "2081"]
    assert basis_to_show(opened) == case
    assert len(reason(opened, SAY).shares) == 3
