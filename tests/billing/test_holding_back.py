"""Deliveries that somebody stops, and lets go on: nothing is lost, nothing leaves twice."""

from pathlib import Path

import pytest
from sqlmodel import select

from consortium.billing.charging import Owed, charge_interest
from consortium.billing.holding_back import go_on, stop_deliveries
from consortium.billing.queries import invoice_by_number
from consortium.billing.tables import Invoice, InvoiceDelivery
from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Works
from consortium.ledger.queries import balances
from jobs.worker import run_next
from tests.billing.test_delivering import all_done, carrying, issued
from tests.conftest import NOON, OPERATOR


def left(works: Works) -> int:
    with works.reading(OPERATOR) as work:
        return len(work.session.exec(select(InvoiceDelivery)).all())


def run_of(works: Works, number: str) -> int:
    with works.reading(OPERATOR) as work:
        return invoice_by_number(work, number)[0].run_id or 0


def test_what_is_stopped_is_drawn_and_waits_until_it_goes_on(works: Works, tmp_path: Path) -> None:
    numbers = issued(works)
    running = carrying(works, tmp_path)
    while left(works) < 1:
        assert run_next(running)
    with works.writing(OPERATOR) as work:
        stop_deliveries(work, run_of(works, numbers[0]))
    all_done(running)
    assert left(works) == 1
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        stop_deliveries(work, run_of(works, numbers[0]))
    with works.writing(OPERATOR) as work:
        go_on(work, run_of(works, numbers[0]))
    all_done(running)
    sent = sorted(path.stem for path in (tmp_path / "outbox" / "e-invoices").glob("*.xml"))
    assert sent == numbers
    assert left(works) == len(numbers)


def test_interest_becomes_an_invoice_outside_vat_once(works: Works) -> None:
    numbers = issued(works)
    owed = Owed(numbers[0], NOON.date(), NOON.date(), 1_234, "30 dagar, 10,5 %")
    with works.writing(OPERATOR) as work:
        before = balances(work, NOON.date(), NOON.date())
        invoice = charge_interest(work, "2062", [owed])
        after = balances(work, NOON.date(), NOON.date())
    assert (invoice.number, invoice.kind, invoice.payable_ore) == ("20260005", "outside", 1_234)
    assert after["1510"] - before["1510"] == 1_234
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        charge_interest(work, "2062", [owed])
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        charge_interest(work, "2062", [])
    with works.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Invoice)).all()) == len(numbers) + 1
