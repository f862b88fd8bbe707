"""What is wrong with a service, from what was found of it. Pure: figures in, findings out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from consortium.core.errors import Fault

Level = Literal["bad", "warn"]

SEEN_WITHIN: Final = timedelta(minutes=2)
OVERDUE: Final = timedelta(minutes=15)
UNSEALED: Final = timedelta(minutes=5)
BACKUP_WITHIN: Final = timedelta(hours=26)
CLOCK_SLACK: Final = timedelta(minutes=2)
LEAST_FREE: Final = 1 << 30
LEAST_SHARE: Final = 0.05
KEY_LENGTH: Final = 32
PRIVATE: Final = 0o600
KINDS: Final = ("web", "scheduler", "worker")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong. name: of the check. level: `bad` stops work, `warn` will or may."""

    name: str
    level: Level
    fault: Fault


@dataclass(frozen=True, slots=True)
class Machine:
    """What was found of the machine. free, size: bytes of the disk that holds the home folder.

    key_mode: permission bits of the key's file, None where the setting holds the key. writable:
    folder → whether this process may write there. trouble: `mail`, `access_point`, `openid` →
    why it does not answer, empty where it does; those that are not set up are not in it.
    """

    free: int
    size: int
    key_length: int
    key_mode: int | None
    writable: dict[str, bool]
    trouble: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Records:
    """What was found in the database. seen: kind of process → when one was last seen.

    newest: the latest moment that anything in the database says. unsealed_since: when the oldest
    entry without a seal was written. damaged: what the database finds broken, and kept documents
    whose bytes are no longer those of their name. unguarded: tables that lack their triggers.
    """

    now: datetime
    newest: datetime | None = None
    seen: dict[str, datetime] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    unguarded: list[str] = field(default_factory=list)
    failed_tasks: int = 0
    failed_dates: int = 0
    oldest_due: datetime | None = None
    unsealed_since: datetime | None = None
    returned_letters: int = 0
    backed_up_at: datetime | None = None
    steps_left: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the settings say that matters here."""

    fixed_clock: bool = False
    has_address: bool = True
    secure: bool = True
    has_alerts: bool = True


def diagnose(machine: Machine, records: Records, chosen: Chosen) -> list[Finding]:
    """Everything that is wrong, what stops work first. On a fixed day a clock tells nothing."""
    seen = replace(records, newest=None) if chosen.fixed_clock else records
    found = [*machine_findings(machine), *record_findings(seen), *setting_findings(chosen)]
    return sorted(found, key=lambda finding: finding.level)


def machine_findings(machine: Machine) -> Iterator[Finding]:
    """What is wrong with disk, folders, key, and the systems that are called."""
    if machine.free < max(LEAST_FREE, int(machine.size * LEAST_SHARE)):
        free_mb = machine.free >> 20
        yield _bad(
            Fault("The disk is nearly full: {free} MB left", "disk", {"free": free_mb}, "Make room")
        )
    for folder, fine in machine.writable.items():
        if not fine:
            yield _bad(
                Fault(
                    "The folder {folder} cannot be written to",
                    "folder",
                    {"folder": folder},
                    "Give it to the account that the service runs as",
                )
            )
    if machine.key_length < KEY_LENGTH:
        yield _bad(
            Fault(
                "The secret key is missing or too short",
                "key",
                {},
                "Let the service make one: empty web.secret_key and remove the file secret.key",
            )
        )
    if machine.key_mode is not None and machine.key_mode & ~PRIVATE:
        yield _bad(Fault("Others may read the file secret.key", "key", {}, "chmod 600 secret.key"))
    for system, why in machine.trouble.items():
        if why:
            yield _bad(
                Fault(
                    "{system} does not answer: {why}",
                    system,
                    {"system": system, "why": why},
                    "See the settings, and whether the other system is up",
                )
            )


def record_findings(records: Records) -> Iterator[Finding]:
    """What is wrong with what the database holds, and with who should be at work on it."""
    for what in records.damaged:
        yield _bad(
            Fault(
                "Damaged: {what}",
                "integrity",
                {"what": what},
                "Restore the last backup that is whole",
            )
        )
    for table in records.unguarded:
        yield _bad(
            Fault(
                "The table {table} could be changed: its triggers are gone",
                "guards",
                {"table": table},
                "Find out who took them away; restore into a new database",
            )
        )
    if records.newest and records.newest > records.now + CLOCK_SLACK:
        yield _bad(
            Fault(
                "The clock has gone back: something was written at {moment}",
                "clock",
                {"moment": records.newest.isoformat(timespec="minutes")},
                "Set the machine's clock by NTP",
            )
        )
    yield from _process_findings(records)
    yield from _queue_findings(records)


def _process_findings(records: Records) -> Iterator[Finding]:
    for kind in KINDS:
        seen = records.seen.get(kind)
        if seen is None or seen < records.now - SEEN_WITHIN:
            yield _bad(
                Fault(
                    "No {kind} is alive; last seen: {moment}",
                    kind,
                    {"kind": kind, "moment": seen.isoformat(timespec="minutes") if seen else "–"},
                    "Start it, and read its log",
                )
            )


def _queue_findings(records: Records) -> Iterator[Finding]:
    if records.failed_tasks:
        yield _bad(
            Fault(
                "{count} tasks were given up",
                "tasks",
                {"count": records.failed_tasks},
                "Open the settings page, mend the cause, and try again there",
            )
        )
    if records.failed_dates:
        yield _bad(
            Fault(
                "{count} dates of jobs failed in the last two weeks",
                "jobs",
                {"count": records.failed_dates},
                "Open the settings page, mend the cause, and try again there",
            )
        )
    if records.oldest_due and records.oldest_due < records.now - OVERDUE:
        yield _bad(
            Fault(
                "Tasks have waited since {moment}",
                "queue",
                {"moment": records.oldest_due.isoformat(timespec="minutes")},
                "See that a worker is alive, and what its log says",
            )
        )
    if records.unsealed_since and records.unsealed_since < records.now - UNSEALED:
        yield _bad(
            Fault(
                "The audit trail has not been sealed since {moment}",
                "sealing",
                {"moment": records.unsealed_since.isoformat(timespec="minutes")},
                "See that the scheduler is alive; then run consortium audit verify",
            )
        )
    if records.returned_letters:
        yield _warn(
            Fault(
                "{count} letters came back",
                "letters",
                {"count": records.returned_letters},
                "Open the page of the post",
            )
        )
    if records.backed_up_at is None or records.backed_up_at < records.now - BACKUP_WITHIN:
        yield _warn(
            Fault(
                "There is no backup of the last day",
                "backup",
                {},
                "Run consortium backup every night",
            )
        )
    if records.steps_left:
        yield _warn(
            Fault(
                "{count} things are missing before the next invoice run",
                "steps",
                {"count": records.steps_left},
                "Open the settings page: each of them stands there",
            )
        )


def setting_findings(chosen: Chosen) -> Iterator[Finding]:
    """What the settings leave open that a service in earnest should not."""
    if chosen.fixed_clock:
        yield _warn(
            Fault(
                "The clock stands on a fixed day",
                "clock",
                {},
                "Empty clock.day: it is for demonstrations",
            )
        )
    if not chosen.has_address:
        yield _warn(
            Fault(
                "The service does not know its own address, so no letter can carry a link",
                "address",
                {},
                "Set web.address, as https://samverkan.example.se",
            )
        )
    if not chosen.secure:
        yield _warn(
            Fault(
                "Sign-ins may travel without encryption",
                "cookies",
                {},
                "Serve by HTTPS and set web.secure_cookies = true",
            )
        )
    if not chosen.has_alerts:
        yield _warn(
            Fault(
                "Nobody is written to when a night's job fails",
                "alerts",
                {},
                "Set post.alerts, or give an administrator an e-mail address",
            )
        )


def _bad(fault: Fault) -> Finding:
    return Finding(fault.at, "bad", fault)


def _warn(fault: Fault) -> Finding:
    return Finding(fault.at, "warn", fault)
