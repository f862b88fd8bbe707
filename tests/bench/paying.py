"""A bank's file of 10,000 payments taken in, beside reading it and inserting its rows alone.

290 municipalities with some 7,000 invoices. The peer reads the same bytes by the same reader and
inserts the payments, one row each, as the bank told them. Asking what was known, placing what each
pays, keeping the file, parts, books and the trail are ours alone. Processor time of this process,
less that of copying the database.
"""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import insert
from sqlmodel import select

from consortium.billing.tables import Invoice
from consortium.core.db import open_engine
from consortium.core.work import Work, Works
from consortium.documents.keeping import keep
from consortium.ledger.posting import choose_accounts
from consortium.members.joining import Address, Newcomer, join, make_host, name_consortium
from consortium.members.tables import Member as MemberRow
from consortium.migrations import upgrade
from consortium.payments.formats.entries import BankFile
from consortium.payments.formats.reading import read_bank_file
from consortium.payments.importing import BANK_TEXT, take_in_file
from consortium.payments.tables import Payment, PaymentFile
from tests.bench.measuring import cpu_seconds
from tests.billing.worlds import ACCOUNTS
from tests.conftest import NOON, OPERATOR
from tests.making import FIRST
from tests.payments.generating import make_world
from tests.payments.truth import Bill, Member, World, luhn
from tests.payments.writing_bgmax import bgmax
from tests.payments.writing_camt import camt

TIMES: Final = 3
NAME: Final = "10,000 payments of {} taken in, CPU / reading and inserting them alone (limit 3)"
BOOKED_ON: Final = {"bank": "1930", "unplaced": "2899"}
HOST: Final = "10"


def figures() -> dict[str, float]:
    world = make_world()
    forms = {"BgMax": bgmax(world.payments), "camt.054": camt(world.payments, "camt.054")}
    with TemporaryDirectory() as folder:
        before = _owed(Path(folder) / "owed.db", world)
        return {NAME.format(form): _ratio(before, content) for form, content in forms.items()}


def _ratio(before: Path, content: bytes) -> float:
    after = before.with_name("paid.db")
    ours = cpu_seconds(lambda: _take_in(before, after, content), TIMES)
    alone = cpu_seconds(lambda: _peer(before, after, content), TIMES)
    copying = cpu_seconds(lambda: shutil.copy(before, after), TIMES)
    return (ours - copying) / (alone - copying)


def _take_in(before: Path, after: Path, content: bytes) -> None:
    shutil.copy(before, after)
    works = _works(after)
    with works.writing(OPERATOR) as work:
        take_in_file(work, "bank.txt", content)
    works.engine.dispose()


def _peer(before: Path, after: Path, content: bytes) -> None:
    file = read_bank_file(content)
    shutil.copy(before, after)
    works = _works(after)
    with works.writing(OPERATOR) as work:
        row = PaymentFile(
            sha256=keep(work, b"one file", BANK_TEXT),
            form=file.form,
            name="bank.txt",
            account=file.account,
            count=len(file.entries),
            total_ore=file.total_ore,
            imported_by=work.actor.name,
            imported_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        work.session.execute(insert(Payment), list(_rows(file, row.id)))
    works.engine.dispose()


def _rows(file: BankFile, file_id: int) -> Iterator[dict[str, Any]]:
    for entry in file.entries:
        yield {
            "key": f"{entry.key}#{entry.place}",
            "file_id": file_id,
            "place": entry.place,
            "booked_on": entry.booked_on,
            "amount_ore": entry.amount_ore,
            "reference": entry.reference,
            "payer": entry.payer,
            "payer_account": entry.payer_account,
            "message": entry.message,
            "state": "review",
        }


def _works(path: Path) -> Works:
    return Works(open_engine(f"sqlite:///{path}"), lambda: NOON)


def _owed(path: Path, world: World) -> Path:
    """A database with the world's members and invoices; nothing is paid."""
    works = _works(path)
    upgrade(works.engine)
    with works.writing(OPERATOR) as work:
        name_consortium(work, "Sveriges bibliotek", example=True)
        _join(work, HOST, "Region", "299900000" + luhn("299900000"), "region")
        for member in world.members:
            _join(work, _code(member), member.name, member.number, "municipality")
        make_host(work, HOST, FIRST, "991-2346")
        choose_accounts(work, ACCOUNTS | BOOKED_ON)
        ids = dict(work.session.exec(select(MemberRow.code, MemberRow.id)).all())
        work.session.execute(insert(Invoice), [_invoice(bill, ids) for bill in world.bills])
    works.engine.dispose()
    return path


def _code(member: Member) -> str:
    return str(1000 + int(member.code))


def _join(work: Work, code: str, name: str, number: str, kind: str) -> None:
    address = Address(endpoint_scheme="0007", endpoint_id=number, email=f"faktura@{code}.example")
    join(work, Newcomer(code, name, name, kind, number, made_up=True), address, FIRST)


def _invoice(bill: Bill, ids: dict[str, int]) -> dict[str, Any]:
    return {
        "number": bill.number,
        "key": f"bench/{bill.place}",
        "document": "invoice" if bill.amount_ore > 0 else "credit_note",
        "member_id": ids[_code(bill.member)],
        "host_id": ids[HOST],
        "kind": "rated",
        "month": date(bill.issued_on.year, bill.issued_on.month, 1),
        "issued_on": bill.issued_on,
        "due_on": bill.issued_on + timedelta(30),
        "net_ore": bill.amount_ore,
        "vat_ore": 0,
        "payable_ore": bill.amount_ore,
        "ocr": bill.ocr,
        "paper": {},
    }
