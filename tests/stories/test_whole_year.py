"""A year of fifteen municipalities, to the öre as `by_hand.py` has worked it out.

Mora joins on 16 March, and shares e-film from 10 April; the system's key changes on 1 July; Orsa
leaves on 31 August and is settled in September; one invoice is credited in part, one whole and
issued anew, one contribution in part; costs weigh on months of several years; in February the year
is settled. The frozen figures were looked at by a person; the arithmetic of some stands below.
"""

import csv
import json
import os
import subprocess
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from sqlmodel import col, select

from consortium.billing.settlements import previewed
from consortium.billing.tables import Invoice, InvoiceLine
from consortium.core.db import sum_ore
from consortium.core.work import Work, Works
from consortium.costs.tables import CostPool
from consortium.ledger.tables import JournalEntry, Posting
from consortium.members.tables import Member
from tests.conftest import OPERATOR, Clock
from tests.slices import DATABASES
from tests.stories import by_hand
from tests.stories.whole_year.playing import play

HOST = "2080"
SETTLED = date(2027, 2, 10)


def figures(name: str) -> list[dict[str, str]]:
    with (by_hand.HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figure(name: str, column: str, **where: str) -> int:
    (row,) = (r for r in figures(name) if where.items() <= r.items())
    return int(row[column])


def test_the_frozen_figures_are_those_of_the_program_that_worked_them_out() -> None:
    for name, table in by_hand.tables(by_hand.played(by_hand.read_year())).items():
        frozen = (by_hand.HERE / f"{name}.csv").read_text(encoding="utf-8")
        assert by_hand.written(table) == frozen, name


def test_some_of_the_frozen_figures_are_worked_out_on_paper() -> None:
    january = {"month": "2026-01"}
    # the region gives 250 000,05 kr a year: floor(25 000 005 / 12)
    assert figure("shares", "20", **january, pool="transports") == 2_083_333
    # system, 20 000 000: 30 % in 14 equal parts and 70 % by 6 752 of 266 006 inhabitants (Mora's
    # 20 540 are not there yet): 428 571,43 + 355 360,40 = 783 931,83: one more
    assert figure("shares", "2021", **january, pool="system") == 783_932
    # coordination, 7 500 004 in whole kronor: 75 000 kr on 3×1 + 7×2 + 2×3 + 2×4 = 31 points; four
    # are 9 677,42 → 9 677 kr, and Falun has the 4 öre left
    assert figure("shares", "2081", **january, pool="coordination") == 967_700
    assert figure("shares", "2080", **january, pool="coordination") == 967_704
    # its VAT: 25 % of 783 932 + 222 704 is 251 659; 6 % of 270 185 is 16 211,1
    assert figure("invoices", "vat", number="20260002") == 251_659 + 16_211
    # March, 20 000 000: Mora is there 16 days of 31, so 6 000 000 × 16 / (14 × 31 + 16) and
    # 14 000 000 × 20 540 × 16 / (266 006 × 31 + 20 540 × 16): 213 333,33 + 536 565,99
    assert figure("shares", "2062", month="2026-03", pool="system") == 749_899
    # 25 % of the 123 456 credited in May is 30 864
    assert figure("invoices", "payable", of="credit", member="2081") == -154_320


def test_some_of_the_settlement_is_worked_out_on_paper() -> None:
    settlement = {"of": "settlement", "given": "0"}
    # coordination came to 87 810 872, so 878 108 kr, on point-days: 30 × 365 of those who stay,
    # Mora 3 × 291 (16 March on), Orsa 1 × 243 (to 31 August), 12 066: Vansbro 878 108 × 365 /
    # 12 066 = 26 563,02 kr; Mora × 873 = 63 532,93 → 63 533 kr; Falun has the 72 öre left
    coordination = {**settlement, "pool": "coordination"}
    assert figure("settlements", "actual", **coordination, member="2021") == 2_656_300
    assert figure("settlements", "actual", **coordination, member="2062") == 6_353_300
    assert figure("settlements", "actual", **coordination, member="2080") == 10_625_300 + 72
    # system from July: six bills 86 298 511; the licence's last six months 60 000 005 − 30 000 002;
    # of 12 000 001 from December 2025 on months 8–12, less 7 000 000; half of 777 777, 388 889
    spent = 86_298_511 + 30_000_003 + 5_000_001 + 388_889
    # Orsa is there 62 of 184 days; Borlänge: a fifth equally, the rest by 51 425 inhabitants
    equally = Fraction(spent, 5) * 184 / (14 * 184 + 62)
    people = Fraction(4 * spent, 5) * 51_425 * 184 / (279_695 * 184 + 6_851 * 62)
    of_borlange = {**settlement, "pool": "system", "month": "7", "member": "2081"}
    assert figure("settlements", "actual", **of_borlange) == int(equally + people) == 19_449_867
    # what Borlänge was billed for the system until June, less 1 234,56 kr
    months = [f"2026-0{month}" for month in range(1, 7)]
    billed = sum(figure("shares", "2081", month=month, pool="system") for month in months)
    of_borlange["month"] = "1"
    assert figure("settlements", "invoiced", **of_borlange) == billed - 123_456


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_the_year_comes_to_what_was_worked_out_by_hand(
    works: Works, clock: Clock, database_url: str, tmp_path: Path
) -> None:
    play(works, clock)
    assert told(json.loads(settle(database_url, tmp_path))) == told_by_hand()
    with works.reading(OPERATOR) as work:
        assert issued(work) == figures("invoices")
        assert shares(work) == figures("shares")
        assert settled_lines(work) == settled_by_hand()
        assert balances(work) == figures("balances")
        assert {row.line.net_ore for row in previewed(work, 2026).found} == {0}


def settle(database_url: str, home: Path) -> str:
    """What the command prints, in a process of its own, on the day of the settlement."""
    named = {"HOME": home, "DATABASE__URL": database_url, "CLOCK__DAY": SETTLED.isoformat()}
    env = {**os.environ, **{f"CONSORTIUM_{name}": str(value) for name, value in named.items()}}
    command = [sys.executable, "-m", "consortium.cli", "settle", "2026", "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(rows: list[dict[str, str | int]]) -> dict[tuple[str, str], tuple[int, ...]]:
    return {
        (str(row["pool"]), str(row["member"])): tuple(
            int(row[name]) for name in ("actual_ore", "invoiced_ore", "difference_ore")
        )
        for row in rows
    }


def told_by_hand() -> dict[tuple[str, str], tuple[int, ...]]:
    """The days of several keys in one, as the command shows them."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for row in figures("settlements"):
        if row["of"] == "settlement":
            before = found.get((row["pool"], row["member"]), (0, 0, 0))
            now = (int(row[name]) for name in ("actual", "invoiced", "difference"))
            found[row["pool"], row["member"]] = tuple(
                a + b for a, b in zip(before, now, strict=True)
            )
    return found


def issued(work: Work) -> list[dict[str, str]]:
    """Every invoice and credit note in the order of numbers; `of` is read from its key."""
    rows = select(Invoice, Member.code).join(Member, col(Member.id) == col(Invoice.member_id))
    return [
        {
            "number": i.number,
            "issued_on": i.issued_on.isoformat(),
            "of": i.key.split("/")[0].split("-2026-")[0],
            "document": i.document,
            "member": code,
            "kind": i.kind,
            "net": f"{i.net_ore}",
            "vat": f"{i.vat_ore}",
            "payable": f"{i.payable_ore}",
        }
        for i, code in work.session.exec(rows.order_by(col(Invoice.number)))
    ]


def shares(work: Work) -> list[dict[str, str]]:
    """What was invoiced first for each month, by pool and member, and the host's own share."""
    found: dict[tuple[str, str, str], int] = {}
    lines = (
        select(InvoiceLine, CostPool.code, Member.code)
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(col(InvoiceLine.key).startswith("2026-"), col(InvoiceLine.key).endswith("/1"))
    )
    for line, pool, member in work.session.exec(lines):
        found[f"{line.month:%Y-%m}", pool, member] = line.net_ore
    own = (
        select(JournalEntry.key, Posting.pool, Posting.amount_ore)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(col(JournalEntry.key).like("host:2026-%/1"), Posting.pool != "")
    )
    for key, pool, ore in work.session.exec(own):
        found[key[5:12], pool, HOST] = -ore
    codes = work.session.exec(select(Member.code).order_by(col(Member.code))).all()
    return [
        {"month": row["month"], "pool": row["pool"]}
        | {code: f"{found.get((row['month'], row['pool'], code), 0)}" for code in codes}
        for row in figures("shares")
    ]


def settled_lines(work: Work) -> dict[tuple[str, str, int, str, bool], int]:
    """The lines of both settlements: which, pool, first month, member, given → öre."""
    lines = (
        select(InvoiceLine, CostPool.code, Member.code)
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(InvoiceLine.kind == "settlement")
    )
    return {
        (
            str(line.key).partition("-")[0],
            pool,
            line.month.month,
            member,
            member == "20",
        ): line.net_ore
        for line, pool, member in work.session.exec(lines)
    }


def settled_by_hand() -> dict[tuple[str, str, int, str, bool], int]:
    return {
        (row["of"], row["pool"], int(row["month"]), row["member"], row["given"] == "1"): int(
            row["difference"]
        )
        for row in figures("settlements")
        if row["member"] != HOST and row["difference"] != "0"
    }


def balances(work: Work) -> list[dict[str, str]]:
    """Accounts at the end of all; shared costs by pool."""
    rows = (
        select(Posting.account, Posting.pool, sum_ore(Posting.amount_ore))
        .group_by(Posting.account, Posting.pool)
        .order_by(Posting.account, Posting.pool)
    )
    return [
        {"account": account, "pool": pool, "ore": f"{int(ore)}"}
        for account, pool, ore in work.session.exec(rows)
    ]
