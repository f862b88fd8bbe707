"""Use cases: a bank's file is tried, and taken in whole: what it pays is placed and booked."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from consortium.billing.handing_over import KEY, claim_holders
from consortium.billing.tables import Invoice
from consortium.core.collecting import without_collecting
from consortium.core.errors import Conflict
from consortium.core.work import Work
from consortium.documents.keeping import keep
from consortium.ledger.tables import JournalEntry
from consortium.members.tables import Member
from consortium.payments.booking import (
    Claim,
    Movement,
    book,
    books_of_account,
    hold_payments,
    require_accounts,
)
from consortium.payments.debts import placing_debts
from consortium.payments.formats.entries import BankFile, Entry
from consortium.payments.formats.reading import read_bank_file
from consortium.payments.known import known_payments
from consortium.payments.rules import DUPLICATE, REVERSED, Placing, asked, place_entries
from consortium.payments.tables import Payment, PaymentFile, PaymentPart

BANK_TEXT: Final = "application/x-bank-text"
BANK_XML: Final = "application/x-bank-xml"
"""The media types of a bank's file that is kept: BgMax and camt."""
BLANKS: Final = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class Line:
    """A payment of a file and what becomes of it. parts: the invoice's number, öre and how."""

    entry: Entry
    state: str
    parts: tuple[tuple[str, int, str], ...] = ()

    @property
    def invoices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(number for number, _ore, _how in self.parts))


@dataclass(frozen=True)
class Tried:
    """What taking a file in would do. taken: the row of these same bytes, taken in before."""

    file: BankFile
    placings: tuple[Placing, ...]
    lines: tuple[Line, ...]
    taken: PaymentFile | None = None

    @cached_property
    def counts(self) -> Counter[str]:
        """State → how many payments."""
        return Counter(line.state for line in self.lines)

    def digest(self) -> str:
        """SHA-256 of what would be done, to tell whether it is what somebody looked at."""
        told = [(line.entry.key, line.state, line.parts) for line in self.lines]
        return hashlib.sha256(repr(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A file that is taken in. new: by this call; else these bytes were there, nothing changed."""

    row: PaymentFile
    lines: tuple[Line, ...]
    new: bool


def try_file(work: Work, content: bytes) -> Tried:
    """What taking a bank's file in would do; Invalid with every fault where it cannot be read.

    Changes nothing. Of bytes that are taken in already every payment is a `duplicate`.
    """
    work.require_whole("billing.receive")
    file = read_bank_file(content)
    taken = _taken(work, content)
    if taken is not None:
        return Tried(file, (), tuple(Line(entry, DUPLICATE) for entry in file.entries), taken)
    numbers = dict(work.session.exec(select(Invoice.id, Invoice.number)).all())
    known = known_payments(work, *asked(file.entries))
    placings = tuple(place_entries(file.entries, placing_debts(work), known))
    lines = tuple(
        Line(entry, placing.state, tuple((numbers[i], ore, how) for i, ore, how in placing.parts))
        for entry, placing in zip(file.entries, placings, strict=True)
    )
    return Tried(file, placings, lines)


def take_in_file(work: Work, name: str, content: bytes, seen: str | None = None) -> TakenIn:
    """Take a bank's file in: keep it, place what it pays, and book it; all of it or nothing.

    name: what it is called. seen: the digest of what somebody has looked at; a Conflict where the
    records have changed since. The same bytes again change nothing and give the first row.
    """
    work.require_whole("billing.receive")
    hold_payments(work)
    with without_collecting():  # thousands of values that all stay: looking for garbage is dear
        return _take_in(work, name, content, seen)


def _take_in(work: Work, name: str, content: bytes, seen: str | None) -> TakenIn:
    tried = try_file(work, content)
    if tried.taken is not None:
        return TakenIn(tried.taken, tried.lines, new=False)
    if seen is not None and seen != tried.digest():
        raise Conflict(
            "The records have changed since you looked at the file",
            remedy="Look at it again: what it pays may be something else now",
        )
    if tried.file.trial:
        raise Conflict("The bank marks the file as a test: no money has moved")
    require_accounts(work)
    row = _file_row(work, name, content, tried.file)
    ids = _add_payments(work, row.id, tried)
    _add_parts(work, tried, ids)
    book(work, _movements(work, tried, ids))
    work.audit(
        "payments.taken_in",
        name,
        file=row.id,
        form=row.form,
        count=row.count,
        total_ore=row.total_ore,
        states=dict(sorted(tried.counts.items())),
        sha256=row.sha256,
    )
    return TakenIn(row, tried.lines, new=True)


def media_type(content: bytes) -> str:
    """Of a bank's file that is kept."""
    return BANK_XML if content[:100].lstrip(BLANKS)[:1] == b"<" else BANK_TEXT


def _taken(work: Work, content: bytes) -> PaymentFile | None:
    sha256 = hashlib.sha256(content).hexdigest()
    return work.session.exec(select(PaymentFile).where(PaymentFile.sha256 == sha256)).first()


def _file_row(work: Work, name: str, content: bytes, file: BankFile) -> PaymentFile:
    row = PaymentFile(
        sha256=keep(work, content, media_type(content)),
        form=file.form,
        name=name,
        account=file.account,
        count=len(file.entries),
        total_ore=file.total_ore,
        imported_by=work.actor.name,
        imported_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _add_payments(work: Work, file_id: int, tried: Tried) -> dict[int, int]:
    """The rows of a file's payments: place → id. What takes an earlier one back says which."""
    if not tried.lines:
        return {}
    rows: list[dict[str, Any]] = [
        {
            "key": _key(line, file_id),
            "file_id": file_id,
            "place": line.entry.place,
            "booked_on": line.entry.booked_on,
            "amount_ore": line.entry.amount_ore,
            "reference": line.entry.reference,
            "payer": line.entry.payer,
            "payer_account": line.entry.payer_account,
            "message": line.entry.message,
            "state": line.state,
        }
        for line in tried.lines
    ]
    connection = work.session.connection()
    connection.execute(insert(Payment), rows)  # as plain rows: a file may have thousands
    found = select(Payment.place, Payment.id).where(Payment.file_id == file_id)
    ids = dict(work.session.exec(found).all())
    _link_reversals(work, tried, ids)
    return ids


def _link_reversals(work: Work, tried: Tried, ids: Mapping[int, int]) -> None:
    taken_back = {placing.place: placing.reverses for placing in tried.placings if placing.reverses}
    if not taken_back:
        return
    keys = sorted(set(taken_back.values()))
    found = select(Payment.key, Payment.id).where(col(Payment.key).in_(keys))
    originals = dict(work.session.exec(found).all())
    row = update(Payment).where(col(Payment.id) == bindparam("row"))
    work.session.connection().execute(
        row.values(reverses_id=bindparam("original")),
        [{"row": ids[place], "original": originals[key]} for place, key in taken_back.items()],
    )
    gone = update(Payment).where(col(Payment.id).in_(originals.values()))
    work.session.execute(gone.values(state=REVERSED))


def _key(line: Line, file_id: int) -> str:
    """The key at the bank; a duplicate has one of its own."""
    if line.state != DUPLICATE:
        return line.entry.key
    return f"{line.entry.key}#{file_id}.{line.entry.place}"


def _add_parts(work: Work, tried: Tried, ids: Mapping[int, int]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "payment_id": ids[placing.place],
            "invoice_id": invoice,
            "amount_ore": amount_ore,
            "how": how,
            "placed_by": work.actor.name,
            "placed_at": work.now,
        }
        for placing in tried.placings
        for invoice, amount_ore, how in placing.parts
    ]
    if rows:
        work.session.connection().execute(insert(PaymentPart), rows)


def _movements(work: Work, tried: Tried, ids: Mapping[int, int]) -> Iterable[Movement]:
    """What is booked of a file: every payment but those that are told a second time."""
    paid = {invoice for placing in tried.placings for invoice, _ore, _how in placing.parts}
    claims = claimed(work, paid)
    books = books_of_account(work, tried.file.account)
    for line, placing in zip(tried.lines, tried.placings, strict=True):
        if line.state != DUPLICATE:
            yield Movement(
                key=f"payment:{ids[placing.place]}",
                name=entry_name(ids[placing.place]),
                text=_text(line.entry),
                on=line.entry.booked_on,
                books=books(line.entry.booked_on),
                bank_ore=line.entry.amount_ore,
                claims=[Claim(*claims[i], amount_ore=ore) for i, ore, _how in placing.parts],
            )


def claimed(work: Work, invoice_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Whose claim each invoice is: id → the member's code, and the host's in whose books it is.

    That of its host, or of one to whom its claims have passed; what the new host owed itself
    stays with the one before.
    """
    wanted, host = set(invoice_ids), aliased(Member)
    rows = (
        select(col(Invoice.id), col(Invoice.number), col(Member.code), col(host.code))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .join(host, col(host.id) == col(Invoice.host_id))
    )
    rows = rows if len(wanted) > MOST_ASKED else rows.where(col(Invoice.id).in_(wanted))
    found = [row for row in work.session.exec(rows) if row[0] in wanted]
    passed = col(JournalEntry.key).startswith(KEY)
    any_passed = work.session.exec(select(JournalEntry.id).where(passed).limit(1)).first()
    now = claim_holders(work, [row[1] for row in found]) if any_passed else {}
    return {
        row_id: (member, holder if (holder := now.get(number, own)) != member else own)
        for row_id, number, member, own in found
    }


MOST_ASKED: Final = 1000
"""Of more invoices than this, all are read: a statement has room for so many names only."""


def entry_name(payment_id: int) -> str:
    """What readers of the books call a payment's entries."""
    return f"B{payment_id}"


def _text(entry: Entry) -> str:
    word = "Inbetalning" if entry.amount_ore > 0 else "Utbetalning"
    return f"{word} {entry.payer}".strip()
