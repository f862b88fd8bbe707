"""Which crates passed a library or a van within some hours, and letters to whom that concerns."""

from datetime import time
from http import HTTPStatus
from typing import Annotated, Any, Final

from flask import Response, request, url_for
from pydantic import StringConstraints
from werkzeug.wrappers import Response as Answer

from consortium.branches.queries import branches
from consortium.core.errors import Conflict, Fault, Invalid, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.incidents import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    Notice,
    PassedCrate,
    Question,
    crates_passing,
    notices,
    write_notices,
)
from consortium.http.asking import Day, Filled, Form, Line, form_of, works
from consortium.transports.queries import vehicles
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done

pages = Pages("incidents", __name__, "/passerade-lador", right="transports.plan")

HEADER: Final = ("crate", "since", "until", "origin", "destination", "noted_then")
VAN: Final = "bil:"
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT * 2)]


class AskForm(Form):
    """plats: a branch's slug, or `bil:` and a van's code. fran, till: times of day."""

    plats: Filled
    dag: Day
    fran: Filled
    till: Filled


class LetterForm(AskForm):
    amne: Line = ""
    text: Text = ""


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    """The question, and its answer where it is asked in the address."""
    return _page(request.args)


@pages.get("/lador.csv")
def table() -> Response:
    question = _question(form_of(AskForm, request.args))
    with works().reading(asker()) as work:
        rows = [_row(crate) for crate in crates_passing(work, question)]
    name = f"passerade-lador-{question.day.isoformat()}-{question.place}.csv"
    return csv_file(name, csv_text(HEADER, rows))


@pages.post("/granska")
def preview() -> tuple[str, HTTPStatus]:
    """The letters as they would be sent; nothing is written."""
    try:
        form = form_of(LetterForm, request.form)
        with works().reading(asker()) as work:
            found = notices(work, _question(form), form.amne, form.text)
    except (Invalid, Conflict) as problem:
        return _page(request.form, problem)
    return _page(request.form, letters=found)


@pages.post("/skicka")
def send() -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(LetterForm, request.form)
        with works().writing(asker()) as work:
            written = write_notices(work, _question(form), form.amne, form.text)
    except (Invalid, Conflict) as problem:
        return _page(request.form, problem)
    done(
        told(mark("{count} letters are written"), count=sum(bool(each.email) for each in written)),
        _who(written),
    )
    kept: dict[str, Any] = {name: request.form[name] for name in ("plats", "dag", "fran", "till")}
    return see(url_for(".index", **kept))


def _page(
    asked: Any, problem: Problem | None = None, letters: list[Notice] | None = None
) -> tuple[str, HTTPStatus]:
    crates: list[PassedCrate] | None = None
    with works().reading(asker()) as work:
        places = _places(work)
        if asked.get("plats"):
            try:
                crates = crates_passing(work, _question(form_of(AskForm, asked)))
            except Invalid as refusal:
                problem = problem or refusal
        today = work.today
    shown = {name: asked.get(name, "") for name in ("plats", "dag", "fran", "till", "amne", "text")}
    return with_faults(
        "incidents/index.html",
        problem,
        asked=shown | {"dag": shown["dag"] or today.isoformat()},
        places=places,
        place_name=dict(places).get(shown["plats"], ""),
        crates=crates,
        concerned=_concerned(crates or []),
        letters=letters,
        longest=(LONGEST_SUBJECT, LONGEST_TEXT),
    )


def _question(form: AskForm) -> Question:
    times, faults = {}, []
    for name in ("fran", "till"):
        try:
            times[name] = time.fromisoformat(getattr(form, name)).replace(tzinfo=None)
        except ValueError:
            faults.append(Fault("Write a time as 09:00", name))
    if faults:
        raise Invalid(faults)
    is_van = form.plats.startswith(VAN)
    return Question(
        form.dag,
        times["fran"],
        times["till"],
        "" if is_van else form.plats,
        form.plats.removeprefix(VAN) if is_van else "",
    )


def _places(work: Work) -> list[tuple[str, str]]:
    """Libraries and depots by name, then vans."""
    named = sorted((branch.name, branch.slug) for branch, _ in branches(work))
    vans = [(VAN + van.code, van.name) for van, _ in vehicles(work)]
    return [("", told(mark("Choose")))] + [(slug, name) for name, slug in named] + vans


def _concerned(crates: list[PassedCrate]) -> int:
    ends = (branch for crate in crates for branch in (crate.origin, crate.destination))
    return len({branch.id for branch in ends if branch})


def _row(crate: PassedCrate) -> tuple[object, ...]:
    return (
        crate.code,
        crate.since.isoformat(),
        crate.until.isoformat() if crate.until else "",
        crate.origin.slug if crate.origin else "",
        crate.destination.slug if crate.destination else "",
        int(crate.noted),
    )


def _who(written: list[Notice]) -> str:
    said = []
    if to := [each.branch.name for each in written if each.email]:
        said.append(told(mark("Written to: {names}."), names=", ".join(to)))
    if without := [each.branch.name for each in written if not each.email]:
        said.append(
            told(
                mark("Without an e-mail address, so call them: {names}."), names=", ".join(without)
            )
        )
    return " ".join(said)
