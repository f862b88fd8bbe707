"""Labels of crates, with a barcode that any reader reads back: ten a sheet of A4, or one a label
of a roll printer.
"""

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
CODE_MODULES: Final = 101  # two letters and six digits in Code 128, without the quiet zones
QUIET_MODULES: Final = 10  # at either side, by ISO/IEC 15417
WIDEST_BAR: Final = 0.6 * mm
CODE: Final = re.compile("LD[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Form:
    """How large a label is, and where things stand on it; points.

    first_line: from the upper edge to the base line of the destination. sizes: of its letters; at
    the last it may take two lines. bar_height, bar_up: of the barcode, and from the lower edge.
    """

    width: float
    height: float
    padding: float
    first_line: float
    line_step: float
    sizes: tuple[float, ...]
    bar_height: float
    bar_up: float
    code_up: float

    @property
    def bar(self) -> float:
        """A module of the barcode: as wide as the label lets it with its quiet zones."""
        return float(min(WIDEST_BAR, self.width / (CODE_MODULES + 2 * QUIET_MODULES)))


Three = tuple[float, float, float]


def _form(width_mm: float, height_mm: float, lines: Three, bars: Three) -> Form:
    """lines: padding, first_line, line_step; bars: bar_height, bar_up, code_up; millimetres."""
    sizes = (22, 19, 16) if width_mm > NARROW_MM else (15, 13, 11)
    padding, first, step = (each * mm for each in lines)
    return Form(width_mm * mm, height_mm * mm, padding, first, step, sizes, *(b * mm for b in bars))


NARROW_MM: Final = 80
SHEET_FORM: Final = _form(99, 57, (6, 14.5, 6.5), (15, 12, 5.5))
ROLLS: Final = {
    "102x59": _form(102, 59, (6, 14.5, 6.5), (16, 12, 5.5)),
    "102x76": _form(102, 76, (6, 16, 7.5), (26, 14, 6)),
    "76x51": _form(76, 51, (4, 11.5, 5), (15, 10, 4.5)),
}
"""Labels of a roll by their width and height in millimetres."""

FIRST_ROLL: Final = "102x59"
LEFT: Final = (PAGE_WIDTH - COLUMNS * SHEET_FORM.width) / 2
TOP: Final = (PAGE_HEIGHT - ROWS * SHEET_FORM.height) / 2


@dataclass(frozen=True, slots=True)
class CrateLabel:
    """What is glued on a crate.

    code: `LD` and six digits, as scanned. origin, destination: names of branches; origin may be
    empty. day: when it travels, None for a label that stays. example: a made-up crate (a demo).
    home: it is on no journey, and `destination` is where it belongs.
    """

    code: str
    origin: str
    destination: str
    day: date | None = None
    example: bool = False
    home: bool = False


def labels_pdf(labels: Sequence[CrateLabel], say: Say) -> bytes:
    """`labels` row by row, ten a sheet; a sheet without any where there are none.

    The same labels and words give the same bytes. Each label is a section for screen readers.
    """
    _refuse_other_codes(labels)
    sheet = _sheet(say)
    canvas, tags = new_canvas(sheet, BytesIO()), Tags()
    tags.turn()
    for place, label in enumerate(labels):
        if place and place % (COLUMNS * ROWS) == 0:
            canvas.showPage()
            tags.turn()
        row, column = divmod(place % (COLUMNS * ROWS), COLUMNS)
        canvas.saveState()
        left = LEFT + column * SHEET_FORM.width
        canvas.translate(left, PAGE_HEIGHT - TOP - (row + 1) * SHEET_FORM.height)
        with marked(canvas, ARTIFACT):
            _draw_edge(canvas, SHEET_FORM)
        _draw(canvas, tags, label, SHEET_FORM, say)
        canvas.restoreState()
    canvas.showPage()
    return file_of(canvas, sheet.named, tags)


def roll_pdf(labels: Sequence[CrateLabel], say: Say, roll: str = FIRST_ROLL) -> bytes:
    """`labels` one a page, each page as large as a label of `roll` (a key of ROLLS, else Invalid).

    A page without any where there are none, as a sheet.
    """
    if roll not in ROLLS:
        raise Invalid(
            "There is no roll {roll}",
            at="storlek",
            remedy="Choose one of {rolls}",
            roll=roll,
            rolls=", ".join(ROLLS),
        )
    _refuse_other_codes(labels)
    form, sheet = ROLLS[roll], _sheet(say)
    canvas, tags = new_canvas(sheet, BytesIO()), Tags()
    canvas.setPageSize((form.width, form.height))
    tags.turn()
    for place, label in enumerate(labels):
        if place:
            canvas.showPage()
            tags.turn()
        _draw(canvas, tags, label, form, say)
    canvas.showPage()
    return file_of(canvas, sheet.named, tags)


def _sheet(say: Say) -> Sheet:
    return Sheet(title=say("Crate labels"), author=say("Library transports"), say=say)


def _refuse_other_codes(labels: Sequence[CrateLabel]) -> None:
    if faults := list(_faults(labels)):
        raise Invalid(faults)


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


def _draw(canvas: Any, tags: Tags, label: CrateLabel, form: Form, say: Say) -> None:
    """One label with its lower left corner at the origin: destination, route, barcode, number."""
    tags.open("Sect")
    with _paragraph(canvas, tags):
        bottom = _draw_destination(canvas, label.destination, form)
    if travels := _travels(label, say):
        line, size = fitted(travels, REGULAR, (9, 8, 7), form.width - 2 * form.padding)
        with _paragraph(canvas, tags):
            canvas.setFillColor(MUTED)
            canvas.setFont(REGULAR, size)
            canvas.drawString(form.padding, bottom - 5.5 * mm, line)
    if label.example:
        with _paragraph(canvas, tags):
            canvas.setFillColor(WARN)
            canvas.setFont(BOLD, 7.5)
            canvas.drawString(form.padding, form.height - form.padding, say(EXAMPLE))
    _draw_code(canvas, tags, label.code, form, say)
    tags.close()


@contextmanager
def _paragraph(canvas: Any, tags: Tags) -> Iterator[None]:
    """What is drawn within is a paragraph to a screen reader."""
    tags.open("P")
    with marked(canvas, tags.content()):
        yield
    tags.close()


def _draw_destination(canvas: Any, destination: str, form: Form) -> float:
    """In as large type as one line lets it, else on two; returns the last line's height."""
    inner = form.width - 2 * form.padding
    line, size = fitted(destination, BOLD, form.sizes, inner)
    first, *more = simpleSplit(drawable(destination), BOLD, size, inner) or [""]
    two = [fitted(text, BOLD, [size], inner)[0] for text in (first, " ".join(more))]
    lines = two if more else [line]
    height = form.height - form.first_line
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, size)
    for place, text in enumerate(lines):
        canvas.drawString(form.padding, height - place * form.line_step, text)
    return height - (len(lines) - 1) * form.line_step


def _draw_edge(canvas: Any, form: Form) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 2)
    canvas.rect(0, 0, form.width, form.height, stroke=1, fill=0)
    canvas.setDash()


def _travels(label: CrateLabel, say: Say) -> str:
    if label.home:
        return say("The crate belongs to this library")
    origin = say("From {origin}", origin=label.origin) if label.origin.strip() else ""
    day = label.day.isoformat() if label.day else ""
    return " · ".join(part for part in (origin, day) if part)


def _draw_code(canvas: Any, tags: Tags, code: str, form: Form, say: Say) -> None:
    bars = Code128(code, barWidth=form.bar, barHeight=form.bar_height, quiet=0)
    tags.open_figure(say("Barcode of crate {code}", code=_grouped(code)))
    with marked(canvas, tags.content()):
        canvas.setFillColor(INK)
        bars.drawOn(canvas, (form.width - bars.width) / 2, form.bar_up)
    tags.close()
    with _paragraph(canvas, tags):
        canvas.setFont(BOLD, 13)
        canvas.drawCentredString(form.width / 2, form.code_up, _grouped(code))


def _grouped(code: str) -> str:
    """The letters and the digits as people read them out: 2 + 3 + 3."""
    return " ".join((code[:2], code[2:5], code[5:]))
