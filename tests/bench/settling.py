"""A year of a large consortium settled, beside its bare sums and the same rows inserted alone.

290 municipalities, twelve pools, each of which was invoiced month by month. The peer works out the
twelve splits in `Fraction`s, as `allocating.py` has them, takes the twelve months off each share,
and inserts the rows that the settlement
wrote, table by table and in the same manner, into a
copy of the same database.
"""

import gc
import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Table, insert, select
from sqlmodel import Session

from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, prepare_run
from consortium.billing.settling import prepare_settlement
from consortium.billing.tables import Invoice, InvoiceRun
from consortium.core.db import Row, open_engine
from consortium.core.work import Works
from consortium.costs.recording import NewCost, record_cost
from consortium.costs.splitting import _allocated
from consortium.migrations import upgrade
from consortium.tables import metadata
from tests.bench.allocating import POOLS, bare_sums, sums_of
from tests.bench.large import make_large
from tests.bench.measuring import cpu_seconds
from tests.conftest import NOON, OPERATOR

NAME: Final = (
    "settlement of 290 members × 12 pools × 12 months, CPU"
    " / its bare sums and the same rows inserted (limit 3)"
)
YEAR: Final = 2026
LATER: Final = NOON.replace(year=YEAR + 1, month=2)
TIMES: Final = 3
MONTHLY: Final = [Fraction(1, 12)] * 12
"""What the peer takes off each share, month by month."""
OBJECTS: Final[dict[str, type[Row]]] = {"invoice": Invoice, "invoicerun": InvoiceRun}
"""Tables whose new rows are handed on, so that they are inserted as objects, by both."""
Rows = dict[str, list[dict[str, Any]]]


def figures() -> dict[str, float]:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        before = _invoiced(path / "invoiced.db")
        gc.collect()
        gc.freeze()  # what making it left is searched for garbage by neither
        settled = path / "settled.db"
        ours = cpu_seconds(lambda: _settle(before, settled), TIMES)
        copying = cpu_seconds(lambda: shutil.copy(before, settled), TIMES)
        _settle(before, settled)
        new = _new_rows(before, settled)
        alone = cpu_seconds(lambda: _peer(before, settled, new), TIMES)
    return {NAME: (ours - copying) / (alone - copying)}


def _invoiced(path: Path) -> Path:
    """A database whose year is invoiced, month by month, and has its costs."""
    works = _works(path)
    upgrade(works.engine)
    make_large(works)
    for month in range(1, 13):
        with works.writing(OPERATOR) as work:
            run = approve_run(work, prepare_run(work, Cut(date(YEAR, month, 1))).id)
            issue_invoices(work, run.id)
    with works.writing(OPERATOR) as work:
        for place in range(POOLS):
            cost = NewCost(f"c{place}", date(YEAR, 6, 1), "A", "", 500_000_000 + place)
            record_cost(work, f"pool{place}", YEAR, cost)
    works.engine.dispose()
    return path


def _settle(before: Path, path: Path) -> None:
    _allocated.cache_clear()  # as if nobody had looked at it before
    shutil.copy(before, path)
    works = _works(path)
    with works.writing(OPERATOR) as work:
        run = prepare_settlement(work, YEAR)
        approve_run(work, run.id)
        issue_invoices(work, run.id)
    works.engine.dispose()


def _peer(before: Path, path: Path, new: Rows) -> None:
    for pool in range(POOLS):
        shares = bare_sums(sums_of(pool))
        [Fraction(share) - sum(MONTHLY) for share in shares]
    shutil.copy(before, path)
    engine = open_engine(f"sqlite:///{path}")
    with Session(engine) as session, session.begin():
        for name, rows in new.items():
            if name in OBJECTS:
                session.add_all(OBJECTS[name](**row) for row in rows)
                session.flush()
            else:
                session.execute(insert(metadata.tables[name]), rows)
    engine.dispose()


def _new_rows(before: Path, settled: Path) -> Rows:
    """What the settlement wrote: table → rows that were not there before."""
    found: Rows = {}
    for table in metadata.sorted_tables:
        there, now = _rows(before, table), _rows(settled, table)
        if len(now) > len(there):
            found[table.name] = now[len(there) :]
    return found


def _rows(path: Path, table: Table) -> list[dict[str, Any]]:
    engine = open_engine(f"sqlite:///{path}")
    key = list(table.primary_key.columns)
    with engine.connect() as connection:
        rows = connection.execute(select(table).order_by(*key)).mappings().all()
    engine.dispose()
    return [dict(row) for row in rows]


def _works(path: Path) -> Works:
    return Works(open_engine(f"sqlite:///{path}"), lambda: LATER)
