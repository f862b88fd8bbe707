"""Blocks: text wrapped once, stacks, rows and lists, and what each is to a screen reader.

Measures are points; heights count down from a block's top. A block's role is a structure type of
PDF (ISO 32000-1, 14.8.4); text without one is a paragraph, or what stands in its cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Final

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.pdfbase.pdfmetrics import stringWidth

from consortium.documents.drawing import drawable
from consortium.documents.pens import Font, Stroke

BETWEEN: Final = 8.0  # left free at the right of every column but the last


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
    """A filled box as high as its block, behind what stands in it; stroke: the line around it."""

    width: float
    radius: float
    fill: Any
    stroke: Stroke | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What stays on one page. parts: blocks in it, each so far right and down of its corner.

    role: what it is, with all that is in it. alt: the words for a `Figure`, which is drawn of
    boxes and rules. cells: the kind of row whose cells the parts are; widths: of its columns.
    """

    height: float
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    box: Box | None = None
    parts: tuple[tuple[float, float, "Block"], ...] = ()
    role: str = ""
    alt: str = ""
    cells: str = ""
    widths: tuple[float, ...] = ()


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
def text(words: str, style: Any, width: float, longest: int = 500, role: str = "") -> Block:
    """`words` as they stand, never as markup, wrapped to `width` and cut at `longest` characters.

    style: of drawing.style. role: such as `H1`. Invoices of a month say the same again and again,
    hence the cache.
    """
    font = _font_of(style)
    wrapped = _wrapped(drawable(words, longest), font.name, font.size, width)
    lines = tuple(
        Line(_left(line, style, width), font.size + place * style.leading, line, font)
        for place, line in enumerate(wrapped)
    )
    return Block(len(lines) * style.leading, lines, role=role)


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
    """Blocks beside each other. pads: above and below them. below, above: lines across the row."""
    parts, left = [], 0.0
    for width, cell in zip(widths, cells, strict=True):
        parts.append((left, pads[0], cell))
        left += width
    height = max(cell.height for cell in cells) + sum(pads)
    rules = [Rule(y, 0, left, stroke) for y, stroke in ((0, above), (height, below)) if stroke]
    return Block(height, rules=tuple(rules), parts=tuple(parts))


def as_row(of: Block, kind: str, widths: Sequence[float]) -> Block:
    """A row of a table, whose cells are the parts of `of`; rows of one table have equal widths.

    kind: HEAD, all are heads of columns; NAMED, the first is the head of its row; PLAIN, none is.
    """
    return replace(of, cells=kind, widths=tuple(widths))


def item(of: Block) -> Block:
    """`of` as an item of a list, with those next to it."""
    body = Block(of.height, parts=((0.0, 0.0, of),), role="LBody")
    return Block(of.height, parts=((0.0, 0.0, body),), role="LI")


def column(widths: Sequence[float], place: int) -> float:
    """How wide the text in a column may be."""
    return widths[place] - (BETWEEN if place < len(widths) - 1 else 0)


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
