"""What a library shares: crates counted by hand, the pot, and the bill as the run has it."""

import csv
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest

from consortium.branches.registering import NewBranch, register_branch
from consortium.cards.blocking import block_card
from consortium.cards.issuing import issue_card
from consortium.cards.queries import CardCounts
from consortium.core.errors import Forbidden, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.costs.agreeing import add_pool
from consortium.crates.moving import pack, record_event
from consortium.emedia.importing import import_usage
from consortium.reports.resources import PoolPayment, libraries, payments, resources
from tests.billing.worlds import issue_month, make_year
from tests.conftest import OPERATOR
from tests.emedia.making import make_pot, sheet
from tests.making import WEEK, make_branches
from tests.transports.making import (
    BORLANGE,
    FALUN,
    MORA,
    TODAY,
    TOMORROW,
    make_crates,
    make_transports,
    plan_day,
    send,
)

EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11"
EVERYTHING = ("branches.see", "transports.see", "cards.count", "emedia.see", "billing.see")


def manager(*codes: str, rights: tuple[str, ...] = EVERYTHING) -> Actor:
    return Actor("chef", dict.fromkeys(rights, frozenset(codes)))


def rows_of(name: str, member: str) -> Iterator[dict[str, str]]:
    with (EXPECTED / name).open(encoding="utf-8") as file:
        yield from (row for row in csv.DictReader(file) if row["member"] == member)


def make_leksand(work: Work) -> str:
    place = NewBranch("Leksands bibliotek", "2029", "main", "Leksand", 60.73, 15.0)
    return register_branch(work, place, WEEK).slug


def test_libraries_are_those_in_scope_without_depots(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    with works.reading(manager("2081")) as work:
        found = libraries(work)
    assert [(place.name, place.main) for place in found] == [
        ("Borlänge bibliotek", True),
        ("Kvarnsvedens bibliotek", False),
    ]


def test_crates_in_and_out_are_counted_by_place(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        one, two, three, four, five = make_crates(work, 5)
        send(work, one, FALUN, MORA)
        send(work, two, BORLANGE, MORA)
        send(work, three, BORLANGE, MORA)
        record_event(work, three, "delivered", MORA)
        pack(work, four, MORA, FALUN)
        send(work, five, MORA, FALUN)
    with works.reading(manager("2062")) as work:
        crates = resources(work, MORA).crates
    assert crates is not None
    assert crates.coming == (("Borlänge bibliotek", 2), ("Falu stadsbibliotek", 1))
    assert (crates.coming_count, crates.arrived) == (3, 1)
    assert crates.leaving == (("Falu stadsbibliotek", 2),)
    assert (crates.leaving_count, crates.collected) == (2, 1)
    assert (crates.arrive, crates.next_on, crates.next_arrive) == (None, TOMORROW, None)


@pytest.mark.parametrize("day", [TODAY, TOMORROW])
def test_the_published_plan_of_a_day_says_when_the_van_comes(works: Works, day: date) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        send(work, make_crates(work, 1)[0], FALUN, MORA)
    (route,) = plan_day(works, day).plan["routes"]
    comes = {stop["id"]: time.fromisoformat(stop["arrive"]) for stop in route["stops"]}[MORA]
    with works.reading(manager("2062")) as work:
        crates = resources(work, MORA).crates
    assert crates is not None
    expected = (comes, None) if day == TODAY else (None, comes)
    assert (crates.arrive, crates.next_arrive) == expected


def test_cards_are_those_of_the_municipality(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        issue_card(work, "2062", "Testlåntagare 1", 1984)
        block_card(work, issue_card(work, "2062", "Testlåntagare 2", 1984).number, "lost")
        issue_card(work, "2080", "Testlåntagare 3", 1984)
    with works.reading(manager("2062")) as work:
        assert resources(work, MORA).cards == CardCounts(1, 1, 2)


def test_e_media_is_the_pot_and_the_municipality_of_it(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        make_branches(work)
        rows = ("e-books;2026-01;2080;1000", "e-books;2026-02;2080;900", "film;2026-01;2062;100")
        import_usage(work, sheet(*rows), "usage.csv")
    with works.reading(manager("2062")) as work:
        emedia = resources(work, MORA).emedia
    assert emedia is not None
    assert (emedia.loans, emedia.cost_ore, emedia.all_loans) == (100, 100 * 2_500, 2_000)
    # 10 000 000 öre × 59 days ÷ 3 765 950 öre is 156,7: day 157 of the year is 6 June.
    assert emedia.pot.run_out_on == date(2026, 6, 6)
    assert [use.code for use in emedia.pot.members] == ["2062"]


def test_a_municipality_without_loans_has_none_of_the_pot(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        make_branches(work)
        import_usage(work, sheet("film;2026-01;2062;100"), "usage.csv")
    with works.reading(manager("2081")) as work:
        emedia = resources(work, BORLANGE).emedia
    assert emedia is not None
    assert (emedia.loans, emedia.cost_ore, emedia.all_loans) == (0, 0, 100)


def test_what_there_is_none_of_is_left_out(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    with works.reading(manager("2062")) as work:
        found = resources(work, MORA)
    assert (found.emedia, found.payments) == (None, None)


def test_each_part_takes_its_right_for_the_municipality(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    with works.reading(manager("2062", rights=("branches.see",))) as work:
        found = resources(work, MORA)
        assert (found.crates, found.cards, found.emedia, found.payments) == (None,) * 4
        with pytest.raises(Forbidden):
            resources(work, FALUN)
        with pytest.raises(NotFound):
            resources(work, "nowhere")
    with works.reading(manager("2062")) as work, pytest.raises(Forbidden):
        payments(work, "2080")


@pytest.mark.parametrize("issued", [False, True])
def test_what_leksand_pays_is_what_the_expected_tables_say(works: Works, issued: bool) -> None:
    make_year(works)
    if issued:
        issue_month(works)
    with works.writing(OPERATOR) as work:
        slug = make_leksand(work)
    with works.reading(manager("2029")) as work:
        found = resources(work, slug).payments
    assert found is not None
    expected = {row["pool"]: int(row["net_ore"]) for row in rows_of("lines.csv", "2029")}
    assert {pool.code: pool.month_ore for pool in found.pools} == expected
    summary = list(rows_of("summary.csv", "2029"))
    assert found.month_vat_ore == sum(int(row["vat_ore"]) for row in summary)
    assert found.month_payable_ore == sum(int(row["payable_ore"]) for row in summary)
    if issued:
        assert [bill.number for bill in found.bills] == [row["invoice_number"] for row in summary]
        assert {pool.code: pool.invoiced_ore for pool in found.pools} == expected
        assert found.invoiced_payable_ore == found.month_payable_ore
        assert found.months_invoiced == 1
    else:
        assert {(bill.status, bill.number) for bill in found.bills} == {("ready", "")}
        assert (found.invoiced_net_ore, found.months_invoiced) == (0, 0)


def test_months_before_this_one_add_up(works: Works) -> None:
    make_year(works)
    issue_month(works, date(2026, 3, 1))
    issue_month(works)
    months = [EXPECTED.with_name(f"2026-{month}") / "lines.csv" for month in ("03", "11")]
    expected_ore = 0
    for path in months:
        with path.open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["member"] == "2062"]
        expected_ore += sum(int(row["net_ore"]) for row in rows)
    with works.reading(OPERATOR) as work:
        found = payments(work, "2062")
    assert found is not None
    assert (found.invoiced_net_ore, found.months_invoiced) == (expected_ore, 2)


def test_the_host_bears_its_share_itself(works: Works) -> None:
    make_year(works)
    issue_month(works)
    with works.reading(OPERATOR) as work:
        found = payments(work, "2080")
    assert found is not None
    (row,) = rows_of("summary.csv", "2080")
    assert found.host
    assert (found.month_net_ore, found.month_vat_ore) == (int(row["net_ore"]), 0)
    assert [bill.kind for bill in found.bills] == ["host"]


def test_a_stopped_invoice_says_why(works: Works) -> None:
    make_year(works)
    with works.reading(OPERATOR) as work:
        found = payments(work, "2034")
    assert found is not None
    assert {bill.status for bill in found.bills} == {"blocked"}
    texts = {fault.text for bill in found.bills for fault in bill.faults}
    assert texts == {"{name} has no buyer reference"}


def test_a_pool_that_cannot_be_split_has_no_amount(works: Works) -> None:
    make_year(works)
    with works.writing(OPERATOR) as work:
        add_pool(work, "courses", 2026, ("Kurser", "Courses"), 1_200_000, everyone=True)
    with works.reading(OPERATOR) as work:
        found = payments(work, "2029")
    assert found is not None
    assert found.pools[-1] == PoolPayment("courses", "Kurser", "Courses", None, 0)
    expected = sum(int(row["net_ore"]) for row in rows_of("lines.csv", "2029"))
    assert found.month_net_ore == expected
