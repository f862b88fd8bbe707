"""What holds of the books at any moment, whatever was done; each law reads both sides itself."""

from collections import Counter

from sqlmodel import col, select

from consortium.billing.tables import Invoice, InvoiceLine
from consortium.core.db import sum_ore
from consortium.core.work import Work
from consortium.costs.tables import CostPool
from consortium.ledger.tables import JournalEntry, Posting
from consortium.payments.debts import open_debts
from consortium.payments.tables import Payment, PaymentPart
from tests.billing.worlds import ACCOUNTS
from tests.stories.book_world import POOLS


def all_hold(work: Work) -> None:
    entries_balance(work)
    claims_are_debts(work)
    lines_are_booked(work)
    the_bank_is_right(work)
    numbers_have_no_gap(work)
    nothing_is_billed_twice(work)


def booked(work: Work, use: str, key: str = "") -> Counter[str]:
    """What is booked on an account by entries whose keys begin so: pool → öre."""
    rows = (
        select(Posting.pool, sum_ore(Posting.amount_ore))
        .join(JournalEntry, col(JournalEntry.id) == col(Posting.entry_id))
        .where(Posting.account == ACCOUNTS[use], col(JournalEntry.key).startswith(key))
        .group_by(Posting.pool)
    )
    return Counter({pool: int(ore) for pool, ore in work.session.exec(rows)})


def entries_balance(work: Work) -> None:
    total = sum_ore(Posting.amount_ore)
    rows = select(Posting.entry_id, total).group_by(col(Posting.entry_id)).having(total != 0)
    assert work.session.exec(rows).all() == []


def claims_are_debts(work: Work) -> None:
    """What the books claim of each member is what its invoices owe."""
    rows = (
        select(Posting.counterpart, sum_ore(Posting.amount_ore))
        .where(Posting.account == ACCOUNTS["receivable"])
        .group_by(Posting.counterpart)
    )
    claims = {member: int(ore) for member, ore in work.session.exec(rows)}
    debts = Counter[str]()
    for owed in open_debts(work):
        debts[owed.member] += owed.debt_ore
    assert {m: ore for m, ore in claims.items() if ore} == {m: o for m, o in debts.items() if o}


def lines_are_booked(work: Work) -> None:
    """Lines by pool are what invoices put on shared costs; the rest is the host's own share."""
    rows = (
        select(CostPool.code, sum_ore(InvoiceLine.net_ore))
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id), isouter=True)
        .group_by(CostPool.code)
    )
    lines = {code or "": int(ore) for code, ore in work.session.exec(rows)}
    shared, of_invoices = booked(work, "shared_costs"), booked(work, "shared_costs", "invoice:")
    assert {p: -of_invoices[p] for p in POOLS} == {p: lines.get(p, 0) for p in POOLS}
    assert booked(work, "interest")[""] == -lines.get("", 0)
    own = booked(work, "own_share")[""]
    assert own == -sum(shared[pool] - of_invoices[pool] for pool in POOLS)
    vat = sum(booked(work, f"vat_{rate}")[""] for rate in (25, 12, 6))
    assert vat == -work.session.exec(select(sum_ore(Invoice.vat_ore))).one()


def the_bank_is_right(work: Work) -> None:
    """The bank has what was paid; what of it pays nothing stands by itself."""
    came = select(sum_ore(Payment.amount_ore)).where(Payment.state != "duplicate")
    paid = int(work.session.exec(came).one())
    placed = int(work.session.exec(select(sum_ore(PaymentPart.amount_ore))).one())
    assert booked(work, "bank")[""] == paid
    assert booked(work, "unplaced")[""] == placed - paid


def numbers_have_no_gap(work: Work) -> None:
    numbers = work.session.exec(select(Invoice.number)).all()
    for year in {number[:4] for number in numbers}:
        places = sorted(int(number[4:]) for number in numbers if number[:4] == year)
        assert places == list(range(1, len(places) + 1))


def nothing_is_billed_twice(work: Work) -> None:
    """Of each month, pool and member at most one line stands: its others are credited whole."""
    off = Counter[int]()
    lines = work.session.exec(
        select(InvoiceLine, Invoice.member_id).join(
            Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id)
        )
    ).all()
    credited = {line.credits_id for line, _member in lines if line.credits_id}
    for line, _member in lines:
        off[line.credits_id or 0] += line.net_ore
    standing: Counter[tuple[object, ...]] = Counter(
        (line.kind, line.month, line.pool_id, member)
        for line, member in lines
        if line.kind in {"share", "contribution"}
        and not line.credits_id
        and not (line.id in credited and line.net_ore + off[line.id] == 0)
    )
    standing.update(_own_shares(work))
    assert {what: count for what, count in standing.items() if count > 1} == {}


def _own_shares(work: Work) -> Counter[tuple[object, ...]]:
    """How often the host's share of a month and pool is booked, less how often booked back."""
    rows = (
        select(JournalEntry.key, Posting.pool)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(col(JournalEntry.key).startswith("host"), Posting.pool != "")
        .where(~col(JournalEntry.key).contains("settlement"))
    )
    found = Counter[tuple[object, ...]]()
    for key, pool in work.session.exec(rows):
        what, _, month = key.partition(":")
        found[month[:7], pool] += -1 if what == "host-back" else 1
    return found
