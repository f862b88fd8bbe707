"""`consortium init` as an operator runs it."""

from pathlib import Path

import pytest

from tests.cli.test_cases import run

MEMBERS = """code;name;kind;organisation_number;buyer_reference;endpoint_scheme;endpoint_id
2080;Falun;municipality;212000-2221;REF1;0007;2120002221
2081;Borlänge;municipality;212000-2239;;0007;2120002239
"""
OPENING = 'account,counterpart,amount\n1510,2081,"12 500,50"\n2010,,"-12 500,50"\n'


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path / "home"))
    assert run("upgrade").returncode == 0
    (tmp_path / "members.csv").write_text(MEMBERS, encoding="cp1252")
    (tmp_path / "opening.csv").write_text(OPENING)
    given = {
        "--name": "Biblioteken",
        "--members": str(tmp_path / "members.csv"),
        "--host": "2080",
        "--bankgiro": "991-2346",
        "--from": "2026-01-01",
        "--opening": str(tmp_path / "opening.csv"),
        "--admin": "administrator",
    }
    return ["init", *(word for pair in given.items() for word in pair)]


def test_a_consortium_is_founded_once_and_what_is_missing_is_listed(words: list[str]) -> None:
    tried = run(*words, "--dry-run")
    assert (tried.returncode, "Nothing was written" in tried.stdout) == (0, True)
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert "Password, shown this once: " in done.stdout
    assert "Borlänge cannot be invoiced yet" in done.stdout
    assert "Falun cannot" not in done.stdout
    assert "has no cost pool" in done.stdout
    assert "Borlänge" in run("export", "members").stdout
    again = run(*words)
    assert (again.returncode, "already" in again.stderr) == (3, True)


def test_every_fault_of_the_charter_is_named_and_nothing_is_written(words: list[str]) -> None:
    wrong = [{"2080": "2099"}.get(word, word) for word in words]
    refused = run(*wrong, "--account", "tea=1")
    assert refused.returncode == 2
    assert "host: The host 2099 is not among the members" in refused.stderr
    assert "tea" in refused.stderr
    assert run("export", "members").stdout.count("\n") <= 1


def test_faulty_opening_balances_are_named_by_their_rows(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "opening.csv").write_text("account,counterpart,amount\nkassa,,1\n1510,,tolv\n")
    refused = run(*words)
    assert refused.returncode == 2
    assert "row 2, account" in refused.stderr
    assert "row 3, amount" in refused.stderr
