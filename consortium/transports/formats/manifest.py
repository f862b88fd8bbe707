"""One vehicle's day on paper, to be read in a van: large type, a box to tick at each stop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal
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
SOURCES: Final = {
    "measured": mark("measured"),
    "routed": mark("from a map"),
    "estimated": mark("estimated"),
}
"""How a way is known, as drivers read it."""

BOX: Final = 6.5 * mm
BESIDE_BOX: Final = BOX + 12  # where the time begins
TIME: Final = BESIDE_BOX + 84.0
CLOCK: Final = 21.0  # points: read from the seat
COUNT: Final = 54.0
WIDTHS: Final = (TIME, INNER_WIDTH - TIME - 3 * COUNT, COUNT, COUNT, COUNT)
FACTS: Final = tuple((INNER_WIDTH - 8) * part for part in (0.13, 0.13, 0.25, 0.17, 0.12, 0.20))
PADS: Final = (6, 7)
THIN, STRONG, EDGE = Stroke(0.6, LINE), Stroke(1, STRONG_LINE), Stroke(1.2, INK)


@dataclass(frozen=True, slots=True)
class ManifestStop:
    """A stop as the driver meets it.

    deliver, collect: crates off and on. load_after: crates in the vehicle when it leaves. notes:
    whole sentences in the reader's language (opening window, closed today). start: when service
    begins, after any waiting. leg: the way there. to_leave, to_fetch: the codes of crates, as far
    as they are known. has_key: the driver can get in while nobody is there. instructions: as the
    branch wrote them.
    """

    arrive: time
    leave: time
    branch: str
    municipality: str
    deliver: int
    collect: int
    load_after: int
    notes: tuple[str, ...] = ()
    start: time | None = None
    leg: "ManifestLeg | None" = None
    to_leave: tuple[str, ...] = ()
    to_fetch: tuple[str, ...] = ()
    has_key: bool = False
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class ManifestLeg:
    """The way to a stop, or back. source: `measured`, `routed` or `estimated`, or empty."""

    distance_m: int
    drive_s: int
    source: str


@dataclass(frozen=True, slots=True)
class ManifestBreak:
    """A break. after: how many stops are behind the driver by then."""

    start: time
    duration_s: int
    after: int = 0


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
    leg_back: ManifestLeg | None = None


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
    last = _plain_row(sheet.back, say("Back, unload the rest"), _way(sheet.leg_back, say))
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
    """A break stands after the last stop that is left before it."""
    for place, stop in enumerate(sheet.stops):
        yield from (_pause(each, sheet, say) for each in sheet.breaks if each.after == place)
        yield _stop(stop, say)
    done = len(sheet.stops)
    yield from (_pause(each, sheet, say) for each in sheet.breaks if each.after >= done)


def _stop(stop: ManifestStop, say: Say) -> Block:
    width = TIME - BESIDE_BOX
    when = stack(
        text(f"{stop.arrive:%H:%M}", style(CLOCK, bold=True), width),
        gap(2),
        text(f"– {stop.leave:%H:%M}", style(11, tone="muted"), width),
    )
    name = column(WIDTHS, 1)
    place = f"{stop.municipality} · {way}" if (way := _way(stop.leg, say)) else stop.municipality
    notes = [text(note, style(10.5), name, 300) for note in _notes(stop, say)]
    where = stack(
        text(stop.branch, style(14, bold=True), name, 80),
        gap(1),
        text(place, style(9.5, tone="muted"), name, 100),
        gap(3 if notes else 0),
        *notes,
    )
    counts = [
        text(str(count) if count else "–", style(18, bold=True, align="center"), column(WIDTHS, 2))
        for count in (stop.deliver, stop.collect)
    ]
    on_board = text(str(stop.load_after), style(13, tone="muted", align="center"), COUNT)
    return _row(when, where, [*counts, on_board])


def _notes(stop: ManifestStop, say: Say) -> Iterator[str]:
    """What the driver has to know at the stop, one line each."""
    if stop.start and stop.start > stop.arrive:
        yield say("Wait until {time}.", time=f"{stop.start:%H:%M}")
    yield from stop.notes
    if stop.has_key:
        yield say("You have a key.")
    if stop.instructions:
        yield stop.instructions
    if stop.to_leave:
        yield say("Leave: {codes}", codes=_codes(stop.to_leave))
    if stop.to_fetch:
        yield say("Fetch: {codes}", codes=_codes(stop.to_fetch))


def _codes(codes: Sequence[str]) -> str:
    """The digits of each code, by which crates are told apart in a van."""
    return ", ".join(f"{code[2:5]}\u00a0{code[5:]}" for code in codes)


def _way(leg: ManifestLeg | None, say: Say) -> str:
    if leg is None or not leg.source:
        return ""
    km = format_decimal((leg.distance_m + 50) // 100 / 10, "0.0", locale=say(LANGUAGE))
    minutes = (leg.drive_s + 30) // 60
    return say(
        "{km} km, {minutes} min, {source}", km=km, minutes=minutes, source=say(SOURCES[leg.source])
    )


def _pause(pause: ManifestBreak, sheet: ManifestSheet, say: Say) -> Block:
    minutes = (pause.duration_s + 30) // 60
    words = say("Break, {minutes} minutes", minutes=minutes)
    return _plain_row(pause.start, words, _where(pause, sheet, say))


def _where(pause: ManifestBreak, sheet: ManifestSheet, say: Say) -> str:
    """Where a break is taken: at the stop that is done, while waiting at the next, or between."""
    before = sheet.stops[pause.after - 1] if pause.after else None
    following = sheet.stops[pause.after] if pause.after < len(sheet.stops) else None
    if following and pause.start >= following.arrive:
        return say("while you wait at {branch}", branch=following.branch)
    if before and pause.start <= before.leave:
        return say("at {branch}", branch=before.branch)
    return say("on the road")


def _plain_row(when: time, words: str, more: str = "") -> Block:
    width = column(WIDTHS, 1)
    clock = text(f"{when:%H:%M}", style(CLOCK, bold=True), TIME - BESIDE_BOX)
    said = [text(words, style(13), width)]
    if more:
        said += [gap(1), text(more, style(9.5, tone="muted"), width)]
    return _row(clock, stack(*said) if more else said[0], [gap(0)] * 3)


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
