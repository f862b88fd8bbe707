"""Three pools of three members as a world that is copied for each example."""

import shutil
import uuid
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from consortium.billing.issuing import issue_invoices
from consortium.billing.preparing import approve_run
from consortium.billing.tables import Invoice, InvoiceRun
from consortium.core.db import open_engine
from consortium.core.errors import Conflict
from consortium.core.work import Work, Works
from consortium.costs.agreeing import (
    KeyRule,
    Vat,
    add_pool,
    contribute,
    set_key,
    set_vat,
    take_part,
)
from consortium.costs.recording import NewCost, record_cost
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR

POOLS = ("system", "office", "film")


def make_three_pools(works: Works) -> Counter[str]:
    """The pools with their first costs; gives what was spent, by pool."""
    make_small(works)
    spent = Counter[str]()
    first = date(2026, 1, 1)
    with works.writing(OPERATOR) as work:
        film = add_pool(work, "film", 2026, ("film", "film"), 7_000_01, everyone=False)
        for code in ("2080", "2081"):
            take_part(work, film, code)
        contribute(work, film, "2062", 100_07)
        set_vat(work, film, first, Vat("S", 6))
        parts = [{"take": "rest", "split": {"kind": "equal"}}]
        rounding = {"method": "half_up_residual_largest", "unit_ore": 100}
        key = {"name": "Lika i kronor", "parts": parts, "rounding": rounding}
        set_key(work, "film", 2026, KeyRule(key, "§ 1", first, {}))
        for month in range(1, 13):
            for pool, ore in (("system", 1_000_003 + month), ("office", 950_000 - 7 * month)):
                cost = NewCost(f"{pool}{month}", date(2026, month, 15), "Leverantör", "", ore)
                record_cost(work, pool, 2026, cost)
                spent[pool] += ore
    return spent


def issued(work: Work, run: InvoiceRun) -> None:
    approve_run(work, run.id)
    issue_invoices(work, run.id)


def chosen(those: Any, place: int) -> Any:
    """One of those there are; a Conflict, as other refusals, where there is none."""
    if not those:
        raise Conflict("There is nothing to choose from")
    return those[place % len(those)]


def invoices(work: Work) -> list[Invoice]:
    rows = select(Invoice).where(Invoice.document == "invoice").order_by(col(Invoice.id))
    return list(work.session.exec(rows))


def sqlite_copies(request: pytest.FixtureRequest, folder: Path) -> Generator[str, None, None]:
    """URLs of databases: the first is empty, each later one a copy of what became of it."""
    first = folder / "first.db"
    shutil.copy(request.getfixturevalue("empty_sqlite"), first)
    yield f"sqlite:///{first}"
    for number in count():
        path = folder / f"{number}.db"
        shutil.copy(first, path)
        yield f"sqlite:///{path}"
        path.unlink()


def postgresql_copies(request: pytest.FixtureRequest, folder: Path) -> Generator[str, None, None]:
    """As `sqlite_copies`."""
    server: str = request.getfixturevalue("postgresql")
    engine = open_engine(server.format(name="postgres"))
    engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def database(template: str) -> Iterator[str]:
        name = f"books_{uuid.uuid4().hex}"
        copy = f"create database {name} template {template} strategy file_copy"
        with engine.connect() as connection:
            connection.execute(text(copy))
        yield name
        with engine.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))

    with database(request.getfixturevalue("empty_postgresql")) as first:
        yield server.format(name=first)
        try:
            while True:
                with database(first) as name:
                    yield server.format(name=name)
        finally:
            engine.dispose()
