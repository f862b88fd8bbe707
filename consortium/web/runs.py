"""Pages of the invoice runs: where each period stands, and one from preview to delivery."""

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Final, Literal

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.billing.formats.listing import journal_csv, lines_csv, pools_csv, summary_csv
from consortium.billing.holding_back import go_on, stop_deliveries
from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import LENGTHS, period_of, period_text
from consortium.billing.preparing import (
    STANDS,
    approve_run,
    discard_run,
    prepare_run,
    replace_run,
    withdraw_approval,
)
from consortium.billing.queries import cut_of, run_by_id
from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.queries import pool_years
from consortium.http.asking import Form, Whole, form_of, works
from consortium.reports.replacing import Replacement, replacement, run_in_sequence
from consortium.reports.runs import RunPage, bookings_of_month, open_run, run_page, run_states
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file
from consortium.web.language import told
from consortium.web.new_run import asked_again, asked_cut, choices_of
from consortium.web.periods import asked_year, period_title, year_choices
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo, undoable

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
STANDS_SO: Final = {*STANDS.values(), "No invoice of {month} can be issued"}
"""Refusals that say how a run stands, which the page tells by itself."""
Shown = tuple[str, HTTPStatus]


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
def index(problem: Problem | None = None) -> Shown:
    year = asked_year()
    with works().reading(asker()) as work:
        months, quarters, whole = (run_states(work, year, length) for length in LENGTHS)
        unbilled = (row.month for row in months if not row.runs)
        years, waiting = pool_years(work), open_run(work)
        choices = choices_of(work, year, next(unbilled, months[0].month))
    return with_faults(
        "runs/index.html",
        problem,
        states=months,
        longer=[row for row in (*quarters, *whole) if row.runs],
        waiting=waiting,
        choices=choices,
        year=year,
        years=year_choices(years, year),
        has_pools=year in years,
        period_text=period_text,
        period_title=period_title,
        today=work.today,
    )


@pages.post("", right="billing.prepare")
def prepare() -> Answer | Shown:
    """Open a period's run, or find the one that is open; its page says how it stands."""
    try:
        cut = asked_cut()
        with works().writing(asker()) as work:
            run = prepare_run(work, cut)
    except (Invalid, Conflict) as problem:
        return index(problem)
    if run.state == "issued":
        title = period_title(cut.month, cut.months)
        done(told(mark("There is nothing more to issue in {month}"), month=title))
    return see(_address(cut.month, cut.months))


@pages.get("/<period>")
def show(period: str, problem: Problem | None = None) -> Shown:
    month, months = _period(period)
    with works().reading(asker()) as work:
        page = run_page(work, month, months)
        has_pools = month.year in pool_years(work)
        run = page.run
        old_id = run.replaces_id if run and run.state in {"prepared", "approved"} else None
        instead = replacement(work, run_by_id(work, old_id)) if old_id else None
    issued_at = run.issued_at if run else None
    return with_faults(
        "runs/show.html",
        problem,
        page=page,
        run=run,
        state=run.state if run else "none",
        conflict=[fault for fault in problem.faults if fault.at] if problem else [],
        clashed=isinstance(problem, Conflict),
        stands=problem is not None and problem.faults[0].text in STANDS_SO,
        steps=STEPS,
        tables=TABLES,
        address=period_text(month, months),
        title=period_title(month, months),
        again=asked_again(page.cut),
        instead=instead,
        has_pools=has_pools,
        totals=totals_of(page),
        watched=bool(page.waiting and issued_at and work.now - issued_at < WATCHED),
        today=work.today,
    )


@pages.post("/<period>/godkann", right="billing.approve")
def approve(period: str) -> Answer | Shown:
    return _decided(period, approve_run, mark("The run of {month} is approved"))


@pages.post("/<period>/aterta", right="billing.approve")
def withdraw(period: str) -> Answer | Shown:
    more = mark("The run follows the records again.")
    return _decided(period, withdraw_approval, mark("The approval is taken back"), more)


@pages.post("/<period>/utfarda", right="billing.issue")
def issue(period: str) -> Answer | Shown:
    return _decided(period, issue_invoices, asked=IssueForm)


@pages.post("/<period>/stoppa", right="billing.issue")
def stop(period: str) -> Answer | Shown:
    more = mark("What has not left stays until you let it go on.")
    return _decided(period, stop_deliveries, mark("The deliveries are stopped"), more)


@pages.post("/<period>/fortsatt", right="billing.issue")
def let_go_on(period: str) -> Answer | Shown:
    return _decided(period, go_on, mark("The deliveries go on"))


@pages.post("/<period>/ta-bort", right="billing.prepare")
def discard(period: str) -> Answer | Shown:
    """Let a prepared run go; the toast prepares one like it."""
    try:
        form = form_of(RunForm, request.form)
        with works().writing(asker()) as work:
            _require_period(work, form.run, period)
            run = run_by_id(work, form.run)
            cut, old = cut_of(run), run.replaces_id and run_by_id(work, run.replaces_id)
            discard_run(work, form.run)
    except (Invalid, Conflict) as problem:
        return show(period, problem)
    said = told(mark("The run of {month} is removed"), month=period_title(*_period(period)))
    if old:
        undoable(said, url_for(".replace", period=period, sequence=old.sequence))
    else:
        undoable(said, url_for(".prepare"), **asked_again(cut))
    return see(_address(*_period(period)))


@pages.get("/<period>/<int(max=9999):sequence>/ersatt")
def ask_to_replace(period: str, sequence: int, problem: Problem | None = None) -> Shown:
    """What crediting an issued run whole and issuing its period anew would come to."""
    return with_faults("runs/replace.html", problem, **_replacement(period, sequence))


@pages.post("/<period>/<int(max=9999):sequence>/ersatt", right="billing.prepare")
def replace(period: str, sequence: int) -> Answer | Shown:
    """Prepare the run that is to replace it; nothing is credited before that is issued."""
    month, months = _period(period)
    try:
        with works().writing(asker()) as work:
            replace_run(work, run_in_sequence(work, (month, months), sequence).id)
    except Conflict as problem:
        return ask_to_replace(period, sequence, problem)
    return see(_address(month, months))


@pages.get("/<period>/<name>.csv")
def table(period: str, name: str) -> Response:
    """One of TABLES as the demo and the command line write them."""
    month, months = _period(period)
    if name not in TABLES:
        raise NotFound("There is no table {name}", name=name)
    with works().reading(asker()) as work:
        page = run_page(work, month, months)
        booked = bookings_of_month(work, month, months)
    drafts = [row.draft for row in page.rows]
    texts = {
        "summary": summary_csv(drafts),
        "pools": pools_csv(page.pools),
        "lines": lines_csv(drafts),
        "journal": journal_csv(booked),
    }
    return csv_file(f"{period_text(month, months)}-{name}.csv", texts[name])


def totals_of(page: RunPage) -> dict[str, int]:
    """Figures of the head: öre and counts."""
    ready = page.ready
    return {
        "ready_ore": sum(row.draft.payable_ore for row in ready),
        "issued_ore": sum(row.draft.payable_ore for row in page.issued),
        "access_point": sum(row.channel == "access_point" for row in page.invoices),
        "email": sum(row.channel == "email" for row in page.invoices),
        "problems": len(page.blocks) + len(page.stopped),
    }


def _decided(
    period: str,
    decide: Callable[[Work, int], object],
    text: str = "",
    more: str = "",
    asked: type[RunForm] = RunForm,
) -> Answer | Shown:
    """Let a use case decide on the run that the page showed, and say `text` on the next page."""
    try:
        form = form_of(asked, request.form)
        with works().writing(asker()) as work:
            _require_period(work, form.run, period)
            decide(work, form.run)
    except (Invalid, Conflict) as problem:
        return show(period, problem)
    if text:
        said = told(text, month=period_title(*_period(period)))
        offer_undo(said, work.audited, told(more) if more else "")
    return see(_address(*_period(period)))


def _replacement(period: str, sequence: int) -> dict[str, Replacement | str]:
    month, months = _period(period)
    with works().reading(asker()) as work:
        found = replacement(work, run_in_sequence(work, (month, months), sequence))
    return {
        "found": found,
        "address": period_text(month, months),
        "title": period_title(month, months),
    }


def _period(text: str) -> tuple[date, int]:
    try:
        return period_of(text)
    except ValueError as error:
        raise NotFound("There is no month, quarter or year {period}", period=text) from error


def _require_period(work: Work, run_id: int, period: str) -> None:
    run = run_by_id(work, run_id)
    if (run.month, run.months) != _period(period) or run.purpose != "regular":
        raise NotFound("There is no invoice run {id}", id=run_id)


def _address(month: date, months: int) -> str:
    return url_for("web.runs.show", period=period_text(month, months))
