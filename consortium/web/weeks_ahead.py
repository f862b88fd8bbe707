"""Page of the two weeks to come, day by day."""

from datetime import date, timedelta
from typing import Final

from flask import Response as File
from flask import render_template, request

from consortium.core.errors import Invalid
from consortium.http.asking import works
from consortium.http.parsing import day_of
from consortium.transports.weeks_ahead import TWO_WEEKS, DayAhead, days_ahead
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.refusals import worded
from consortium.web.week import day_name

pages = Pages("weeks_ahead", __name__, "/veckan/tva-veckor", right="transports.see")

HEADER: Final = (
    *("date", "driven_as", "season", "stops", "closed", "extra", "deliver", "collect", "vans"),
    *("plan", "proposals", "warnings"),
)
FURTHEST: Final = timedelta(days=400)


@pages.get("")
def index() -> str:
    """`fran` in the address is the first day, today where it is left out."""
    first, today, rows = _rows()
    return render_template(
        "week/ahead.html",
        rows=rows,
        first=first,
        earlier=max(first - TWO_WEEKS, today),
        later=first + TWO_WEEKS,
        last=first + TWO_WEEKS - timedelta(days=1),
        today=today,
        worded=worded,
        day_name=day_name,
    )


@pages.get("/tva-veckor.csv")
def table() -> File:
    first, _today, rows = _rows()
    return csv_file(f"tva-veckor-{first}.csv", csv_text(HEADER, [_row(each) for each in rows]))


def _rows() -> tuple[date, date, list[DayAhead]]:
    with works().reading(asker()) as work:
        first = _first(request.args.get("fran", ""), work.today)
        return first, work.today, days_ahead(work, first)


def _first(text: str, today: date) -> date:
    """The day that the address names, within a year or so of today; else today."""
    try:
        found = day_of(text) if text else today
    except (ValueError, Invalid):
        return today
    return min(max(found, today - FURTHEST), today + FURTHEST)


def _row(day: DayAhead) -> list[object]:
    return [
        day.day.isoformat(),
        "" if day.weekday is None else day.weekday,
        day.season,
        day.stops,
        "; ".join(f"{name}: {why}" for name, why in day.closed),
        "; ".join(day.extra),
        day.deliver,
        day.collect,
        "; ".join(day.vans),
        day.state,
        day.proposals,
        "; ".join(worded(fault) for fault in day.warnings),
    ]
