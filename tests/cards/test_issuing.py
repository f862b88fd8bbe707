import threading
from datetime import date

import pytest
from sqlmodel import col, select

from consortium.cards.blocking import block_card
from consortium.cards.issuing import issue_card, replace_card
from consortium.cards.queries import open_blocks
from consortium.cards.rules import is_card_number
from consortium.cards.tables import Card, CardBlock, CardSeries, Patron
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Works
from consortium.members.joining import Address, Newcomer, join
from consortium.members.queries import members
from tests.cards.making import FALUN_COUNTER, MORA_COUNTER, PATRON, make_card
from tests.conftest import OPERATOR, Clock
from tests.making import FIRST, make_members

CARDS_EACH = 12


def test_a_patron_gets_a_card_of_the_municipality(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
    with works.writing(FALUN_COUNTER) as work:
        first = issue_card(work, "2080", f"  {PATRON} ", 1984)
        second = issue_card(work, "2080", "Testlåntagare 2", 2019)
    # The second by hand: doubled 4 + 2·2 = 8, between them 10, together 18, up to 20: 2.
    assert [first.number, second.number] == ["22080000000014", "22080000000022"]
    with works.reading(OPERATOR) as work:
        patron = work.session.get_one(Patron, first.patron_id)
        assert [patron.name, patron.birth_year] == [PATRON, 1984]
        assert patron.forget_on == date(2029, 11, 24)


def test_each_municipality_has_a_series_of_its_own(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_card(work)
        numbers = [issue_card(work, code, PATRON, 1984).number for code in ("2062", "2080")]
    assert [number[:13] for number in numbers] == ["2206200000001", "2208000000002"]


def test_every_fault_of_a_patron_is_told_at_once_and_nothing_is_saved(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        join(work, Newcomer("20", "Region Dalarna", "", "region"), Address(), FIRST)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        issue_card(work, "20", " ", 84)
    assert [fault.at for fault in refused.value.faults] == ["member", "name", "birth_year"]
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Patron)).all() == []
        assert work.session.exec(select(CardSeries)).all() == []


def test_nobody_is_born_next_year(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        issue_card(work, "2080", PATRON, 2026)
        with pytest.raises(Invalid):
            issue_card(work, "2080", PATRON, 2027)


def test_cards_are_issued_and_replaced_within_ones_own_municipality_only(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
    with pytest.raises(Forbidden), works.writing(MORA_COUNTER) as work:
        issue_card(work, "2080", PATRON, 1984)
    with pytest.raises(Forbidden), works.writing(MORA_COUNTER) as work:
        replace_card(work, number)


def test_a_new_card_takes_the_place_of_the_old_one(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        old = make_card(work)
    clock.forward(days=400)
    with works.writing(FALUN_COUNTER) as work:
        new = replace_card(work, "2 2080 0000 0001 4")
    with works.reading(OPERATOR) as work:
        states = work.session.exec(select(Card.number, Card.state).order_by(col(Card.id))).all()
        patron = work.session.get_one(Patron, old.patron_id)
        replaced = work.session.get_one(Card, old.id)
    assert [tuple(row) for row in states] == [
        ("22080000000014", "replaced"),
        ("22080000000022", "valid"),
    ]
    assert new.patron_id == old.patron_id
    assert replaced.replaced_at == clock.now
    assert patron.forget_on == date(2030, 12, 29)  # 24 November 2026 + 400 days, + 3 years


def test_a_card_is_replaced_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
        replace_card(work, number)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        replace_card(work, number)


def test_a_card_that_is_not_there_cannot_be_replaced(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        with pytest.raises(NotFound):
            replace_card(work, "22080000000014")
        with pytest.raises(Invalid):
            replace_card(work, "22080000000015")


def test_blocks_of_the_patron_go_on_and_those_of_the_plastic_end(
    works: Works, clock: Clock
) -> None:
    with works.writing(OPERATOR) as work:
        old = make_card(work)
    set_at = clock.now
    with works.writing(FALUN_COUNTER) as work:
        for reason in ("lost", "unpaid", "stolen", "misuse"):
            block_card(work, old.number, reason)
    clock.forward(days=2)
    with works.writing(OPERATOR) as work:
        new = replace_card(work, old.number)
    with works.reading(OPERATOR) as work:
        carried = open_blocks(work, new)
        history = work.session.exec(select(CardBlock).where(CardBlock.card_id == old.id)).all()
    assert [(block.reason, block.set_by, block.set_at) for block in carried] == [
        ("unpaid", "falun-1", set_at),
        ("misuse", "falun-1", set_at),
    ]
    assert len(history) == 4
    assert {(block.lifted_by, block.lifted_at) for block in history} == {("operator", clock.now)}


def test_the_audit_trail_names_cards_and_no_person(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        old = make_card(work)
        new = replace_card(work, old.number)
    with works.reading(OPERATOR) as work:
        rows = select(AuditEntry).where(col(AuditEntry.event).startswith("cards."))
        entries = work.session.exec(rows.order_by(col(AuditEntry.id))).all()
    assert [(entry.event, entry.subject, entry.facts) for entry in entries] == [
        ("cards.issued", old.number, {}),
        (
            "cards.replaced",
            old.number,
            {"by": new.number, "ended": [], "forget_on": ["2029-11-24", "2029-11-24"]},
        ),
    ]


def test_two_counters_at_once_never_give_the_same_number(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
    start, numbers = threading.Barrier(2), dict[str, list[str]]()

    def issue(name: str) -> None:
        with works.reading(OPERATOR) as work:
            members(work)  # connects, so that both begin at the same moment
        start.wait()
        given = numbers.setdefault(name, [])
        for _ in range(CARDS_EACH):
            with works.writing(FALUN_COUNTER) as work:
                given.append(issue_card(work, "2080", name, 1984).number)

    counters = [threading.Thread(target=issue, args=(f"Testlåntagare {n}",)) for n in (1, 2)]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()
    given = [number for theirs in numbers.values() for number in theirs]
    assert sorted(number[5:13] for number in given) == [
        f"{serial:08}" for serial in range(1, 2 * CARDS_EACH + 1)
    ]
    assert all(is_card_number(number) for number in given)


def test_two_counters_replace_a_card_at_once_and_one_is_refused(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        number = make_card(work).number
    start, outcomes = threading.Barrier(2), list[str]()

    def replace() -> None:
        start.wait()
        try:
            with works.writing(FALUN_COUNTER) as work:
                replace_card(work, number)
            outcomes.append("replaced")
        except Conflict:
            outcomes.append("refused")

    counters = [threading.Thread(target=replace) for _ in range(2)]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()
    assert sorted(outcomes) == ["refused", "replaced"]
    with works.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Card)).all()) == 2
