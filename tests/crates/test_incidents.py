from datetime import UTC, date, datetime, time

import pytest
from sqlmodel import select

from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.crates.incidents import Question, crates_passing, notices, write_notices
from consortium.crates.ledger import NewEvent, note_events
from consortium.messages.tables import Letter
from tests.conftest import OPERATOR
from tests.transports.making import FALUN, KVARNSVEDEN, MORA, make_crates, make_transports

MONDAY = date(2026, 11, 23)
MORNING = Question(MONDAY, time(9), time(12), branch=MORA)
SUBJECT, TEXT = "Silverfisk", "Titta efter i lådorna."


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    """From Falun and Kvarnsveden to Mora on Monday, left at 10:00 and at 13:00 in Sweden."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, 3)
        for code, origin, hour in (("LD000001", FALUN, 9), ("LD000002", KVARNSVEDEN, 12)):
            at = datetime(2026, 11, 23, hour, tzinfo=UTC)
            early = at.replace(hour=6)
            note_events(
                work,
                [
                    NewEvent(f"p{code}", code, "packed", origin, early, MORA),
                    NewEvent(f"c{code}", code, "collected", origin, early, vehicle="van1"),
                    NewEvent(f"d{code}", code, "delivered", MORA, at, vehicle="van1"),
                ],
            )


def test_crates_at_a_branch_and_in_a_van(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        (there,) = crates_passing(work, MORNING)
        van = crates_passing(work, Question(MONDAY, time(9), time(12), vehicle="van1"))
    assert (there.code, there.origin and there.origin.slug, there.noted) == (
        "LD000001",
        FALUN,
        True,
    )
    assert [crate.code for crate in van] == ["LD000001", "LD000002"]


def test_both_ends_are_written_to_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        written = write_notices(work, MORNING, SUBJECT, TEXT)
    assert [each.branch.slug for each in written] == [FALUN, MORA]
    with works.reading(OPERATOR) as work:
        letters = work.session.exec(select(Letter).order_by(Letter.to_address)).all()
    assert [letter.subject for letter in letters] == [SUBJECT] * 2
    assert all(TEXT in letter.body and "LD000001" in letter.body for letter in letters)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        write_notices(work, MORNING, SUBJECT, TEXT)


def test_who_has_no_address_is_named_and_not_written_to(works: Works) -> None:
    day = Question(MONDAY, time(9), time(15), branch=MORA)
    with works.reading(OPERATOR) as work:
        found = notices(work, day, SUBJECT, TEXT)
    assert [(each.branch.slug, bool(each.email)) for each in found] == [
        (FALUN, True),
        (KVARNSVEDEN, False),
        (MORA, True),
    ]
    assert "LD000002" not in found[0].body


@pytest.mark.parametrize(
    ("question", "subject", "places"),
    [
        (Question(MONDAY, time(12), time(9), branch=MORA), SUBJECT, ["till"]),
        (Question(MONDAY, time(9), time(12)), SUBJECT, ["bibliotek"]),
        (Question(MONDAY, time(9), time(12), branch="nowhere"), SUBJECT, ["bibliotek"]),
        (MORNING, " ", ["amne"]),
    ],
)
def test_what_cannot_be_asked_is_refused(
    works: Works, question: Question, subject: str, places: list[str]
) -> None:
    with pytest.raises(Invalid) as refusal, works.reading(OPERATOR) as work:
        notices(work, question, subject, TEXT)
    assert [fault.at for fault in refusal.value.faults] == places


def test_it_takes_the_right_to_plan(works: Works) -> None:
    with pytest.raises(Forbidden), works.reading(Actor("x", {"transports.see": None})) as work:
        crates_passing(work, MORNING)
