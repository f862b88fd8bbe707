"""Heartbeats: which processes of the service are alive, and what schema their code knows."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, delete, select

from consortium.core.errors import Problem
from consortium.core.later import Heartbeat
from consortium.core.work import Actor, Work, Works

BEAT_SECONDS: Final = 20.0
ALIVE: Final = timedelta(minutes=2)
"""Whoever was seen within this time is taken to be alive."""
KEPT: Final = timedelta(days=1)
HEART: Final = Actor("heart", machine=True)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Process:
    """name: `kind:host:pid`. kind: `web`, `scheduler` or `worker`. revision: its code's schema."""

    name: str
    kind: str
    revision: str


def this_process(kind: str, revision: str) -> Process:
    return Process(f"{kind}:{socket.gethostname()}:{os.getpid()}", kind, revision)


@contextmanager
def beating(works: Works, process: Process) -> Iterator[None]:
    """Let it be known that `process` is alive for as long as the block runs, and not after it.

    A beat that fails, on a full disk or an older schema, is logged and disturbs nothing.
    """
    own = Works(works.engine, works.clock)  # also seen while it waits for another schema
    stop = threading.Event()
    _beat(own, process)
    thread = threading.Thread(target=_beat_until, args=(own, process, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        _quietly(own, process, leave)


def beat(work: Work, process: Process) -> None:
    """Note that `process` is alive now, and forget those not seen for long."""
    row = work.session.get(Heartbeat, process.name)
    if row is None:
        row = Heartbeat(
            process=process.name,
            kind=process.kind,
            revision=process.revision,
            begun_at=work.now,
            seen_at=work.now,
        )
        work.session.add(row)
    row.revision, row.seen_at = process.revision, work.now
    work.session.exec(delete(Heartbeat).where(col(Heartbeat.seen_at) < work.now - KEPT))


def leave(work: Work, process: Process) -> None:
    """Note that `process` has ended as it should."""
    work.session.exec(delete(Heartbeat).where(col(Heartbeat.process) == process.name))


def alive(work: Work) -> list[Heartbeat]:
    """The processes that are alive, by name; none where the schema knows no heartbeats yet."""
    if not inspect(work.session.connection()).has_table("heartbeat"):
        return []
    seen = select(Heartbeat).where(Heartbeat.seen_at >= work.now - ALIVE)
    return list(work.session.exec(seen.order_by(Heartbeat.process)))


def _beat_until(works: Works, process: Process, stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        _beat(works, process)


def _beat(works: Works, process: Process) -> None:
    _quietly(works, process, beat)


def _quietly(works: Works, process: Process, note: Callable[[Work, Process], None]) -> None:
    try:
        with works.writing(HEART) as work:
            note(work, process)
    except (Problem, DBAPIError) as error:
        log.warning("no heartbeat", extra={"beating": process.name, "why": str(error)})
