"""A pen: draws one page of a ReportLab canvas, in the fewest words that PDF has for it.

ReportLab's own text objects name font, size and colour anew for every text, and its flowables save
and restore the whole state of the page around every cell. What is set by place needs neither, so
files are smaller and drawn in a fraction of the time. Operators: ISO 32000-1, tables 51 to 109 and
320.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from reportlab.pdfbase.pdfmetrics import getFont

Place = tuple[float, float, float, float]
"""Left, bottom, width and height, in points."""

PLAIN: Final = re.compile(rb"[ -'*-\[\]-~]*")  # what a string holds unescaped: no ( ) \
# Places are written in hundredths of a point, 4 µm: finer than any printer.
ARTIFACT: Final = "/Artifact BMC"  # what only decorates the page, and is not read aloud


@dataclass(frozen=True, slots=True)
class Font:
    """What text is written in. size: points."""

    name: str
    size: float
    colour: Any


@dataclass(frozen=True, slots=True)
class Stroke:
    """What lines are drawn with. width: points."""

    width: float
    colour: Any


class Pen:
    """One page: lines and boxes as they come, then, above them, its text in reading order.

    Text stands in marked content between `begin` and `end`; lines and boxes are decoration, but
    for those drawn between `begin_figure` and `end_figure`. Fonts and strokes are told apart by
    identity: keep them, instead of making them anew.
    """

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas
        self._text: list[str] = ["BT"]
        self._font: Font | None = None
        self._colour: Any = None
        self._shapes = ""
        self._stroke: Stroke | None = None
        self._drawing = False  # whether marked content for lines and boxes has begun

    def begin(self, content: str = ARTIFACT) -> None:
        """What is written until `end` is `content`: the operator that begins it."""
        self._text.append(content)

    def end(self) -> None:
        self._text.append("EMC")

    def begin_figure(self, content: str) -> None:
        """What is drawn until `end_figure` is `content`, not decoration."""
        self.end_figure()
        self.canvas.addLiteral(content)
        self._drawing = True

    def end_figure(self) -> None:
        if self._drawing:
            self.canvas.addLiteral("EMC")
            self._drawing = False

    def write(self, line: str, x: float, y: float, font: Font) -> None:
        """`line` from x on its base line y."""
        if font is not self._font:
            self._take_font(font)
        self._text.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm")
        # An embedded font is cut into subsets of 256 letters; most texts need the first one only
        for subset, codes in getFont(font.name).splitString(line, self.canvas._doc):
            shapes = getFont(font.name).getSubsetInternalName(subset, self.canvas._doc)
            if shapes != self._shapes:
                self._text.append(f"{shapes} {font.size:g} Tf")
                self._shapes = shapes
            self._text.append(_string(codes))

    def rule(self, left: float, right: float, y: float, stroke: Stroke) -> None:
        """A horizontal line."""
        self._take_stroke(stroke)
        self.canvas.addLiteral(f"n {left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S")

    def box(self, place: Place, radius: float, fill: Any, stroke: Stroke | None = None) -> None:
        """A filled box with round corners, and a line around it where there is a stroke."""
        if stroke:
            self._take_stroke(stroke)
        self._begin_shapes()
        self.canvas.setFillColor(fill)
        self.canvas.roundRect(*place, radius, stroke=int(stroke is not None), fill=1)

    def finish(self) -> None:
        """Put the text on the page; nothing is drawn with this pen after that."""
        self.end_figure()
        self.canvas.addLiteral(" ".join([*self._text, "ET"]))

    def _take_font(self, font: Font) -> None:
        if font.colour is not self._colour:
            self._text.append(f"{_parts(font.colour)} rg")
            self._colour = font.colour
        self._font, self._shapes = font, ""

    def _take_stroke(self, stroke: Stroke) -> None:
        self._begin_shapes()
        if stroke is not self._stroke:
            self.canvas.addLiteral(f"{stroke.width:g} w {_parts(stroke.colour)} RG")
            self._stroke = stroke

    def _begin_shapes(self) -> None:
        if not self._drawing:
            self.canvas.addLiteral(ARTIFACT)
            self._drawing = True


@contextmanager
def marked(canvas: Any, content: str) -> Iterator[None]:
    """What is drawn on a canvas within is `content`, of Tags.content() or ARTIFACT."""
    canvas.addLiteral(content)
    yield
    canvas.addLiteral("EMC")


def _string(codes: bytes) -> str:
    """A string of PDF: as it reads where it can, else in hexadecimal digits."""
    return f"({codes.decode('ascii')}) Tj" if PLAIN.fullmatch(codes) else f"<{codes.hex()}> Tj"


@cache
def _parts(colour: Any) -> str:
    """Red, green and blue, each from 0 to 1."""
    return f"{colour.red:.4g} {colour.green:.4g} {colour.blue:.4g}"
