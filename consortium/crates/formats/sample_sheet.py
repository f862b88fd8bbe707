"""The sheets of a volume sample: for each branch an A4 page to write on, with a barcode."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from babel.dates import format_date
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm

from consortium.core.errors import Fault, Invalid
from consortium.core.words import Say, mark
from consortium.crates.sample_rules import read_sheet_code
from consortium.documents.blocks import (
    Block,
    Box,
    Group,
    as_row,
    column,
    gap,
    row,
    stack,
    text,
)
from consortium.documents.drawing import (
    INK,
    INNER_WIDTH,
    LANGUAGE,
    LINE,
    PAPER,
    STRONG_LINE,
    Sheet,
    style,
)
from consortium.documents.pens import Stroke
from consortium.documents.tagging import HEAD, NAMED
from consortium.documents.typesetting import typeset

EXAMPLE: Final = mark("Example: no real count")
HOW: Final = mark(
    "Count the crates on each day below, however few they are: those that the van takes from you "
    "(sent) and those that it leaves with you (received). Write 0 where there was none. Leave a "
    "day empty that you did not count."
)
WHERE_TO: Final = mark(
    "Enter the figures under Volume samples, or send the sheet to the coordinator. Scan the "
    "barcode there to open this library's sheet."
)
BOX: Final = (24 * mm, 7.5 * mm)
WIDTHS: Final = (68 * mm, 37 * mm, 37 * mm, INNER_WIDTH - 142 * mm)
MODULE: Final = 0.5 * mm
BAR_HEIGHT: Final = 14 * mm
QUIET: Final = 10  # modules that stay white at each side (ISO/IEC 15417)
CODE_WIDTH: Final = 78 * mm
THIN, STRONG, EDGE = Stroke(0.6, LINE), Stroke(1, STRONG_LINE), Stroke(1, INK)


@dataclass(frozen=True, slots=True)
class SampleSheet:
    """What one branch counts. code: of the barcode, as of `sheet_code`. example: of a demo.

    first, last: the time that the sample stands for. days: those to count, in order.
    """

    sample: str
    code: str
    branch: str
    municipality: str
    first: date
    last: date
    days: tuple[date, ...]
    example: bool = False


def sample_sheets_pdf(sheets: Sequence[SampleSheet], say: Say) -> bytes:
    """A page for each sheet, more where its days are many; the same sheets give the same bytes."""
    if faults := list(_faults(sheets)):
        raise Invalid(faults)
    title = say("Volume sample {name}", name=sheets[0].sample) if sheets else say("Volume samples")
    around = Sheet(
        title=title,
        author=say("Library transports"),
        say=say,
        mark=say(EXAMPLE) if any(sheet.example for sheet in sheets) else "",
        running=title,
        foot=(title,),
    )
    story = [group for sheet in sheets for group in _page(sheet, say)]
    return typeset(around, story)


def _faults(sheets: Sequence[SampleSheet]) -> list[Fault]:
    return [
        Fault("{code} is no code of a sheet", f"sheets[{place}].code", {"code": sheet.code})
        for place, sheet in enumerate(sheets)
        if read_sheet_code(sheet.code) is None
    ]


def _page(sheet: SampleSheet, say: Say) -> list[Group]:
    head = text(sheet.branch, style(20, bold=True, tone="accent"), _beside(), 80, role="H1")
    below = text(sheet.municipality, style(11, tone="muted"), _beside(), 60)
    time = say(
        "{sample}: stands for {first} to {last}",
        sample=sheet.sample,
        first=sheet.first.isoformat(),
        last=sheet.last.isoformat(),
    )
    name = stack(head, gap(2), below, gap(4), text(time, style(10), _beside(), 160))
    code = _barcode(sheet.code, say)
    top = Block(
        max(name.height, code.height),
        parts=((0.0, 0.0, name), (INNER_WIDTH - CODE_WIDTH, 0.0, code)),
    )
    how = stack(
        text(say(HOW), style(10.5), INNER_WIDTH, 400),
        gap(4),
        text(say(WHERE_TO), style(9.5, tone="muted"), INNER_WIDTH, 300),
    )
    rows = [_day(day, say) for day in sheet.days]
    table = _head(say)
    first = (stack(table, rows[0]), *rows[1:]) if rows else (table,)
    end = (
        gap(8),
        text(say("Counted by"), style(9.5, tone="muted"), INNER_WIDTH),
        _line(),
    )
    return [
        Group((top, gap(10), how, gap(10)), anew=True),
        Group(first, head=table),
        Group(end, together=True),
    ]


def _head(say: Say) -> Block:
    names = (say("Day"), say("Crates sent"), say("Crates received"), say("Remarks"))
    cells = [
        text(name, style(10, bold=True, tone="muted"), column(WIDTHS, place))
        for place, name in enumerate(names)
    ]
    return as_row(row(WIDTHS, cells, below=STRONG), HEAD, WIDTHS)


def _day(day: date, say: Say) -> Block:
    written = format_date(day, "EEEE d MMMM", locale=say(LANGUAGE))
    name = text(written[:1].upper() + written[1:], style(12.5, bold=True), column(WIDTHS, 0))
    iso = text(f"{day.isoformat()}", style(8.5, tone="muted"), column(WIDTHS, 0))
    when = stack(name, iso)
    width, height = BOX
    box = Block(height, box=Box(width, 2, PAPER, EDGE))
    tall = max(when.height, height)
    cells = (
        _down(when, (tall - when.height) / 2, tall),
        _down(box, (tall - height) / 2, tall),
        _down(box, (tall - height) / 2, tall),
        gap(0),
    )
    return as_row(row(WIDTHS, cells, (2, 2), below=THIN), NAMED, WIDTHS)


def _barcode(code: str, say: Say) -> Block:
    """Code 128 in boxes, as wide as its module lets it be, right-aligned, its text below."""
    bars, width = _bars(code)
    left = CODE_WIDTH - (width + QUIET) * MODULE
    parts = tuple(
        (left + at * MODULE, 0.0, Block(BAR_HEIGHT, box=Box(wide * MODULE, 0, INK)))
        for at, wide in bars
    )
    words = say("Barcode of the sheet {code}", code=code)
    figure = Block(BAR_HEIGHT, parts=parts, role="Figure", alt=words)
    below = text(code, style(10, bold=True, align="right"), CODE_WIDTH - QUIET * MODULE)
    return stack(figure, gap(3), below)


def _bars(code: str) -> tuple[list[tuple[int, int]], int]:
    """Where each bar begins and how wide it is, and the width of all, in modules."""
    drawn: Any = Code128(code, quiet=0)
    drawn.validate()
    drawn.encode()
    drawn.decompose()
    found, at = [], 0
    for place, width in enumerate(_widths(drawn.decomposed)):
        if place % 2 == 0:
            found.append((at, width))
        at += width
    return found, at


def _widths(pattern: str) -> list[int]:
    """ReportLab writes bars as A to D and spaces as a to d, each as wide as its place."""
    return [ord(sign.lower()) - ord("a") + 1 for sign in pattern]


def _down(block: Block, down: float, height: float) -> Block:
    return Block(height, parts=((0.0, down, block),))


def _line() -> Block:
    return row((90 * mm,), (gap(18),), (0, 0), below=STRONG)


def _beside() -> float:
    """How wide the text beside the barcode is."""
    return float(INNER_WIDTH - CODE_WIDTH)
