"""Labels of crates: ten a sheet of A4, with a barcode that any reader reads back."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit

from consortium.core.errors import Fault, Invalid
from consortium.core.words import Say, mark
from consortium.documents.archive import file_of
from consortium.documents.drawing import (
    BOLD,
    INK,
    LINE,
    MUTED,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    REGULAR,
    WARN,
    Sheet,
    drawable,
    fitted,
    new_canvas,
)
from consortium.documents.pens import ARTIFACT, marked
from consortium.documents.tagging import Tags

EXAMPLE: Final = mark("Example: made-up data")
COLUMNS: Final = 2
ROWS: Final = 5
WIDTH: Final = 99 * mm
HEIGHT: Final[float] = 57 * mm
LEFT: Final = (PAGE_WIDTH - COLUMNS * WIDTH) / 2
TOP: Final = (PAGE_HEIGHT - ROWS * HEIGHT) / 2
PADDING: Final = 6 * mm
FIRST_LINE: Final[float] = 14.5 * mm
LINE_STEP: Final[float] = 6.5 * mm
SIZES: Final = (22, 19, 16)  # points of the destination; at the last it may take two lines
# Two letters and six digits in Code 128 are 101 modules: 61 mm, with room for the quiet zones
BAR: Final = 0.6 * mm
BAR_HEIGHT: Final = 15 * mm
CODE: Final = re.compile("LD[0-9]{6}")


@dataclass(frozen=True, slots=True)
class CrateLabel:
    """What is glued on a crate.

    code: `LD` and six digits, as scanned. origin, destination: names of branches; origin may be
    empty. day: when it travels, None for a label that stays. example: a made-up crate (a demo).
    """

    code: str
    origin: str
    destination: str
    day: date | None = None
    example: bool = False


def labels_pdf(labels: Sequence[CrateLabel], say: Say) -> bytes:
    """`labels` row by row, ten a sheet; a sheet without any where there are none.

    The same labels and words give the same bytes. Each label is a section for screen readers.
    """
    if faults := list(_faults(labels)):
        raise Invalid(faults)
    sheet = Sheet(title=say("Crate labels"), author=say("Library transports"), say=say)
    canvas, tags = new_canvas(sheet, BytesIO()), Tags()
    tags.turn()
    for place, label in enumerate(labels):
        if place and place % (COLUMNS * ROWS) == 0:
            canvas.showPage()
            tags.turn()
        row, column = divmod(place % (COLUMNS * ROWS), COLUMNS)
        canvas.saveState()
        canvas.translate(LEFT + column * WIDTH, PAGE_HEIGHT - TOP - (row + 1) * HEIGHT)
        tags.open("Sect")
        _draw(canvas, tags, label, say)
        tags.close()
        canvas.restoreState()
    canvas.showPage()
    return file_of(canvas, sheet.named, tags)


def _faults(labels: Sequence[CrateLabel]) -> list[Fault]:
    return [
        Fault(
            "The code of a crate is LD and six digits, {code} is not",
            f"labels[{place}].code",
            {"code": label.code},
        )
        for place, label in enumerate(labels)
        if not CODE.fullmatch(label.code)
    ]


def _draw(canvas: Any, tags: Tags, label: CrateLabel, say: Say) -> None:
    """One label with its lower left corner at the origin: destination, route, barcode, number."""
    with marked(canvas, ARTIFACT):
        _draw_edge(canvas)
    with _paragraph(canvas, tags):
        bottom = _draw_destination(canvas, label.destination)
    if travels := _travels(label, say):
        line, size = fitted(travels, REGULAR, (9, 8, 7), WIDTH - 2 * PADDING)
        with _paragraph(canvas, tags):
            canvas.setFillColor(MUTED)
            canvas.setFont(REGULAR, size)
            canvas.drawString(PADDING, bottom - 5.5 * mm, line)
    if label.example:
        with _paragraph(canvas, tags):
            canvas.setFillColor(WARN)
            canvas.setFont(BOLD, 7.5)
            canvas.drawString(PADDING, HEIGHT - 6 * mm, say(EXAMPLE))
    _draw_code(canvas, tags, label.code, say)


@contextmanager
def _paragraph(canvas: Any, tags: Tags) -> Iterator[None]:
    """What is drawn within is a paragraph to a screen reader."""
    tags.open("P")
    with marked(canvas, tags.content()):
        yield
    tags.close()


def _draw_destination(canvas: Any, destination: str) -> float:
    """In as large type as one line lets it, else on two; returns the last line's height."""
    inner = WIDTH - 2 * PADDING
    line, size = fitted(destination, BOLD, SIZES, inner)
    first, *more = simpleSplit(drawable(destination), BOLD, size, inner) or [""]
    two = [fitted(text, BOLD, [size], inner)[0] for text in (first, " ".join(more))]
    lines = two if more else [line]
    height = HEIGHT - FIRST_LINE
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, size)
    for place, text in enumerate(lines):
        canvas.drawString(PADDING, height - place * LINE_STEP, text)
    return height - (len(lines) - 1) * LINE_STEP


def _draw_edge(canvas: Any) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 2)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=1, fill=0)
    canvas.setDash()


def _travels(label: CrateLabel, say: Say) -> str:
    origin = say("From {origin}", origin=label.origin) if label.origin.strip() else ""
    day = label.day.isoformat() if label.day else ""
    return " · ".join(part for part in (origin, day) if part)


def _draw_code(canvas: Any, tags: Tags, code: str, say: Say) -> None:
    bars = Code128(code, barWidth=BAR, barHeight=BAR_HEIGHT, quiet=0)
    tags.open_figure(say("Barcode of crate {code}", code=_grouped(code)))
    with marked(canvas, tags.content()):
        canvas.setFillColor(INK)
        bars.drawOn(canvas, (WIDTH - bars.width) / 2, 12 * mm)
    tags.close()
    with _paragraph(canvas, tags):
        canvas.setFont(BOLD, 13)
        canvas.drawCentredString(WIDTH / 2, 5.5 * mm, _grouped(code))


def _grouped(code: str) -> str:
    """The letters and the digits as people read them out: 2 + 3 + 3."""
    return " ".join((code[:2], code[2:5], code[5:]))
