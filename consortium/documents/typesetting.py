"""Pages set block by block: text is wrapped once, pages are filled, then drawn with a pen.

A story is a list of groups; what does not fit goes on to the next page, the head of its table
again above it. Measures are points; heights count down from a block's top.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import Any, Final

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.pdfbase.pdfmetrics import stringWidth

from consortium.documents.drawing import (
    BOTTOM,
    MARGIN,
    PAGE_HEIGHT,
    TOP,
    Sheet,
    draw_frame,
    drawable,
    new_canvas,
)
from consortium.documents.pens import Font, Pen, Stroke

PAGE_ROOM: Final = PAGE_HEIGHT - TOP - BOTTOM
BETWEEN: Final = 8.0  # left free at the right of every column but the last
TINY: Final = 1e-6  # what sums of heights may be wrong by


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text that begins at x. y: from the block's top to the base line."""

    x: float
    y: float
    text: str
    font: Font


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""

    y: float
    left: float
    right: float
    stroke: Stroke


@dataclass(frozen=True, slots=True)
class Box:
    """A filled box as high as its block, behind what stands in it."""

    width: float
    radius: float
    fill: Any


@dataclass(frozen=True, slots=True)
class Block:
    """What stays on one page. parts: blocks in it, each so far right and down of its corner."""

    height: float
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    box: Box | None = None
    parts: tuple[tuple[float, float, "Block"], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks below each other. together: on one page where a page holds them at all.

    head: said again above what goes on to a further page. anew: begins a page.
    """

    blocks: tuple[Block, ...]
    together: bool = False
    head: Block | None = None
    anew: bool = False

    @property
    def height(self) -> float:
        return sum(block.height for block in self.blocks)


@lru_cache(4096)
def text(words: str, style: Any, width: float, longest: int = 500) -> Block:
    """`words` as they stand, never as markup, wrapped to `width` and cut at `longest` characters.

    style: of drawing.style. Invoices of a month say the same again and again, hence the cache.
    """
    font = _font_of(style)
    wrapped = _wrapped(drawable(words, longest), font.name, font.size, width)
    lines = tuple(
        Line(_left(line, style, width), font.size + place * style.leading, line, font)
        for place, line in enumerate(wrapped)
    )
    return Block(len(lines) * style.leading, lines)


def gap(height: float) -> Block:
    """Nothing, so high; it falls away at the top of a page."""
    return Block(height)


def stack(*blocks: Block) -> Block:
    """Blocks below each other as one, never parted."""
    parts, down = [], 0.0
    for block in blocks:
        parts.append((0.0, down, block))
        down += block.height
    return Block(down, parts=tuple(parts))


def row(
    widths: Sequence[float],
    cells: Sequence[Block],
    pads: tuple[float, float] = (2, 2),
    below: Stroke | None = None,
    above: Stroke | None = None,
) -> Block:
    """Cells beside each other. pads: above and below them. below, above: lines across the row."""
    parts, left = [], 0.0
    for width, cell in zip(widths, cells, strict=True):
        parts.append((left, pads[0], cell))
        left += width
    height = max(cell.height for cell in cells) + sum(pads)
    rules = [Rule(y, 0, left, stroke) for y, stroke in ((0, above), (height, below)) if stroke]
    return Block(height, rules=tuple(rules), parts=tuple(parts))


def column(widths: Sequence[float], place: int) -> float:
    """How wide the text in a column may be."""
    return widths[place] - (BETWEEN if place < len(widths) - 1 else 0)


def typeset(sheet: Sheet, story: Sequence[Group]) -> bytes:
    """`story` on A4 pages with their numbers, as PDF; the same story gives the same bytes."""
    buffer = BytesIO()
    canvas = new_canvas(sheet, buffer)
    pages = list(_pages(story))
    for number, page in enumerate(pages, 1):
        pen = Pen(canvas)
        draw_frame(pen, sheet, number, len(pages))
        for down, block in page:
            _draw(pen, block, MARGIN, PAGE_HEIGHT - TOP - down)
        pen.finish()
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _pages(story: Sequence[Group]) -> Iterator[list[tuple[float, Block]]]:
    """Page by page: how far down each block stands, and the block."""
    page: list[tuple[float, Block]] = []
    down = 0.0
    for group in story:
        if page and (group.anew or (group.together and not _fits(down, group.height))):
            yield page
            page, down = [], 0.0
        for block in group.blocks:
            if page and not _fits(down, block.height):
                yield page
                page = [(0.0, group.head)] if group.head else []
                down = group.head.height if group.head else 0.0
            if page or not _is_gap(block):
                page.append((down, block))
                down += block.height
    yield page


def _fits(down: float, height: float) -> bool:
    return bool(down + height <= PAGE_ROOM + TINY)


def _is_gap(block: Block) -> bool:
    return not (block.lines or block.parts or block.rules or block.box)


def _draw(pen: Pen, block: Block, x: float, top: float) -> None:
    if block.box:
        place = x, top - block.height, block.box.width, block.height
        pen.box(place, block.box.radius, block.box.fill)
    for line in block.lines:
        pen.write(line.text, x + line.x, top - line.y, line.font)
    for rule in block.rules:
        pen.rule(x + rule.left, x + rule.right, top - rule.y, rule.stroke)
    for right, down, part in block.parts:
        _draw(pen, part, x + right, top - down)


@cache
def _font_of(style: Any) -> Font:
    return Font(style.fontName, style.fontSize, style.textColor)


def _left(line: str, style: Any, width: float) -> float:
    """Where a line begins that is aligned as `style` says."""
    if style.alignment not in {TA_RIGHT, TA_CENTER}:
        return 0.0
    free = width - stringWidth(line, style.fontName, style.fontSize)
    return float(free if style.alignment == TA_RIGHT else free / 2)


def _wrapped(line: str, font: str, size: float, width: float) -> list[str]:
    """`line` in lines at most `width` wide, broken at spaces and inside what is longer than one."""
    if stringWidth(line, font, size) <= width:
        return [line]
    found, room = [""], width
    space = stringWidth(" ", font, size)
    for word in line.split(" "):
        rest = word
        taken = stringWidth(rest, font, size)
        if found[-1] and taken + space <= room:
            found[-1] += " " + rest
            room -= taken + space
            continue
        while stringWidth(rest, font, size) > width:
            fitting = _fitting(rest, font, size, width)
            found.append(rest[:fitting])
            rest = rest[fitting:]
        found.append(rest)
        room = width - stringWidth(rest, font, size)
    return [part for part in found if part]


def _fitting(word: str, font: str, size: float, width: float) -> int:
    """How many of the word's first letters a line holds, one at least."""
    count = 1
    while count < len(word) and stringWidth(word[: count + 1], font, size) <= width:
        count += 1
    return count
