"""Letters that did not arrive: who sees them, who sends them again, what settles them."""

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry, AuditValue
from consortium.core.cursors import START
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.later import Task, TaskState
from consortium.core.work import Actor, Works
from consortium.messages.mending import may_handle, send_again, settle, unsettle
from consortium.messages.queries import (
    ALL,
    GIVEN_UP,
    RETURNED,
    SENT,
    TODO,
    WAITING,
    count_of,
    letter_to_see,
    letters,
    trouble_of_letter,
)
from consortium.messages.sending import (
    letter_by_key,
    mark_letter_given_up,
    mark_letter_refused,
    mark_letter_sent,
    note_return,
    write_letter,
)
from tests.conftest import OPERATOR

ADMINISTRATOR = Actor("admin", {"settings.see": None, "billing.see": None})
FINANCE = Actor("finance", {"billing.see": None, "billing.issue": None})
OF_MORA = Actor("mora", {"billing.see": frozenset({"2062"}), "billing.issue": frozenset({"2062"})})
COORDINATOR = Actor("coordinator", {"billing.see": None, "transports.plan": None})
AUDITOR = Actor("auditor", {"billing.see": None})
KEYS = ("invoice:1", "invoice:2", "plan:1:mora", "alert:upkeep:2026-11-24:1", "password:1")


@pytest.fixture
def post(works: Works) -> Works:
    """One letter waits, one is sent, one is refused, one comes back, one is given up."""
    with works.writing(OPERATOR) as work:
        for key in KEYS:
            write_letter(work, key, "a@lib.example", (key, "x"), fleeting=key == "password:1")
        mark_letter_sent(work, "invoice:2")
        mark_letter_refused(work, "plan:1:mora", "550 5.1.1 unknown")
        mark_letter_sent(work, "alert:upkeep:2026-11-24:1")
        note_return(work, "alert:upkeep:2026-11-24:1", 1, "5.2.2 full")
        mark_letter_given_up(work, "password:1", "no answer")
        for task in work.session.exec(select(Task)):
            task.state = TaskState.DONE if task.key != "password:1" else TaskState.FAILED
    return works


def number(works: Works, key: str) -> int:
    with works.reading(OPERATOR) as work:
        return letter_by_key(work, key).id


def seen(works: Works, actor: Actor, state: str, mine: list[str] | None = None) -> list[str]:
    with works.reading(actor) as work:
        found = [letter.key for letter in letters(work, state, START, mine).rows]
        assert count_of(work, state, mine) == len(found)
    return found


def test_each_letter_is_in_its_state(post: Works) -> None:
    states = {state: seen(post, ADMINISTRATOR, state) for state in (WAITING, SENT, RETURNED)}
    assert states == {
        WAITING: ["invoice:1"],
        SENT: ["invoice:2"],
        RETURNED: ["alert:upkeep:2026-11-24:1", "plan:1:mora"],
    }
    assert seen(post, ADMINISTRATOR, GIVEN_UP) == ["password:1"]
    assert seen(post, ADMINISTRATOR, TODO) == list(reversed(KEYS[2:]))
    assert seen(post, ADMINISTRATOR, ALL) == list(reversed(KEYS))


@pytest.mark.parametrize(
    ("actor", "mine", "found"),
    [
        (FINANCE, None, ["invoice:2", "invoice:1"]),
        (AUDITOR, None, ["invoice:2", "invoice:1"]),
        (OF_MORA, ["invoice:2"], ["invoice:2"]),
        (OF_MORA, [], []),
        (COORDINATOR, None, ["plan:1:mora", "invoice:2", "invoice:1"]),
        (Actor("counter"), None, []),
    ],
    ids=lambda value: value.name if isinstance(value, Actor) else None,
)
def test_everyone_sees_the_letters_of_their_own_work(
    post: Works, actor: Actor, mine: list[str] | None, found: list[str]
) -> None:
    assert seen(post, actor, ALL, mine) == found
    for key in KEYS:
        with post.reading(actor) as work:
            letter_id = number(post, key)
            if key in found:
                assert letter_to_see(work, letter_id, mine).key == key
            else:
                with pytest.raises(NotFound):
                    letter_to_see(work, letter_id, mine)


def test_a_letter_is_sent_again_to_a_corrected_address(post: Works) -> None:
    with post.writing(COORDINATOR) as work:
        send_again(work, number(post, "plan:1:mora"), "b@lib.example")
    with post.reading(OPERATOR) as work:
        letter = letter_by_key(work, "plan:1:mora")
        task = work.session.exec(select(Task).where(Task.key == "plan:1:mora")).one()
        entry = work.session.exec(
            select(AuditEntry).where(AuditEntry.event == "messages.sent_again")
        ).one()
        values = work.session.exec(select(AuditValue.value)).all()
    assert (letter.to_address, letter.sending, letter.trouble) == ("b@lib.example", 2, "")
    assert (letter.sent_at, letter.returned_at, letter.settled_at) == (None, None, None)
    assert (task.state, task.attempts) == (TaskState.WAITING, 0)
    assert (entry.subject, entry.facts) == ("plan:1:mora", {"sending": 2})
    assert values == [["a@lib.example", "b@lib.example"]]  # where it can be erased


def test_a_letter_on_its_way_is_not_sent_again(post: Works) -> None:
    letter_id = number(post, "plan:1:mora")
    with post.writing(COORDINATOR) as work:
        send_again(work, letter_id, "b@lib.example")
    with pytest.raises(Conflict, match="under way"), post.writing(COORDINATOR) as work:
        send_again(work, letter_id, "b@lib.example")


@pytest.mark.parametrize("address", ["", "nobody", "a@b.se, c@d.se", "a@b.se\nBcc: c@d.se"])
def test_a_wrong_correction_is_refused_at_its_field(post: Works, address: str) -> None:
    with pytest.raises(Invalid) as refused, post.writing(COORDINATOR) as work:
        send_again(work, number(post, "plan:1:mora"), address)
    assert [fault.at for fault in refused.value.faults] == ["to_address"]


def test_an_alert_goes_where_the_settings_say_and_nowhere_else(post: Works) -> None:
    letter_id = number(post, "alert:upkeep:2026-11-24:1")
    with pytest.raises(Invalid), post.writing(ADMINISTRATOR) as work:
        send_again(work, letter_id, "other@lib.example")
    with post.writing(ADMINISTRATOR) as work:
        assert send_again(work, letter_id, "a@lib.example").sending == 2


def test_a_letter_whose_secret_is_gone_is_not_sent_again(post: Works) -> None:
    with pytest.raises(Conflict, match="new link"), post.writing(ADMINISTRATOR) as work:
        send_again(work, number(post, "password:1"), "a@lib.example")


def test_who_may_not_handle_it_changes_nothing(post: Works) -> None:
    for actor, key in (
        (AUDITOR, "invoice:2"),
        (OF_MORA, "invoice:2"),  # the right must be for all members
        (FINANCE, "plan:1:mora"),
        (COORDINATOR, "alert:upkeep:2026-11-24:1"),
        (COORDINATOR, "invoice:2"),
    ):
        for act in (settle, unsettle, lambda work, i: send_again(work, i, "a@lib.example")):
            with pytest.raises(Forbidden), post.writing(actor) as work:
                act(work, number(post, key))
        with post.reading(actor) as work:
            assert not may_handle(work, key)


def test_what_is_settled_is_no_work_until_that_is_taken_back(post: Works) -> None:
    letter_id = number(post, "plan:1:mora")
    with post.reading(OPERATOR) as work:
        assert trouble_of_letter(work, "plan:1:mora") == "550 5.1.1 unknown"
    for _ in range(2):  # settled twice is settled once
        with post.writing(COORDINATOR) as work:
            settle(work, letter_id)
    assert "plan:1:mora" not in seen(post, ADMINISTRATOR, TODO)
    assert "plan:1:mora" in seen(post, ADMINISTRATOR, RETURNED)
    with post.reading(OPERATOR) as work:
        assert trouble_of_letter(work, "plan:1:mora") == ""
        assert trouble_of_letter(work, "nowhere") == ""
    with post.writing(COORDINATOR) as work:
        unsettle(work, letter_id)
    assert "plan:1:mora" in seen(post, ADMINISTRATOR, TODO)
    with post.reading(OPERATOR) as work:
        events = [
            e.event for e in work.session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        ]
    assert events[-2:] == ["messages.settled", "messages.unsettled"]


def test_what_arrived_needs_no_settling(post: Works) -> None:
    with pytest.raises(Conflict), post.writing(FINANCE) as work:
        settle(work, number(post, "invoice:2"))


def test_an_unknown_letter_is_not_found(post: Works) -> None:
    with pytest.raises(NotFound), post.writing(ADMINISTRATOR) as work:
        settle(work, 999)
