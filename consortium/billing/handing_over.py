"""Use cases: another member becomes host, and what members owe passes to the new host's books.

Each host keeps books of its own. What was invoiced by the old host is owed to it: either it stays
there and is paid to its bankgiro, or it passes to the new host. Then the old host's books are
cleared of it by one entry and the new host's begin with the same by another, both against the
account for what passes between hosts, so that the two add up to what was owed before. Money in
the bank, payments not yet placed and VAT do not pass: what such a payment is placed on later passes
between the two books then. Nor does what the new host itself owes, since nobody owes oneself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from sqlalchemy import exists
from sqlmodel import col, select

from consortium.billing.tables import Invoice
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.ledger.locking import bookable
from consortium.ledger.posting import Heading, post_all
from consortium.ledger.queries import accounts, accounts_for, balances_of, entry_of
from consortium.ledger.rules import Amount
from consortium.ledger.tables import JournalEntry
from consortium.members.joining import make_host
from consortium.members.queries import Host, member_by_code, terms_of_hosts
from consortium.members.tables import Hosting

HANDED_OVER: Final = "billing.handed_over"
LOOKED_AT: Final = ("receivable", "unplaced")
PASSES: Final = "receivable"
KEY: Final = "handover:"
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class NewHost:
    """Who becomes host, from what day, and how it invoices: as `make_host`."""

    code: str
    from_on: date
    bankgiro: str
    due_days: int = 30
    series: str = ""
    f_tax: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands in a host's books, öre, debit positive. use: `receivable` or `unplaced`."""

    use: str
    account: str
    counterpart: str
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Handover:
    """A change of host, and what stands in the old host's books now.

    passing: what passes to the new host, or is left since it has passed; staying: what the new
    host itself owes, and payments not yet placed. stays: None until it is decided, else whether
    the old host keeps it all.
    entries: of the old and of the new host's books, empty until it has passed.
    """

    old: Host
    new: Host
    from_on: date
    passing: tuple[Balance, ...]
    staying: tuple[Balance, ...]
    stays: bool | None
    entries: tuple[JournalEntry, ...]

    @property
    def claims_ore(self) -> int:
        return sum(line.amount_ore for line in self.passing)


def change_host(work: Work, new: NewHost) -> Hosting:
    """Make a member host, with a series of numbers that no other host has invoiced in."""
    work.require_whole("members.change")
    member = member_by_code(work, new.code)
    invoiced = exists().where(col(Invoice.host_id) == col(Hosting.member_id))
    taken = select(Hosting.id).where(
        Hosting.series == new.series, Hosting.member_id != member.id, invoiced
    )
    if work.session.exec(taken).first() is not None:
        raise Conflict(
            "Another host has issued invoices with such numbers",
            at="series",
            remedy="Give the new host's numbers digits of their own to begin with, as 7",
        )
    return make_host(
        work, new.code, new.from_on, new.bankgiro, new.due_days, new.series, f_tax=new.f_tax
    )


def handover_preview(work: Work, from_on: date) -> Handover:
    """The change of host on a day as it stands; NotFound where the host does not change then."""
    work.require_whole("billing.see")
    old, new = _hosts(work, from_on)
    uses = accounts(work)
    found = [
        Balance(use, uses[use], counterpart, amount_ore)
        for use in LOOKED_AT
        if use in uses
        for counterpart, amount_ore in balances_of(
            work, old.member.code, uses[use], max(work.today, from_on)
        ).items()
    ]
    passing = tuple(
        line for line in found if line.use == PASSES and line.counterpart != new.member.code
    )
    return Handover(
        old=old,
        new=new,
        from_on=from_on,
        passing=passing,
        staying=tuple(line for line in found if line not in passing),
        stays=_stays(work, from_on),
        entries=tuple(_entries(work, from_on, (old, new))),
    )


def hand_over(work: Work, from_on: date, *, transfer: bool) -> list[JournalEntry]:
    """Let what is owed pass to the host from `from_on`, or say that it stays with the one before.

    Passed once, with all that stands in the old host's books by now, booked today. What is said
    to stay may pass later on.
    """
    work.require_whole("ledger.lock")
    plan = handover_preview(work, from_on)
    _refuse(work, plan, transfer)
    entries = _pass_on(work, plan) if transfer else []
    work.audit(
        "billing.handed_over",
        from_on.isoformat(),
        old=plan.old.member.code,
        new=plan.new.member.code,
        transferred=transfer,
        amount_ore=plan.claims_ore,
        count=len(plan.passing),
    )
    return entries


def claim_holders(work: Work, numbers: Sequence[str]) -> dict[str, str]:
    """In whose books invoices are owed now: number → code of that host.

    It is the host that issued it, or one to whom its claims have passed since.
    """
    passed = _passed(work)
    found = {}
    for begin in range(0, len(numbers), AT_ONCE):
        keys = [f"invoice:{number}" for number in numbers[begin : begin + AT_ONCE]]
        booked = select(JournalEntry).where(col(JournalEntry.key).in_(keys))
        for entry in work.session.exec(booked):
            holder = entry.books
            for entry_id, old, new in passed:
                if entry_id > entry.id and holder == old:
                    holder = new
            found[entry.name] = holder
    return found


def _refuse(work: Work, plan: Handover, transfer: bool) -> None:
    day = plan.from_on.isoformat()
    if plan.entries:
        raise Conflict("The claims have passed to {name} already", name=plan.new.member.name)
    if work.today < plan.from_on:
        raise Conflict(
            "{name} is not host until {day}",
            name=plan.new.member.name,
            day=day,
            remedy="Decide it when that day has come, with what is owed by then",
        )
    if not transfer and plan.stays:
        raise Conflict("It is decided already that {name} keeps them", name=plan.old.member.name)
    if transfer and not plan.passing:
        raise Conflict("Nothing is owed in the books of {name}", name=plan.old.member.name)
    if transfer:
        accounts_for(work, ["handover"])


def _pass_on(work: Work, plan: Handover) -> list[JournalEntry]:
    old, new, between = plan.old.member, plan.new.member, accounts(work)["handover"]
    cleared = [Amount(line.account, line.counterpart, -line.amount_ore) for line in plan.passing]
    begun = [Amount(line.account, line.counterpart, line.amount_ore) for line in plan.passing]
    cleared.append(Amount(between, new.code, plan.claims_ore))
    begun.append(Amount(between, old.code, -plan.claims_ore))
    texts = {old.code: f"Överlämnat till {new.name}", new.code: f"Övertaget från {old.name}"}
    on = bookable(work, work.today)
    to_new, of_old = (
        Heading(_key(plan.from_on, code), "handover", on, text, code)
        for code, text in texts.items()
    )
    return post_all(work, [(to_new, cleared), (of_old, begun)])


def _hosts(work: Work, from_on: date) -> tuple[Host, Host]:
    """The host before a day and the one from it on."""
    terms = terms_of_hosts(work)
    for before, after in pairwise(terms):
        if after.from_on == from_on and before.host.member.id != after.host.member.id:
            return before.host, after.host
    raise NotFound("The host does not change on {day}", day=from_on.isoformat())


def _stays(work: Work, from_on: date) -> bool | None:
    rows = (
        select(AuditEntry)
        .where(AuditEntry.event == HANDED_OVER, AuditEntry.subject == from_on.isoformat())
        .order_by(col(AuditEntry.id).desc())
    )
    decided = work.session.exec(rows).first()
    return None if decided is None else not decided.facts["transferred"]


def _entries(work: Work, from_on: date, hosts: tuple[Host, Host]) -> Iterator[JournalEntry]:
    for host in hosts:
        if entry := entry_of(work, _key(from_on, host.member.code)):
            yield entry


def _passed(work: Work) -> list[tuple[int, str, str]]:
    """Every passing on, the first one first: id of the old host's entry, both hosts' codes."""
    terms = terms_of_hosts(work)
    rows = (
        select(JournalEntry)
        .where(col(JournalEntry.key).startswith(KEY))
        .order_by(col(JournalEntry.id))
    )
    entries = {entry.key: entry for entry in work.session.exec(rows)}
    found = []
    for before, after in pairwise(terms):
        old, new = before.host.member.code, after.host.member.code
        if entry := entries.get(_key(after.from_on, old)):
            found.append((entry.id, old, new))
    return sorted(found)


def _key(from_on: date, books: str) -> str:
    return f"{KEY}{from_on.isoformat()}/{books}"
