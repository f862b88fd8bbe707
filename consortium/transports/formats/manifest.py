"""One vehicle's day on paper, to be read in a van: large type, a box to tick at each stop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from babel.dates import format_date
from reportlab.lib.units import mm

from consortium.core.words import Say, mark
from consortium.documents.blocks import (
    Block,
    Box,
    Group,
    as_row,
    column,
    gap,
    item,
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
    SOFT,
    STRONG_LINE,
    Sheet,
    style,
)
from consortium.documents.pens import Stroke
from consortium.documents.tagging import HEAD, NAMED
from consortium.documents.typesetting import typeset

EXAMPLE: Final = mark("Example: made-up figures, not a real route")
BOX: Final = 6.5 * mm
BESIDE_BOX: Final = BOX + 12  # where the time begins
TIME: Final = BESIDE_BOX + 76.0
COUNT: Final = 56.0
WIDTHS: Final = (TIME, INNER_WIDTH - TIME - 3 * COUNT, COUNT, COUNT, COUNT)
FACTS: Final = tuple((INNER_WIDTH - 8) * part for part in (0.13, 0.13, 0.25, 0.17, 0.12, 0.20))
PADS: Final = (6, 7)
THIN, STRONG, EDGE = Stroke(0.6, LINE), Stroke(1, STRONG_LINE), Stroke(1.2, INK)


@dataclass(frozen=True, slots=True)
class ManifestStop:
    """A stop as the driver meets it.

    deliver, collect: crates off and on. load_after: crates in the vehicle when it leaves. notes:
    whole sentences in the reader's language (opening window, where the key is, closed today).
    """

    arrive: time
    leave: time
    branch: str
    municipality: str
    deliver: int
    collect: int
    load_after: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ManifestBreak:
    start: time
    duration_s: int


@dataclass(frozen=True, slots=True)
class ManifestSheet:
    """One vehicle's day. Times are of day, in Sweden; stops stand in the order of driving.

    distance_m: the whole route. work_s: from depart to back, breaks and waiting included.
    load_at_start: crates. example: the plan is made up (a demo).
    """

    day: date
    vehicle: str
    depart: time
    back: time
    distance_m: int
    work_s: int
    load_at_start: int
    stops: tuple[ManifestStop, ...]
    breaks: tuple[ManifestBreak, ...] = ()
    example: bool = False


def manifest_pdf(sheet: ManifestSheet, say: Say) -> bytes:
    """`sheet` as PDF in the language of `say`; the same sheet and words give the same bytes."""
    day = format_date(sheet.day, "EEEE d MMMM y", locale=say(LANGUAGE))
    title = say("Manifest {vehicle}", vehicle=sheet.vehicle)
    around = Sheet(
        title=f"{title} {sheet.day.isoformat()}",
        author=say("Library transports"),
        say=say,
        mark=say(EXAMPLE) if sheet.example else "",
        running=f"{title} · {day}",
        foot=(f"{title} · {day}",),
    )
    head = (
        text(title, style(22, bold=True, tone="accent"), INNER_WIDTH, 40, role="H1"),
        gap(6),
        text(day[:1].upper() + day[1:], style(14, bold=True), INNER_WIDTH),
        gap(8),
        _summary(sheet, say),
        gap(8),
    )
    return typeset(around, [Group(head), _route(sheet, say)])


def _summary(sheet: ManifestSheet, say: Say) -> Block:
    hours, minutes = divmod((sheet.work_s + 30) // 60, 60)
    facts = (
        (say("Depart"), f"{sheet.depart:%H:%M}"),
        (say("Back"), f"{sheet.back:%H:%M}"),
        (say("Working time"), say("{hours} h {minutes} min", hours=hours, minutes=minutes)),
        (say("Distance"), f"{(sheet.distance_m + 500) // 1000}\u00a0km"),
        (say("Stops"), str(len(sheet.stops))),
        (say("Crates at start"), str(sheet.load_at_start)),
    )
    cells = []
    for place, (name, value) in enumerate(facts):
        width = column(FACTS, place)
        words = text(name, style(8.5, tone="muted"), width)
        cells.append(item(stack(words, text(value, style(13, bold=True), width))))
    inside = row(FACTS, cells, (6, 8))
    return Block(inside.height, box=Box(INNER_WIDTH, 3, SOFT), parts=((8, 0, inside),))


def _route(sheet: ManifestSheet, say: Say) -> Group:
    head = _head(say)
    load = say("Load {count} crates and drive off", count=sheet.load_at_start)
    rows = [_plain_row(sheet.depart, load), *_stops_and_breaks(sheet, say)]
    last = _plain_row(sheet.back, say("Back, unload the rest"))
    *most, before = rows
    blocks = (
        (stack(head, most[0]), *most[1:], stack(before, last))
        if most
        else (stack(head, before, last),)
    )
    return Group(blocks, head=head)


def _head(say: Say) -> Block:
    texts = (say("Time"), say("Stop"), say("Leave"), say("Collect"), say("On board"))
    sides = ("left", "left", "center", "center", "center")
    cells = []
    for place, (words, side) in enumerate(zip(texts, sides, strict=True)):
        left = BESIDE_BOX if place == 0 else 0.0
        chosen = style(9.5, bold=True, tone="muted", align=side)
        shown = text(words, chosen, column(WIDTHS, place) - left)
        cells.append(_moved(shown, left, 0, shown.height))
    return as_row(row(WIDTHS, cells, below=STRONG), HEAD, WIDTHS)


def _stops_and_breaks(sheet: ManifestSheet, say: Say) -> Iterator[Block]:
    """A break stands before the first stop that is reached after it begins."""
    breaks = sorted(sheet.breaks, key=lambda pause: pause.start)
    for stop in sheet.stops:
        while breaks and breaks[0].start < stop.arrive:
            yield _pause(breaks.pop(0), say)
        yield _stop(stop)
    for pause in breaks:
        yield _pause(pause, say)


def _stop(stop: ManifestStop) -> Block:
    width = TIME - BESIDE_BOX
    when = stack(
        text(f"{stop.arrive:%H:%M}", style(16, bold=True), width),
        gap(3),
        text(f"– {stop.leave:%H:%M}", style(10, tone="muted"), width),
    )
    name = column(WIDTHS, 1)
    where = stack(
        text(stop.branch, style(14, bold=True), name, 80),
        gap(1),
        text(stop.municipality, style(10, tone="muted"), name, 60),
        *(text(note, style(10.5), name, 200) for note in stop.notes),
    )
    counts = [
        text(str(count) if count else "–", style(18, bold=True, align="center"), column(WIDTHS, 2))
        for count in (stop.deliver, stop.collect)
    ]
    on_board = text(str(stop.load_after), style(13, tone="muted", align="center"), COUNT)
    return _row(when, where, [*counts, on_board])


def _pause(pause: ManifestBreak, say: Say) -> Block:
    minutes = (pause.duration_s + 30) // 60
    return _plain_row(pause.start, say("Break, {minutes} minutes", minutes=minutes))


def _plain_row(when: time, words: str) -> Block:
    clock = text(f"{when:%H:%M}", style(16, bold=True), TIME - BESIDE_BOX)
    return _row(clock, text(words, style(13), column(WIDTHS, 1)), [gap(0)] * 3)


def _row(when: Block, where: Block, counts: Sequence[Block]) -> Block:
    """A box to tick, the time, the place and figures, each halfway down the row."""
    height = max(each.height for each in (when, where, *counts))
    tick = Block(BOX, box=Box(BOX, 2, PAPER, EDGE))
    down = (height - BOX) / 2
    first = Block(height, parts=((0, down, tick), (BESIDE_BOX, (height - when.height) / 2, when)))
    others = [_moved(each, 0, (height - each.height) / 2, height) for each in (where, *counts)]
    return as_row(row(WIDTHS, [first, *others], PADS, below=THIN), NAMED, WIDTHS)


def _moved(block: Block, right: float, down: float, height: float) -> Block:
    """`block` within a higher one."""
    return Block(height, parts=((right, down, block),)) if block.height else block
