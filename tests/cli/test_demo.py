"""The demo as a newcomer makes it: run, then its files looked at from outside."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from consortium.core.settings import load
from consortium.demo.playing import held
from tests.billing.formats.validating import official_faults
from tests.crates.formats.test_labels import read_back
from tests.documents.reading import pages_of

EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
ROLES = {
    "administrator",
    "coordinator",
    "finance",
    "branch_manager",
    "counter",
    "auditor",
    "driver",
    "api",
}


def demo(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CONSORTIUM_HOME": str(home)}
    command = [sys.executable, "-m", "consortium.cli", "demo", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = demo(folder, "--date", "2026-11-24")
    assert done.returncode == 0, done.stderr
    assert "27 invoices issued, 2 blocked" in done.stdout
    return folder


def ore(text: str) -> int:
    kronor, decimals = text.split(".")
    return int(kronor) * 100 + int(decimals)


def first(root: etree._Element, name: str) -> str:
    found = root.find(f".//{CBC}{name}")
    assert found is not None, name
    return str(found.text)


@pytest.mark.parametrize("name", ["summary.csv", "pools.csv", "lines.csv", "journal.csv"])
def test_the_tables_are_what_the_year_comes_to(home: Path, name: str) -> None:
    made = home / "out" / "invoices" / name
    assert made.read_bytes() == (EXPECTED / name).read_bytes()


def test_every_e_invoice_passes_the_official_rules_with_a_due_date_and_exact_ore(
    home: Path,
) -> None:
    files = sorted((home / "out" / "invoices").glob("*.xml"))
    assert [file.stem for file in files] == [f"2026{n:04}" for n in range(1, 28)]
    payable = {
        row["invoice_number"]: int(row["payable_ore"])
        for row in csv.DictReader((EXPECTED / "summary.csv").read_text("utf-8").splitlines())
    }
    for file in files:
        content = file.read_bytes()
        assert official_faults(content) == [], file.name
        root = etree.fromstring(content)
        assert first(root, "DueDate") == "2026-12-24"
        assert ore(first(root, "PayableAmount")) == payable[file.stem]


def test_every_pdf_opens_and_says_the_same_sum(home: Path) -> None:
    for file in sorted((home / "out" / "invoices").glob("*.pdf")):
        pages = pages_of(file.read_bytes())
        root = etree.fromstring(file.with_suffix(".xml").read_bytes())
        kronor, decimals = first(root, "PayableAmount").split(".")
        said = f"{int(kronor):,}".replace(",", "\u00a0") + f",{decimals}"
        assert said in pages[0].replace(" ", "\u00a0"), file.name
        assert all("påhittade" in page for page in pages), file.name
    leksand = pages_of((home / "out" / "invoices" / "20260008.pdf").read_bytes())
    assert "Så räknades din andel ut" in "".join(leksand)


def test_the_next_days_plan_has_its_papers(home: Path) -> None:
    folder = home / "out" / "plans" / "2026-11-25"
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    vans = {route["vehicle"] for route in plan["routes"]}
    assert {path.name for path in folder.glob("manifest-*.pdf")} == {
        f"manifest-{van}.pdf" for van in vans
    }
    assert plan["unserved"] == []
    labels = (folder / "labels.pdf").read_bytes()
    codes = [code for page in read_back(labels) for code in page]
    printed = re.findall(r"LD \d{3} \d{3}", "\n".join(pages_of(labels)))
    assert sorted(codes) == sorted(code.replace(" ", "") for code in printed)
    assert len(codes) > 10


def test_there_is_an_account_for_every_role(home: Path) -> None:
    path = home / "accounts.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["role"] for row in rows} == ROLES
    assert all(row["password"] for row in rows)
    assert path.stat().st_mode & 0o077 == 0


def test_it_keeps_its_day_for_everything_that_runs_on_the_folder(home: Path) -> None:
    assert str(load({"CONSORTIUM_HOME": str(home)}).clock.day) == "2026-11-24"


def test_it_refuses_while_a_server_runs_on_the_folder(home: Path) -> None:
    with held(home):
        done = demo(home)
    assert done.returncode == 3
    assert "A server runs on" in done.stderr
    assert (home / "out" / "invoices" / "summary.csv").exists()


def test_it_empties_no_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("keep", encoding="utf-8")
    done = demo(tmp_path)
    assert done.returncode == 3
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "keep"
