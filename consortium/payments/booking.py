"""What payments come to in the books: bank, claims on members, and what is not placed yet.

A payment stands in the books of the host whose account it came to. What it pays of a claim that
stands in another host's books passes between the two by the account `handover`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.core.work import Work
from consortium.ledger.locking import bookable
from consortium.ledger.posting import Heading, post_many
from consortium.ledger.queries import accounts_for
from consortium.ledger.rules import Amount
from consortium.ledger.tables import AccountUse
from consortium.members.queries import host_on
from consortium.members.tables import Hosting, Member

USES: Final = ("receivable", "bank", "unplaced")
BETWEEN: Final = "handover"
NOBODY: Final = ""
"""The counterpart of the bank, and of money that nobody is known to have paid for something."""


@dataclass(frozen=True, slots=True)
class Claim:
    """öre of a claim on a member. holder: the code of the host in whose books it stands."""

    member: str
    holder: str
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Movement:
    """A payment, or a change of what it pays. bank_ore: what came in; 0 where nothing did.

    key, name, text: as in `Heading`. on: the day, moved to an open month where its own is closed.
    books: the code of the host whose account it is. claims: what it pays, negative where that is
    taken back.
    """

    key: str
    name: str
    text: str
    on: date
    books: str
    bank_ore: int
    claims: Sequence[Claim]


def hold_payments(work: Work) -> None:
    """Let one person place at a time: two at once could pay an invoice twice (PostgreSQL)."""
    work.session.exec(select(AccountUse).where(AccountUse.use == USES[0]).with_for_update()).first()


def book(work: Work, movements: Iterable[Movement]) -> None:
    """Book movements in their order; Conflict, naming each use, where no account is chosen."""
    wanted = list(movements)
    if not wanted:
        return
    books = accounts_for(work, [*USES, *([BETWEEN] if _pass_over(wanted) else [])])
    open_from = bookable(work, min(movement.on for movement in wanted))  # later days are open, too
    post_many(
        work,
        [e for each in wanted for e in _entries(each, max(each.on, open_from), books)],
    )


def require_accounts(work: Work) -> None:
    """Refuse where no account is chosen for what payments are booked on."""
    accounts_for(work, USES)


def books_of_account(work: Work, account: str) -> Callable[[date], str]:
    """In whose books what comes to a bank account stands, by the day it came.

    The host that has said so of the account, else (an IBAN is nobody's bankgiro) that of the day.
    """
    rows = (
        select(Member.code)
        .join(Hosting, col(Hosting.member_id) == col(Member.id))
        .where(Hosting.bankgiro == account)
        .order_by(col(Hosting.from_on).desc())
    )
    owner = work.session.exec(rows).first()
    found: dict[date, str] = {}

    def code(day: date) -> str:
        if owner:
            return owner
        if day not in found:
            found[day] = host_on(work, day).member.code
        return found[day]

    return code


def _entries(
    movement: Movement, on: date, books: Mapping[str, str]
) -> Iterator[tuple[Heading, list[Amount]]]:
    """The entry in the books of the account's host, and one in those of each other holder."""
    others: dict[str, list[Amount]] = {}
    lines = [Amount(books["bank"], NOBODY, movement.bank_ore)]
    for claim in movement.claims:
        paid = Amount(books["receivable"], claim.member, -claim.amount_ore)
        mine = claim.holder == movement.books
        (lines if mine else others.setdefault(claim.holder, [])).append(paid)
    for holder, paid_lines in others.items():
        lines.append(Amount(books[BETWEEN], holder, sum(line.amount_ore for line in paid_lines)))
    rest_ore = sum(claim.amount_ore for claim in movement.claims) - movement.bank_ore
    lines.append(Amount(books["unplaced"], NOBODY, rest_ore))
    yield Heading(movement.key, movement.name, on, movement.text, movement.books), lines
    for holder, paid_lines in others.items():
        between = Amount(books[BETWEEN], movement.books, -sum(p.amount_ore for p in paid_lines))
        heading = Heading(f"{movement.key}/{holder}", movement.name, on, movement.text, holder)
        yield heading, [between, *paid_lines]


def _pass_over(movements: Sequence[Movement]) -> bool:
    return any(claim.holder != each.books for each in movements for claim in each.claims)
