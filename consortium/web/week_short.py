"""Page of a week with a van less: who is served when, who is put off, and until when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from flask import Response as File
from flask import render_template, request

from consortium.branches.queries import branches
from consortium.http.asking import works
from consortium.transports.days import read_short_week
from consortium.transports.queries import vehicles
from consortium.transports.shortage_rules import ShortDay, short_week
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text

pages = Pages("week_short", __name__, "/veckan/en-bil-mindre", right="transports.see")

SUNDAY: Final = 6
HEADER: Final = ("date", "served", "put_off", "until", "unserved", "opened_by_key")


@pages.get("")
def index() -> str:
    """`bil` in the address is the code of the van that is missing; without it one is asked for."""
    vans, today, names, days = _read(request.args.get("bil", ""))
    slugs = sorted({slug for day in days for slug in _all(day)}, key=lambda slug: names[slug])
    return render_template(
        "week/short.html",
        vans=vans,
        today=today,
        chosen=request.args.get("bil", ""),
        days=days,
        rows=[(names[slug], [_state(day, slug) for day in days]) for slug in slugs],
        names=names,
    )


@pages.get("/veckan.csv")
def table() -> File:
    _vans, _today, names, days = _read(request.args.get("bil", ""))
    return csv_file("en-bil-mindre.csv", csv_text(HEADER, [_row(day, names) for day in days]))


def _read(code: str) -> tuple[list[tuple[str, str]], date, dict[str, str], list[ShortDay]]:
    """The vans in use, today, the branches' names, and the days left of the week without the van.

    On a weekend the next week is meant.
    """
    with works().reading(asker()) as work:
        vans = [(van.code, van.name) for van, _ in vehicles(work) if van.active]
        names = {branch.slug: branch.name for branch, _ in branches(work)}
        first = work.today
        last = first + timedelta(days=SUNDAY - first.weekday())
        if first.weekday() >= SUNDAY - 1:
            last += timedelta(days=7)
        bases = read_short_week(work, code, first, last) if code else []
    return vans, first, names, short_week(bases)


def _all(day: ShortDay) -> Sequence[str]:
    return (*day.served, *day.put_off, *day.unserved)


def _state(day: ShortDay, slug: str) -> tuple[str, date | None]:
    """What becomes of a stop on a day, and its next one where it is put off."""
    if slug in day.put_off:
        return "put_off", day.next_on.get(slug)
    if slug in day.unserved:
        return "unserved", None
    if slug in day.served:
        return "opened" if slug in day.opened else "served", None
    return "", None


def _row(day: ShortDay, names: dict[str, str]) -> list[object]:
    until = [day.next_on.get(slug) for slug in day.put_off]
    return [
        day.day.isoformat(),
        "; ".join(names[slug] for slug in day.served),
        "; ".join(names[slug] for slug in day.put_off),
        "; ".join(each.isoformat() if each else "" for each in until),
        "; ".join(names[slug] for slug in day.unserved),
        "; ".join(names[slug] for slug in day.opened),
    ]
