"""The sealed chain: what it proves, whoever seals, in whatever order entries come."""

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import col, select, text

from consortium.core.audit import AuditEntry, AuditSeal, AuditValue
from consortium.core.erasing import erase_overdue, erase_values
from consortium.core.errors import Forbidden, Invalid, NotFound
from consortium.core.sealing import BATCH, Head, chain, head_of, note_verified, read_head, seal_all
from consortium.core.verifying import Walk, faults_of_chain
from consortium.core.work import Actor, Works
from tests.conftest import NOON, OPERATOR, Clock

HEAD = Head(3, "ab" * 32, NOON)
ENTRY = (
    "insert into auditentry (id, at, actor, event, subject, facts)"
    " values ({}, '2026-11-24 11:00:00+00:00', 'x', 'y', '', '{{}}')"
)
SEAL = (
    "insert into auditseal (number, entry_id, sha256, sealed_at)"
    " values ({}, 'made up', '2026-11-24 11:00:00+00:00')"
)


def write(works: Works, *subjects: str) -> None:
    with works.writing(OPERATOR) as work:
        for subject in subjects:
            work.audit("tests.happened", subject, count=len(subject), before_after=["å", None])


def written(works: Works, count: int = 5) -> None:
    """Entries 1 … count, of which the second has two personal values, all sealed."""
    write(works, "first")
    with works.writing(OPERATOR) as work:
        work.audit("tests.happened", "anna", personal={"name": "Ö", "email": ["a@b", "c@d"]})
    write(works, *map(str, range(3, count + 1)))
    seal_all(works, OPERATOR)


def faults(works: Works, head: Head | None = None) -> list[str]:
    with works.reading(OPERATOR) as work:
        return [str(fault) for fault in faults_of_chain(work, Walk(), head)]


def tamper(works: Works, *statements: str) -> None:
    """Do what the database's owner can do who takes the guards away, and puts them back."""
    sqlite = works.engine.dialect.name == "sqlite"
    with works.engine.execution_options(migrating=True).begin() as connection:
        for table in ("auditentry", "auditseal"):
            if sqlite:
                connection.execute(text(f"drop trigger {table}_no_update"))
                connection.execute(text(f"drop trigger {table}_no_delete"))
            else:
                connection.execute(text(f"alter table {table} disable trigger all"))
        for statement in statements:
            connection.execute(text(statement))


def seals(works: Works) -> list[AuditSeal]:
    with works.reading(OPERATOR) as work:
        return list(work.session.exec(select(AuditSeal).order_by(col(AuditSeal.number))))


def test_a_link_is_the_digest_of_the_one_before_and_of_the_entry(works: Works) -> None:
    written(works, 3)
    with works.reading(OPERATOR) as work:
        values = work.session.exec(select(AuditValue).order_by(col(AuditValue.name))).all()
    personal = [[value.name, value.digest] for value in values]
    facts = {"before_after": ["å", None], "count": 1}
    at, actor, event = "2026-11-24T11:00:00+00:00", "operator", "tests.happened"
    first, second, third = seals(works)
    links: tuple[tuple[object, ...], ...] = (
        (1, "0" * 64, 1, at, actor, event, "first", {**facts, "count": 5}, None, []),
        (2, first.sha256, 2, at, actor, event, "anna", {}, None, personal),
        (3, second.sha256, 3, at, actor, event, "3", facts, None, []),
    )
    for link, sealed in zip(links, (first, second, third), strict=True):
        content = json.dumps(link, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        assert sealed.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert [value.name for value in values] == ["email", "name"]


def test_what_is_untouched_verifies_and_is_sealed_once(works: Works) -> None:
    written(works)
    assert faults(works) == []
    assert seal_all(works, OPERATOR, thorough=True) == 0
    assert [link.entry_id for link in seals(works)] == [1, 2, 3, 4, 5]


def test_more_than_a_batch_is_sealed_in_one_go(works: Works) -> None:
    write(works, *["x"] * (2 * BATCH))
    assert seal_all(works, OPERATOR) == 2 * BATCH
    assert [link.number for link in seals(works)] == list(range(1, 2 * BATCH + 1))
    assert faults(works) == []


def test_an_entry_that_commits_late_is_sealed_late(works: Works) -> None:
    written(works, 3)
    with works.writing(OPERATOR) as work:
        work.session.add(AuditEntry(id=9, at=NOON, actor="a", event="tests.quick"))
    assert seal_all(works, OPERATOR) == 1
    with works.writing(OPERATOR) as work:
        work.session.add(AuditEntry(id=7, at=NOON, actor="a", event="tests.slow"))
    assert seal_all(works, OPERATOR) == 1
    assert [link.entry_id for link in seals(works)] == [1, 2, 3, 9, 7]
    assert faults(works) == []


def test_sealers_and_writers_side_by_side_leave_no_gap_and_no_fork(works: Works) -> None:
    failed: list[BaseException] = []

    def many(step: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                for _ in range(15):
                    step()
            except BaseException as error:  # noqa: BLE001 (told to the test, whatever it is)
                failed.append(error)

        return run

    steps = [lambda: seal_all(works, OPERATOR)] * 2 + [lambda: write(works, "a", "b")] * 3
    threads = [threading.Thread(target=many(step)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    seal_all(works, OPERATOR)
    assert [link.number for link in seals(works)] == list(range(1, 91))
    assert sorted(link.entry_id for link in seals(works)) == list(range(1, 91))
    assert faults(works) == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["update auditentry set actor = 'x' where id = 3"], ["Entry 3 is not as it was"]),
        (["update auditentry set event = 'x' where id = 3"], ["Entry 3 is not as it was"]),
        (["update auditentry set subject = 'x' where id = 5"], ["Entry 5 is not as it was"]),
        (["update auditentry set facts = '{}' where id = 1"], ["Entry 1 is not as it was"]),
        (["update auditentry set undoes = 1 where id = 4"], ["Entry 4 is not as it was"]),
        (
            ["update auditentry set at = '2026-11-24 11:00:01+00:00' where id = 3"],
            ["Entry 3 is not as it was"],
        ),
        (
            ["update auditentry set subject = 'x' where id in (3, 4)"],
            ["Entry 3 is not as it was", "Entry 4 is not as it was"],
        ),
        (  # two entries swapped under their seals
            [
                "update auditseal set entry_id = 1 + 1000 where number = 3",
                "update auditseal set entry_id = 3 where number = 4",
                "update auditseal set entry_id = 4 where number = 3",
            ],
            ["Entry 4 is not as it was under seal 3", "Entry 3 is not as it was under seal 4"],
        ),
        (["delete from auditentry where id = 3"], ["Entry 3, under seal 3, is gone"]),
        (["delete from auditseal where number = 3"], ["1 seals are missing before seal 4"]),
        (  # renumbered: what is under 9 was sealed under 5
            ["update auditseal set number = 9 where number = 5"],
            ["4 seals are missing before seal 9"],
        ),
        (
            ["update auditseal set sha256 = 'made up' where number = 3"],
            ["Entry 3 is not as it was under seal 3"],  # and only it: the next one fits
        ),
        (
            [
                ENTRY.format("8"),
                SEAL.format("6, 8"),
            ],
            ["Entry 8 is not as it was under seal 6"],
        ),
        (
            [SEAL.format("0, 77")],
            ["Seal 0 of entry 77 stands before the chain's begin"],
        ),
        (
            ["update auditvalue set value = '\"Ä\"' where name = 'name'"],
            ["The personal value name of entry 2 was changed"],
        ),
        (
            ["update auditvalue set salt = 'x' where name = 'name'"],
            ["The personal value name of entry 2 was changed"],
        ),
        (["delete from auditvalue where name = 'email'"], ["Entry 2 is not as it was"]),
        (["update auditvalue set name = 'other' where name = 'name'"], ["Entry 2 is not as it"]),
        (["update auditvalue set entry_id = 4 where name = 'name'"], ["Entry 2", "Entry 4"]),
    ],
)
def test_what_was_tampered_with_is_named_and_nothing_else(
    works: Works, statements: list[str], expected: list[str]
) -> None:
    written(works)
    tamper(works, *statements)
    found = faults(works)
    assert [fault[: len(start)] for fault, start in zip(found, expected, strict=True)] == expected


def test_what_is_sealed_refuses_change_by_anyone_who_leaves_the_guards(works: Works) -> None:
    written(works)
    for statement in (
        "update auditseal set number = 9 where number = 5",
        "delete from auditseal",
        "update auditentry set actor = 'x'",
        "delete from auditentry",
    ):
        with (
            pytest.raises(Exception, match="append only"),
            works.writing(OPERATOR) as work,
        ):
            work.session.connection().execute(text(statement))
    assert faults(works) == []


def test_an_exported_head_shows_an_end_that_was_cut_off(works: Works) -> None:
    written(works)
    with works.reading(OPERATOR) as work:
        head = head_of(work)
    assert head is not None
    assert (head.number, head.sha256) == (5, seals(works)[-1].sha256)
    assert faults(works, head) == []
    tamper(works, "delete from auditseal where number > 3", "delete from auditentry where id > 3")
    assert faults(works) == []  # the chain alone cannot know
    assert faults(works, head) == [
        "The chain ends at seal 3, but seal 5 was exported: its end is gone"
    ]


def test_an_exported_head_shows_a_chain_that_was_written_anew(works: Works) -> None:
    written(works)
    with works.reading(OPERATOR) as work:
        head = head_of(work)
    tamper(works, "delete from auditseal", "update auditentry set subject = 'x' where id = 1")
    seal_all(works, OPERATOR, thorough=True)
    write(works, "later")
    seal_all(works, OPERATOR)
    assert faults(works) == []
    assert faults(works, head) == [
        "Seal 5 is not the one that was exported: the chain was written anew"
    ]


def test_a_head_goes_through_a_file() -> None:
    assert read_head(HEAD.text()) == HEAD


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[]",
        "{}",
        HEAD.text()[:-3],
        HEAD.text().replace("3,", '"3",'),
        HEAD.text().replace("3,", "0,"),
        HEAD.text().replace("abab", "xyxy"),
        HEAD.text().replace("+00:00", ""),
    ],
)
def test_what_is_no_head_is_refused(broken: str) -> None:
    with pytest.raises(Invalid):
        read_head(broken)


def personal(works: Works) -> list[tuple[object, str, object]]:
    with works.reading(OPERATOR) as work:
        rows = work.session.exec(select(AuditValue).order_by(col(AuditValue.id)))
        return [(row.value, row.salt, row.erased_at) for row in rows]


def test_erased_values_are_gone_and_the_chain_still_proves_the_entry(
    works: Works, clock: Clock
) -> None:
    written(works)
    assert [value for value, _salt, _at in personal(works)] == ["Ö", ["a@b", "c@d"]]
    clock.forward(days=1)
    with works.writing(OPERATOR) as work:
        assert erase_values(work, entry_id=2) == 2
    assert personal(works) == [(None, "", NOON + timedelta(days=1))] * 2
    seal_all(works, OPERATOR)
    assert faults(works) == []
    tamper(works, "update auditvalue set value = '\"Ö\"' where name = 'name'")
    assert faults(works) == ["The personal value name of entry 2 was put back"]


def test_an_accounts_values_are_erased_as_actor_and_as_subject(works: Works) -> None:
    for actor, subject in (("op", "anna"), ("anna", "bo"), ("op", "bo")):
        with works.writing(Actor(actor, machine=True)) as work:
            work.audit("tests.happened", subject, personal={"name": subject})
    with works.writing(OPERATOR) as work:
        assert erase_values(work, account="anna") == 2
        assert erase_values(work, account="anna") == 0
    assert [value for value, _salt, _at in personal(works)] == [None, None, "bo"]


def test_values_are_erased_when_their_time_is_out_and_not_before(
    works: Works, clock: Clock
) -> None:
    written(works)
    clock.forward(days=729)
    with works.writing(OPERATOR) as work:
        assert erase_overdue(work) == 0
    clock.forward(days=1)
    with works.writing(OPERATOR) as work:
        assert erase_overdue(work) == 2
    with works.reading(OPERATOR) as work:
        (erased,) = work.session.exec(select(AuditEntry).where(AuditEntry.id > 5))
    assert (erased.event, erased.facts) == ("audit.values_erased", {"count": 2})
    assert faults(works) == []


def test_erasing_takes_the_right_and_something_to_erase(works: Works) -> None:
    written(works)
    auditor = Actor("auditor", {"audit.see": None})
    with pytest.raises(Forbidden), works.writing(auditor) as work:
        erase_values(work, entry_id=2)
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        erase_values(work, entry_id=99)
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        erase_values(work)
    assert personal(works)[0][0] == "Ö"


def test_the_chain_tells_how_it_stands(works: Works, clock: Clock) -> None:
    with works.reading(OPERATOR) as work:
        assert (chain(work).head, chain(work).verified_at, chain(work).faults) == (None,) * 3
    written(works)
    for found in (0, 2):
        clock.forward(hours=1)
        with works.writing(OPERATOR) as work:
            note_verified(work, 5, found)
    with works.reading(OPERATOR) as work:
        state = chain(work)
    assert state.head is not None
    assert (state.head.number, state.head.sealed_at) == (5, NOON)
    assert (state.verified_at, state.faults) == (clock.now, 2)


def test_numbers_of_seals_follow_each_other(works: Works) -> None:
    written(works, 9)
    numbers = [link.number for link in seals(works)]
    assert all(after - before == 1 for before, after in pairwise([0, *numbers]))
