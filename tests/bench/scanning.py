"""Events of crates taken in: beside a bare bulk insert of the same rows into the same table.

The peer puts rows that are ready into the table with its indexes, by SQLAlchemy's executemany. Ours
reads each event against crates, branches and rights, leaves out the names that are known, and makes
anew what each crate is. Each begins with a database of its own that has the crates and no event.
Processor time, since the machine is shared.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from sqlmodel import func, insert, select

from consortium.branches.queries import branches
from consortium.branches.registering import NewBranch, register_branch
from consortium.core.days import swedish_day
from consortium.core.db import open_engine
from consortium.core.work import Works
from consortium.crates.bringing import OwnCrate, put_crates
from consortium.crates.ledger import NewEvent, note_events
from consortium.crates.tables import Crate, CrateEvent, CrateState
from consortium.migrations import upgrade
from tests.bench.measuring import cpu_seconds
from tests.conftest import NOON, OPERATOR
from tests.making import make_members

LIBRARIES: Final = 80
CRATES: Final = 20_000
EVENTS: Final = 1_000_000
KINDS: Final = ("packed", "collected", "delivered", "emptied")
REPLAYED: Final = "1,000,000 crate events replayed, pace / bare bulk insert (at least 0.5)"
AGAIN: Final = "the same events replayed again, pace / bare bulk insert"


def figures() -> dict[str, float]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        works = opened(path)
        upgrade(works.engine)
        slugs = make_crates(works)
        events = list(made(slugs))
        rows = rows_of(works, events)
        works.engine.dispose()
        bare, _ = on_copy(path, lambda copy: insert_rows(copy, rows))
        ours, copy = on_copy(path, lambda copy: replay(copy, events))
        again = cpu_seconds(lambda: replay(copy, events), 1)
        assert counts(copy) == (EVENTS, CRATES)
        copy.engine.dispose()
    return {REPLAYED: bare / ours, AGAIN: bare / again}


def opened(path: Path) -> Works:
    return Works(open_engine(f"sqlite:///{path}"), lambda: NOON)


def make_crates(works: Works) -> list[str]:
    with works.writing(OPERATOR) as work:
        make_members(work)
        for place in range(LIBRARIES):
            new = NewBranch(f"Bibliotek {place}", "2080", "branch", "Falun", 60.6, 15.6)
            register_branch(work, new, {})
        slugs = [branch.slug for branch, _ in branches(work)]
        day = date(2025, 1, 1)
        put_crates(
            work,
            [OwnCrate(f"LD{place:06}", slugs[place % len(slugs)], day) for place in range(CRATES)],
        )
    return slugs


def made(slugs: list[str]) -> Iterator[NewEvent]:
    """Journeys of all crates, hour by hour, as phones send them: nearly in order."""
    random = Random(EVENTS)
    at = NOON - timedelta(days=365)
    ways = [(slugs[0], slugs[1])] * CRATES
    for place in range(EVENTS):
        crate, step = place % CRATES, place // CRATES % len(KINDS)
        if step == 0:
            origin, destination = random.sample(slugs, 2)
            ways[crate] = origin, destination
        origin, destination = ways[crate]
        yield NewEvent(
            str(UUID(int=random.getrandbits(128), version=4)),
            f"LD{crate:06}",
            KINDS[step],
            origin if step < 2 else destination,
            at + timedelta(seconds=30 * place + random.randint(-600, 600)),
            destination if step == 0 else "",
        )


def rows_of(works: Works, events: list[NewEvent]) -> list[dict[str, Any]]:
    with works.reading(OPERATOR) as work:
        crates = dict(work.session.exec(select(Crate.code, Crate.id)).all())
        places = {branch.slug: branch.id for branch, _ in branches(work)}
    return [
        {
            "event": event.event,
            "crate_id": crates[event.crate],
            "kind": event.kind,
            "branch_id": places[event.branch],
            "destination_id": places[event.destination] if event.destination else None,
            "at": event.at,
            "on_date": swedish_day(event.at),
            "vehicle": "",
            "entered_by": "bench",
            "entered_at": NOON,
            "withdrawn": False,
        }
        for event in events
    ]


def on_copy(path: Path, what: Callable[[Works], None]) -> tuple[float, Works]:
    """Seconds that `what` takes on a copy of the database, and the copy."""
    copied = path.with_name(f"{id(what)}.db")
    shutil.copy(path, copied)
    works = opened(copied)
    return cpu_seconds(lambda: what(works), 1), works


def insert_rows(works: Works, rows: list[dict[str, Any]]) -> None:
    with works.writing(OPERATOR) as work:
        work.session.connection().execute(insert(CrateEvent), rows)


def replay(works: Works, events: list[NewEvent]) -> None:
    with works.writing(OPERATOR) as work:
        note_events(work, events)


def counts(works: Works) -> tuple[int, int]:
    with works.reading(OPERATOR) as work:
        tables = (CrateEvent, CrateState)
        events, states = (
            work.session.exec(select(func.count()).select_from(table)).one() for table in tables
        )
    return events, states
