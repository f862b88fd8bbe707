import csv
import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consortium.cli import main
from consortium.core.db import open_engine
from consortium.core.work import Works
from tests.conftest import Clock
from tests.payments.worlds import bgmax, make_owed, payments

OCTOBER_2 = date(2026, 10, 2)
PAID = (
    ("2026000105", 416_668, "Mora kommun"),
    ("2026000204", 100_000, "Mora kommun"),
    ("2026000303", 420_000, "Borlänge kommun"),
    ("", 777, "Okänd"),
)
HEADER = ["payment", "booked_on", "amount_ore", "reference", "payer", "state", "invoice"]


@pytest.fixture
def home(
    empty_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> Works:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    shutil.copy(empty_sqlite, tmp_path / "test.db")
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    monkeypatch.setenv("CONSORTIUM_DATABASE__URL", url)
    monkeypatch.setenv("CONSORTIUM_CLOCK__DAY", "2026-10-05")
    works = Works(open_engine(url), clock)
    make_owed(works, clock)
    return works


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["import", "payments", *(str(word) for word in words)])


def rows(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    header, *found = csv.reader(io.StringIO(result.stdout))
    assert header == HEADER
    return found


def test_payments_are_tried_taken_in_and_known_again(home: Works, tmp_path: Path) -> None:
    file = tmp_path / "bank.txt"
    file.write_bytes(bgmax(OCTOBER_2, PAID))
    tried = rows(run(file, "--dry-run"))
    assert payments(home) == []
    assert [row[1:] for row in tried] == [
        ["2026-10-02", "416668", "2026000105", "Mora kommun", "matched", "20260001"],
        ["2026-10-02", "100000", "2026000204", "Mora kommun", "part", "20260002"],
        ["2026-10-02", "420000", "2026000303", "Borlänge kommun", "over", "20260003"],
        ["2026-10-02", "777", "", "Okänd", "review", ""],
    ]
    assert rows(run(file)) == tried
    assert [payment.key for payment in payments(home)] == [row[0] for row in tried]
    again = rows(run(file))
    assert [(row[0], *row[5:]) for row in again] == [(row[0], "duplicate", "") for row in tried]
    assert len(payments(home)) == 4


def test_one_payment_of_two_invoices_names_both(home: Works, tmp_path: Path) -> None:
    file = tmp_path / "bank.txt"
    file.write_bytes(bgmax(OCTOBER_2, [("", 750_002, "Mora")]))
    ((*_rest, state, invoices),) = rows(run(file))
    assert (state, invoices) == ("matched", "20260001+20260002")


def test_a_file_that_cannot_be_read_is_refused_and_changes_nothing(
    home: Works, tmp_path: Path
) -> None:
    file = tmp_path / "bank.txt"
    file.write_bytes(bgmax(OCTOBER_2, PAID).replace(b"416668", b"416669", 1))
    done = run(file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "record" in done.stderr
    assert run(tmp_path / "missing.txt").exit_code == 4
    assert payments(home) == []
