"""Pages of the agreements: parties and clauses, and recording them."""

from http import HTTPStatus
from typing import Annotated, Literal

from flask import request, url_for
from pydantic import StringConstraints
from werkzeug.wrappers import Response

from consortium.agreements.queries import agreement_by_id, whole_agreements
from consortium.agreements.signing import add_clause, open_figures, sign_agreement
from consortium.core.errors import Invalid
from consortium.core.words import mark
from consortium.http.asking import Day, Filled, Form, form_of, works
from consortium.members.queries import members
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("agreements", __name__, "/avtal", right="agreements.see")


class AgreementForm(Form):
    """from_on: the first day in force. The parties stand in `parties`, a box for each member."""

    title: Filled
    from_on: Day


class ClauseForm(Form):
    """number: by which keys refer to it, as § 7.2. from_on: the first day in force."""

    number: Filled
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    from_on: Day


class FiguresForm(Form):
    """opened: the box; left out where it is not ticked."""

    opened: Literal["", "ja"] = ""


@pages.get("")
def index(problem: Invalid | None = None, at: int = 0) -> tuple[str, HTTPStatus]:
    """at: the agreement in whose form a clause was refused; 0: the form of a new agreement."""
    with works().reading(asker()) as work:
        rows = [(each.agreement, each.parties, each.clauses) for each in whole_agreements(work)]
        joined = members(work)
    return with_faults(
        "agreements/index.html",
        problem,
        rows=rows,
        members=joined,
        ticked=request.form.getlist("parties") if problem else [row.code for row in joined],
        at=at,
        today=work.today,
    )


@pages.post("", right="agreements.change")
def record() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(AgreementForm, request.form)
        with works().writing(asker()) as work:
            sign_agreement(work, form.title, form.from_on, request.form.getlist("parties"))
    except Invalid as problem:
        return index(problem)
    offer_undo(told(mark("{name} is recorded"), name=form.title), work.audited)
    return see(url_for(".index"))


@pages.post("/<int(max=2147483647):agreement_id>/punkter", right="agreements.change")
def add(agreement_id: int) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(ClauseForm, request.form)
        with works().writing(asker()) as work:
            agreement = agreement_by_id(work, agreement_id)
            add_clause(work, agreement, form.number, form.text, form.from_on)
    except Invalid as problem:
        return index(problem, agreement_id)
    offer_undo(told(mark("{name} is recorded"), name=form.number), work.audited)
    return see(url_for(".index"))


@pages.post("/<int(max=2147483647):agreement_id>/siffror", right="agreements.change")
def figures(agreement_id: int) -> Response:
    """Say whether the parties may see what each other pays."""
    form = form_of(FiguresForm, request.form)
    with works().writing(asker()) as work:
        agreement = agreement_by_id(work, agreement_id)
        open_figures(work, agreement, opened=form.opened == "ja")
    if work.audited:
        offer_undo(told(mark("What members may see is changed")), work.audited)
    else:
        done(told(mark("Nothing was changed")))
    return see(url_for(".index"))
