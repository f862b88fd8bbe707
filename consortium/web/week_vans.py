"""Pages of the vans: what they carry and cost, their breaks, and the days on which they are not."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal

from flask import Response as File
from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.branches.queries import branches
from consortium.core.errors import Problem
from consortium.core.words import mark
from consortium.crates.rules import is_depot
from consortium.http.asking import Day, Filled, Form, Line, Ore, Whole, form_of, works
from consortium.transports.absences import absences, lift_absence, note_absence, van_of
from consortium.transports.carriers import carriers
from consortium.transports.day_basis import DayBreak
from consortium.transports.queries import vehicles
from consortium.transports.registering import (
    USUAL_BREAKS,
    NewVehicle,
    add_vehicle,
    change_vehicle,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo
from consortium.web.tomorrow import duration
from consortium.web.week_fields import Clock, Minutes, at_inputs, minutes

pages = Pages("week_vans", __name__, "/veckan/bilar", right="transports.see")

HEADER: Final = (
    *("code", "name", "depot", "capacity", "shift_from", "shift_to", "max_duration_s"),
    *("cost_per_km_ore", "cost_per_hour_ore", "fixed_ore", "breaks", "spare", "active"),
)
INPUTS: Final = {"shift": "shift_to", "breaks": "break_s", "max_duration_s": "longest_s"}


class VanForm(Form):
    """bil: the code of the van that is changed, empty for a new one. Times in minutes.

    break_s: 0 for none. spare, active: ja or nej.
    """

    bil: Line = ""
    code: Line = ""
    name: Filled
    depot: Filled
    capacity: Whole
    shift_from: Clock
    shift_to: Clock
    longest_s: Minutes
    cost_per_km_ore: Ore = 0
    cost_per_hour_ore: Ore = 0
    fixed_ore: Ore = 0
    break_after_s: Minutes = 18_000
    break_s: Minutes = 1_800
    spare: Literal["ja", "nej"] = "nej"
    active: Literal["ja", "nej"] = "ja"
    carrier: Line = ""

    def new(self, kept: tuple[DayBreak, ...]) -> NewVehicle:
        """The van that the form tells of. kept: its breaks so far, of which it shows the first.

        Another first break is that of a whole day: it falls due again after as much work.
        """
        first = DayBreak(self.break_after_s, self.break_s)
        breaks = kept if kept[:1] == (first,) else (first,) * len(USUAL_BREAKS)
        return NewVehicle(
            code=self.bil or self.code,
            name=self.name,
            depot=self.depot,
            capacity=self.capacity,
            shift=(self.shift_from, self.shift_to),
            max_duration_s=self.longest_s,
            cost_per_km_ore=self.cost_per_km_ore,
            cost_per_hour_ore=self.cost_per_hour_ore,
            fixed_ore=self.fixed_ore,
            breaks=breaks if self.break_s else (),
            spare=self.spare == "ja",
            carrier=self.carrier,
        )


class AbsenceForm(Form):
    van: Filled
    from_on: Day
    to_on: Day
    reason: Line = ""


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The vans and their absences; `bil` in the address chooses the one in the form."""
    with works().reading(asker()) as work:
        vans = vehicles(work)
        away = absences(work, work.today, date.max)
        depots = [(b.slug, b.name) for b, _ in branches(work) if is_depot(b.kind)]
        known = carriers(work)
    code = request.form.get("bil", "") if problem else request.args.get("bil", "")
    chosen = next(((van, depot) for van, depot in vans if van.code == code), None)
    return with_faults(
        "week/vans.html",
        problem,
        vans=vans,
        away=away,
        depots=depots,
        carriers=[("", told(mark("The host itself"))), *((row.name, row.name) for row in known)],
        carrier_names={row.id: row.name for row in known},
        chosen=chosen[0] if chosen else None,
        chosen_depot=chosen[1].slug if chosen else "",
        usual=USUAL_BREAKS[0],
        today=work.today,
        minutes=minutes,
        duration=duration,
    )


@pages.get("/bilar.csv")
def table() -> File:
    with works().reading(asker()) as work:
        rows = vehicles(work)
    return csv_file("bilar.csv", csv_text(HEADER, [_row(van, depot) for van, depot in rows]))


@pages.post("", right="transports.change")
def save() -> Response | tuple[str, HTTPStatus]:
    """Register a van, or change the one that `bil` names."""
    try:
        form = form_of(VanForm, request.form)
        with works().writing(asker()) as work:
            if form.bil:
                kept = _breaks(vehicles(work), form.bil)
                change_vehicle(work, form.bil, form.new(kept), active=form.active == "ja")
            else:
                add_vehicle(work, form.new(USUAL_BREAKS[1:]))
    except Problem as problem:
        return index(at_inputs(problem, INPUTS))
    if not work.audited:
        done(told(mark("Nothing was changed")))
    elif form.bil:
        offer_undo(told(mark("{name} is changed"), name=form.name), work.audited)
    else:
        offer_undo(told(mark("{name} is registered"), name=form.name), work.audited)
    return see(url_for(".index"))


@pages.post("/franvaro", right="transports.change")
def note() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(AbsenceForm, request.form)
        with works().writing(asker()) as work:
            absence = note_absence(work, form.van, (form.from_on, form.to_on), form.reason)
            name = van_of(work, absence).name
    except Problem as problem:
        return index(problem)
    said = told(mark("{name} is not driven those days; new plans are made"), name=name)
    offer_undo(said, work.audited)
    return see(url_for(".index"))


@pages.post("/franvaro/<int(max=2147483647):absence_id>/lyft", right="transports.change")
def lift(absence_id: int) -> Response:
    with works().writing(asker()) as work:
        name = van_of(work, lift_absence(work, absence_id)).name
    said = told(mark("{name} is driven after all; new plans are made"), name=name)
    offer_undo(said, work.audited)
    return see(url_for(".index"))


def _breaks(vans: Sequence[tuple[Any, Any]], code: str) -> tuple[DayBreak, ...]:
    found: list[Any] = next((van.breaks for van, _ in vans if van.code == code), [])
    return tuple(DayBreak(**each) for each in found)


def _row(van: Any, depot: Any) -> list[object]:
    breaks = "; ".join(f"{each['after_work_s']}+{each['duration_s']}" for each in van.breaks)
    plain = [van.code, van.name, depot.slug, van.capacity, van.shift_from, van.shift_to]
    costs = [van.max_duration_s, van.cost_per_km_ore, van.cost_per_hour_ore, van.fixed_ore]
    return [*plain, *costs, breaks, int(van.spare), int(van.active)]
