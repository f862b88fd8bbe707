"""Previews of large sheets: beside reading the file and looking its keys up alone.

The peer reads the same bytes by the same reader into texts, asks the database for what stands under
the keys of its rows, and looks each row up. Reading cells as values, comparing, checking, the
counts and the digest are ours alone. Processor time, since the machine is shared.
"""

import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from consortium.core.db import open_engine
from consortium.core.sheets import read_table
from consortium.core.work import Works
from consortium.exchange.kinds import kind_of
from consortium.exchange.taking import Sent, try_sheet
from consortium.measures.entering import add_measure, put_values
from consortium.members.queries import members
from consortium.migrations import upgrade
from tests.bench.large import make_large
from tests.bench.measuring import cpu_seconds
from tests.conftest import NOON, OPERATOR

ROWS: Final = 20_000
MOST_ROWS: Final = 50_000
PREVIEW: Final = "20,000 rows previewed, seconds / reading and key look-up alone (limit 3)"
MEMORY: Final = "50,000 rows previewed, peak MB / 200 MB"
FIRST: Final = date(2000, 12, 31)
MEBIBYTE: Final = 1024 * 1024


def figures() -> dict[str, float]:
    with TemporaryDirectory() as folder:
        works = Works(open_engine(f"sqlite:///{Path(folder) / 'bench.db'}"), lambda: NOON)
        upgrade(works.engine)
        make_large(works)
        sheet = fill(works, ROWS)
        ours = cpu_seconds(lambda: previewed(works, sheet), 3)
        alone = cpu_seconds(lambda: looked_up(works, sheet), 3)
        largest = fill(works, MOST_ROWS)
        peak = peak_mib(works, largest)
        works.engine.dispose()
    return {PREVIEW: ours / alone, MEMORY: peak / 200}


def fill(works: Works, rows: int) -> bytes:
    """Enter three quarters of `rows` values; the sheet has all, and a third of those changed."""
    random, lines = Random(rows), ["Mätvärde;Kommunkod;Mätdatum;Värde;Källa"]
    code = f"visits{rows}"
    with works.writing(OPERATOR) as work:
        add_measure(work, code, ("Besök", "Visits"), "besök")
        codes = [member.code for member in members(work)]
        dates = [FIRST + timedelta(days=number) for number in range(-(-rows // len(codes)))]
        for place, day in enumerate(dates):
            values = {member: str(random.randint(1, 99_999)) for member in codes}
            if place % 4:
                put_values(work, code, day, values, "Påhittat")
            for member, value in values.items():
                new = value if random.random() > 1 / 3 else f"{value},5"
                lines.append(f"{code};{member};{day};{new};Påhittat")
    return "\r\n".join(lines[: rows + 1]).encode("utf-8-sig")


def previewed(works: Works, sheet: bytes) -> Any:
    with works.reading(OPERATOR) as work:
        tried = try_sheet(work, kind_of("measures"), Sent(sheet, "bench.csv"))
        assert not tried.faults
        return tried.digest()


def looked_up(works: Works, sheet: bytes) -> Any:
    """The peer: the file is read, the keys of its rows are asked for and looked up; no more."""
    kind = kind_of("measures")
    table = read_table(sheet)
    keys = [(row[0], row[1], date.fromisoformat(row[2])) for _, row in table.rows]
    with works.reading(OPERATOR) as work:
        there = kind.standing(work, None, [(*key, "", "") for key in keys])
    return [there.get(key) for key in keys]


def peak_mib(works: Works, sheet: bytes) -> float:
    """The most memory that Python holds while a sheet is previewed, in MiB."""
    tracemalloc.start()
    previewed(works, sheet)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / MEBIBYTE
