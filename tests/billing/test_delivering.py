"""An invoice leaves by the access point's HTTP interface, or stops where somebody sees it."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from consortium.billing.delivering import (
    invoice_letters,
    send_stopped_again,
    stopped_invoices,
    trouble_of,
)
from consortium.billing.queries import delivery_of, invoice_by_number
from consortium.billing.tables import InvoiceDelivery
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, NotFound
from consortium.core.later import Task, TaskState
from consortium.core.settings import Settings
from consortium.core.work import Actor, Works
from consortium.members.tables import Member
from consortium.messages.hooks import add_webhook
from consortium.messages.sending import letter_by_key, mark_letter_refused
from consortium.messages.tables import WebhookDelivery
from jobs.running import Running
from jobs.worker import run_next
from tests.billing.worlds import issue_month, make_small
from tests.conftest import OPERATOR, Clock
from tests.messages.receiving import Receiver, Reply, receiving

FIRST, TOKEN = "20260001", "token-1"
MORA = Actor("mora", {"billing.see": frozenset({"2062"})})
FINANCE = Actor("finance", {"billing.see": None, "billing.issue": None})


def carrying(works: Works, home: Path, receiver: Receiver | None = None) -> Running:
    outgoing: dict[str, Any] = {"allowed": ["127.0.0.1"]}
    if receiver:
        outgoing |= {"access_point_url": f"{receiver.address}/in", "access_point_token": TOKEN}
    given = {"home": home, "web": {"secret_key": "k" * 32}, "outgoing": outgoing}
    return Running(works, Settings.model_validate(given))


def issued(works: Works, *, email: str = "") -> list[str]:
    """The numbers of a month's four invoices, in order; `email`: a member who takes letters."""
    make_small(works)
    with works.writing(OPERATOR) as work:
        for member in work.session.exec(select(Member).where(Member.code == email)):
            member.delivery = "email"
    return [invoice.number for invoice in issue_month(works)]


def all_done(running: Running) -> None:
    while run_next(running):
        pass


def task(works: Works, number: str = FIRST) -> Task:
    with works.reading(OPERATOR) as work:
        row = select(Task).where(Task.key == number, Task.name == "invoicing.deliver_invoice")
        return work.session.exec(row).one()


def test_an_invoice_is_posted_once_under_its_number(works: Works, tmp_path: Path) -> None:
    numbers = issued(works)
    with receiving(Reply(202)) as receiver:
        all_done(carrying(works, tmp_path, receiver))
    posted = {received.headers["idempotency-key"]: received for received in receiver.received}
    assert sorted(posted) == sorted(numbers)
    first = posted[FIRST]
    assert (first.method, first.path) == ("POST", "/in")
    assert first.headers["authorization"] == "Bearer token-1"
    assert first.headers["content-type"] == "application/xml; charset=utf-8"
    assert first.body.startswith(b"<?xml")
    assert FIRST.encode() in first.body
    with works.reading(OPERATOR) as work:
        assert len(work.session.exec(select(InvoiceDelivery)).all()) == 4
        assert stopped_invoices(work) == []
    assert not (tmp_path / "outbox" / "e-invoices").exists()


def test_a_refused_invoice_is_work_until_it_is_sent_again(works: Works, tmp_path: Path) -> None:
    issued(works)
    words = Reply(422, {"Content-Type": "text/plain"}, b"BT-49 is unknown\r\nX: y")
    with receiving(words, Reply(202)) as receiver:
        running = carrying(works, tmp_path, receiver)
        all_done(running)
        assert (task(works).state, task(works).attempts) == (TaskState.FAILED, 1)
        with works.reading(FINANCE) as work:
            ((stopped),) = stopped_invoices(work)
            invoice, _buyer = invoice_by_number(work, FIRST)
            assert delivery_of(work, invoice) is None
            assert trouble_of(work, invoice) == stopped.why
        assert stopped.invoice.number == FIRST
        assert "422 BT-49 is unknown X: y" in stopped.why
        with pytest.raises(Forbidden), works.writing(Actor("a", {"billing.see": None})) as work:
            send_stopped_again(work, FIRST)
        with works.writing(FINANCE) as work:
            send_stopped_again(work, FIRST)
        all_done(running)
    assert task(works).state == TaskState.DONE
    with works.reading(FINANCE) as work:
        invoice, _buyer = invoice_by_number(work, FIRST)
        assert delivery_of(work, invoice) is not None
        assert trouble_of(work, invoice) == ""
        events = {entry.event for entry in work.session.exec(select(AuditEntry))}
    assert "billing.tried_again" in events
    assert [r.headers["idempotency-key"] for r in receiver.received].count(FIRST) == 2
    with pytest.raises(Conflict), works.writing(FINANCE) as work:
        send_stopped_again(work, FIRST)


@pytest.mark.parametrize("status", [500, 503, 302, 408, 409, 429])
def test_trouble_at_the_access_point_is_tried_again(
    works: Works, clock: Clock, tmp_path: Path, status: int
) -> None:
    issued(works)
    with receiving(Reply(status)) as receiver:
        all_done(carrying(works, tmp_path, receiver))
        assert task(works).state == TaskState.WAITING
        with works.reading(FINANCE) as work:
            assert stopped_invoices(work) == []
        receiver.replies[:] = [Reply(202)]
        clock.forward(hours=1)
        all_done(carrying(works, tmp_path, receiver))
    assert task(works).state == TaskState.DONE


def test_an_access_point_in_a_closed_network_must_be_named(works: Works, tmp_path: Path) -> None:
    issued(works)
    with receiving() as receiver:
        running = carrying(works, tmp_path, receiver)
        closed = running.settings.outgoing.model_copy(update={"allowed": []})
        settings = running.settings.model_copy(update={"outgoing": closed})
        all_done(Running(works, settings))
    assert receiver.received == []
    assert task(works).state == TaskState.FAILED
    assert "outgoing.allowed" in task(works).trouble


def test_members_see_what_stopped_of_their_own(works: Works, tmp_path: Path) -> None:
    issued(works)
    with receiving(Reply(400)) as receiver:
        all_done(carrying(works, tmp_path, receiver))
    with works.reading(FINANCE) as work:
        everything = {row.invoice.number: row.buyer.code for row in stopped_invoices(work)}
        assert invoice_letters(work) is None
    assert len(everything) == 4
    with works.reading(MORA) as work:
        own = {row.invoice.number for row in stopped_invoices(work)}
        letters = invoice_letters(work)
    assert own == {number for number, code in everything.items() if code == "2062"}
    assert letters is not None
    assert set(letters) == {f"invoice:{number}" for number in own}
    foreign = min(set(everything) - own)
    with pytest.raises(NotFound), works.writing(MORA) as work:
        send_stopped_again(work, foreign)


def test_an_invoice_whose_letter_came_back_says_so(works: Works, tmp_path: Path) -> None:
    issued(works, email="2062")
    all_done(carrying(works, tmp_path))
    with works.reading(MORA) as work:
        key = (invoice_letters(work) or [""])[0]
        invoice, _buyer = invoice_by_number(work, key.removeprefix("invoice:"))
        assert letter_by_key(work, key).sent_at is not None
        assert trouble_of(work, invoice) == ""
    with works.writing(OPERATOR) as work:
        mark_letter_refused(work, key, "5.1.1 unknown")
    with works.reading(MORA) as work:
        assert trouble_of(work, invoice) == "5.1.1 unknown"


def test_every_issued_invoice_is_told_of(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        add_webhook(work, "https://bokforing.example/", ["invoice.issued"])
    invoices = issue_month(works)
    with works.reading(OPERATOR) as work:
        told = work.session.exec(select(WebhookDelivery).order_by(col(WebhookDelivery.id))).all()
    assert [row.key for row in told] == [f"invoice.issued:{row.number}" for row in invoices]
    first = invoices[0]
    member = first.key.split("/")[1]
    for part in (f'"number":"{first.number}"', f'"member":"{member}"', '"month":"2026-11"'):
        assert part in told[0].body
    assert f'"payable_ore":{first.payable_ore}' in told[0].body
    assert "@" not in told[0].body
