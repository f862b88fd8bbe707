"""Pages of actual costs: what the host has paid, with the papers it rests on."""

from http import HTTPStatus
from typing import Any, Final

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.costs.accruals import month_parts
from consortium.costs.attaching import attach, paper_of
from consortium.costs.changing import correct_cost, counted, of_carrier, refuse_counted
from consortium.costs.entries import NewCost
from consortium.costs.listing import CostList, costs_of, whole_cost
from consortium.costs.queries import pool_years, pools
from consortium.costs.recording import record_cost
from consortium.costs.removing import remove_cost
from consortium.http.asking import Day, Filled, Form, Line, MaybeDay, Ore, form_of, works
from consortium.http.paging import pager, paging_of
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, document_file
from consortium.web.language import language, told
from consortium.web.periods import asked_year, month_title, year_choices
from consortium.web.refusals import with_faults
from consortium.web.sent_files import file_sent, name_of_file
from consortium.web.toasts import offer_undo

pages = Pages("costs", __name__, "/kostnader", right="costs.see")

LONGEST_CODE: Final = 64


class CostForm(Form):
    """pool: a code; the pool is that of the date's year. from_on, to_on: the time it is for."""

    pool: Filled
    reference: Filled
    on_date: Day
    supplier: Filled
    text: Line = ""
    amount: Ore
    account: Line = ""
    from_on: MaybeDay = None
    to_on: MaybeDay = None

    def cost(self) -> NewCost:
        return NewCost(
            self.reference,
            self.on_date,
            self.supplier,
            self.text,
            self.amount,
            self.account,
            self.from_on,
            self.to_on,
        )


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The costs of a year, of one pool where the address names it, and a form for a new one."""
    year, code = asked_year(), _asked_pool()
    paging = paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        listed = costs_of(work, year, code, paging.offset, paging.size)
        found, years, today = pools(work, year), pool_years(work), work.today
    kept: dict[str, Any] = {"ar": year} | ({"pott": code} if code else {})
    return with_faults(
        "costs/index.html",
        problem,
        listed=listed,
        pages=pager(paging, listed.total, lambda n: url_for(".index", **kept, sida=n)),
        pools=[(pool.code, _called(pool.name, pool.name_en)) for pool in found],
        chosen=code,
        year=year,
        years=year_choices(years, year),
        kept=kept,
        called=_called,
        today=today.isoformat() if today.year == year else "",
    )


@pages.get("/kostnader.csv")
def table() -> Response:
    """The costs that the list shows, all of its pages."""
    year, code = asked_year(), _asked_pool()
    with works().reading(asker()) as work:
        listed = costs_of(work, year, code, 0, None)
    name = f"kostnader-{code}-{year}.csv" if code else f"kostnader-{year}.csv"
    return csv_file(name, _csv(listed))


@pages.post("", right="costs.change")
def record() -> Answer | tuple[str, HTTPStatus]:
    """Record a cost, with its paper where one is sent along."""
    try:
        form = form_of(CostForm, request.form)
        sent = request.files.get("file")
        content = sent.read() if sent and sent.filename else b""
        with works().writing(asker()) as work:
            row = record_cost(work, form.pool, form.on_date.year, form.cost())
            work.session.flush()
            if content:
                attach(work, row.id, content, name_of_file())
        recorded = [entry for entry in work.audited if entry.event == "costs.recorded"]
    except (Invalid, Conflict) as problem:
        return index(problem)
    offer_undo(told(mark("The cost {reference} is recorded"), reference=form.reference), recorded)
    return see(url_for("web.costs.show", cost_id=row.id))


@pages.get("/<int(max=2147483647):cost_id>")
def show(cost_id: int, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        whole = whole_cost(work, cost_id)
        found = pools(work, whole.pool.year)
    cost = whole.cost
    parts = (
        month_parts(cost.amount_ore, cost.from_on, cost.to_on)
        if cost.from_on and cost.to_on
        else {}
    )
    return with_faults(
        "costs/show.html",
        problem,
        whole=whole,
        cost=cost,
        counted=counted(cost.reference),
        of_carrier=of_carrier(cost.reference),
        pools=[(pool.code, _called(pool.name, pool.name_en)) for pool in found],
        pool_name=_called(whole.pool.name, whole.pool.name_en),
        parts=[(month_title(month), ore) for month, ore in parts.items()],
    )


@pages.post("/<int(max=2147483647):cost_id>", right="costs.change")
def correct(cost_id: int) -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(CostForm, request.form)
        with works().writing(asker()) as work:
            correct_cost(work, cost_id, form.pool, form.cost())
    except (Invalid, Conflict) as problem:
        return show(cost_id, problem)
    said = told(mark("The cost {reference} is corrected"), reference=form.reference)
    offer_undo(said, work.audited)
    return see(url_for("web.costs.show", cost_id=cost_id))


@pages.post("/<int(max=2147483647):cost_id>/bort", right="costs.change")
def remove(cost_id: int) -> Answer:
    with works().writing(asker()) as work:
        whole = whole_cost(work, cost_id)
        reference, year = whole.cost.reference, whole.pool.year
        refuse_counted(reference)
        remove_cost(work, reference)
    offer_undo(told(mark("The cost {reference} is taken away"), reference=reference), work.audited)
    return see(url_for("web.costs.index", ar=year))


@pages.post("/<int(max=2147483647):cost_id>/bilaga", right="costs.change")
def add_paper(cost_id: int) -> Answer | tuple[str, HTTPStatus]:
    """Attach a paper to a cost."""
    try:
        content = file_sent()
        with works().writing(asker()) as work:
            paper = attach(work, cost_id, content, name_of_file())
    except (Invalid, Conflict) as problem:
        return show(cost_id, problem)
    offer_undo(told(mark("{name} is attached"), name=paper.name), work.audited)
    return see(url_for("web.costs.show", cost_id=cost_id))


@pages.get("/<int(max=2147483647):cost_id>/bilaga/<sha256>")
def paper(cost_id: int, sha256: str) -> Response:
    """A paper that is attached to a cost."""
    with works().reading(asker()) as work:
        kept, content, media_type = paper_of(work, cost_id, sha256)
    name = kept.name.replace('"', "'")  # it stands between quotes in the header
    return document_file(name, content, media_type, sha256)


def _asked_pool() -> str:
    """The pool that the address names; empty: all."""
    text = request.args.get("pott", "")
    return text if text.isidentifier() and len(text) <= LONGEST_CODE else ""


def _csv(listed: CostList) -> str:
    header = ["pool", "reference", "on_date", "supplier", "text", "account", "from_on", "to_on"]
    rows = [
        (
            row.pool.code,
            row.cost.reference,
            row.cost.on_date,
            row.cost.supplier,
            row.cost.text,
            row.cost.account,
            row.cost.from_on or "",
            row.cost.to_on or "",
            row.cost.amount_ore,
            row.papers,
        )
        for row in listed.rows
    ]
    return csv_text([*header, "amount_ore", "papers"], rows)


def _called(swedish: str, english: str) -> str:
    return swedish if language() == "sv" else english
