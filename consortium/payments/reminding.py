"""Use cases: members are reminded of invoices that are overdue, step by step, each step once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlmodel import col, func, select

from consortium.billing.tables import Invoice
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.money import kronor
from consortium.core.words import words
from consortium.core.work import Work
from consortium.members.tables import Member
from consortium.messages.sending import write_letter
from consortium.payments.accruing import accrued
from consortium.payments.debts import Owed, open_debts
from consortium.payments.tables import Reminder

LANGUAGE: Final = (
    "sv"  # members are Swedish municipalities; a reminder is written in their language
)


@dataclass(frozen=True, slots=True)
class Reminding:
    """How members are reminded. days: after the due date, of each step, rising.

    with_interest: what has run by the Interest Act is told of.
    """

    days: Sequence[int]
    with_interest: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that may be sent. step: from 1. email: where to, empty where there is none.

    late_days: since the due date. interest_ore: that has run; 0 where none is asked for.
    """

    owed: Owed
    step: int
    late_days: int
    interest_ore: int
    email: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that was sent, the number of its invoice, and the member's code and name."""

    reminder: Reminder
    number: str
    member: str
    name: str


def due_reminders(work: Work, how: Reminding) -> list[Due]:
    """The reminders that may be sent today, by member and number.

    An invoice gets its steps in their order, and no step sooner after the one before it than the
    days between them. What the host owes, and what is paid, is never reminded of. It takes the
    right to see every member's.
    """
    work.require_whole("billing.see")
    overdue = [owed for owed in open_debts(work) if owed.overdue_days(work.today)]
    sent = _last(work, [owed.invoice for owed in overdue])
    steps = {owed.invoice: _step(owed, sent.get(owed.invoice), how.days, work) for owed in overdue}
    ripe = [owed for owed in overdue if steps[owed.invoice]]
    run = accrued(work, [owed.invoice for owed in ripe], work.today) if how.with_interest else {}
    emails = dict(work.session.exec(select(Member.code, Member.email)).all())
    return [
        Due(
            owed,
            steps[owed.invoice],
            owed.overdue_days(work.today),
            run.get(owed.invoice, 0),
            emails[owed.member],
        )
        for owed in sorted(ripe, key=lambda owed: (owed.member, owed.number))
    ]


def send_reminders(work: Work, how: Reminding, numbers: Collection[str]) -> list[Reminder]:
    """Remind of these invoices: a letter each, and a row of what it said; all of them or none.

    numbers: of invoices that `due_reminders` lists; Conflict with every one that it does not.
    """
    work.require_whole("billing.receive")
    if not numbers:
        raise Invalid("Choose at least one invoice", at="numbers")
    due = {each.owed.number: each for each in due_reminders(work, how)}
    if faults := list(_faults(numbers, due)):
        raise Conflict(faults)
    chosen = [each for number, each in due.items() if number in set(numbers)]
    made = [_remind(work, each) for each in chosen]
    work.session.flush()
    for each, reminder in zip(chosen, made, strict=True):
        work.audit(
            "payments.reminded",
            each.owed.number,
            step=reminder.step,
            debt_ore=reminder.debt_ore,
            interest_ore=reminder.interest_ore,
        )
    return made


def sent_reminders(work: Work, offset: int, size: int) -> tuple[list[Sent], int]:
    """Reminders that were sent, the latest first; and how many there are."""
    work.require_whole("billing.see")
    total = work.session.exec(select(func.count(col(Reminder.id)))).one()
    rows = (
        select(Reminder, col(Invoice.number), col(Member.code), col(Member.name))
        .join(Invoice, col(Invoice.id) == col(Reminder.invoice_id))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .order_by(col(Reminder.id).desc())
    )
    found = work.session.exec(rows.offset(offset).limit(size))
    return [Sent(*row) for row in found], total


def letter_key(number: str, step: int) -> str:
    return f"reminder:{number}:{step}"


def _last(work: Work, invoice_ids: Collection[int]) -> dict[int, Reminder]:
    rows = select(Reminder).where(col(Reminder.invoice_id).in_(invoice_ids))
    ordered = work.session.exec(rows.order_by(col(Reminder.step)))
    return {reminder.invoice_id: reminder for reminder in ordered}


def _step(owed: Owed, last: Reminder | None, days: Sequence[int], work: Work) -> int:
    """The step that is due; 0 for none."""
    done = last.step if last else 0
    if done >= len(days):
        return 0
    ripe_on = owed.due_on + timedelta(days=days[done])
    if last is not None and done:
        ripe_on = max(ripe_on, last.on_date + timedelta(days=days[done] - days[done - 1]))
    return done + 1 if ripe_on <= work.today else 0


def _faults(numbers: Collection[str], due: Mapping[str, Due]) -> Iterator[Fault]:
    for number in sorted(set(numbers)):
        each = due.get(number)
        if each is None:
            yield Fault(
                "No reminder of {number} is due",
                number,
                {"number": number},
                "Look at the list again: it may be paid, or reminded of, by now",
            )
        elif not each.email:
            yield Fault(
                "{name} has no e-mail address to remind it by",
                number,
                {"name": each.owed.name},
                "Fill it in on the member's page",
            )


def _remind(work: Work, due: Due) -> Reminder:
    key = letter_key(due.owed.number, due.step)
    write_letter(work, key, due.email, _letter(due, work.today))
    reminder = Reminder(
        invoice_id=due.owed.invoice,
        step=due.step,
        on_date=work.today,
        debt_ore=due.owed.debt_ore,
        interest_ore=due.interest_ore,
        letter_key=key,
        sent_by=work.actor.name,
    )
    work.session.add(reminder)
    return reminder


def _letter(due: Due, today: date) -> tuple[str, str]:
    """Subject and body, in Swedish."""
    say = words(LANGUAGE)
    facts: dict[str, str | int] = {
        "number": due.owed.number,
        "amount": kronor(due.owed.debt_ore),
        "due": due.owed.due_on.isoformat(),
        "day": today.isoformat(),
        "step": due.step,
        "days": due.late_days,
    }
    parts = [
        say("Invoice {number} fell due on {due} and is not paid, as far as we know.", **facts),
        say("On {day}, {days} days later, {amount} is left to pay.", **facts),
    ]
    if due.interest_ore:
        parts.append(
            say(
                "Interest by the Interest Act (1975:635) has run to {interest} by then. It is"
                " claimed by an invoice of its own.",
                interest=kronor(due.interest_ore),
            )
        )
    parts.append(
        say("Please pay with the reference on the invoice. If you have paid, you need do nothing.")
    )
    return say("Reminder {step} of invoice {number}", **facts), "\n\n".join(parts)
