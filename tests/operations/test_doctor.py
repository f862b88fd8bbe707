"""The doctor names each fault that is planted, and nothing where all is well."""

import json
import socket
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from consortium.core.audit import AuditEntry, AuditSeal
from consortium.core.later import Heartbeat, JobRun, Task, TaskState
from consortium.core.settings import Settings
from consortium.core.work import Work, Works
from consortium.documents.keeping import keep
from consortium.documents.tables import Document
from consortium.members.joining import Address, change_address
from consortium.messages.tables import Letter
from consortium.migrations import downgrade
from consortium.operations.doctoring import choices, machine, records
from consortium.operations.rules import Finding, Machine, diagnose, machine_findings
from consortium.people.admitting import open_account
from tests.billing.worlds import make_small
from tests.cli.test_cases import run
from tests.conftest import NOON, OPERATOR

DAY = timedelta(days=1)
GB = 1 << 30


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def well(database_url: str, home: Path, **sections: Mapping[str, object]) -> Settings:
    """Settings of a service in earnest, with `sections` instead of its own."""
    chosen: dict[str, object] = {
        "home": home,
        "database": {"url": database_url},
        "web": {"address": "https://bibliotek.example", "secure_cookies": True},
        "post": {"alerts": "drift@bibliotek.example"},
    }
    return Settings.model_validate(chosen | sections)


def beat(work: Work, kind: str, ago: timedelta = timedelta()) -> None:
    seen = work.now - ago
    process = f"{kind}:host:1"
    row = Heartbeat(process=process, kind=kind, revision="1", begun_at=seen, seen_at=seen)
    work.session.merge(row)


def seal_all(work: Work) -> None:
    work.session.flush()
    for number, entry in enumerate(
        work.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))), 1
    ):
        seal = AuditSeal(number=number, entry_id=entry.id, sha256="-", sealed_at=work.now)
        work.session.merge(seal)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    key = folder / "secret.key"
    key.write_text("k" * 64)
    key.chmod(0o600)
    return folder


@pytest.fixture
def healthy(works: Works) -> Works:
    """A consortium ready to invoice, its processes alive, a backup made at noon."""
    make_small(works)
    with works.writing(OPERATOR) as work:
        open_account(work, "ekonom", "Ekonom", "a long password", [("finance", None)])
        for kind in ("web", "scheduler", "worker"):
            beat(work, kind)
        keep(work, b"a paper", "application/pdf")
        work.audit("operations.backed_up", "consortium-20261124T110000Z.zip", rows=1)
        seal_all(work)
    return works


def examined(works: Works, settings: Settings) -> list[Finding]:
    around = machine(settings)
    with works.reading(OPERATOR) as work:
        return diagnose(around, records(work), choices(work, settings))


def named(works: Works, settings: Settings) -> set[tuple[str, str]]:
    return {(finding.level, finding.name) for finding in examined(works, settings)}


def test_nothing_is_wrong_where_all_is_well(healthy: Works, database_url: str, home: Path) -> None:
    assert named(healthy, well(database_url, home)) == set()


def plant_failed_task(work: Work) -> None:
    work.session.add(Task(name="x", key="1", due=work.now, state=TaskState.FAILED))


def plant_failed_date(work: Work) -> None:
    work.session.add(
        JobRun(
            job="routing",
            business_date=work.today,
            state=TaskState.FAILED,
            started_at=work.now,
            leased_until=work.now,
        )
    )


def plant_old_failed_date(work: Work) -> None:
    plant_failed_date(work)
    work.session.flush()
    for run_of_job in work.session.exec(select(JobRun)):
        run_of_job.business_date = work.today - 15 * DAY


def plant_waiting_task(work: Work) -> None:
    work.session.add(Task(name="x", key="1", due=work.now - timedelta(minutes=16)))


def plant_fresh_task(work: Work) -> None:
    work.session.add(Task(name="x", key="1", due=work.now - timedelta(minutes=15)))


def plant_returned_letter(work: Work) -> None:
    letter = Letter(key="1", to_address="a@b.example", subject="s", body="b", written_at=work.now)
    letter.returned_at = work.now
    work.session.add(letter)


def plant_spoilt_document(work: Work) -> None:
    kept = work.session.exec(select(Document)).one()
    kept.content = b"another paper"


def plant_future(work: Work) -> None:
    later = work.now + timedelta(minutes=3)
    entry = AuditEntry(at=later, actor="ekonom", event="people.signed_in")
    work.session.add(entry)
    work.session.flush()
    seal_all(work)


def plant_unsealed(work: Work) -> None:
    earlier = work.now - timedelta(minutes=6)
    work.session.add(AuditEntry(at=earlier, actor="ekonom", event="people.signed_in"))


def plant_gap(work: Work) -> None:
    change_address(work, "2062", Address())
    seal_all(work)


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (plant_failed_task, {("bad", "tasks")}),
        (plant_failed_date, {("bad", "jobs")}),
        (plant_old_failed_date, set()),
        (plant_waiting_task, {("bad", "queue")}),
        (plant_fresh_task, set()),
        (plant_returned_letter, {("warn", "letters")}),
        (plant_spoilt_document, {("bad", "integrity")}),
        (plant_future, {("bad", "clock")}),
        (plant_unsealed, {("bad", "sealing")}),
        (plant_gap, {("warn", "steps")}),
        (lambda work: beat(work, "worker", timedelta(seconds=121)), {("bad", "worker")}),
        (lambda work: beat(work, "worker", timedelta(seconds=120)), set()),
        (lambda work: beat(work, "scheduler", DAY), {("bad", "scheduler")}),
    ],
)
def test_a_planted_fault_in_the_records_is_named_alone(
    healthy: Works,
    database_url: str,
    home: Path,
    plant: Callable[[Work], None],
    found: set[tuple[str, str]],
) -> None:
    with healthy.writing(OPERATOR) as work:
        plant(work)
    assert named(healthy, well(database_url, home)) == found


def test_a_missing_trigger_is_named(healthy: Works, database_url: str, home: Path) -> None:
    sqlite = database_url.startswith("sqlite")
    drop = "invoice_no_delete" if sqlite else "invoice_append_only on invoice"
    with healthy.engine.begin() as connection:
        connection.execute(text(f"drop trigger {drop}"))
    (finding,) = examined(healthy, well(database_url, home))
    assert (finding.name, finding.fault.facts["table"]) == ("guards", "invoice")


def test_processes_that_never_were_are_named(works: Works, database_url: str, home: Path) -> None:
    alive = {name for _level, name in named(works, well(database_url, home))}
    assert {"web", "scheduler", "worker", "backup", "steps"} <= alive


def test_an_old_backup_is_named(healthy: Works, database_url: str, home: Path) -> None:
    with healthy.engine.begin() as connection:  # the clock of the test stands, so the entry moves
        sqlite = database_url.startswith("sqlite")
        off = (
            "trigger auditentry_no_update"
            if sqlite
            else "trigger auditentry_append_only on auditentry"
        )
        connection.execute(text(f"drop {off}"))
        moment = (NOON - timedelta(hours=26, seconds=1)).replace(tzinfo=None)
        moved = text("update auditentry set at = :at where event = 'operations.backed_up'")
        connection.execute(moved, {"at": str(moment) + ".000000"} if sqlite else {"at": moment})
    assert ("warn", "backup") in named(healthy, well(database_url, home))


def test_what_the_settings_leave_open_is_named(
    healthy: Works, database_url: str, home: Path
) -> None:
    open_settings = well(database_url, home, web={}, post={}, clock={"day": "2026-11-24"})
    assert named(healthy, open_settings) == {
        ("warn", "address"),
        ("warn", "cookies"),
        ("warn", "alerts"),
        ("warn", "clock"),
    }


def test_systems_that_do_not_answer_are_named(
    healthy: Works, database_url: str, home: Path
) -> None:
    port = closed_port()
    nobody = f"http://127.0.0.1:{port}/in"
    chosen = well(
        database_url,
        home,
        post={
            "alerts": "a@b.example",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "sender": "a@b.example",
        },
        outgoing={"access_point_url": nobody},
        openid={"issuer": nobody, "client_id": "c", "client_secret": "s"},
    )
    assert named(healthy, chosen) == {("bad", "mail"), ("bad", "access_point"), ("bad", "openid")}


def test_a_system_that_answers_is_not_named(healthy: Works, database_url: str, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/in"
        chosen = well(database_url, home, outgoing={"access_point_url": address})
        assert named(healthy, chosen) == set()


def test_a_key_that_others_may_read_and_a_short_one_are_named(
    healthy: Works, database_url: str, home: Path
) -> None:
    (home / "secret.key").chmod(0o640)
    assert named(healthy, well(database_url, home)) == {("bad", "key")}
    (home / "secret.key").chmod(0o600)
    (home / "secret.key").write_text("k" * 31)
    assert named(healthy, well(database_url, home)) == {("bad", "key")}


def test_a_folder_that_cannot_be_written_to_is_named(
    healthy: Works, database_url: str, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    blocked = {"alerts": "a@b.example", "folder": str(tmp_path / "file" / "outbox")}
    assert named(healthy, well(database_url, home, post=blocked)) == {("bad", "folder")}


@pytest.mark.parametrize(
    ("free", "size", "found"),
    [(GB, 20 * GB, 0), (GB - 1, 2 * GB, 1), (5 * GB, 100 * GB, 0), (5 * GB - 1, 100 * GB, 1)],
)
def test_a_disk_with_less_than_a_gigabyte_or_a_twentieth_is_named(
    free: int, size: int, found: int
) -> None:
    looked = Machine(free, size, key_length=64, key_mode=0o600, writable={})
    assert [finding.name for finding in machine_findings(looked)] == ["disk"] * found


def test_the_command_names_faults_and_says_by_its_status_that_work_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    before = run("doctor", "--json")
    assert before.returncode == 3
    assert {row["check"] for row in json.loads(before.stdout)} >= {"migrations"}
    assert run("upgrade").returncode == 0
    after = run("doctor")
    assert "consortium backup" in after.stdout
    assert "No worker is alive" in after.stdout
    monkeypatch.setenv(
        "CONSORTIUM_DATABASE__URL", "postgresql+psycopg://nobody@/none?host=/nowhere"
    )
    unreachable = run("doctor", "--json")
    assert {row["check"] for row in json.loads(unreachable.stdout)} >= {"database"}
    monkeypatch.setenv("CONSORTIUM_DATABASE__URL", "mysql://x")
    assert [row["check"] for row in json.loads(run("doctor", "--json").stdout)] == ["settings"]


def test_an_older_schema_is_named(
    healthy: Works, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    downgrade(healthy.engine, "0002")
    healthy.engine.dispose()
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    monkeypatch.setenv("CONSORTIUM_DATABASE__URL", database_url)
    found = run("doctor", "--json")
    assert {row["check"] for row in json.loads(found.stdout)} >= {"migrations"}
