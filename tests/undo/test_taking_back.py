import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlmodel import col, select

from consortium.core.audit import PERSONAL_KEPT, AuditEntry, AuditValue
from consortium.core.errors import Conflict, Forbidden, NotFound, Unavailable
from consortium.core.work import Actor, Works
from consortium.undo.taking_back import may_undo, undo, undo_all, undoable_ids
from tests.conftest import OPERATOR, Clock
from tests.undo.changes import CHANGES, close_mora, move_address, scan
from tests.undo.test_round_trips import newest, written_for
from tests.undo.world import dump

FINANCE = Actor("ekonom", {"members.change": None})
MORA_MANAGER = Actor("mora", {"branches.change": frozenset({"2062"})})
FALUN_MANAGER = Actor("falun", {"branches.change": frozenset({"2080"})})
AUDITOR = Actor("revisor", {"audit.see": None})


def changed(works: Works, event: str = "members.address_changed") -> AuditEntry:
    with works.writing(OPERATOR) as work:
        CHANGES[event][0](work)
        CHANGES[event][1](work)
        return newest(work, event)


def test_an_entry_is_taken_back_once(works: Works) -> None:
    entry = changed(works)
    with works.writing(FINANCE) as work:
        undo(work, entry.id)
    with pytest.raises(Conflict, match="taken back already"), works.writing(FINANCE) as work:
        undo(work, entry.id)
    with works.reading(OPERATOR) as work:
        (prospect,) = may_undo(work, [entry]).values()
    assert prospect.undone is not None
    assert not prospect.possible


def test_two_who_take_back_the_same_at_once_do_it_once(works: Works) -> None:
    entry, start = changed(works), threading.Barrier(2)

    def take_back() -> bool:
        start.wait()
        try:
            with works.writing(FINANCE, steady=True) as work:
                undo(work, entry.id)
        except (Conflict, Unavailable):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [future.result() for future in [pool.submit(take_back) for _ in range(2)]]
    assert sorted(done) == [False, True]
    with works.reading(OPERATOR) as work:
        undone = select(AuditEntry).where(AuditEntry.undoes == entry.id)
        assert len(work.session.exec(undone).all()) == 1


def test_it_takes_the_right_of_the_change_for_its_member(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        close_mora(work)
        entry = newest(work, "branches.closed")
    with pytest.raises(Forbidden), works.writing(FALUN_MANAGER) as work:
        undo(work, entry.id)
    with works.writing(MORA_MANAGER) as work:
        undo(work, entry.id)


def test_who_has_no_business_with_an_entry_does_not_learn_that_it_is_there(works: Works) -> None:
    entry = changed(works)
    for stranger in (MORA_MANAGER, Actor("")):
        with pytest.raises(NotFound), works.writing(stranger) as work:
            undo(work, entry.id)
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        undo(work, 2_000_000_000)


def test_who_only_reads_is_told_what_right_it_takes(works: Works) -> None:
    entry = changed(works)
    with pytest.raises(Forbidden), works.writing(AUDITOR) as work:
        undo(work, entry.id)
    with works.reading(AUDITOR) as work:
        (prospect,) = may_undo(work, [entry]).values()
    assert [fault.facts for fault in prospect.reasons] == [{"right": "members.change"}]


def test_what_is_for_good_says_so(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        work.audit("billing.issued", "2026-11")
        entry = newest(work, "billing.issued")
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        undo(work, entry.id)
    assert refused.value.faults[0].fault == "An issued invoice stands"
    assert refused.value.faults[0].mend == "Mend it by a credit note"


def test_a_value_that_was_erased_in_time_does_not_come_back(works: Works, clock: Clock) -> None:
    entry = changed(works)
    clock.now += PERSONAL_KEPT + timedelta(days=1)
    with works.writing(OPERATOR) as work:
        for row in work.session.exec(select(AuditValue).where(AuditValue.entry_id == entry.id)):
            row.value, row.erased_at = None, work.now
    with pytest.raises(Conflict, match="erased in time"), works.writing(OPERATOR) as work:
        undo(work, entry.id)


def test_an_email_address_stands_beside_the_entry_and_not_in_it(works: Works) -> None:
    entry = changed(works)
    with works.reading(OPERATOR) as work:
        beside = work.session.exec(select(AuditValue).where(AuditValue.entry_id == entry.id)).one()
    assert (beside.name, beside.value) == ("email", ["faktura@2062.example", "ny@2062.example"])
    assert entry.facts == {"street": ["", "Box 1"], "city": ["", "Mora"]}


def test_scans_made_together_go_back_together_or_not_at_all(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        start = dump(work)
    with works.writing(OPERATOR) as work:
        scan("collected", "delivered")(work)
    first, *others = [row.id for row in work.audited]
    with works.writing(OPERATOR) as work:
        undo(work, first)
    with works.reading(OPERATOR) as work:
        before = dump(work)
    assert len(before["crateevent"]) == len(others) == 2
    with pytest.raises(Conflict, match="taken back already"), works.writing(OPERATOR) as work:
        undo_all(work, [first, *others])
    with works.reading(OPERATOR) as work:
        assert dump(work) == before
    with works.writing(OPERATOR) as work:
        undo_all(work, others)
    with works.reading(OPERATOR) as work:
        assert dump(work) == start


def test_an_undo_takes_what_was_written_on_the_way_with_it(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        CHANGES["emedia.usage_imported"][1](work)
        audited = work.audited
    assert [entry.event for entry in audited] == [
        "measures.entered",
        "measures.entered",
        "emedia.usage_imported",
    ]
    assert undoable_ids(audited) == [audited[-1].id]
    assert undoable_ids([]) == []


def test_a_chain_of_changes_goes_back_in_turn_through_undo_and_redo(works: Works) -> None:
    emails = ["faktura@2062.example", "a@2062.example", "b@2062.example"]
    entries = []
    for email in emails[1:]:
        with works.writing(OPERATOR) as work:
            move_address(work, email)
            entries.append(newest(work, "members.address_changed"))
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        undo(work, entries[0].id)
    with works.writing(OPERATOR) as work:
        back = written_for(work, undo(work, entries[1].id))
    with works.reading(OPERATOR) as work:
        assert may_undo(work, entries)[entries[0].id].possible
    with works.writing(OPERATOR) as work:  # made again, the second change stands in the way again
        again = written_for(work, undo(work, back.id))
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        undo(work, entries[0].id)
    assert [fault.at for fault in refused.value.faults] == [f"entry {again.id}"]
    with works.writing(OPERATOR) as work:
        undo(work, again.id)
        undo(work, entries[0].id)
    with works.reading(OPERATOR) as work:
        assert emails[0] in "".join(dump(work)["member"])


def test_a_page_of_entries_takes_a_few_queries_for_each_whatever_the_trail_holds(
    works: Works,
) -> None:
    with works.writing(OPERATOR) as work:
        rows = select(AuditEntry).order_by(col(AuditEntry.id).desc())
        page = list(work.session.exec(rows.limit(50)))
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    with works.reading(OPERATOR) as work:
        sqlalchemy_event.listen(works.engine, "before_cursor_execute", note)
        assert len(may_undo(work, page)) == 50
        sqlalchemy_event.remove(works.engine, "before_cursor_execute", note)
    assert len(page) < len(asked) <= 4 * len(page)
