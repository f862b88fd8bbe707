"""One vehicle's day on paper, to be read in a van: large type, a box to tick at each stop."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from babel.dates import format_date
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from consortium.core.words import Say, mark
from consortium.documents.drawing import (
    INK,
    INNER_WIDTH,
    LANGUAGE,
    LINE,
    REGULAR,
    SOFT,
    STRONG_LINE,
    Sheet,
    paragraph,
    pdf,
    style,
    table,
)

EXAMPLE: Final = mark("Example: made-up figures, not a real route")
BOX: Final = 6.5 * mm
TIME: Final = 76.0
COUNT: Final = 56.0
NAME: Final = INNER_WIDTH - BOX - 12 - TIME - 3 * COUNT
WIDTHS: Final = (BOX + 12, TIME, NAME, COUNT, COUNT, COUNT)


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
    head = [
        paragraph(title, style(22, bold=True, tone="accent"), 40),
        Spacer(0, 6),
        paragraph(day[:1].upper() + day[1:], style(14, bold=True)),
        Spacer(0, 8),
        _summary(sheet, say),
        Spacer(0, 8),
    ]
    return pdf(around, [*head, _route(sheet, say)])


def _summary(sheet: ManifestSheet, say: Say) -> Any:
    hours, minutes = divmod((sheet.work_s + 30) // 60, 60)
    facts = (
        (say("Depart"), f"{sheet.depart:%H:%M}"),
        (say("Back"), f"{sheet.back:%H:%M}"),
        (say("Working time"), say("{hours} h {minutes} min", hours=hours, minutes=minutes)),
        (say("Distance"), f"{(sheet.distance_m + 500) // 1000}\u00a0km"),
        (say("Stops"), str(len(sheet.stops))),
        (say("Crates at start"), str(sheet.load_at_start)),
    )
    cells = [
        [paragraph(name, style(8.5, tone="muted")), paragraph(value, style(13, bold=True))]
        for name, value in facts
    ]
    return table(
        [cells],
        [INNER_WIDTH * part for part in (0.13, 0.13, 0.25, 0.17, 0.12, 0.20)],
        ("BACKGROUND", (0, 0), (-1, -1), SOFT),
        ("LEFTPADDING", (0, 0), (0, -1), 8),
        ("TOPPADDING", (0, 0), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
        ("ROUNDEDCORNERS", [3, 3, 3, 3]),
    )


def _route(sheet: ManifestSheet, say: Say) -> Any:
    texts = ("", say("Time"), say("Stop"), say("Leave"), say("Collect"), say("On board"))
    sides = ("left", "left", "left", "center", "center", "center")
    head = [
        paragraph(text, style(9.5, bold=True, tone="muted", align=side))
        for text, side in zip(texts, sides, strict=True)
    ]
    load = say("Load {count} crates and drive off", count=sheet.load_at_start)
    rows = [_plain_row(sheet.depart, load), *_stops_and_breaks(sheet, say)]
    rows.append(_plain_row(sheet.back, say("Back, unload the rest")))
    return table(
        [head, *rows],
        WIDTHS,
        ("LINEBELOW", (0, 0), (-1, 0), 1, STRONG_LINE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.6, LINE),
        ("VALIGN", (0, 1), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 1), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 7),
        ("NOSPLIT", (0, -2), (-1, -1)),
        heads=1,
    )


def _stops_and_breaks(sheet: ManifestSheet, say: Say) -> Iterator[tuple[Any, ...]]:
    """A break stands before the first stop that is reached after it begins."""
    breaks = sorted(sheet.breaks, key=lambda pause: pause.start)
    for stop in sheet.stops:
        while breaks and breaks[0].start < stop.arrive:
            yield _pause(breaks.pop(0), say)
        yield _stop(stop)
    for pause in breaks:
        yield _pause(pause, say)


def _stop(stop: ManifestStop) -> tuple[Any, ...]:
    when = [
        paragraph(f"{stop.arrive:%H:%M}", style(16, bold=True)),
        Spacer(0, 3),
        paragraph(f"– {stop.leave:%H:%M}", style(10, tone="muted")),
    ]
    where = [
        paragraph(stop.branch, style(14, bold=True), 80),
        Spacer(0, 1),
        paragraph(stop.municipality, style(10, tone="muted"), 60),
    ]
    where += [paragraph(note, style(10.5), 200) for note in stop.notes]
    counts = [
        paragraph(str(count) if count else "–", style(18, bold=True, align="center"))
        for count in (stop.deliver, stop.collect)
    ]
    on_board = paragraph(str(stop.load_after), style(13, tone="muted", align="center"))
    return (_tick_box(), when, where, *counts, on_board)


def _pause(pause: ManifestBreak, say: Say) -> tuple[Any, ...]:
    minutes = (pause.duration_s + 30) // 60
    return _plain_row(pause.start, say("Break, {minutes} minutes", minutes=minutes))


def _plain_row(when: time, text: str) -> tuple[Any, ...]:
    clock = paragraph(f"{when:%H:%M}", style(16, bold=True))
    return (_tick_box(), clock, paragraph(text, style(13)), "", "", "")


def _tick_box() -> Any:
    square = Rect(0.5, 0.5, BOX - 1, BOX - 1, rx=2, ry=2, strokeColor=INK, strokeWidth=1.2)
    square.fillColor = None
    return Drawing(BOX, BOX, square, initialFontName=REGULAR)
