"""What every PDF shares: embedded fonts, page frame, styles, and text made safe to draw.

The fonts are Bitstream Vera, which come with ReportLab and hold all of Latin-1, U+2212 and the
no-break space. Nothing here reads a clock: the same input gives the same bytes.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from io import BytesIO
from typing import Any, Final

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table
from reportlab.platypus.flowables import CallerMacro

from consortium.core.words import Say, mark
from consortium.documents.pens import Font, Pen, Stroke

REGULAR: Final = "Vera"
BOLD: Final = "VeraBd"

# Colours of the pages on the web (light theme), so that paper and screen look alike
INK: Final = HexColor("#1b2023")
MUTED: Final = HexColor("#4d5459")
LINE: Final = HexColor("#dedbd2")
STRONG_LINE: Final = HexColor("#807d72")
ACCENT: Final = HexColor("#0b5566")
SOFT: Final = HexColor("#e1eff1")
WARN: Final = HexColor("#744800")
WARN_SOFT: Final = HexColor("#fbefd0")

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN: Final = 18 * mm
TOP: Final = 24 * mm
BOTTOM: Final = 22 * mm
INNER_WIDTH: Final = PAGE_WIDTH - 2 * MARGIN
FOOT: Final = 15 * mm  # the line above it
FOOT_FONT: Final = Font(REGULAR, 7, MUTED)
RUNNING_FONT: Final = Font(REGULAR, 7.5, MUTED)
MARK_FONT: Final = Font(BOLD, 8.5, WARN)
MARK_STROKE: Final = Stroke(0.6, WARN)
FOOT_STROKE: Final = Stroke(0.6, LINE)

LANGUAGE: Final = mark("en")  # a catalogue says its own code here
PAGE_OF: Final = mark("Page {page} of {pages}")  # the total comes last in every language
ALIGNMENTS: Final = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around the contents of a document, on every page.

    mark: shown in a band at the top of every page, empty for none. running: at the top of the
    second page and later. foot: lines at the bottom.
    """

    title: str
    author: str
    say: Say
    mark: str = ""
    running: str = ""
    foot: tuple[str, ...] = ()


def pdf(sheet: Sheet, story: Sequence[Any]) -> bytes:
    """`story` (ReportLab flowables, used up) on A4 pages with their numbers, as PDF."""
    register_fonts()
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=sheet.title,
        subject=sheet.title,
        author=sheet.author,
        creator=sheet.author,
        producer="ReportLab",
        lang=sheet.say(LANGUAGE),
        displayDocTitle=True,
        invariant=1,
        initialFontName=REGULAR,
    )
    frame = Frame(MARGIN, BOTTOM, INNER_WIDTH, PAGE_HEIGHT - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_around(sheet)))
    document.build([*story, CallerMacro(drawCallable=_count_pages)])
    return buffer.getvalue()


def new_canvas(sheet: Sheet, buffer: BytesIO) -> Any:
    """A canvas for pages that are drawn by place (labels), with what every PDF must say."""
    register_fonts()
    canvas = Canvas(
        buffer, pagesize=A4, invariant=1, initialFontName=REGULAR, lang=sheet.say(LANGUAGE)
    )
    canvas.setTitle(sheet.title)
    canvas.setSubject(sheet.title)
    canvas.setAuthor(sheet.author)
    canvas.setCreator(sheet.author)
    canvas.setProducer("ReportLab")
    return canvas


@cache
def register_fonts() -> dict[str, frozenset[int]]:
    """The fonts in use, made known to ReportLab once, with the code points that each can draw."""
    rl_config.useA85 = 0  # ASCII armour: a quarter more bytes, and no reader needs it
    fonts = {name: TTFont(name, f"{name}.ttf") for name in (REGULAR, BOLD)}
    for font in fonts.values():
        registerFont(font)
    registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return {name: frozenset(font.face.charToGlyph) for name, font in fonts.items()}


@lru_cache(4096)
def drawable(text: str, longest: int = 500) -> str:
    """`text` on one line and at most `longest` characters, of letters that the fonts have.

    A letter they lack is drawn without its marks (ǩ → k), what still cannot be drawn as `?`:
    paper is for reading, the exact name stands in the data.
    """
    line = re.sub("[\x00-\x1f\x7f-\x9f ]+", " ", unicodedata.normalize("NFC", text)).strip(" ")
    cut = line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
    known = register_fonts()[REGULAR]
    if known.issuperset(map(ord, cut)):
        return cut
    return "".join(sign if ord(sign) in known else _nearest(sign, known) for sign in cut)


def _nearest(sign: str, known: frozenset[int]) -> str:
    base = unicodedata.normalize("NFKD", sign)[0]
    return base if ord(base) in known else "?"


def fitted(text: str, font: str, sizes: Sequence[float], width: float) -> tuple[str, float]:
    """`text` and the first of `sizes` (points, falling) at which it is at most `width` wide.

    Where none is small enough, it is cut and ends in `…` at the last.
    """
    line = drawable(text)
    for size in sizes:
        if stringWidth(line, font, size) <= width:
            return line, size
    while line and stringWidth(line + "…", font, sizes[-1]) > width:
        line = line[:-1].rstrip()
    return line + "…", sizes[-1]


def paragraph(text: str, style: ParagraphStyle, longest: int = 500) -> Any:
    """`text` as it stands, never as markup, in a paragraph that wraps."""
    return Paragraph(escape(drawable(text, longest), quote=False), style)


@cache
def style(
    size: float = 8.5,
    *,
    bold: bool = False,
    align: str = "left",
    tone: str = "ink",
    ahead: float = 0,
) -> Any:
    """A paragraph style.

    size: points. tone: `ink`, `muted` or `accent`. align: as in CSS. ahead: points above it,
    which fall away at the top of a page.
    """
    register_fonts()
    colour = {"ink": INK, "muted": MUTED, "accent": ACCENT}[tone]
    return ParagraphStyle(
        f"{size}-{bold}-{align}-{tone}-{ahead}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=round(size * 1.35, 1),
        alignment=ALIGNMENTS[align],
        textColor=colour,
        spaceBefore=ahead,
        splitLongWords=1,
    )


def table(
    rows: Sequence[Sequence[Any]], widths: Sequence[float], *commands: Any, heads: int = 0
) -> Any:
    """A table without padding at its outer edges; `commands` come after the common ones.

    heads: how many rows are repeated at the top of each page.
    """
    common = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8.5),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-2, -1), 8),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    return Table(
        [list(row) for row in rows],
        colWidths=list(widths),
        style=[*common, *commands],
        repeatRows=heads,
        hAlign="LEFT",
    )


def fact_table(facts: Sequence[tuple[str, str]], label: float, width: float) -> Any:
    """Names and values; label: the width of the names, width: of the whole, in points."""
    rows = [
        (paragraph(name, style(tone="muted"), 80), paragraph(value, style(), 400))
        for name, value in facts
    ]
    return table(rows, (label, width - label), ("BOTTOMPADDING", (0, 0), (-1, -1), 1))


def head_row(texts: Sequence[str], right: Sequence[int] = ()) -> list[Any]:
    """The head of a table; right: the columns, from 0, that are aligned to the right."""
    sides = ("right" if place in right else "left" for place in range(len(texts)))
    return [
        paragraph(text, style(7.5, bold=True, tone="muted", align=side))
        for text, side in zip(texts, sides, strict=True)
    ]


def ruled() -> list[Any]:
    """A strong line under the head, a thin one under each row."""
    return [
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, STRONG_LINE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
        ("TOPPADDING", (0, 1), (-1, -1), 3.5),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 3.5),
    ]


def draw_frame(pen: Pen, sheet: Sheet, page: int, pages: int | None) -> None:
    """Mark, running line, foot and page number. pages: None where they are not counted yet."""
    if sheet.mark:
        _draw_mark(pen, sheet.mark)
    if sheet.running and page > 1:
        running = drawable(sheet.running, 110)
        pen.write(running, MARGIN, PAGE_HEIGHT - 18.5 * mm, RUNNING_FONT)
    pen.rule(MARGIN, PAGE_WIDTH - MARGIN, FOOT, FOOT_STROKE)
    for place, line in enumerate(sheet.foot, 1):
        pen.write(drawable(line, 105), MARGIN, FOOT - 9.5 * place, FOOT_FONT)
    right = PAGE_WIDTH - MARGIN
    if pages is None:
        right -= stringWidth("00", REGULAR, 7)
    number = sheet.say(PAGE_OF, page=page, pages="" if pages is None else pages)
    pen.write(number, right - stringWidth(number, REGULAR, 7), FOOT - 9.5, FOOT_FONT)


def _draw_mark(pen: Pen, text: str) -> None:
    """The band that says what kind of paper this is not."""
    height = 6.5 * mm
    bottom = PAGE_HEIGHT - 8 * mm - height
    band = MARGIN, bottom, INNER_WIDTH, height
    pen.box(band, 3, WARN_SOFT, MARK_STROKE)
    line = drawable(text, 90)
    left = (PAGE_WIDTH - stringWidth(line, BOLD, 8.5)) / 2
    pen.write(line, left, bottom + 6.2, MARK_FONT)


def _around(sheet: Sheet) -> Callable[[Any, Any], None]:
    """What draws the frame on each page of flowables, whose number is drawn as a form."""

    def draw(canvas: Any, _document: Any) -> None:
        canvas.saveState()
        pen = Pen(canvas)
        draw_frame(pen, sheet, canvas.getPageNumber(), None)
        pen.finish()
        canvas.translate(PAGE_WIDTH - MARGIN - stringWidth("00", REGULAR, 7), FOOT - 9.5)
        canvas.doForm("pages")
        canvas.restoreState()

    return draw


def _count_pages(macro: Any) -> None:
    """Defines, from the last page, the number that every foot has drawn as a form."""
    canvas = macro.canv
    number = str(canvas.getPageNumber())
    canvas.beginForm("pages", 0, -3, 40, 10)
    canvas.setFont(REGULAR, 7)
    canvas.setFillColor(MUTED)
    canvas.drawString(0, 0, number)
    canvas.endForm()
