"""A member's year, from what is invoiced, booked, counted and sent."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from consortium.billing.crediting import credit_invoice
from consortium.billing.issuing import issue_invoices
from consortium.billing.preparing import approve_run
from consortium.billing.queries import lines_of
from consortium.billing.settling import prepare_settlement
from consortium.billing.tables import Invoice
from consortium.core.errors import Forbidden, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.costs.recording import NewCost, record_cost
from consortium.costs.tables import BudgetRound
from consortium.measures.entering import add_measure, enter_values
from consortium.members.queries import member_by_code, members
from consortium.members.tables import Member
from consortium.reports.yearly import report_years, yearly_list, yearly_report
from tests.billing.worlds import issue_month, make_small
from tests.conftest import NOON, OPERATOR

DECEMBER = date(2026, 12, 2)
MORA, FALUN = "2062", "2080"
CHIEF = Actor("chef", {"billing.see": frozenset({MORA})})
# Pools of 120 000,01 kr a year: 10 000,00 a month and an öre more in one of them; a third of it
# is 3 333,33 and a part of what is left over. What a month gives is read off its invoices.


def paid(works: Works, code: str, kinds: tuple[str, ...] = ("share",)) -> int:
    """What the lines of a member's invoices come to, the invoices read one by one."""
    with works.reading(OPERATOR) as work:
        member = member_by_code(work, code)
        lines = lines_of(work, [each.id for each in invoices_to(work, member)])
    return sum(line.net_ore for line, _pool in lines if line.kind in kinds)


def months_of(works: Works, code: str) -> list[int]:
    """What a member was invoiced for each month, the earliest first."""
    with works.reading(OPERATOR) as work:
        invoices = invoices_to(work, member_by_code(work, code))
    months = sorted({each.month for each in invoices})
    return [sum(each.net_ore for each in invoices if each.month == month) for month in months]


def invoices_to(work: Work, member: Member) -> list[Invoice]:
    return list(work.session.exec(select(Invoice).where(Invoice.member_id == member.id)))


def test_a_year_is_what_was_invoiced_by_pool(works: Works) -> None:
    make_small(works)
    issue_month(works, date(2026, 10, 1))
    issue_month(works, date(2026, 11, 1))
    with works.reading(OPERATOR) as work:
        report = yearly_report(work, MORA, 2026)
        host = yearly_report(work, FALUN, 2026)
        rows, years = yearly_list(work, 2026), report_years(work)
    assert report.months == (10, 11)
    assert [pool.code for pool in report.pools] == ["system", "office"]
    assert report.now_ore == paid(works, MORA)
    assert abs(report.now_ore - 4 * 333_333) <= 4  # two pools, two months, a third each
    # The host is sent no invoice; all that is shared is paid all the same.
    shared_ore = 2 * 2 * 1_000_000
    assert abs(sum(pool.whole_ore for pool in report.pools) - shared_ore) <= 4
    assert report.whole_ore == sum(row.now_ore for row in rows)
    assert abs(host.now_ore - 4 * 333_333) <= 8
    assert years == [2026]
    assert [(row.code, row.before_ore) for row in rows] == [("2062", 0), ("2080", 0), ("2081", 0)]
    assert not report.has_before
    assert {pool.key for pool in report.pools} == {"Lika"}


def test_the_year_before_counts_in_the_same_months_only(works: Works) -> None:
    make_small(works, (2026, 2027))
    for month in (date(2026, 10, 1), date(2026, 12, 1), date(2027, 10, 1)):
        issue_month(works, month)
    with works.reading(OPERATOR) as work:
        report = yearly_report(work, MORA, 2027)
        (row,) = (row for row in yearly_list(work, 2027) if row.code == MORA)
    assert report.months == (10, 10)
    october, _december, next_october = months_of(works, MORA)
    assert (report.now_ore, report.before_ore) == (next_october, october)
    assert (row.now_ore, row.before_ore) == (next_october, october)
    assert [pool.change_ore for pool in report.pools] == [
        (pool.now_ore or 0) - (pool.before_ore or 0) for pool in report.pools
    ]


def test_what_is_credited_was_not_paid(works: Works) -> None:
    make_small(works)
    invoices = issue_month(works)
    with works.writing(OPERATOR) as work:
        code = {member.id: member.code for member in members(work)}
        numbers = [each.number for each in invoices if code[each.member_id] == MORA]
        credit_invoice(work, numbers[0], "Fel underlag")
    before = paid(works, MORA)
    with works.reading(OPERATOR) as work:
        report = yearly_report(work, MORA, 2026)
    assert report.now_ore == before
    assert sorted(pool.now_ore for pool in report.pools if pool.now_ore is not None)[0] == 0
    assert abs(before - 333_333) <= 2


@pytest.mark.parametrize("code", [MORA, FALUN])
def test_a_settlement_stands_by_itself_also_the_hosts_own(works: Works, code: str) -> None:
    make_small(works)
    issue_month(works, date(2026, 12, 1))
    with works.writing(OPERATOR) as work:
        record_cost(work, "system", 2026, NewCost("F 1", DECEMBER, "Bolag", "Drift", 1_300_000))
    with works.reading(OPERATOR) as work:
        assert yearly_report(work, code, 2026).settlement_ore is None
        paid_before = yearly_report(work, code, 2026).now_ore
    later = Works(works.engine, lambda: datetime(2027, 2, 1, 12, tzinfo=UTC))
    with later.writing(OPERATOR) as work:
        run = prepare_settlement(work, 2026)
        approve_run(work, run.id)
        issue_invoices(work, run.id)
    with later.reading(OPERATOR) as work:
        report = yearly_report(work, code, 2026)
    # 13 000 kr of costs in all, of which two pools' December, 20 000 kr, is invoiced:
    # each third is 4 333,33 against 6 666,67
    assert report.settlement_ore is not None
    assert abs(report.settlement_ore - (433_333 - 666_667)) <= 4
    assert report.now_ore == paid_before
    assert report.ended


def test_budget_outcome_and_inhabitants_are_those_on_record(works: Works) -> None:
    make_small(works)
    issue_month(works)
    with works.writing(OPERATOR) as work:
        add_measure(work, "population", ("Folkmängd", "Population"), "invånare")
        for day, value in ((date(2024, 12, 31), "20400"), (date(2025, 12, 31), "20500")):
            enter_values(work, "population", day, {MORA: value}, "SCB")
        record_cost(work, "system", 2026, NewCost("F 1", DECEMBER, "Bolag", "Drift", 7_000_000))
    with works.reading(OPERATOR) as work:
        report = yearly_report(work, MORA, 2026)
    system = report.pools[0]
    assert (system.budget_ore, system.outcome_ore) == (120_000_01, 7_000_000)
    assert (report.inhabitants, report.counted_on) == (20_500, date(2025, 12, 31))
    assert (report.inhabitants_before, report.counted_before) == (20_400, date(2024, 12, 31))
    assert report.each_ore is not None
    assert report.each_ore * 20_500 == report.now_ore


def test_next_years_figures_are_the_latest_that_were_sent(works: Works) -> None:
    make_small(works)
    issue_month(works)
    with works.writing(OPERATOR) as work:
        for version, state, ore in ((1, "replaced", 1_000), (2, "sent", 2_000)):
            work.session.add(budget_round(version, state, ore))
    with works.reading(OPERATOR) as work:
        coming = yearly_report(work, MORA, 2026).coming
        none = yearly_report(work, FALUN, 2026).coming
    assert coming is not None
    assert (coming.year, coming.amount_ore) == (2027, 2_300)
    assert (coming.state, coming.version) == ("sent", 2)
    assert none is None  # it is not in those figures


def test_each_sees_its_own_and_a_year_without_invoices_has_no_report(works: Works) -> None:
    make_small(works)
    issue_month(works)
    with works.reading(CHIEF) as work:
        assert [row.code for row in yearly_list(work, 2026)] == [MORA]
        assert yearly_report(work, MORA, 2026).member == "Mora"
        with pytest.raises(NotFound):
            yearly_report(work, MORA, 2024)
        assert yearly_list(work, 2024) == []
    with pytest.raises(Forbidden), works.reading(CHIEF) as work:
        yearly_report(work, FALUN, 2026)
    with pytest.raises(Forbidden), works.reading(Actor("guest")) as work:
        yearly_list(work, 2026)


def budget_round(version: int, state: str, ore: int) -> BudgetRound:
    """Figures of 2027 in which Mora's share is `ore` and it gives 300 öre besides."""
    pool = {"code": "system", "name": "S", "name_en": "S", "budget_ore": ore, "leftover_ore": 0}
    figures = {
        "year": 2027,
        "pools": [{**pool, "shares": {MORA: ore}, "given": {MORA: 300}}],
        "members": {MORA: "Mora"},
        "before": {"year": 2026, "shares": {}},
    }
    return BudgetRound(
        year=2027,
        version=version,
        state=state,
        reply_by=date(2026, 12, 15),
        figures=figures,
        sha256="0" * 64,
        sent_by="ekonom",
        sent_at=NOON,
    )
