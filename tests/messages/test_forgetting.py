"""Old post is deleted where no book is kept of it."""

from sqlmodel import select

from consortium.core.later import Task, TaskState
from consortium.core.work import Works
from consortium.messages.forgetting import forget_old_post
from consortium.messages.hooks import Attempt, add_webhook, mark_delivery_failed, note_attempt
from consortium.messages.sending import mark_letter_given_up, mark_letter_sent, write_letter
from consortium.messages.tables import Letter, WebhookDelivery
from consortium.messages.telling import tell
from tests.conftest import OPERATOR, Clock


def post(works: Works, mark: str) -> None:
    """An invoice's letter and two to accounts, one of them given up; three events told."""
    with works.writing(OPERATOR) as work:
        for sort, fleeting in (("invoice", False), ("password", True), ("invitation", True)):
            key = f"{sort}:{mark}"
            write_letter(work, key, "a@lib.example", ("x", "y"), fleeting=fleeting)
            if sort == "invitation":
                mark_letter_given_up(work, key, "no")
            else:
                mark_letter_sent(work, key)
        for place in ("arrived", "failed", "waiting"):
            tell(work, "plan.published", f"{mark}-{place}", {})
        rows = {row.key: row.id for row in work.session.exec(select(WebhookDelivery))}
        note_attempt(work, rows[f"plan.published:{mark}-arrived"], Attempt(200))
        mark_delivery_failed(work, rows[f"plan.published:{mark}-failed"], "no")


def test_only_what_arrived_long_ago_goes(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        add_webhook(work, "https://mottagare.example/", ["plan.published"])
    post(works, "old")
    clock.forward(days=91)
    middle = clock.now
    clock.forward(days=1)
    post(works, "new")
    with works.writing(OPERATOR) as work:
        forget_old_post(work, middle)
    with works.reading(OPERATOR) as work:
        letters = {letter.key for letter in work.session.exec(select(Letter))}
        told = {row.key.partition(":")[2] for row in work.session.exec(select(WebhookDelivery))}
    assert letters == {
        "invoice:old",
        "invitation:old",
        "invoice:new",
        "password:new",
        "invitation:new",
    }
    assert told == {"old-failed", "old-waiting", "new-arrived", "new-failed", "new-waiting"}


def test_what_is_forgotten_may_be_written_anew(works: Works, clock: Clock) -> None:
    """Numbers of links and deliveries are given again once their rows are gone (SQLite)."""
    with works.writing(OPERATOR) as work:
        add_webhook(work, "https://mottagare.example/", ["plan.published"])
    post(works, "a")
    with works.writing(OPERATOR) as work:
        for task in work.session.exec(select(Task)):
            task.state = TaskState.DONE
    clock.forward(days=1)
    with works.writing(OPERATOR) as work:
        forget_old_post(work, clock.now)
        assert write_letter(work, "password:a", "a@lib.example", ("x", "y"), fleeting=True)
        tell(work, "plan.published", "a-arrived", {})
    with works.reading(OPERATOR) as work:
        waiting = select(Task.key).where(Task.state == TaskState.WAITING).order_by(Task.key)
        assert list(work.session.exec(waiting)) == ["1:plan.published:a-arrived", "password:a"]
