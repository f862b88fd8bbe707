"""Pages of the invoice runs: where each month stands, and one month from preview to delivery."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Final, Literal

from flask import Response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.billing.formats.listing import journal_csv, lines_csv, pools_csv, summary_csv
from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, prepare_run, withdraw_approval
from consortium.billing.queries import run_by_id
from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.queries import pool_years
from consortium.http.asking import Form, Month, Whole, form_of, works
from consortium.http.parsing import month_of
from consortium.reports.runs import RunPage, bookings_of_month, open_run, run_page, run_states
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file
from consortium.web.language import told
from consortium.web.periods import asked_year, month_title, year_choices
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("runs", __name__, "/fakturakorning", right="billing.see")

STEPS: Final = (
    ("none", mark("Basis")),
    ("prepared", mark("Review")),
    ("approved", mark("Issue")),
    ("issued", mark("Delivery")),
)
TABLES: Final = ("summary", "pools", "lines", "journal")
WATCHED: Final = timedelta(minutes=10)
"""For so long after issue the page looks by itself for deliveries."""


class PrepareForm(Form):
    month: Month


class RunForm(Form):
    """run: the run that the page showed, so that an old page cannot decide on a newer one."""

    run: Whole


class IssueForm(RunForm):
    """checked: the box that says the invoices are right, since none can be taken back."""

    checked: Literal["ja"]


@pages.get("/start")
def start() -> Answer:
    """Where a finance officer begins: at the runs where one is open, else at the allocation."""
    with works().reading(asker()) as work:
        run = open_run(work)
    return see(url_for("web.runs.index") if run else url_for("web.sharing.index"))


@pages.get("")
def index() -> str:
    year = asked_year()
    with works().reading(asker()) as work:
        states, years, waiting = run_states(work, year), pool_years(work), open_run(work)
    return render_template(
        "runs/index.html",
        states=states,
        titles={state.month: month_title(state.month) for state in states},
        year=year,
        years=year_choices(years, year),
        has_pools=year in years,
        waiting=waiting,
        waiting_title=month_title(waiting.month) if waiting else "",
        today=work.today,
    )


@pages.post("", right="billing.prepare")
def prepare() -> Answer:
    """Open a month's run, or find the one that is open; the page of the month says how it is."""
    form = form_of(PrepareForm, request.form)
    with works().writing(asker()) as work:
        run = prepare_run(work, Cut(form.month))
    if run.state == "issued":
        done(told(mark("There is nothing more to issue in {month}"), month=month_title(form.month)))
    return see(_address(form.month))


@pages.get("/<month>")
def show(month: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    first = _month(month)
    with works().reading(asker()) as work:
        page = run_page(work, first)
        has_pools = first.year in pool_years(work)
    run = page.run
    issued_at = run.issued_at if run else None
    return with_faults(
        "runs/show.html",
        problem,
        page=page,
        run=run,
        state=run.state if run else "none",
        conflict=[fault for fault in problem.faults if fault.at] if problem else [],
        clashed=isinstance(problem, Conflict),
        steps=STEPS,
        tables=TABLES,
        title=month_title(first),
        has_pools=has_pools,
        totals=_totals(page),
        watched=bool(page.waiting and issued_at and work.now - issued_at < WATCHED),
        today=work.today,
    )


@pages.post("/<month>/godkann", right="billing.approve")
def approve(month: str) -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(RunForm, request.form)
        with works().writing(asker()) as work:
            _require_month(work, form.run, month)
            approve_run(work, form.run)
    except (Invalid, Conflict) as problem:
        return show(month, problem)
    offer_undo(
        told(mark("The run of {month} is approved"), month=month_title(_month(month))), work.audited
    )
    return see(_address(_month(month)))


@pages.post("/<month>/aterta", right="billing.approve")
def withdraw(month: str) -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(RunForm, request.form)
        with works().writing(asker()) as work:
            _require_month(work, form.run, month)
            withdraw_approval(work, form.run)
    except (Invalid, Conflict) as problem:
        return show(month, problem)
    said = told(mark("The approval is taken back"))
    offer_undo(said, work.audited, told(mark("The run follows the records again.")))
    return see(_address(_month(month)))


@pages.post("/<month>/utfarda", right="billing.issue")
def issue(month: str) -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(IssueForm, request.form)
        with works().writing(asker()) as work:
            _require_month(work, form.run, month)
            issue_invoices(work, form.run)
    except (Invalid, Conflict) as problem:
        return show(month, problem)
    return see(_address(_month(month)))


@pages.get("/<month>/<name>.csv")
def table(month: str, name: str) -> Response:
    """One of TABLES as the demo and the command line write them."""
    first = _month(month)
    if name not in TABLES:
        raise NotFound("There is no table {name}", name=name)
    with works().reading(asker()) as work:
        page, booked = run_page(work, first), bookings_of_month(work, first)
    drafts = [row.draft for row in page.rows]
    texts = {
        "summary": summary_csv(drafts),
        "pools": pools_csv(page.pools),
        "lines": lines_csv(drafts),
        "journal": journal_csv(booked),
    }
    return csv_file(f"{first:%Y-%m}-{name}.csv", texts[name])


def _month(text: str) -> date:
    try:
        return month_of(text)
    except ValueError as error:
        raise NotFound("There is no month {month}", month=text) from error


def _require_month(work: Work, run_id: int, month: str) -> None:
    run = run_by_id(work, run_id)
    if run.month != _month(month):
        raise NotFound("There is no invoice run {id}", id=run_id)


def _address(month: date) -> str:
    return url_for("web.runs.show", month=f"{month:%Y-%m}")


def _totals(page: RunPage) -> dict[str, int]:
    """Figures of the head: öre and counts."""
    ready = page.ready
    return {
        "ready_ore": sum(row.draft.payable_ore for row in ready),
        "issued_ore": sum(row.draft.payable_ore for row in page.issued),
        "access_point": sum(row.channel == "access_point" for row in page.invoices),
        "email": sum(row.channel == "email" for row in page.invoices),
        "problems": len(page.blocks) + len(page.stopped),
    }
