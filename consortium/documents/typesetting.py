"""Pages set block by block: filled, then drawn with a pen, each text tagged as its block says.

A story is a list of groups; what does not fit goes on to the next page, the head of its table
again above it, where it is decoration.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final

from consortium.documents.archive import Attached, file_of
from consortium.documents.blocks import Block, Group
from consortium.documents.drawing import (
    BOTTOM,
    MARGIN,
    PAGE_HEIGHT,
    TOP,
    Sheet,
    draw_foot,
    draw_head,
    new_canvas,
)
from consortium.documents.pens import ARTIFACT, Pen
from consortium.documents.tagging import Tags

PAGE_ROOM: Final = PAGE_HEIGHT - TOP - BOTTOM
TINY: Final = 1e-6  # what sums of heights may be wrong by


def typeset(sheet: Sheet, story: Sequence[Group], attached: Sequence[Attached] = ()) -> bytes:
    """`story` on A4 pages with their numbers, as tagged PDF/A-3 that carries `attached`.

    The same story gives the same bytes.
    """
    canvas, tags = new_canvas(sheet, BytesIO()), Tags()
    pages = list(_pages(story))
    for number, page in enumerate(pages, 1):
        pen = Pen(canvas)
        tags.turn()
        draw_head(pen, sheet, number, tags if number == 1 else None)
        for down, block, again in page:
            place = MARGIN, PAGE_HEIGHT - TOP - down
            if again:
                _decorate(pen, block, *place)
            else:
                _draw(pen, tags, block, *place)
        draw_foot(pen, sheet, number, len(pages), tags if number == len(pages) else None)
        pen.finish()
        canvas.showPage()
    return file_of(canvas, sheet.named, tags, attached)


def _pages(story: Sequence[Group]) -> Iterator[list[tuple[float, Block, bool]]]:
    """Page by page: how far down each block stands, the block, and whether it is a head again."""
    page: list[tuple[float, Block, bool]] = []
    down = 0.0
    for group in story:
        if page and (group.anew or (group.together and not _fits(down, group.height))):
            yield page
            page, down = [], 0.0
        for block in group.blocks:
            if page and not _fits(down, block.height):
                yield page
                page = [(0.0, group.head, True)] if group.head else []
                down = group.head.height if group.head else 0.0
            if page or not _is_gap(block):
                page.append((down, block, False))
                down += block.height
    yield page


def _fits(down: float, height: float) -> bool:
    return bool(down + height <= PAGE_ROOM + TINY)


def _is_gap(block: Block) -> bool:
    return not (block.lines or block.parts or block.rules or block.box)


def _draw(pen: Pen, tags: Tags, block: Block, x: float, top: float) -> None:
    if block.cells:
        _draw_row(pen, tags, block, x, top)
        return
    if block.role == "Figure":
        _draw_figure(pen, tags, block, x, top)
        return
    role = block.role or ("P" if block.lines else "")
    if role:
        tags.open(role)
    _draw_shapes(pen, block, x, top)
    if block.lines:
        _write(pen, block, x, top, tags.content())
    for right, down, part in block.parts:
        _draw(pen, tags, part, x + right, top - down)
    if role:
        tags.close()


def _draw_row(pen: Pen, tags: Tags, block: Block, x: float, top: float) -> None:
    tags.open_row(block.cells, block.widths)
    _draw_shapes(pen, block, x, top)
    for place, (right, down, part) in enumerate(block.parts):
        tags.open_cell(place)
        if part.lines and not part.role:
            _write(pen, part, x + right, top - down, tags.content())
        else:
            _draw(pen, tags, part, x + right, top - down)
        tags.close()
    tags.close()


def _draw_figure(pen: Pen, tags: Tags, block: Block, x: float, top: float) -> None:
    tags.open_figure(block.alt)
    pen.begin_figure(tags.content())
    _draw_shapes(pen, block, x, top)
    for right, down, part in block.parts:
        _draw_shapes(pen, part, x + right, top - down)
    pen.end_figure()
    tags.close()


def _decorate(pen: Pen, block: Block, x: float, top: float) -> None:
    """What has been read aloud before, drawn again as decoration."""
    _draw_shapes(pen, block, x, top)
    if block.lines:
        _write(pen, block, x, top, ARTIFACT)
    for right, down, part in block.parts:
        _decorate(pen, part, x + right, top - down)


def _write(pen: Pen, block: Block, x: float, top: float, content: str) -> None:
    pen.begin(content)
    for line in block.lines:
        pen.write(line.text, x + line.x, top - line.y, line.font)
    pen.end()


def _draw_shapes(pen: Pen, block: Block, x: float, top: float) -> None:
    if block.box:
        place = x, top - block.height, block.box.width, block.height
        pen.box(place, block.box.radius, block.box.fill, block.box.stroke)
    for rule in block.rules:
        pen.rule(x + rule.left, x + rule.right, top - rule.y, rule.stroke)
