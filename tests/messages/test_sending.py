"""Letters are written once, and what became of each is noted once."""

import pytest
from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.later import Task
from consortium.core.work import Works
from consortium.documents.keeping import keep
from consortium.documents.queries import document
from consortium.messages.sending import (
    letter_by_key,
    mark_letter_given_up,
    mark_letter_refused,
    mark_letter_sent,
    note_return,
    write_letter,
)
from tests.conftest import NOON, OPERATOR, Clock

TEXT = ("Ämne", "Hej å ä ö\n")
TO = "mora@lib.example"


def write(works: Works, key: str = "a", *, fleeting: bool = False) -> None:
    with works.writing(OPERATOR) as work:
        write_letter(work, key, TO, TEXT, fleeting=fleeting)


def test_a_letter_is_written_and_queued_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        assert write_letter(work, "plan:1:2", TO, TEXT) is not None
        assert write_letter(work, "plan:1:2", TO, TEXT) is None
    with works.reading(OPERATOR) as work:
        assert [task.key for task in work.session.exec(select(Task))] == ["plan:1:2"]


def test_the_first_moment_of_sending_is_kept(works: Works, clock: Clock) -> None:
    write(works)
    for _ in range(2):
        with works.writing(OPERATOR) as work:
            mark_letter_sent(work, "a")
        clock.forward(hours=1)
    with works.reading(OPERATOR) as work:
        assert letter_by_key(work, "a").sent_at == NOON


@pytest.mark.parametrize("fleeting", [True, False])
@pytest.mark.parametrize("end", ["sent", "refused", "given up"])
def test_a_secret_is_kept_no_longer_than_it_takes_to_send_it(
    works: Works, end: str, fleeting: bool
) -> None:
    write(works, fleeting=fleeting)
    with works.writing(OPERATOR) as work:
        assert letter_by_key(work, "a").body == TEXT[1]
        if end == "sent":
            mark_letter_sent(work, "a")
        elif end == "refused":
            mark_letter_refused(work, "a", "550 no")
        else:
            mark_letter_given_up(work, "a", "no answer")
    with works.reading(OPERATOR) as work:
        assert letter_by_key(work, "a").body == ("" if fleeting else TEXT[1])


def test_a_letter_comes_back_once_and_only_of_its_last_sending(works: Works, clock: Clock) -> None:
    write(works)
    with works.writing(OPERATOR) as work:
        mark_letter_sent(work, "a")
        assert not note_return(work, "a", 2, "5.1.1 of another sending")
        assert not note_return(work, "b", 1, "5.1.1 of another house")
        assert note_return(work, "a", 1, "5.1.1 unknown")
        clock.forward(hours=1)
        assert not note_return(work, "a", 1, "5.2.2 full")
    with works.reading(OPERATOR) as work:
        letter = letter_by_key(work, "a")
        entries = work.session.exec(select(AuditEntry)).all()
    assert (letter.trouble, letter.returned_at, letter.sent_at) == ("5.1.1 unknown", NOON, NOON)
    assert [(e.event, e.subject, e.facts) for e in entries] == [
        ("messages.letter_returned", "a", {"sending": 1})
    ]


def test_what_was_sent_is_not_given_up(works: Works) -> None:
    write(works)
    with works.writing(OPERATOR) as work:
        mark_letter_sent(work, "a")
        mark_letter_given_up(work, "a", "no answer")
        mark_letter_given_up(work, "nowhere", "no answer")
    with works.reading(OPERATOR) as work:
        assert letter_by_key(work, "a").trouble == ""


def test_the_same_bytes_are_one_document(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        first = keep(work, b"abc", "text/plain")
        assert keep(work, b"abc", "text/plain") == first
        assert document(work, first).content == b"abc"
    assert first == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2
