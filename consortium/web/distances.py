"""Pages of the distances: how well the ways are known, what was measured, and the road server."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from flask import request, url_for
from pydantic import BeforeValidator
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict, Fault, Invalid, Problem
from consortium.core.words import mark
from consortium.http.asking import Day, Filled, Form, Line, form_of, settings, works
from consortium.http.paging import pager, paging_of
from consortium.transports.distance_rules import MEASURED, ROUTED
from consortium.transports.distancing import spots
from consortium.transports.fetching_legs import ask_legs
from consortium.transports.leg_lists import (
    KINDS,
    LegFilter,
    LegView,
    distances_overview,
    legs_page,
)
from consortium.transports.measuring_legs import NewLeg, enter_leg, remove_leg
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("distances", __name__, "/avstand", right="transports.see")

KIND_NAMES: Final = {MEASURED: mark("Measured"), ROUTED: mark("From the road server")}
MINUTES: Final = mark("Write minutes, as 75 or 75,5")
KILOMETRES: Final = mark("Write kilometres, as 89 or 89,5")
ATTRIBUTION: Final = "© OpenStreetMap contributors"
"""What the licence of the map (ODbL 1.0, 4.3) asks for wherever its distances are shown."""
FIELDS: Final = {"from": "origin", "to": "destination"}
"""Where the use case finds a fault → the input that it is about, where it has another name."""
TENTH: Final = Decimal("0.1")
HEADER: Final = ("from", "to", "seconds", "metres", "source", "as_of", "attribution")

_NUMBER: Final = re.compile(r"(\d{1,4})(?:[.,](\d{1,3}))?", re.ASCII)
_BLANKS: Final = re.compile("[ \u00a0\u202f]")


def thousandths_of(text: str, refusal: str) -> int:
    """`75,5` as 75 500 thousandths."""
    found = _NUMBER.fullmatch(_BLANKS.sub("", text.strip()))
    if found is None:
        raise ValueError(refusal)
    return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0"))


def seconds_of(text: str) -> int:
    """`75,5` minutes as seconds, half up."""
    return (thousandths_of(text, MINUTES) * 60 + 500) // 1000


def metres_of(text: str) -> int:
    """`89,5` kilometres as metres."""
    return thousandths_of(text, KILOMETRES)


class LegForm(Form):
    """minutes, km: as numbers with decimals. both_ways: the box that says it is the same back."""

    origin: Filled
    destination: Filled
    minutes: Annotated[int, BeforeValidator(seconds_of)]
    km: Annotated[int, BeforeValidator(metres_of)]
    measured_on: Day
    both_ways: Literal["", "ja"] = ""


class FilterForm(Form):
    """kalla: of KINDS. bibliotek: a slug, whose ways out and in are shown."""

    kalla: Line = MEASURED
    bibliotek: Line = ""

    def chosen(self) -> LegFilter:
        return LegFilter(self.kalla if self.kalla in KINDS else MEASURED, self.bibliotek)


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The state of the distances; the address chooses which legs are listed and which page."""
    chosen = form_of(FilterForm, request.args).chosen()
    paging = paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        state = distances_overview(work)
        rows, total = legs_page(work, chosen, paging.offset, paging.size)
        places = [(spot.slug, spot.name) for spot in spots(work, work.today)]
        today = work.today
    kept: dict[str, Any] = {"kalla": chosen.source, "bibliotek": chosen.branch}
    return with_faults(
        "distances/index.html",
        problem,
        state=state,
        error=_error(state.error) if state.error else None,
        detour=_classes(state.estimate.detour, 3),
        speed=_classes(state.estimate.speed_kmh, 1),
        rows=[(row, minutes(row.duration_s), km(row.distance_m)) for row in rows],
        pages=pager(paging, total, lambda page: url_for(".index", **kept, sida=page)),
        total=total,
        places=places,
        kinds=[(kind, told(KIND_NAMES[kind])) for kind in KINDS],
        chosen=chosen,
        filtered=bool(chosen.branch),
        routing=settings().routing,
        attribution=ATTRIBUTION,
        today=today,
        point=point,
    )


@pages.get("/strackor.csv")
def table() -> Response:
    """The legs that the address chooses, all of them."""
    chosen = form_of(FilterForm, request.args).chosen()
    with works().reading(asker()) as work:
        rows, _total = legs_page(work, chosen)
    return csv_file("avstand.csv", csv_text(HEADER, map(_cells, rows)))


@pages.post("", right="transports.change")
def enter() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(LegForm, request.form)
        new = NewLeg(form.origin, form.destination, form.minutes, form.km, form.measured_on)
        with works().writing(asker()) as work:
            enter_leg(work, new, both_ways=form.both_ways == "ja")
    except Invalid as problem:
        return index(_at_inputs(problem))
    offer_undo(
        told(mark("The way is saved as it was measured")),
        work.audited,
        told(mark("Plans that are made from now on go by it.")),
    )
    return see(url_for(".index", bibliotek=form.origin))


@pages.post("/<int(max=2147483647):leg_id>/bort", right="transports.change")
def remove(leg_id: int) -> Response:
    with works().writing(asker()) as work:
        name = remove_leg(work, leg_id)
    offer_undo(told(mark("What was measured is taken away: {name}"), name=name), work.audited)
    return see(url_for(".index"))


@pages.post("/fraga", right="transports.change")
def ask() -> Response | tuple[str, HTTPStatus]:
    """Ask for the ways that are missing; a worker fetches them within a minute."""
    try:
        with works().writing(asker()) as work:
            ask_legs(work)
    except Conflict as problem:
        return index(problem)
    done(
        told(mark("The road server is asked for the ways that are missing")),
        told(mark("They are here within a minute, or it is said why not.")),
    )
    return see(url_for(".index"))


def minutes(seconds: int) -> Decimal:
    """Seconds as minutes with one decimal."""
    return (Decimal(seconds) / 60).quantize(TENTH, ROUND_HALF_UP)


def km(metres: int) -> Decimal:
    """Metres as kilometres with one decimal."""
    return (Decimal(metres) / 1000).quantize(TENTH, ROUND_HALF_UP)


def point(at: tuple[float, float]) -> str:
    """A point that no library lies at today."""
    return f"{at[0]:.4f} {at[1]:.4f}"


def _error(error: Any) -> dict[str, Any]:
    names = "mean_permille", "worst_permille", "mean_time_permille", "worst_time_permille"
    shares = {name.replace("permille", "share"): _share(getattr(error, name)) for name in names}
    return {"legs": error.legs, **shares}


def _share(permille: int) -> Decimal:
    return Decimal(permille) / 1000


def _classes(classes: Any, places: int) -> list[tuple[int | None, Decimal]]:
    """Upper bound in km, None for none, and the number of each class."""
    return [(bound and bound // 1000, _decimal(number, places)) for bound, number in classes]


def _decimal(number: Fraction, places: int) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _cells(row: LegView) -> tuple[object, ...]:
    start, end = row.origin or point(row.ends[0]), row.destination or point(row.ends[1])
    return (
        start,
        end,
        row.duration_s,
        row.distance_m,
        row.source,
        row.as_of or "",
        ATTRIBUTION if row.source == ROUTED else "",
    )


def _at_inputs(problem: Invalid) -> Invalid:
    return Invalid(
        [
            Fault(fault.text, FIELDS.get(fault.at, fault.at), fault.facts, fault.remedy)
            for fault in problem.faults
        ]
    )
