"""Questions of the doctor: what state machine, settings and records are in. Changes nothing."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlmodel import col, func, select

from consortium.core.audit import AuditEntry, AuditSeal
from consortium.core.db import damage, guarded_tables
from consortium.core.later import Heartbeat, JobRun, Task, TaskState
from consortium.core.settings import Settings
from consortium.core.work import Work
from consortium.documents.tables import Document
from consortium.messages.tables import Letter
from consortium.operations import client
from consortium.operations.rules import Chosen, Machine, Records
from consortium.people.tables import Account, RoleGrant
from consortium.reports.readiness import steps

GUARDED: Final = ("auditentry", "auditseal", "invoice", "invoiceline", "journalentry", "posting")
RECENT: Final = timedelta(days=14)
LOOKED_AT: Final = 200
ENV_KEY: Final = "secret.key"


def machine(settings: Settings) -> Machine:
    """The machine as it is, and whether the systems that are called answer. Opens no work."""
    disk = shutil.disk_usage(_existing(settings.home))
    key = settings.home / ENV_KEY
    kept = not settings.web.secret_key and key.exists()
    text = key.read_text(encoding="ascii") if kept else settings.web.secret_key
    return Machine(
        free=disk.free,
        size=disk.total,
        key_length=len(text),
        key_mode=stat.S_IMODE(key.stat().st_mode) if kept else None,
        writable={str(folder): _writable(folder) for folder in (settings.home, settings.outbox)},
        trouble=client.troubles(settings),
    )


def records(work: Work) -> Records:
    """What the database holds of trouble."""
    work.require("settings.see")
    session, connection = work.session, work.session.connection()
    old = work.now - RECENT
    waiting = select(func.min(Task.due)).where(Task.state == TaskState.WAITING)
    failed_dates = select(func.count()).where(
        JobRun.state == TaskState.FAILED, JobRun.business_date >= old.date()
    )
    returned = select(func.count()).where(
        col(Letter.returned_at).is_not(None), col(Letter.settled_at).is_(None)
    )
    backup = select(func.max(AuditEntry.at)).where(AuditEntry.event == "operations.backed_up")
    return Records(
        now=work.now,
        newest=session.exec(select(func.max(AuditEntry.at))).one(),
        seen=_seen(work),
        damaged=damage(connection) + list(_spoilt_documents(work)),
        unguarded=sorted(set(GUARDED) - guarded_tables(connection)),
        failed_tasks=session.exec(select(func.count()).where(Task.state == TaskState.FAILED)).one(),
        failed_dates=session.exec(failed_dates).one(),
        oldest_due=session.exec(waiting).one(),
        unsealed_since=_unsealed_since(work),
        returned_letters=session.exec(returned).one(),
        backed_up_at=session.exec(backup).one(),
        steps_left=sum(not step.done for step in steps(work)),
    )


def choices(work: Work, settings: Settings) -> Chosen:
    return Chosen(
        fixed_clock=settings.clock.day is not None,
        has_address=bool(settings.web.address),
        secure=settings.web.secure_cookies,
        has_alerts=bool(settings.post.alerts) or _has_reachable_administrator(work),
    )


def _has_reachable_administrator(work: Work) -> bool:
    rows = (
        select(func.count(col(Account.id)))
        .join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        .where(
            RoleGrant.role == "administrator", Account.email != "", col(Account.active).is_(True)
        )
    )
    return work.session.exec(rows).one() > 0


def _seen(work: Work) -> dict[str, datetime]:
    rows = select(Heartbeat.kind, func.max(Heartbeat.seen_at)).group_by(Heartbeat.kind)
    return {kind: moment for kind, moment in work.session.exec(rows) if moment}


def _unsealed_since(work: Work) -> datetime | None:
    last = select(func.max(AuditSeal.entry_id)).scalar_subquery()
    rows = select(func.min(AuditEntry.at)).where(AuditEntry.id > func.coalesce(last, 0))
    return work.session.exec(rows).one()


def _spoilt_documents(work: Work) -> Iterator[str]:
    """Of the newest kept documents, those whose bytes have another digest than their name."""
    newest = select(Document).order_by(col(Document.kept_at).desc()).limit(LOOKED_AT)
    for document in work.session.exec(newest):
        if hashlib.sha256(document.content).hexdigest() != document.sha256:
            yield f"document {document.sha256}"


def _writable(folder: Path) -> bool:
    """Whether files may be made there, or the folder itself made."""
    found = _existing(folder)
    return found.is_dir() and os.access(found, os.W_OK | os.X_OK)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that there is."""
    while not folder.exists():
        folder = folder.parent
    return folder
