"""What every PDF shares: embedded fonts, page frame, looks, and text made safe to draw.

The fonts are Bitstream Vera, which come with ReportLab and hold all of Latin-1, U+2212 and the
no-break space. Nothing here reads a clock: the same input gives the same bytes.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
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

from consortium.core.words import Say, mark
from consortium.documents.archive import Named
from consortium.documents.pens import ARTIFACT, Font, Pen, Stroke
from consortium.documents.tagging import Tags

REGULAR: Final = "Vera"
BOLD: Final = "VeraBd"

# Colours of the pages on the web (light theme), so that paper and screen look alike
PAPER: Final = HexColor("#ffffff")
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
PAGE_OF: Final = mark("Page {page} of {pages}")
ALIGNMENTS: Final = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around the contents of a document, on every page.

    mark: shown in a band at the top of every page, empty for none. running: at the top of the
    second page and later. foot: lines at the bottom. made_on: the day it is of, None for none.
    """

    title: str
    author: str
    say: Say
    mark: str = ""
    running: str = ""
    foot: tuple[str, ...] = ()
    made_on: date | None = None

    @property
    def named(self) -> Named:
        return Named(self.title, self.author, self.say(LANGUAGE), self.made_on)


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


@cache
def style(size: float = 8.5, *, bold: bool = False, align: str = "left", tone: str = "ink") -> Any:
    """How a text looks. size: points. tone: `ink`, `muted` or `accent`. align: as in CSS."""
    register_fonts()
    colour = {"ink": INK, "muted": MUTED, "accent": ACCENT}[tone]
    return ParagraphStyle(
        f"{size}-{bold}-{align}-{tone}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=round(size * 1.35, 1),
        alignment=ALIGNMENTS[align],
        textColor=colour,
    )


def draw_head(pen: Pen, sheet: Sheet, page: int, tags: Tags | None = None) -> None:
    """The mark, and the running line from the second page on.

    tags: read the mark aloud, which once is enough; without them it is decoration.
    """
    if sheet.mark:
        _draw_mark(pen, sheet.mark, tags)
    if sheet.running and page > 1:
        running = drawable(sheet.running, 110)
        pen.begin()
        pen.write(running, MARGIN, PAGE_HEIGHT - 18.5 * mm, RUNNING_FONT)
        pen.end()


def draw_foot(pen: Pen, sheet: Sheet, page: int, pages: int, tags: Tags | None = None) -> None:
    """Foot and page number. pages: how many there are. tags: as in draw_head."""
    pen.rule(MARGIN, PAGE_WIDTH - MARGIN, FOOT, FOOT_STROKE)
    for place, line in enumerate(sheet.foot, 1):
        _begin(pen, tags)
        pen.write(drawable(line, 105), MARGIN, FOOT - 9.5 * place, FOOT_FONT)
        _end(pen, tags)
    number = sheet.say(PAGE_OF, page=page, pages=pages)
    left = PAGE_WIDTH - MARGIN - stringWidth(number, REGULAR, 7)
    pen.begin()
    pen.write(number, left, FOOT - 9.5, FOOT_FONT)
    pen.end()


def _draw_mark(pen: Pen, text: str, tags: Tags | None) -> None:
    """The band that says what kind of paper this is not."""
    height = 6.5 * mm
    bottom = PAGE_HEIGHT - 8 * mm - height
    band = MARGIN, bottom, INNER_WIDTH, height
    pen.box(band, 3, WARN_SOFT, MARK_STROKE)
    line = drawable(text, 90)
    left = (PAGE_WIDTH - stringWidth(line, BOLD, 8.5)) / 2
    _begin(pen, tags)
    pen.write(line, left, bottom + 6.2, MARK_FONT)
    _end(pen, tags)


def _begin(pen: Pen, tags: Tags | None) -> None:
    """Begin a paragraph, or decoration where there are no tags."""
    if tags:
        tags.open("P")
    pen.begin(tags.content() if tags else ARTIFACT)


def _end(pen: Pen, tags: Tags | None) -> None:
    pen.end()
    if tags:
        tags.close()
