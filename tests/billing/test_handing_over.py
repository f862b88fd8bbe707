"""The host changes on 1 July 2026: Falun until then, Borlänge from that day on."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consortium.billing.crediting import credit_invoice
from consortium.billing.handing_over import (
    Handover,
    NewHost,
    change_host,
    claim_holders,
    hand_over,
    handover_preview,
)
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.ledger.locking import lock_month
from consortium.ledger.posting import Heading, choose_accounts, post
from consortium.ledger.queries import balances, balances_of, journal
from consortium.ledger.rules import Amount
from consortium.members.joining import make_host
from consortium.members.queries import terms_of_hosts
from consortium.reports.books import sie_of_year
from tests.billing.worlds import ACCOUNTS, issue_month, make_small
from tests.conftest import OPERATOR, Clock
from tests.ledger.sie_reader import Sie, read
from tests.making import make_members

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
NEW_YEAR, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)
BORLANGE = NewHost("2081", JULY, "580-5627", 20, series="7", f_tax=True)
FALUN_BANKGIRO, BORLANGE_BANKGIRO = "9912346", "5805627"


def at(clock: Clock, month: int, day: int) -> None:
    clock.now = datetime(2026, month, day, 10, tzinfo=UTC)


@pytest.fixture
def changed(works: Works, clock: Clock) -> Works:
    """June is invoiced by Falun in June and July by Borlänge in July; it is 3 July."""
    make_small(works)
    at(clock, 6, 10)
    issue_month(works, JUNE)
    with works.writing(OPERATOR) as work:
        change_host(work, BORLANGE)
    at(clock, 7, 3)
    issue_month(works, JULY)
    return works


def claims(work: Work, books: str) -> dict[str, int]:
    return balances_of(work, books, ACCOUNTS["receivable"], YEAR_END)


def test_each_host_invoices_its_months_with_its_numbers_and_bankgiro(
    works: Works, clock: Clock
) -> None:
    make_small(works)
    at(clock, 6, 10)
    june = issue_month(works, JUNE)
    with works.writing(OPERATOR) as work:
        change_host(work, BORLANGE)
    at(clock, 7, 3)
    july = issue_month(works, JULY)
    assert [each.number for each in june] == [f"2026000{place}" for place in (1, 2, 3, 4)]
    assert [each.number for each in july] == [f"72026000{place}" for place in (1, 2, 3, 4)]
    assert {each.paper["bankgiro"] for each in june} == {FALUN_BANKGIRO}
    assert {each.paper["bankgiro"] for each in july} == {BORLANGE_BANKGIRO}
    assert {each.key.split("/")[1] for each in june} == {"2062", "2081"}
    assert {each.key.split("/")[1] for each in july} == {"2062", "2080"}
    assert {each.due_on for each in july} == {date(2026, 7, 23)}  # twenty days


def test_what_is_owed_passes_once_and_the_sum_over_both_books_stays(changed: Works) -> None:
    # Two pools of 120 000,01 kr a year, 10 000,00 in June, in three: 3 333,34 to the first code,
    # Mora's, and 3 333,33 to the others. With VAT of 25 % on one: 3 333,34 + 833,34 + 3 333,34.
    mora, borlange = 3_333_34 + 833_34 + 3_333_34, 3_333_33 + 833_33 + 3_333_33
    with changed.reading(OPERATOR) as work:
        assert claims(work, "2080") == {"2062": mora, "2081": borlange}
        before = claims(work, "2081")
        plan = handover_preview(work, JULY)
    assert [(line.use, line.counterpart, line.amount_ore) for line in plan.passing] == [
        ("receivable", "2062", mora)
    ]
    assert [line.counterpart for line in plan.staying] == ["2081"]  # Borlänge owes it to Falun
    assert (plan.stays, plan.entries, plan.claims_ore) == (None, (), mora)

    with changed.writing(OPERATOR) as work:
        old, new = hand_over(work, JULY, transfer=True)
    assert (old.key, old.books) == ("handover:2026-07-01/2080", "2080")
    assert (new.key, new.books) == ("handover:2026-07-01/2081", "2081")
    with changed.reading(OPERATOR) as work:
        booked: dict[str, list[tuple[str, str, int]]] = {"2080": [], "2081": []}
        for entry, line in journal(work, JULY, YEAR_END):
            if entry.id in {old.id, new.id}:
                told = line.account, line.counterpart, line.amount_ore
                booked[entry.books].append(told)
        assert booked == {
            "2080": [("1510", "2062", -mora), ("1689", "2081", mora)],
            "2081": [("1510", "2062", mora), ("1689", "2080", -mora)],
        }
        assert claims(work, "2080") == {"2081": borlange}
        assert claims(work, "2081") == Counter(before) + Counter({"2062": mora})
        assert sum(balances(work, NEW_YEAR, YEAR_END, "2080").values()) == 0
        assert sum(balances(work, NEW_YEAR, YEAR_END, "2081").values()) == 0
        assert balances(work, NEW_YEAR, YEAR_END).get("1689", 0) == 0
    with pytest.raises(Conflict, match="already"), changed.writing(OPERATOR) as work:
        hand_over(work, JULY, transfer=True)
    with pytest.raises(Conflict, match="already"), changed.writing(OPERATOR) as work:
        hand_over(work, JULY, transfer=False)


def test_a_claim_that_has_passed_is_credited_where_it_stands(changed: Works) -> None:
    with changed.writing(OPERATOR) as work:
        hand_over(work, JULY, transfer=True)
        mora = claims(work, "2081")["2062"]
        note = credit_invoice(work, "20260001", "Fel")  # June's, with VAT: 3 333,34 + 833,34
        own = credit_invoice(work, "20260003", "Fel")  # Borlänge's own stays with Falun
    assert (note.number, note.payable_ore) == ("20260005", -(3_333_34 + 833_34))
    with changed.reading(OPERATOR) as work:
        assert claims(work, "2081")["2062"] == mora - 3_333_34 - 833_34
        # of Borlänge's debt to Falun its other invoice of June is left
        assert claims(work, "2080") == {"2081": 3_333_33}
        assert own.payable_ore == -(3_333_33 + 833_33)
        for books in ("2080", "2081"):
            assert sum(balances(work, NEW_YEAR, YEAR_END, books).values()) == 0
        assert balances(work, NEW_YEAR, YEAR_END).get("1689", 0) == 0


def test_both_hosts_books_are_files_that_balance(changed: Works) -> None:
    with changed.writing(OPERATOR) as work:
        hand_over(work, JULY, transfer=True)
    with changed.reading(OPERATOR) as work:
        falun, borlange = (read(sie_of_year(work, 2026, code)) for code in ("2080", "2081"))
        with pytest.raises(Invalid, match="Name one of them: 2080, 2081"):
            sie_of_year(work, 2026)
    assert (falun.name, falun.number) == ("Falun kommun", "212000-2221")
    assert (borlange.name, borlange.number) == ("Borlänge kommun", "212000-2239")
    for sie in (falun, borlange):
        assert all(sum(line.ore for line in ver.lines) == 0 for ver in sie.vers)
        assert [ver.number for ver in sie.vers] == [str(n + 1) for n in range(len(sie.vers))]
        closing = {account: ore for account, ore in sie.moved().items() if account[0] in "12"}
        assert sie.ub[0] == closing
    assert passed(falun) == -passed(borlange) == 3_333_34 + 833_34 + 3_333_34
    assert {ver.text.split()[1] for ver in falun.vers if "Faktura" in ver.text} == {
        "20260001", "20260002", "20260003", "20260004",
    }  # fmt: skip


def passed(sie: Sie) -> int:
    return sie.ub[0]["1689"]


def test_claims_may_stay_and_pass_later(changed: Works) -> None:
    with changed.writing(OPERATOR) as work:
        assert hand_over(work, JULY, transfer=False) == []
    with changed.reading(OPERATOR) as work:
        assert handover_preview(work, JULY).stays is True
        assert claim_holders(work, ["20260001"]) == {"20260001": "2080"}
    with pytest.raises(Conflict, match="Falun keeps them"), changed.writing(OPERATOR) as work:
        hand_over(work, JULY, transfer=False)
    with changed.writing(OPERATOR) as work:
        hand_over(work, JULY, transfer=True)
    with changed.reading(OPERATOR) as work:
        assert handover_preview(work, JULY).stays is False
        numbers = ["20260001", "720260001"]
        assert claim_holders(work, numbers) == dict.fromkeys(numbers, "2081")


def test_what_comes_after_is_seen_to_be_left(changed: Works, clock: Clock) -> None:
    """A payment to the old bankgiro, the day after: Falun has the money and owes it on."""
    with changed.writing(OPERATOR) as work:
        hand_over(work, JULY, transfer=True)
    at(clock, 7, 4)
    with changed.writing(OPERATOR) as work:
        heading = Heading("payment:1", "payment", work.today, "Inbetalning", "2080")
        post(work, heading, [Amount("1930", "2062", 500), Amount("1510", "2062", -500)])
    with changed.reading(OPERATOR) as work:
        plan = handover_preview(work, JULY)
    assert [(line.counterpart, line.amount_ore) for line in plan.passing] == [("2062", -500)]
    assert len(plan.entries) == 2


def test_nothing_passes_before_its_day_or_where_the_host_does_not_change(
    works: Works, clock: Clock
) -> None:
    make_small(works)
    at(clock, 6, 10)
    issue_month(works, JUNE)
    with works.writing(OPERATOR) as work:
        change_host(work, BORLANGE)
        make_host(work, "2081", date(2026, 10, 1), "991-2346")  # another bankgiro, the same host
    with pytest.raises(Conflict, match="not host until 2026-07-01"), works.writing(OPERATOR) as w:
        hand_over(w, JULY, transfer=True)
    for day in (NEW_YEAR, date(2026, 10, 1), date(2026, 7, 2)):
        with pytest.raises(NotFound), works.reading(OPERATOR) as work:
            handover_preview(work, day)


def test_a_locked_month_does_not_stop_it_and_the_entries_stand_after_it(
    changed: Works, clock: Clock
) -> None:
    at(clock, 8, 2)
    with changed.writing(OPERATOR) as work:
        lock_month(work, JUNE)
        lock_month(work, JULY)
        old, new = hand_over(work, JULY, transfer=True)
    assert old.booked_on == new.booked_on == date(2026, 8, 2)


def test_two_hosts_never_number_in_one_series(works: Works, clock: Clock) -> None:
    make_small(works)
    at(clock, 6, 10)
    other = NewHost("2081", JULY, "580-5627")
    with works.writing(OPERATOR) as work:
        point = work.session.begin_nested()
        change_host(work, other)  # nothing is issued yet, so its numbers are free
        point.rollback()
    issue_month(works, JUNE)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        change_host(work, other)
    assert refused.value.faults[0].at == "series"
    with works.writing(OPERATOR) as work:
        change_host(work, BORLANGE)
        change_host(work, NewHost("2080", date(2027, 1, 1), "991-2346"))  # Falun's own again
    with works.reading(OPERATOR) as work:
        terms = terms_of_hosts(work)
    assert [(term.host.series, term.host.f_tax, term.from_on, term.to_on) for term in terms] == [
        ("", False, NEW_YEAR, date(2026, 6, 30)),
        ("7", True, JULY, date(2026, 12, 31)),
        ("", False, date(2027, 1, 1), None),
    ]


@pytest.mark.parametrize("series", ["12345", "A", "7 ", "\u0667"])  # the last: a digit, not ours
def test_a_series_is_at_most_four_digits(works: Works, series: str) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        make_host(work, "2081", JULY, "nej", -1, series)
    assert [fault.at for fault in refused.value.faults] == ["bankgiro", "due_days", "series"]


def test_finance_decides_it_and_an_auditor_sees_it(changed: Works) -> None:
    auditor = Actor("revisor", {"billing.see": None})
    with changed.reading(auditor) as work:
        assert isinstance(handover_preview(work, JULY), Handover)
    with pytest.raises(Forbidden), changed.writing(auditor) as work:
        hand_over(work, JULY, transfer=False)
    some = Actor("chef", {"billing.see": frozenset({"2062"})})
    with pytest.raises(Forbidden), changed.reading(some) as work:
        handover_preview(work, JULY)


entries = st.lists(
    st.tuples(
        st.sampled_from(["1510", "2899", "1930", "2611"]),
        st.sampled_from(["2062", "2080", "2081"]),
        st.integers(-(10**9), 10**9),
    ),
    max_size=12,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(entries)
def test_whatever_stood_in_the_old_books_stands_once_in_the_two(
    works: Works, clock: Clock, booked: list[tuple[str, str, int]]
) -> None:
    at(clock, 7, 3)
    with works.writing(OPERATOR) as work:
        point = work.session.begin_nested()
        make_small_books(work, booked)
        before = _owed(work, "1510")
        old_books = balances(work, NEW_YEAR, YEAR_END, "2080")
        plan = handover_preview(work, JULY)
        assert {line.use for line in plan.passing} <= {"receivable"}
        if plan.passing:
            hand_over(work, JULY, transfer=True)
            assert _owed(work, "1510") == before
            assert set(balances_of(work, "2080", "1510", YEAR_END)) <= {"2081"}
            for books in ("2080", "2081"):
                assert sum(balances(work, NEW_YEAR, YEAR_END, books).values()) == 0
            now = balances(work, NEW_YEAR, YEAR_END, "2080")
            for account in ("1930", "2611", "2899", "3690"):  # what is not claims stays
                assert now.get(account, 0) == old_books.get(account, 0)
            assert handover_preview(work, JULY).passing == ()
        else:
            with pytest.raises(Conflict):
                hand_over(work, JULY, transfer=True)
        point.rollback()


def make_small_books(work: Work, booked: list[tuple[str, str, int]]) -> None:
    make_members(work)
    choose_accounts(work, ACCOUNTS)
    change_host(work, BORLANGE)
    for place, (account, counterpart, ore) in enumerate(booked):
        heading = Heading(f"{place}", "x", JUNE, "x", "2080")
        post(work, heading, [Amount(account, counterpart, ore), Amount("3690", counterpart, -ore)])


def _owed(work: Work, account: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for books in ("2080", "2081"):
        found.update(balances_of(work, books, account, YEAR_END))
    return Counter({code: ore for code, ore in found.items() if ore})
