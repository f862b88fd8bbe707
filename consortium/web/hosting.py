"""Pages of the host: who is host from when, and what passes when it changes."""

from datetime import date
from http import HTTPStatus
from itertools import pairwise
from typing import Literal

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.billing.handing_over import NewHost, change_host, hand_over, handover_preview
from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.http.asking import Day, Filled, Form, Line, Whole, form_of, works
from consortium.http.parsing import day_of
from consortium.members.queries import members, terms_of_hosts
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("hosting", __name__, "/vardkommun", right="members.see")


class HostForm(Form):
    """Who becomes host, as `NewHost`."""

    code: Filled
    from_on: Day
    bankgiro: Filled
    due_days: Whole = 30
    series: Line = ""
    f_tax: Literal["", "ja"] = ""


class PassForm(Form):
    """passes: `ja`, what is owed passes to the new host; `nej`, it stays with the old one.

    checked: the box that says the balances are looked through; needed where they pass, since the
    entries stand.
    """

    passes: Literal["ja", "nej"]
    checked: Literal["", "ja"] = ""


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The hosts by date; each change leads to what passes with it."""
    with works().reading(asker()) as work:
        terms, names = terms_of_hosts(work), [(row.code, row.name) for row in members(work)]
    changes = {
        after.from_on
        for before, after in pairwise(terms)
        if before.host.member.id != after.host.member.id
    }
    return with_faults(
        "hosting/index.html",
        problem,
        terms=list(reversed(terms)),
        changes=changes,
        members=names,
        today=work.today,
    )


@pages.post("", right="members.change")
def make() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(HostForm, request.form)
        new = NewHost(
            code=form.code,
            from_on=form.from_on,
            bankgiro=form.bankgiro,
            due_days=form.due_days,
            series=form.series,
            f_tax=bool(form.f_tax),
        )
        with works().writing(asker()) as work:
            change_host(work, new)
    except (Invalid, Conflict) as problem:
        return index(problem)
    said = told(mark("A new host is recorded from {day}"), day=form.from_on.isoformat())
    offer_undo(said, work.audited)
    return see(url_for("web.hosting.index"))


@pages.get("/<day>", right="billing.see")
def show(day: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """What stands in the old host's books, and whether it passes or stays."""
    with works().reading(asker()) as work:
        plan = handover_preview(work, _day(day))
        names = {row.code: row.name for row in members(work)}
    return with_faults(
        "hosting/show.html", problem, plan=plan, names=names, day=day, today=work.today
    )


@pages.post("/<day>", right="ledger.lock")
def settle(day: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(PassForm, request.form)
        passes = form.passes == "ja"
        _require_checked(form)
        with works().writing(asker()) as work:
            hand_over(work, _day(day), transfer=passes)
    except (Invalid, Conflict) as problem:
        return show(day, problem)
    if passes:
        done(told(mark("The claims have passed")), told(mark("Both books have an entry of it.")))
    else:
        done(told(mark("The claims stay where they are")))
    return see(url_for("web.hosting.show", day=day))


def _require_checked(form: PassForm) -> None:
    if form.passes == "ja" and not form.checked:
        raise Invalid("Say that you have checked the balances", at="checked")


def _day(written: str) -> date:
    try:
        return day_of(written)
    except ValueError as error:
        raise NotFound("The host does not change on {day}", day=written) from error
