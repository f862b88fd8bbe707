"""Harmed uploads of every kind: refused as people can read it, or taken in whole; never half."""

from collections import Counter
from random import Random

from sqlalchemy import func, select

from consortium.core.db import Row
from consortium.core.errors import Fault, Problem
from consortium.core.work import Work, Works
from consortium.exchange.exporting import Form, export
from consortium.exchange.kinds import KINDS, kind_of
from consortium.exchange.taking import Sent, take_in, try_sheet
from tests.conftest import OPERATOR
from tests.emedia.making import report
from tests.exchange.mutating import mutated
from tests.exchange.worlds import make_everything
from tests.slices import slice_of

UPLOADS = slice_of(150, 10_000)
FORMS: tuple[Form, ...] = ("csv", "xlsx")


def counts(work: Work) -> list[int]:
    """How many rows every table has."""
    tables = sorted(Row.metadata.tables.values(), key=lambda table: table.name)
    asked = select(*(select(func.count()).select_from(t).scalar_subquery() for t in tables))
    return list(work.session.execute(asked).one())


def originals(works: Works) -> list[tuple[str, bytes]]:
    with works.reading(OPERATOR) as work:
        found = [
            (code, export(work, kind).written(form))
            for code, kind in KINDS.items()
            for form in FORMS
        ]
    return [*found, ("usage", report())]


def attempt(works: Works, code: str, sent: Sent) -> tuple[int, tuple[Fault, ...]]:
    """How many rows were taken in, or why none were."""
    try:
        with works.writing(OPERATOR) as work:
            tried = try_sheet(work, kind_of(code), sent)
            batch = take_in(work, tried, sent, tried.digest())
    except Problem as problem:
        return 0, problem.faults
    return batch.new + batch.changed + batch.unchanged, ()


def test_harmed_uploads_are_refused_or_taken_in_whole(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
    sheets, ends = originals(works), Counter[str]()
    with works.reading(OPERATOR) as work:
        before = counts(work)
    for number in range(UPLOADS):
        random = Random(number)
        code, content = random.choice(sheets)
        sent = Sent(mutated(content, random), "harmed", "film", "2062")
        lines, refused = attempt(works, code, sent)
        with works.reading(OPERATOR) as work:
            after = counts(work)
        assert after == before or not refused, number
        assert all(fault.fault and str(fault) for fault in refused), number
        assert refused or lines, number
        before = after
        ends["refused" if refused else "taken"] += 1
    assert min(ends["refused"], ends["taken"]) >= UPLOADS // 25, ends
