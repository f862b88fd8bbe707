"""An issued run is taken back by the one that replaces it."""

from typing import Final

from sqlmodel import col, select

from consortium.billing.billed import invoices_of_run
from consortium.billing.crediting import creditable, issue_note
from consortium.billing.periods import REGULAR
from consortium.billing.queries import cut_of, run_by_id
from consortium.billing.selling import LANGUAGE
from consortium.billing.tables import Invoice, InvoiceRun
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.ledger.posting import Heading, post
from consortium.ledger.rules import Amount
from consortium.ledger.tables import JournalEntry, Posting
from consortium.members.tables import Member

WRONG: Final = mark("Replaced by a new invoice of the same costs")


def credit_replaced(work: Work, run: InvoiceRun) -> list[Invoice]:
    """Credit what is left of the replaced run's invoices, and book its host's share back."""
    old = run_by_id(work, run.replaces_id or 0, lock=True)
    say = words(LANGUAGE)
    notes = []
    for invoice in invoices_of_run(work, old.id):
        buyer = work.session.get_one(Member, invoice.member_id)
        lines = creditable(work, invoice)
        if any(row.left_ore for row in lines):
            notes.append(issue_note(work, (invoice, buyer), lines, say(WRONG)))
    of_run = select(JournalEntry).where(col(JournalEntry.key).in_(host_keys(old)))
    for entry in work.session.exec(of_run).all():
        booked = work.session.exec(select(Posting).where(Posting.entry_id == entry.id)).all()
        back = [Amount(p.account, p.counterpart, -p.amount_ore, p.pool) for p in booked]
        key = entry.key.replace("host:", "host-back:", 1)
        post(work, Heading(key, "host", work.today, entry.text, entry.books), back)
    old.state = "credited"
    work.session.add(old)
    work.session.flush()
    return notes


def host_name(run: InvoiceRun) -> str:
    """Which run a month's own share was booked by: its sequence, with what else tells it apart."""
    if run.purpose != REGULAR:
        return f"{run.purpose}-{run.sequence}"
    return f"{run.sequence}" if run.months == 1 else f"{run.months}-{run.sequence}"


def host_keys(run: InvoiceRun) -> list[str]:
    """The keys of the entries that book the host's share of a run, a month each."""
    return [f"host:{month:%Y-%m}/{host_name(run)}" for month in cut_of(run).of_months]
