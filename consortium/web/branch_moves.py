"""Pages of what becomes of a library: it moves, gets another name, or is merged with another."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from flask import request, url_for
from pydantic import BeforeValidator
from werkzeug.wrappers import Response

from consortium.branches.merging import merge_branches, merged_from, part_again
from consortium.branches.places import ALWAYS, Place, places_of
from consortium.branches.queries import branch_by_slug, branch_to_see, branches
from consortium.branches.relocating import relocate, remove_place
from consortium.core.errors import Problem
from consortium.core.words import mark
from consortium.crates.rules import is_depot
from consortium.http.asking import Day, Filled, Form, Line, form_of, works
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("branch_moves", __name__, "/bibliotek", right="branches.see")

DEGREES: Final = mark("Write degrees with a decimal point, as 60.60357")


def degrees_of(text: str) -> float:
    """`60.60357` or `60,60357` as degrees."""
    plain = text.strip().replace(",", ".")
    if not plain.lstrip("-").replace(".", "", 1).isdecimal():
        raise ValueError(DEGREES)
    return float(plain)


Degrees = Annotated[float, BeforeValidator(degrees_of)]


class PlaceForm(Form):
    from_on: Day
    name: Filled
    locality: Filled
    lat: Degrees
    lon: Degrees
    coordinate_basis: Line = ""


class MoveForm(Form):
    from_on: Day


class MergeForm(Form):
    into: Filled
    merged_on: Day


@pages.get("/<slug>/andringar")
def index(slug: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """Where the library lies and what it is called, from when on, and what it is merged with."""
    with works().reading(asker()) as work:
        branch, member = branch_to_see(work, slug)
        places = places_of(work, branch)
        everyone: list[Any] = [each for each, _ in branches(work)]
        taken_over = merged_from(work, branch)
    successor = next((each for each in everyone if each.id == branch.merged_into_id), None)
    return with_faults(
        "branches/moves.html",
        problem,
        branch=branch,
        member=member,
        places=places,
        always=ALWAYS,
        successor=successor,
        taken_over=taken_over,
        others=[
            (each.slug, each.name)
            for each in everyone
            if each.id != branch.id and not is_depot(each.kind)
        ],
        today=work.today,
    )


@pages.post("/<slug>/andringar", right="branches.change")
def move(slug: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(PlaceForm, request.form)
        place = Place(form.name, form.locality, form.lat, form.lon, form.coordinate_basis)
        with works().writing(asker()) as work:
            relocate(work, slug, form.from_on, place)
    except Problem as problem:
        return index(slug, problem)
    said = mark("{name} from {day}: the place and the name are kept")
    offer_undo(told(said, name=form.name, day=form.from_on.isoformat()), work.audited)
    return see(url_for(".index", slug=slug))


@pages.post("/<slug>/andringar/ta-bort", right="branches.change")
def stay(slug: str) -> Response:
    form = form_of(MoveForm, request.form)
    with works().writing(asker()) as work:
        remove_place(work, slug, form.from_on)
    said = mark("The place that was to begin on {day} is taken away")
    offer_undo(told(said, day=form.from_on.isoformat()), work.audited)
    return see(url_for(".index", slug=slug))


@pages.post("/<slug>/sammanslagning", right="branches.change")
def merge(slug: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(MergeForm, request.form)
        with works().writing(asker()) as work:
            name = merge_branches(work, slug, form.into, form.merged_on).name
            successor = branch_by_slug(work, form.into).name
    except Problem as problem:
        return index(slug, problem)
    said = mark("{successor} takes over from {name} on {day}; new plans are made")
    facts = {"successor": successor, "name": name, "day": form.merged_on.isoformat()}
    offer_undo(told(said, **facts), work.audited)
    return see(url_for(".index", slug=slug))


@pages.post("/<slug>/sammanslagning/angra", right="branches.change")
def part(slug: str) -> Response:
    with works().writing(asker()) as work:
        name = part_again(work, slug).name
    offer_undo(told(mark("{name} is a library of its own again"), name=name), work.audited)
    return see(url_for(".index", slug=slug))
