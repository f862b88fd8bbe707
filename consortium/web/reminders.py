"""Pages of reminders: what is overdue and due to be reminded of; and the reference rates."""

from decimal import Decimal
from http import HTTPStatus
from typing import Final

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.http.asking import Day, Filled, Form, Line, form_of, settings, works
from consortium.http.paging import pager, paging_of
from consortium.members.queries import members
from consortium.payments.claiming import chargeable, claim_interest
from consortium.payments.interest import ADDED, half_year, next_half_year
from consortium.payments.rates import add_published_rates, rate_rows, remove_rate, set_rate
from consortium.payments.reminding import Reminding, due_reminders, send_reminders, sent_reminders
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.periods import today
from consortium.web.refusals import with_faults, worded
from consortium.web.toasts import done, offer_undo

pages = Pages("reminders", __name__, "/betalningar", right="billing.see")

SHOWN: Final = 25


class ClaimForm(Form):
    member: Filled


class RateForm(Form):
    from_on: Day
    percent: Line = ""
    source: Line = ""


@pages.app_template_filter("plus")
def plus(percent: str, points: int) -> str:
    """A decimal in text and some more, as a decimal in text."""
    return f"{Decimal(percent) + points:f}"


def how() -> Reminding:
    """How members are reminded, by the settings."""
    chosen = settings().invoicing
    return Reminding(chosen.reminder_days, chosen.charge_interest)


@pages.get("/paminnelser")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The reminders that may be sent today, and those that were sent."""
    paging = paging_of(request.args.get("sida"), SHOWN)
    chosen = settings().invoicing
    unknown: list[str] = []
    with works().reading(asker()) as work:
        try:
            due = due_reminders(work, how())
        except Conflict as missing:
            unknown = [worded(fault) for fault in missing.faults]
            due = due_reminders(work, Reminding(chosen.reminder_days))
        sent, total = sent_reminders(work, paging.offset, paging.size)
        claims = chargeable(work) if chosen.charge_interest and not unknown else {}
        names = {member.code: member.name for member in members(work)} if claims else {}
    return with_faults(
        "payments/reminders.html",
        problem,
        due=due,
        unknown=unknown,
        sent=sent,
        claims=claims,
        names=names,
        chosen=chosen,
        ready=sum(bool(each.email) for each in due),
        ticked=request.form.getlist("numbers") if problem else None,
        pages=pager(paging, total, lambda number: url_for(".index", sida=number)),
    )


@pages.post("/paminnelser", right="billing.receive")
def send() -> Response | tuple[str, HTTPStatus]:
    """Send the reminders that are ticked."""
    try:
        with works().writing(asker()) as work:
            made = send_reminders(work, how(), request.form.getlist("numbers"))
    except (Invalid, Conflict) as problem:
        return index(problem)
    said = mark("1 reminder is sent") if len(made) == 1 else mark("{count} reminders are sent")
    done(told(said, count=len(made)), told(mark("The letters leave within a minute; see Post.")))
    return see(url_for("web.reminders.index"))


@pages.post("/ranta", right="billing.issue")
def claim() -> Response | tuple[str, HTTPStatus]:
    """Invoice the interest that has run on a member's invoices."""
    try:
        form = form_of(ClaimForm, request.form)
        with works().writing(asker()) as work:
            invoice = claim_interest(work, form.member)
    except (Invalid, Conflict) as problem:
        return index(problem)
    said = told(mark("Interest is invoiced as {number}"), number=invoice.number)
    done(said, told(mark("It is drawn and sent by itself.")))
    return see(url_for("web.invoices.show", number=invoice.number))


@pages.get("/rantesatser")
def rates(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The reference rates, and which half-year is missing."""
    with works().reading(asker()) as work:
        rows = rate_rows(work)
    known, this = {row.from_on for row in rows}, half_year(today())
    following = next_half_year(today())
    return with_faults(
        "payments/rates.html",
        problem,
        rows=rows,
        missing=None if this in known else this,
        proposed=following if this in known else this,
        added=ADDED,
        charged=settings().invoicing.charge_interest,
    )


@pages.post("/rantesatser", right="billing.receive")
def enter() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(RateForm, request.form)
        with works().writing(asker()) as work:
            row = set_rate(work, form.from_on, form.percent, form.source)
    except Invalid as problem:
        return rates(problem)
    said = told(mark("The reference rate from {day} is entered"), day=row.from_on.isoformat())
    offer_undo(said, work.audited)
    return see(url_for("web.reminders.rates"))


@pages.post("/rantesatser/kanda", right="billing.receive")
def enter_published() -> Response | tuple[str, HTTPStatus]:
    """Enter the published rates that are missing."""
    try:
        with works().writing(asker()) as work:
            made = add_published_rates(work)
    except Conflict as problem:
        return rates(problem)
    offer_undo(told(mark("{count} reference rates are entered"), count=len(made)), work.audited)
    return see(url_for("web.reminders.rates"))


@pages.post("/rantesatser/bort", right="billing.receive")
def remove() -> Response:
    """Take a reference rate away."""
    form = form_of(RateForm, request.form)
    with works().writing(asker()) as work:
        remove_rate(work, form.from_on)
    said = told(mark("The reference rate from {day} is taken away"), day=form.from_on.isoformat())
    offer_undo(said, work.audited)
    return see(url_for("web.reminders.rates"))
