"""Pages of the books' upkeep: a month is locked or opened, accounts are chosen."""

from datetime import date
from http import HTTPStatus

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.http.asking import Form, Line, form_of, works
from consortium.http.parsing import month_of
from consortium.ledger.locking import lock_month, open_month
from consortium.ledger.posting import choose_accounts
from consortium.ledger.queries import accounts
from consortium.ledger.rules import USES
from consortium.members.queries import members
from consortium.reports.month_end import month_end
from consortium.reports.runs import require_whole
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.periods import month_title
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("month_ends", __name__, "/bokforing", right="billing.see")


class OpenForm(Form):
    """why: what has to be booked in the month, and why."""

    why: Line = ""


@pages.get("/manad/<month>")
def show(month: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """What to look at before a month is locked, or who locked it."""
    first = _month(month)
    with works().reading(asker()) as work:
        page = month_end(work, first)
        names = {member.code: member.name for member in members(work)}
    if page is None:
        raise NotFound("{month} has not begun", month=month)
    return with_faults(
        "ledger/month.html", problem, page=page, title=month_title(first), month=month, names=names
    )


@pages.post("/manad/<month>/las", right="ledger.lock")
def lock(month: str) -> Response | tuple[str, HTTPStatus]:
    first = _month(month)
    try:
        with works().writing(asker()) as work:
            lock_month(work, first)
    except Conflict as problem:
        return show(month, problem)
    said = told(mark("The books of {month} are locked"), month=month_title(first))
    offer_undo(said, work.audited)
    return see(url_for("web.ledger.index", ar=first.year))


@pages.post("/manad/<month>/oppna", right="ledger.lock")
def unlock(month: str) -> Response | tuple[str, HTTPStatus]:
    first = _month(month)
    form = form_of(OpenForm, request.form)
    try:
        with works().writing(asker()) as work:
            open_month(work, first, form.why)
    except (Conflict, Invalid) as problem:
        return show(month, problem)
    said = told(mark("The books of {month} are open"), month=month_title(first))
    offer_undo(said, work.audited)
    return see(url_for("web.ledger.index", ar=first.year))


@pages.get("/konton")
def chosen(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """Which accounts the host books on."""
    with works().reading(asker()) as work:
        require_whole(work)
        found = accounts(work)
    return with_faults("ledger/accounts.html", problem, chosen=found, uses=USES)


@pages.post("/konton", right="costs.change")
def choose() -> Response | tuple[str, HTTPStatus]:
    given = {use: request.form.get(use, "").strip() for use in USES}
    try:
        with works().writing(asker()) as work:
            known = accounts(work)
            changed = {use: given[use] for use in USES if given[use] != known.get(use, "")}
            if changed:
                choose_accounts(work, changed)
    except Invalid as problem:
        return chosen(problem)
    if work.audited:
        offer_undo(told(mark("The accounts are chosen")), work.audited)
    else:
        done(told(mark("Nothing was changed")))
    return see(url_for("web.month_ends.chosen"))


def _month(written: str) -> date:
    try:
        return month_of(written)
    except ValueError as error:
        raise NotFound("There is no month {month}", month=written) from error
