"""A year's settlement, worked out by hand in settled_world.py."""

from datetime import date

import pytest
from sqlmodel import select

from consortium.billing.issuing import issue_invoices
from consortium.billing.preparing import approve_run
from consortium.billing.settling import prepare_settlement
from consortium.core.errors import Forbidden, NotFound
from consortium.core.words import words
from consortium.core.work import Work, Works
from consortium.members.tables import Member, Membership
from consortium.reports.member_settled import member_settled
from consortium.reports.settled import Matrix
from consortium.reports.settlement import settlement_page, settlement_run, settlement_years
from tests.conftest import OPERATOR, Clock
from tests.reports.settled_world import EXPECTED, MORA, make_to_settle, spend


def cells(found: Matrix) -> dict[str, dict[str, tuple[int, int]]]:
    return {
        row.code: {pool: (of.actual_ore, of.invoiced_ore) for pool, of in row.pools.items()}
        for row in found.members
    }


def settle(work: Work) -> int:
    run = prepare_settlement(work, 2026)
    approve_run(work, run.id)
    issue_invoices(work, run.id)
    return run.id


def test_the_matrix_is_what_the_sum_by_hand_gives(works: Works, clock: Clock) -> None:
    make_to_settle(works, clock)
    with works.reading(OPERATOR) as work:
        page = settlement_page(work, 2026)
    assert cells(page.matrix) == EXPECTED
    assert [row.code for row in page.matrix.members if row.host] == ["2080"]
    system, office = page.matrix.pools
    assert (system.cost_ore, system.of_all.difference_ore) == (9_000_000, 8_000_000)
    assert (office.cost_ore, office.of_all.difference_ore) == (0, -1_000_000)
    assert page.matrix.of_all.actual_ore == page.matrix.cost_ore()


def test_before_it_is_settled_the_page_says_what_is_missing(works: Works, clock: Clock) -> None:
    make_to_settle(works, clock)
    with works.reading(OPERATOR) as work:
        page = settlement_page(work, 2026)
    checks = page.checks
    assert checks is not None
    assert [month.month for month in checks.months] == list(range(2, 13))
    gaps = {code: [month.month for month in months] for code, _name, months in checks.costs}
    assert gaps == {"system": [1, 2, *range(4, 13)], "office": list(range(1, 13))}
    # Mora 3 333,34 + 833,34 VAT and 3 333,34; Borlänge 3 333,33 + 833,33 VAT and 3 333,33
    assert (checks.unpaid, checks.unpaid_ore) == (4, 416_668 + 333_334 + 416_666 + 333_333)
    assert (checks.stopped, checks.count) == ((), 3)


def test_an_issued_settlement_keeps_its_figures_and_the_next_one_has_the_rest(
    works: Works, clock: Clock
) -> None:
    make_to_settle(works, clock)
    with works.writing(OPERATOR) as work:
        run_id = settle(work)
    spend(works, "F 2", 300_000)
    with works.reading(OPERATOR) as work:
        page, found = settlement_run(work, run_id)
        assert cells(found) == EXPECTED
        assert {(row.draft.member, row.draft.payable_ore) for row in page.invoices} == {
            ("2062", 2_666_666 + 666_667),  # VAT of 26 666,66 is 6 666,665: half up
            ("2062", -333_334),
            ("2081", 2_666_667 + 666_667),
            ("2081", -333_333),
        }
        after = settlement_page(work, 2026)
        years = settlement_years(work)
    assert {row.code: row.of_all.difference_ore for row in after.matrix.members} == {
        "2062": 100_000,
        "2080": 100_000,
        "2081": 100_000,
    }
    assert [(row.year, row.state) for row in years] == [(2026, "issued")]
    with works.writing(OPERATOR) as work:
        again = settle(work)
    with works.reading(OPERATOR) as work:
        assert cells(settlement_run(work, run_id)[1]) == EXPECTED  # nor does a later one touch it
        _page, second = settlement_run(work, again)
        assert {row.of_all.difference_ore for row in second.members} == {100_000}


def test_who_sees_one_municipality_sees_its_own_row_alone(works: Works, clock: Clock) -> None:
    make_to_settle(works, clock)
    with works.writing(OPERATOR) as work:
        run_id = settle(work)
    with works.reading(MORA) as work:
        page = settlement_page(work, 2026)
        assert [row.code for row in page.matrix.members] == ["2062"]
        assert (page.whole, page.checks, page.runs, page.leaving) == (False, None, (), ())
        with pytest.raises(Forbidden):
            settlement_run(work, run_id)
        assert member_settled(work, 2026, "2062", words("sv")).of_all.difference_ore == 0
        with pytest.raises(NotFound):
            member_settled(work, 2026, "2081", words("sv"))


def test_a_members_part_shows_key_share_and_the_invoices_behind_it(
    works: Works, clock: Clock
) -> None:
    make_to_settle(works, clock)
    with works.reading(OPERATOR) as work:
        page = member_settled(work, 2026, "2062", words("sv"))
        host = member_settled(work, 2026, "2080", words("sv"))
    system = page.parts[0]
    assert (system.code, system.clause, system.cost_ore) == ("system", "§ 1", 9_000_000)
    assert system.explanation is not None
    assert [step.calculation for step in system.explanation.steps] == ["90\u00a0000,00 × 1 ÷ 3"]
    assert [(line.month, line.net_ore) for line in system.lines] == [(date(2026, 1, 1), 333_334)]
    assert page.of_all.difference_ore == 3_000_000 - 2 * 333_334
    assert host.host
    assert [part.lines for part in host.parts] == [(), ()]  # booked, not invoiced
    assert host.of_all.invoiced_ore == 2 * 333_333


def test_a_member_with_a_last_day_is_offered_its_final_settlement(
    works: Works, clock: Clock
) -> None:
    make_to_settle(works, clock)
    with works.writing(OPERATOR) as work:
        rows = select(Membership).join(Member).where(Member.code == "2081")
        work.session.exec(rows).one().to_on = date(2026, 6, 30)
    with works.reading(OPERATOR) as work:
        (row,) = settlement_page(work, 2026).leaving
    assert (row.code, row.last_day, row.gone, row.run) == ("2081", date(2026, 6, 30), True, None)
