"""When crates arrive: for each pair of libraries the day, as a table, a list and a map."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request

from consortium.core.errors import NotFound
from consortium.core.words import mark
from consortium.http.asking import works
from consortium.http.parsing import day_of
from consortium.reports.outline import outline
from consortium.transports.transfer_rules import Arrival, days_between
from consortium.transports.transfers import TransferPlace, Transfers, transfers
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import language, told
from consortium.web.mapping import Spot, draw
from consortium.web.refusals import with_faults
from consortium.web.showing import near_day

pages = Pages("transfers", __name__, "/byten", right="transports.see")

WIDEST_TABLE: Final = 60
LATE: Final = 2
HEADER: Final = (
    "packed_on",
    "origin",
    "origin_name",
    "destination",
    "destination_name",
    "arrives_on",
    "arrives_at",
    "traffic_days",
    "changes",
)
SOURCES: Final = {
    "planned": mark("published plans"),
    "weekly": mark("the week's plans"),
    "before": mark("the last plan of the same weekday"),
    "template": mark("the week's stops without times, so nothing arrives the same day"),
}
COLOURS: Final = ("var(--ok)", "var(--accent)", "var(--warn)", "var(--bad)")
"""Of a place on the map: the same day, the next one, later, never."""


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    """`dag`: the day of packing; `fran`: the library that it is packed at, empty: all of them."""
    chosen = _day(request.args.get("dag", ""))
    with works().reading(asker()) as work:
        found, today = transfers(work, chosen), work.today
    if found is None:
        return with_faults("transfers/index.html", found=None)
    known = {place.slug: place for place in found.places}
    names, slug = _short_names(found), request.args.get("fran", "")
    if slug and slug not in known:
        raise NotFound("No van comes to {slug}", slug=slug)
    return with_faults(
        "transfers/index.html",
        found=found,
        origin=known.get(slug),
        rows=_rows(found, slug) if slug else [],
        names=names,
        in_order=sorted(found.places, key=lambda place: names[place.slug]),
        counts=_counts(found),
        places=[(place.slug, place.name) for place in found.places],
        days=[(d.day.isoformat(), near_day(d.day, today, language())) for d in found.days],
        sources=[told(SOURCES[each]) for each in SOURCES if each in found.sources],
        wide=len(found.places) <= WIDEST_TABLE,
        map=_map(found, slug) if slug else None,
        colours=COLOURS,
        late=LATE,
        clock_of=_clock,
    )


@pages.get("/par.csv")
def table() -> Response:
    """All pairs of the day that `dag` names, else of each day that can be chosen."""
    chosen = _day(request.args.get("dag", ""))
    rows: list[Sequence[object]] = []
    with works().reading(asker()) as work:
        first = transfers(work, chosen)
        days = [] if first is None else [chosen] if chosen else [each.day for each in first.days]
        for day in days:
            found = transfers(work, day)
            rows += _csv_rows(found) if found else []
    return csv_file("byten.csv", csv_text(HEADER, rows))


def _rows(found: Transfers, origin: str) -> list[tuple[TransferPlace, Arrival | None]]:
    """What can be reached first, by time; then what cannot."""
    reached = found.reached[origin]
    rows = [(place, reached.get(place.slug)) for place in found.places if place.slug != origin]
    return sorted(rows, key=lambda row: _order(row[1]))


def _order(arrival: Arrival | None) -> tuple[date, int]:
    return (arrival.day, arrival.at_s) if arrival else (date.max, 0)


def _counts(found: Transfers) -> Mapping[str, int]:
    """Pairs by how long they take: `same`, `next`, `later`, `never`."""
    places = {place.slug for place in found.places}
    counted = days_between({slug: found.reached[slug] for slug in places})
    later = sum(count for days, count in counted.items() if days is not None and days >= LATE)
    return {
        "same": counted.get(0, 0),
        "next": counted.get(1, 0),
        "later": later,
        "never": counted.get(None, 0),
    }


def _map(found: Transfers, origin: str) -> dict[str, Any]:
    """The drawing with, for each place, its colour and how many days; and its facts in words."""
    names, reached = _short_names(found), found.reached[origin]
    spots = [Spot(p.slug, names[p.slug], "stop", p.lat, p.lon) for p in found.places]
    drawn = draw(spots, [], outline())
    marks = []
    for place, point in zip(found.places, drawn.marks, strict=True):
        arrival = reached.get(place.slug)
        kind = min(arrival.days, LATE) if arrival else LATE + 1
        sign = "" if place.slug == origin else str(arrival.days) if arrival else "–"
        marks.append((point.x, point.y, COLOURS[kind], sign))
    facts = "; ".join(
        told(mark("{name}: {when}"), name=place.name, when=_when(reached.get(place.slug)))
        for place, _ in _rows(found, origin)
    )
    return {"drawn": drawn, "marks": marks, "facts": facts}


def _short_names(found: Transfers) -> dict[str, str]:
    """Slug → its locality where no other place has it, else its whole name."""
    count = Counter(place.locality for place in found.places)
    return {
        place.slug: place.locality if count[place.locality] == 1 else place.name
        for place in found.places
    }


def _when(arrival: Arrival | None) -> str:
    if arrival is None:
        return told(mark("cannot be reached"))
    if arrival.days == 0:
        return told(mark("the same day"))
    if arrival.days == 1:
        return told(mark("the next traffic day"))
    return told(mark("after {days} traffic days"), days=arrival.days)


def _csv_rows(found: Transfers) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = []
    for origin in found.places:
        for place, arrival in _rows(found, origin.slug):
            ends = (origin.slug, origin.name, place.slug, place.name)
            what = (
                (arrival.day.isoformat(), _at(found, arrival), arrival.days, arrival.changes)
                if arrival
                else ("", "", "", "")
            )
            rows.append((found.packed_on.isoformat(), *ends, *what))
    return rows


def _at(found: Transfers, arrival: Arrival) -> str:
    return "" if arrival.day in found.untimed else _clock(arrival.at_s)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return day_of(text)
    except ValueError as error:
        raise NotFound("{day} is none of the next days with transports", day=text) from error
