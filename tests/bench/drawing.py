"""Invoices of a large consortium: how fast they are made, and by two processes.

The peer draws the same pages by ReportLab alone: each text is put by `setFont`, `setFillColor`
and `drawString`, each line by `line`, with the fonts and the settings of our own drawing. What the
texts are and where they stand is recorded from our pages beforehand and costs the peer nothing.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from consortium.billing.formats.paper import Paper
from consortium.billing.issuing import issue_invoices
from consortium.billing.rendering import paper_to_render, render
from consortium.core.db import open_engine
from consortium.core.work import Works
from consortium.documents import typesetting
from consortium.documents.drawing import REGULAR
from consortium.documents.pens import Font, Pen, Place, Stroke
from consortium.migrations import upgrade
from tests.bench.large import make_large
from tests.bench.measuring import cpu_seconds, seconds
from tests.billing.formats.papers import rated
from tests.billing.worlds import prepare_and_approve
from tests.conftest import NOON, OPERATOR

MONTH: Final = (
    "290 invoices over 12 pools: allocation, rows, PDF and XML, CPU"
    " / ReportLab drawing the same pages alone (limit 1.5)"
)
TWICE: Final = "drawing in two processes, as fast as in one (at least 1.6)"
ONE: Final = "one invoice, PDF and XML, CPU / ReportLab drawing the same pages alone (limit 1.5)"
TIMES: Final = 3
PROCESSES: Final = 2
AT_ONCE: Final = 10  # invoices that a process takes at a time

HELD: Final[list[Paper]] = []

Page = list[tuple[str, tuple[Any, ...]]]


def figures() -> dict[str, float]:
    with TemporaryDirectory() as folder:
        approved, run_id = _approved(Path(folder))
        papers, ours = _month(approved, run_id)
    pages = [recorded(paper) for paper in papers]
    alone = cpu_seconds(lambda: [draw(each) for each in pages], TIMES)
    one, one_pages = rated(), recorded(rated())
    return {
        MONTH: ours / alone,
        ONE: cpu_seconds(lambda: render(one), 40) / cpu_seconds(lambda: draw(one_pages), 40),
        TWICE: _gain(papers),
    }


def recorded(paper: Paper) -> list[Page]:
    """What stands on each page of an invoice: the calls that its pens got."""
    pages: list[Page] = []

    class Recorder(Pen):
        def __init__(self, canvas: Any) -> None:
            super().__init__(canvas)
            pages.append([])

        def write(self, *given: Any) -> None:
            pages[-1].append(("write", given))

        def rule(self, *given: Any) -> None:
            pages[-1].append(("rule", given))

        def box(self, *given: Any) -> None:
            pages[-1].append(("box", given))

    with patch.object(typesetting, "Pen", Recorder):
        render(paper)
    return pages


def draw(pages: Sequence[Page]) -> bytes:
    """The pages, drawn by ReportLab alone."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=A4, invariant=1, initialFontName=REGULAR)
    for page in pages:
        for kind, given in page:
            PUT[kind](canvas, *given)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def _write(canvas: Any, line: str, x: float, y: float, font: Font) -> None:
    canvas.setFont(font.name, font.size)
    canvas.setFillColor(font.colour)
    canvas.drawString(x, y, line)


def _rule(canvas: Any, left: float, right: float, y: float, stroke: Stroke) -> None:
    canvas.setLineWidth(stroke.width)
    canvas.setStrokeColor(stroke.colour)
    canvas.line(left, y, right, y)


def _box(canvas: Any, place: Place, radius: float, fill: Any, stroke: Stroke | None = None) -> None:
    canvas.setFillColor(fill)
    if stroke:
        canvas.setLineWidth(stroke.width)
        canvas.setStrokeColor(stroke.colour)
    canvas.roundRect(*place, radius, stroke=int(stroke is not None), fill=1)


PUT: Final[Mapping[str, Callable[..., None]]] = {"write": _write, "rule": _rule, "box": _box}


def _approved(folder: Path) -> tuple[Path, int]:
    """A database in which November of the large consortium is approved, and its run."""
    path = folder / "approved.db"
    with _works(path) as works:
        upgrade(works.engine)
        make_large(works)
        return path, prepare_and_approve(works)


def _month(approved: Path, run_id: int) -> tuple[list[Paper], float]:
    """The papers of the month's invoices, and what it costs to issue and draw them all."""
    papers: list[Paper] = []
    path = approved.with_name("issued.db")

    def issue_and_draw() -> None:
        with works.writing(OPERATOR) as work:
            numbers = [invoice.number for invoice in issue_invoices(work, run_id)]
        for number in numbers:
            with works.reading(OPERATOR) as work:
                papers.append(paper_to_render(work, number))
            render(papers[-1])

    best = float("inf")
    for _ in range(TIMES):
        papers.clear()
        shutil.copy(approved, path)
        with _works(path) as works:
            best = min(best, cpu_seconds(issue_and_draw, 1))
        path.unlink()
    return papers, best


def _gain(papers: Sequence[Paper]) -> float:
    """How many times as fast two processes draw as one, each with all it needs loaded before."""
    passed = {}
    for count in (1, PROCESSES):
        with ProcessPoolExecutor(count, get_context("spawn"), _hold, (papers,)) as pool:
            list(pool.map(_drawn, range(0, count * 4 * AT_ONCE, AT_ONCE)))

            def whole(pool: ProcessPoolExecutor = pool) -> None:
                list(pool.map(_drawn, range(0, len(papers), AT_ONCE)))

            passed[count] = seconds(whole, TIMES)
    return passed[1] / passed[PROCESSES]


def _hold(papers: Sequence[Paper]) -> None:
    """In a process of its own: what it is to draw, as a worker has it from the database."""
    HELD.extend(papers)


def _drawn(first: int) -> int:
    return sum(len(render(paper)["pdf"]) for paper in HELD[first : first + AT_ONCE])


@contextmanager
def _works(path: Path) -> Iterator[Works]:
    engine = open_engine(f"sqlite:///{path}")
    yield Works(engine, lambda: NOON)
    engine.dispose()
