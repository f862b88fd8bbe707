from datetime import date

import pytest
from sqlmodel import col, select

from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.settings import Settings
from consortium.core.work import Actor, Works
from consortium.members.joining import Address, change_address
from consortium.messages.tables import Letter
from consortium.payments.accruing import accrued
from consortium.payments.rates import add_published_rates, rate_rows, remove_rate, set_rate
from consortium.payments.reminding import Reminding, due_reminders, send_reminders, sent_reminders
from jobs.reminding import remind
from jobs.running import Running
from tests.conftest import OPERATOR, Clock
from tests.payments.worlds import at_noon, bgmax, make_owed, take

HOW = Reminding((8, 22))
ALL = ["20260001", "20260002", "20260003", "20260004"]


@pytest.fixture
def world(works: Works, clock: Clock) -> Works:
    """Four invoices due 1 October 2026: the first is paid on the 2nd, the second in part."""
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    rows = [
        (owed["2062/rated"].ocr, 416_668, "Mora kommun"),
        (owed["2062/outside"].ocr, 100_000, "Mora kommun"),
    ]
    take(works, bgmax(date(2026, 10, 2), rows))
    return works


def due(works: Works, how: Reminding = HOW) -> list[tuple[str, int]]:
    with works.reading(OPERATOR) as work:
        return [(each.owed.number, each.step) for each in due_reminders(work, how)]


def send(works: Works, *numbers: str, how: Reminding = HOW) -> None:
    with works.writing(OPERATOR) as work:
        send_reminders(work, how, numbers)


def letters(works: Works) -> dict[str, Letter]:
    with works.reading(OPERATOR) as work:
        rows = work.session.exec(select(Letter).where(col(Letter.key).startswith("reminder:")))
        return {letter.key: letter for letter in rows}


def test_steps_come_in_their_order_and_never_sooner_than_agreed(world: Works, clock: Clock) -> None:
    at_noon(clock, date(2026, 10, 8))
    assert due(world) == []  # seven days after
    at_noon(clock, date(2026, 10, 9))
    assert due(world) == [("20260002", 1), ("20260003", 1), ("20260004", 1)]
    send(world, "20260002")
    assert due(world) == [("20260003", 1), ("20260004", 1)]
    at_noon(clock, date(2026, 10, 23))  # 22 days after the due date
    assert due(world) == [("20260002", 2), ("20260003", 1), ("20260004", 1)]
    send(world, "20260002", "20260003")
    at_noon(clock, date(2026, 11, 5))
    assert due(world) == [("20260004", 1)]
    at_noon(clock, date(2026, 11, 6))  # 14 days after the first, as between 8 and 22
    assert due(world) == [("20260003", 2), ("20260004", 1)]
    send(world, "20260003")
    at_noon(clock, date(2027, 10, 1))
    assert due(world) == [("20260004", 1)]
    assert due(world, Reminding(())) == []


def test_a_reminder_is_a_letter_and_what_it_said_is_kept(world: Works, clock: Clock) -> None:
    at_noon(clock, date(2026, 10, 9))
    send(world, "20260002", "20260003")
    letter = letters(world)["reminder:20260002:1"]
    assert letter.to_address == "faktura@2062.example"
    assert letter.subject == "Påminnelse 1 om faktura 20260002"
    assert "förföll till betalning 2026-10-01" in letter.body
    assert "2\u00a0333,34\u00a0kr att betala" in letter.body
    assert "räntelagen" not in letter.body
    with world.reading(OPERATOR) as work:
        rows, total = sent_reminders(work, 0, 10)
    assert total == 2
    assert [(row.number, row.reminder.step, row.reminder.debt_ore) for row in rows] == [
        ("20260003", 1, 416_666),
        ("20260002", 1, 233_334),
    ]


def test_what_is_not_due_is_refused_with_all_that_is_wrong(world: Works, clock: Clock) -> None:
    at_noon(clock, date(2026, 10, 9))
    with world.writing(OPERATOR) as work:
        change_address(work, "2081", Address("REF2081", "0007", "2120002239", "access_point"))
    with pytest.raises(Conflict) as caught:
        send(world, *ALL)
    assert [fault.at for fault in caught.value.faults] == ["20260001", "20260003", "20260004"]
    with pytest.raises(Invalid):
        send(world)
    assert letters(world) == {}


def test_sending_takes_the_right(world: Works, clock: Clock) -> None:
    at_noon(clock, date(2026, 10, 9))
    reader = Actor("revisor", {"billing.see": None})
    with pytest.raises(Forbidden), world.writing(reader) as work:
        send_reminders(work, HOW, ["20260002"])
    own = Actor("chef", {"billing.see": frozenset({"2062"})})
    with pytest.raises(Forbidden), world.reading(own) as work:
        due_reminders(work, HOW)


def test_interest_is_told_of_where_it_is_charged(world: Works, clock: Clock) -> None:
    """By hand, with 2 % from July: 2 333,34 kr left of 3 333,34 from 3 October on.

    On 9 October: 1 day (the 2nd) × 333 334 + 7 days (3–9) × 233 334, at 10 % of 365 days:
    (333 334 + 1 633 338) / 3650 = 538,81 öre. Borlänge: 8 days × 416 666 / 3650 = 913,24 and
    8 × 333 333 / 3650 = 730,59.
    """
    at_noon(clock, date(2026, 10, 9))
    how = Reminding((8, 22), with_interest=True)
    with pytest.raises(Conflict) as caught, world.reading(OPERATOR) as work:
        due_reminders(work, how)
    assert [fault.facts["day"] for fault in caught.value.faults] == ["2026-07-01"]
    with world.writing(OPERATOR) as work:
        set_rate(work, date(2026, 7, 1), "2,00")
    with world.reading(OPERATOR) as work:
        run = {each.owed.number: each.interest_ore for each in due_reminders(work, how)}
        # Mora's first, paid a day late: 416 668 / 3650 = 114,16
        assert accrued(work, [1], work.today) == {1: 114}
    assert run == {"20260002": 539, "20260003": 913, "20260004": 731}
    send(world, "20260002", how=how)
    assert "5,39\u00a0kr" in letters(world)["reminder:20260002:1"].body
    with world.reading(OPERATOR) as work:
        ((row,), _total) = sent_reminders(work, 0, 10)
    assert row.reminder.interest_ore == 539


def test_the_job_sends_only_where_the_settings_say_so(
    world: Works, clock: Clock, settings: Settings
) -> None:
    at_noon(clock, date(2026, 10, 9))
    remind(Running(world, settings), date(2026, 10, 9))
    assert letters(world) == {}
    chosen = settings.invoicing.model_copy(update={"remind_automatically": True})
    running = Running(world, settings.model_copy(update={"invoicing": chosen}))
    with world.writing(OPERATOR) as work:
        change_address(work, "2081", Address("REF2081", "0007", "2120002239", "access_point"))
    remind(running, date(2026, 10, 9))
    assert set(letters(world)) == {"reminder:20260002:1"}  # Borlänge has no address
    remind(running, date(2026, 10, 9))  # again, after a crash
    assert set(letters(world)) == {"reminder:20260002:1"}


def test_reference_rates_are_entered_replaced_and_taken_away(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        set_rate(work, date(2025, 7, 1), "2.50", "Egen")
        assert len(add_published_rates(work)) == 12
    with works.reading(OPERATOR) as work:
        found = {row.from_on.isoformat(): row.percent for row in rate_rows(work)}
    assert found["2025-07-01"] == "2.5"  # what is entered stays
    assert (found["2023-07-01"], found["2022-01-01"]) == ("3.5", "0")
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        add_published_rates(work)
    with works.writing(OPERATOR) as work:
        assert set_rate(work, date(2025, 7, 1), "2").percent == "2"
        remove_rate(work, date(2025, 7, 1))
        assert len(rate_rows(work)) == 12


@pytest.mark.parametrize("percent", ["", "två", "2,25", "NaN", "Infinity", "31", "-5,5", "1e9999"])
def test_a_rate_that_is_none_is_refused_with_every_fault(works: Works, percent: str) -> None:
    with pytest.raises(Invalid) as caught, works.writing(OPERATOR) as work:
        set_rate(work, date(2026, 7, 2), percent, "x" * 201)
    assert [fault.at for fault in caught.value.faults] == ["from_on", "percent", "source"]
