"""Tests of the demo's money: budgets, the licence, votes, and what a bank would send."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from consortium.core.settings import Web
from consortium.core.work import Works
from consortium.costs.accruing import accrued
from consortium.costs.attaching import attachments
from consortium.costs.budgeting import budget_lines
from consortium.costs.forecasting import forecasts_in_force
from consortium.costs.queries import actual_costs, pool_of_year, pools
from consortium.costs.rounds import answers, figures_scope, rounds
from consortium.costs.voting import votes
from consortium.demo.banking import write_bank_files
from consortium.demo.budgeting import (
    FINANCE,
    answer,
    answerers,
    buy_licence,
    consult,
    line_up,
    look_ahead,
    open_next_year,
)
from consortium.demo.figures import year
from consortium.demo.voting import agree_on_votes
from consortium.payments.debts import debts
from consortium.payments.importing import take_in_file, try_file
from consortium.payments.interest import half_year
from consortium.payments.rates import rate_rows
from tests.billing.worlds import issue_month, make_year
from tests.conftest import OPERATOR, Clock

DAY = date(2026, 11, 24)
NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:camt.054.001.08}"


@pytest.fixture
def money(works: Works, clock: Clock) -> Works:
    clock.now = datetime(2026, 11, 24, 6, tzinfo=UTC)
    make_year(works)
    with works.writing(OPERATOR) as work:
        line_up(work, 2026)
        agree_on_votes(work, 2026)
    return works


def test_the_lines_come_to_the_budgets_of_the_year(money: Works) -> None:
    agreed = {pool["code"]: pool["budget_ore"] for pool in year(2026)["pools"]}
    with money.reading(OPERATOR) as work:
        made = {pool.code: pool.budget_ore for pool in pools(work, 2026)}
        lines = {
            pool.code: sum(line.amount_ore for line in budget_lines(work, pool))
            for pool in pools(work, 2026)
        }
    assert made == lines == agreed


def test_the_licence_weighs_a_twelfth_on_each_month_and_has_its_paper(money: Works) -> None:
    with money.writing(OPERATOR) as work:
        buy_licence(work, DAY)
    with money.reading(OPERATOR) as work:
        [cost] = actual_costs(work, pool_of_year(work, "system", 2026))
        assert accrued(work, "system", 2026) == dict.fromkeys(range(1, 13), 20_000_00)
        assert [paper.name for paper in attachments(work, cost)] == ["faktura-licens-2026.pdf"]


def test_before_it_is_paid_there_is_no_licence(money: Works) -> None:
    with money.writing(OPERATOR) as work:
        buy_licence(work, date(2026, 1, 14))
        assert actual_costs(work, pool_of_year(work, "system", 2026)) == []


@pytest.mark.parametrize(("today", "assumed"), [(date(2026, 6, 30), []), (DAY, [date(2026, 7, 1)])])
def test_a_rate_that_is_not_published_says_that_it_is_assumed(
    money: Works, clock: Clock, today: date, assumed: list[date]
) -> None:
    clock.now = datetime(today.year, today.month, today.day, 6, tzinfo=UTC)
    with money.writing(OPERATOR) as work:
        look_ahead(work, today)
    with money.reading(OPERATOR) as work:
        rows = rate_rows(work)
        forecast = forecasts_in_force(work, 2026)["transports"]
    assert rows[0].from_on == half_year(today)
    assert [row.from_on for row in rows if row.source.startswith("Exempel")] == assumed
    assert (forecast.on_date, forecast.amount_ore) == (today.replace(day=1), 1_315_000_00)


def test_the_next_year_is_three_per_cent_dearer_and_out_for_answers(money: Works) -> None:
    with money.writing(OPERATOR) as work:
        open_next_year(work, 2027)
    with money.writing(FINANCE) as work:
        round_id = consult(work, 2027, Web())
    for actor in answerers():
        with money.writing(actor) as work:
            answer(work, round_id)
    with money.reading(OPERATOR) as work:
        budgets = {pool.code: pool.budget_ore for pool in pools(work, 2027)}
        [sent] = rounds(work, 2027)
        said = {row.member.code: row.comment.stance for row in answers(work, sent) if row.comment}
    # of the e-media, 150 001 kr becomes 154 501,03 and is cut to whole kronor
    assert budgets == {
        "system": 2_472_000_00,
        "emedia": 1_854_001_00,
        "transports": 1_277_200_00,
        "efilm": 247_200_00,
        "coordination": 927_000_00,
    }
    assert said == {"2081": "agrees", "2029": "asks"}


def test_each_municipality_has_a_vote_and_the_rest_follow_population(money: Works) -> None:
    with money.reading(OPERATOR) as work:
        shared = {row.code: row.votes for row in votes(work, "Styrgruppen", DAY).ballots}
        assert figures_scope(work) is None
    # 15 + 30 by 286 546 inhabitants: Falun 1 + 30 × 59 945 / 286 546 = 7,28; Vansbro 1,71
    assert len(shared) == 15
    assert sum(shared.values()) == 45
    assert (shared["2080"], shared["2021"]) == (7, 2)


def test_a_banks_files_pay_what_they_say_and_leave_something_to_do(
    money: Works, tmp_path: Path
) -> None:
    issued = issue_month(money, date(2026, 11, 1))
    with money.reading(OPERATOR) as work:
        bgmax, camt = write_bank_files(work, tmp_path / "bank", date(2026, 11, 1))
    assert {len(line) for line in bgmax.read_bytes().split(b"\r\n")} == {80, 0}
    of_bank = etree.parse(camt)
    entry, *each = [Decimal(node.text or 0) for node in of_bank.iter(NAMESPACE + "Amt")]
    named = [Decimal(node.text or 0) for node in of_bank.iter(NAMESPACE + "RmtdAmt")]
    assert entry == sum(each) == sum(named) > 0
    with money.writing(OPERATOR) as work:
        told = [try_file(work, path.read_bytes()).counts for path in (bgmax, camt)]
        for path in (bgmax, camt):
            take_in_file(work, path.name, path.read_bytes())
        left = debts(work, [row.id for row in issued])
    assert told == [Counter(matched=10, part=1, review=1), Counter(matched=6)]
    owing = {owed.number: owed.debt_ore for owed in left.values() if owed.debt_ore}
    half = next(row for row in issued if row.number == "20260001")
    assert owing.pop("20260001") == half.payable_ore - half.payable_ore // 2
    assert owing
    assert all(owing[row.number] == row.payable_ore for row in issued if row.number in owing)


def test_where_nothing_is_issued_no_bank_has_anything_to_send(money: Works, tmp_path: Path) -> None:
    with money.reading(OPERATOR) as work:
        assert write_bank_files(work, tmp_path / "bank", date(2026, 11, 1)) == []
    assert not (tmp_path / "bank").exists()
