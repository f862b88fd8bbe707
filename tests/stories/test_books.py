"""Whatever is done, in whatever order, the books hold: a machine bills, credits, pays, settles.

Three members and three pools: one taxed at 25 %, one outside VAT, and one at 6 % that two of them
share in whole kronor beside what the third gives. What the records refuse changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, select

from consortium.billing.charging import Owed, charge_interest
from consortium.billing.crediting import credit_invoice, creditable
from consortium.billing.periods import FINAL, PRELIMINARY, Cut
from consortium.billing.preparing import prepare_run, replace_run
from consortium.billing.settlements import previewed
from consortium.billing.settling import prepare_settlement
from consortium.billing.tables import Invoice, InvoiceRun
from consortium.core.db import open_engine
from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Work, Works
from consortium.costs.recording import NewCost, record_cost
from consortium.ledger.locking import latest_lock, lock_month, next_month, open_month
from consortium.payments.debts import open_debts
from consortium.payments.known import parts_of
from consortium.payments.left import left_of
from consortium.payments.placing import place, take_back
from consortium.payments.tables import Payment
from tests.conftest import OPERATOR, Clock
from tests.payments.worlds import at_noon, bgmax, take
from tests.slices import slice_of
from tests.stories.book_laws import all_hold, booked
from tests.stories.book_world import (
    POOLS,
    chosen,
    invoices,
    issued,
    make_three_pools,
    postgresql_copies,
    sqlite_copies,
)

START = date(2026, 12, 10)
STEPS = {"issue", "credit", "replace", "pay", "place", "back", "reverse", "settle", "interest"}
HOST = "2080"
Fresh = Callable[[], tuple[Works, Counter[str]]]
Month = st.sampled_from([1, 11, 12])
"""Few, so that what is done meets what was done before."""
Place = st.integers(0, 10_000)
"""Which of what there is: taken modulo how many there are."""


class Books(RuleBasedStateMachine):
    """spent: what has been recorded as cost, by pool. done: how often each step was not refused."""

    def __init__(self, works: Works, spent: Counter[str], done: Counter[str]) -> None:
        super().__init__()
        self.works, self.spent, self.done = works, Counter(spent), done
        self.clock: Clock = works.clock  # type: ignore[assignment]
        self.serial = 0
        self.files: list[tuple[date, tuple[str, int, str], int]] = []

    def teardown(self) -> None:
        self.works.engine.dispose()

    def tries(self, name: str, step: Callable[[Work], object]) -> bool:
        """Take a step; False where the records refuse it.

        What takes an invoice back, be it a note or a claim, is not taken back itself: Invalid.
        """
        try:
            with self.works.writing(OPERATOR) as work:
                step(work)
        except Conflict:
            return False
        except Invalid as refused:
            if {fault.at for fault in refused.faults} != {"number"}:
                raise
            return False
        self.done[name] += 1
        return True

    @initialize(month=Month, which=Place, late=st.booleans())
    def begin(self, month: int, which: int, late: bool) -> None:
        """A month is invoiced, and one of its invoices paid, so that there is something to do."""
        self.clock.forward(days=30 * late)
        cut = Cut(date(2026, month, 1))
        assert self.tries("issue", lambda work: issued(work, prepare_run(work, cut)))
        self.pay(which, 12, told=True, ago=0)

    @rule(days=st.integers(1, 45))
    def wait(self, days: int) -> None:
        self.clock.forward(days=days)

    @rule(
        months=st.sampled_from([1, 1, 1, 3, 12]),
        which=Month,
        stage=st.sampled_from([PRELIMINARY, PRELIMINARY, FINAL]),
        separate=st.booleans(),
        pools=st.sets(st.sampled_from(POOLS)),
    )
    def issue(self, months: int, which: int, stage: str, separate: bool, pools: set[str]) -> None:
        first = date(2026, (which - 1) // months * months + 1, 1)
        cut = Cut(first, months, stage, separate, frozenset(pools))
        self.tries("issue", lambda work: issued(work, prepare_run(work, cut)))

    @rule(which=Place, line=Place, tenths=st.integers(1, 10))
    def credit(self, which: int, line: int, tenths: int) -> None:
        """Whole, or some tenths of what is left of a line; then its month is billed again.

        What is credited whole may be, what is credited in part may not.
        """
        months: list[date] = []

        def step(work: Work) -> None:
            invoice = chosen(invoices(work), which)
            months.append(invoice.month)
            lines = [row for row in creditable(work, invoice) if row.left_ore]
            amounts = None
            if lines and tenths < 10:
                row = chosen(lines, line)
                amounts = {row.line.position: row.left_ore * tenths // 10 or row.left_ore}
            credit_invoice(work, invoice.number, "Fel", amounts)

        if self.tries("credit", step) and months[0].year == 2026:
            again = Cut(months[0])
            self.tries("issue", lambda work: issued(work, prepare_run(work, again)))

    @rule(which=Place)
    def replace(self, which: int) -> None:
        def step(work: Work) -> None:
            runs = work.session.exec(select(InvoiceRun).order_by(col(InvoiceRun.id))).all()
            issued(work, replace_run(work, chosen(runs, which).id))

        self.tries("replace", step)

    @rule(which=Place, tenths=st.sampled_from([5, 10, 10, 12]), told=st.booleans(), ago=Place)
    def pay(self, which: int, tenths: int, told: bool, ago: int) -> None:
        """A payment in, with or without a reference, of what is owed or less or more."""
        with self.works.reading(OPERATOR) as work:
            owed = [row for row in open_debts(work) if row.debt_ore > 0]
            if not owed:
                return
            debt = chosen(owed, which)
            ocr = work.session.get_one(Invoice, debt.invoice).ocr
        sent = ocr if told else "", debt.debt_ore * tenths // 10 or 1, debt.name
        self.comes_in("pay", sent, ago)

    @rule(which=Place, ago=Place)
    def reverse(self, which: int, ago: int) -> None:
        """The bank takes a payment back."""
        with self.works.reading(OPERATOR) as work:
            payments = work.session.exec(select(Payment).order_by(col(Payment.id))).all()
            if not payments:
                return
            payment = chosen(payments, which)
            sent = payment.reference, -payment.amount_ore, payment.payer
        self.comes_in("reverse", sent, ago)

    def comes_in(self, name: str, sent: tuple[str, int, str], ago: int) -> None:
        self.serial += 1
        with self.works.reading(OPERATOR) as work:
            day = work.today - timedelta(days=ago % 60)
        with suppress(Conflict):
            take(self.works, bgmax(day, [sent], self.serial))
            self.files.append((day, sent, self.serial))
            self.done[name] += 1

    @precondition(lambda self: self.files)
    @rule(which=Place)
    def told_again(self, which: int) -> None:
        """A payment that is known stands in another file too, beside one of nobody."""
        day, sent, serial = chosen(self.files, which)
        take(self.works, bgmax(day, [sent, ("", 100, "")], serial))

    @rule(which=Place, whose=Place)
    def place(self, which: int, whose: int) -> None:
        """What is left of a payment pays something that is owed, or a credit note."""

        def step(work: Work) -> None:
            left = left_of(work, work.session.exec(select(Payment.id)).all())
            some = {payment: ore for payment, ore in left.items() if ore > 0}
            payment = chosen(sorted(some), which)
            debt = chosen(open_debts(work), whose)
            place(work, payment, {debt.number: min(debt.debt_ore, some[payment])})

        self.tries("place", step)

    @rule(which=Place)
    def back(self, which: int) -> None:
        """A payment no longer pays one of the invoices that it pays."""

        def step(work: Work) -> None:
            pays = parts_of(work, work.session.exec(select(Payment.id)).all())
            payment = chosen(sorted(pays), which)
            invoice, ore = next(iter(pays[payment].items()))
            number = work.session.get_one(Invoice, invoice).number
            take_back(work, payment, {number: ore})

        self.tries("back", step)

    @rule(which=Place, ore=st.integers(1, 100_000))
    def interest(self, which: int, ore: int) -> None:
        self.serial += 1

        def step(work: Work) -> None:
            number, day = chosen(invoices(work), which).number, START + timedelta(days=self.serial)
            charge_interest(work, "2081", [Owed(number, day, day, ore, "")])

        self.tries("interest", step)

    @rule(pool=st.sampled_from(POOLS), month=Month, ore=st.integers(-500, 9_999_999))
    def spend(self, pool: str, month: int, ore: int) -> None:
        self.serial += 1
        cost = NewCost(f"{self.serial}", date(2026, month, 15), "Leverantör", "", ore)
        if self.tries("spend", lambda work: record_cost(work, pool, 2026, cost)):
            self.spent[pool] += ore

    @rule()
    def lock(self) -> None:
        self.tries("lock", lambda work: lock_month(work, next_month(work) or START))

    @rule()
    def unlock(self) -> None:
        def step(work: Work) -> None:
            lock = latest_lock(work)
            open_month(work, lock.month if lock else START, "Rättelse")

        self.tries("unlock", step)

    @precondition(lambda self: self.clock.now.year > 2026)
    @rule(back=st.booleans())
    def settle(self, back: bool) -> None:
        """Every pool has then come to what was spent on it: invoiced, or the host's own.

        back: suppliers have given much back first.
        """
        if back:
            self.spend("office", 12, -9_000_000)
        self.tries("settle", lambda work: issued(work, prepare_settlement(work, 2026)))
        with self.works.reading(OPERATOR) as work:
            left = {row.member for row in previewed(work, 2026).found if row.line.net_ore}
            shared = booked(work, "shared_costs")
        assert left == set()
        assert {pool: -shared[pool] for pool in POOLS} == {p: self.spent[p] for p in POOLS}

    @invariant()
    def the_books_hold(self) -> None:
        with self.works.reading(OPERATOR) as work:
            all_hold(work)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fresh]:
    """Makes works on a new copy of the three pools, with a clock of its own; and what they cost."""
    copies = sqlite_copies if request.param == "sqlite" else postgresql_copies
    urls = copies(request, tmp_path)
    first = Works(open_engine(next(urls)), Clock())
    spent = make_three_pools(first)
    first.engine.dispose()

    def new() -> tuple[Works, Counter[str]]:
        clock = Clock()
        at_noon(clock, START)
        return Works(open_engine(next(urls)), clock), spent

    yield new
    urls.close()


def test_the_books_hold_whatever_is_done(fresh: Fresh) -> None:
    done: Counter[str] = Counter()
    profile = settings(
        max_examples=slice_of(10, 60),
        stateful_step_count=slice_of(18, 40),
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],  # to make a failure smaller takes minutes; it is readable as it is
        suppress_health_check=list(HealthCheck),
    )
    machine = cast("type[Books]", lambda: Books(*fresh(), done))  # whatever makes one will do
    run_state_machine_as_test(machine, settings=profile)
    assert done.keys() >= STEPS, "no example came so far"
