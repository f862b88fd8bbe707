"""Pages of the settlements: a year as it would be settled, its runs, and each member's part."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.billing.holding_back import go_on, stop_deliveries
from consortium.billing.issuing import issue_invoices
from consortium.billing.preparing import approve_run, discard_run, withdraw_approval
from consortium.billing.queries import run_by_id
from consortium.billing.settling import prepare_leaving, prepare_settlement
from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.core.workbooks import Kronor, write_sheets
from consortium.exchange.taking import WORKBOOK
from consortium.http.asking import form_of, works
from consortium.reports.member_settled import member_settled
from consortium.reports.runs import RunPage
from consortium.reports.settled import Matrix
from consortium.reports.settlement import settlement_page, settlement_run, settlement_years
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, sheet_file
from consortium.web.language import told
from consortium.web.periods import month_name
from consortium.web.refusals import with_faults
from consortium.web.runs import STANDS_SO, STEPS, IssueForm, RunForm, Shown, totals_of
from consortium.web.toasts import offer_undo, undoable

pages = Pages("settlement", __name__, "/avrakning", right="billing.see")

FIGURES: Final = {
    "skillnad": mark("Difference"),
    "utfall": mark("What it came to"),
    "fakturerat": mark("Invoiced"),
}
"""What the matrix shows, by `visa` in the address."""
COLUMNS: Final = ("pool", "member", "name", "actual_ore", "invoiced_ore", "difference_ore")
HEADS: Final = (
    mark("Cost pool"),
    mark("Code"),
    mark("Member"),
    mark("What it came to"),
    mark("Invoiced"),
    mark("Difference"),
)


@pages.get("")
def index() -> Shown:
    with works().reading(asker()) as work:
        years = settlement_years(work)
        whole = work.scope("billing.see") is None
    return with_faults("settlement/index.html", years=years, whole=whole)


@pages.get("/<int(max=9999):year>")
def show(year: int, problem: Problem | None = None) -> Shown:
    """A year as it would be settled now, what to look at before, and its settlements."""
    with works().reading(asker()) as work:
        page = settlement_page(work, year)
    return with_faults(
        "settlement/show.html", problem, page=page, month_name=month_name, **_figure()
    )


@pages.post("/<int(max=9999):year>", right="billing.prepare")
def prepare(year: int) -> Answer | Shown:
    try:
        with works().writing(asker()) as work:
            made = prepare_settlement(work, year)
    except Conflict as problem:
        return show(year, problem)
    return see(url_for(".run", run_id=made.id))


@pages.get("/<int(max=9999):year>.<form>")
def table(year: int, form: str) -> Response:
    """The matrix as rows: CSV in öre, or a workbook in kronor."""
    with works().reading(asker()) as work:
        found = settlement_page(work, year).matrix
    return _file(found, f"avrakning-{year}", form)


@pages.get("/<int(max=9999):year>/<member>")
def part(year: int, member: str) -> Shown:
    """How one member's settlement came about."""
    with works().reading(asker()) as work:
        page = member_settled(work, year, member, told)
    return with_faults("settlement/member.html", page=page, month_name=month_name)


@pages.post("/<int(max=9999):year>/<member>/slutavrakna", right="billing.prepare")
def leave(year: int, member: str) -> Answer | Shown:
    """Prepare the final settlement of a member that has left."""
    try:
        with works().writing(asker()) as work:
            made = prepare_leaving(work, member)
    except Conflict as problem:
        return show(year, problem)
    return see(url_for(".run", run_id=made.id))


@pages.get("/korning/<int(max=2147483647):run_id>")
def run(run_id: int, problem: Problem | None = None) -> Shown:
    """A settlement's run: what it would issue, or has issued."""
    with works().reading(asker()) as work:
        page, found = settlement_run(work, run_id)
    of_run = page.runs[0]
    return with_faults(
        "settlement/run.html",
        problem,
        page=page,
        matrix=found,
        run=of_run,
        state=of_run.state,
        steps=STEPS,
        title=_title(of_run.purpose, of_run.month.year),
        conflict=[fault for fault in problem.faults if fault.at] if problem else [],
        clashed=isinstance(problem, Conflict),
        stands=problem is not None and problem.faults[0].text in STANDS_SO,
        totals=totals_of(page),
        left_out=_left_out(page, found) if of_run.state == "issued" else [],
        **_figure(),
    )


@pages.get("/korning/<int(max=2147483647):run_id>.<form>")
def run_table(run_id: int, form: str) -> Response:
    with works().reading(asker()) as work:
        page, found = settlement_run(work, run_id)
    of_run = page.runs[0]
    return _file(found, f"avrakning-{of_run.month.year}-{of_run.sequence}", form)


@pages.post("/korning/<int(max=2147483647):run_id>/godkann", right="billing.approve")
def approve(run_id: int) -> Answer | Shown:
    return _decided(run_id, approve_run, mark("The settlement is approved"))


@pages.post("/korning/<int(max=2147483647):run_id>/aterta", right="billing.approve")
def withdraw(run_id: int) -> Answer | Shown:
    return _decided(run_id, withdraw_approval, mark("The approval is taken back"))


@pages.post("/korning/<int(max=2147483647):run_id>/utfarda", right="billing.issue")
def issue(run_id: int) -> Answer | Shown:
    return _decided(run_id, issue_invoices, asked=IssueForm)


@pages.post("/korning/<int(max=2147483647):run_id>/stoppa", right="billing.issue")
def stop(run_id: int) -> Answer | Shown:
    return _decided(run_id, stop_deliveries, mark("The deliveries are stopped"))


@pages.post("/korning/<int(max=2147483647):run_id>/fortsatt", right="billing.issue")
def let_go_on(run_id: int) -> Answer | Shown:
    return _decided(run_id, go_on, mark("The deliveries go on"))


@pages.post("/korning/<int(max=2147483647):run_id>/ta-bort", right="billing.prepare")
def discard(run_id: int) -> Answer | Shown:
    """Let a prepared settlement go; the toast prepares it again."""
    try:
        form_of(RunForm, request.form)
        with works().writing(asker()) as work:
            gone = _settlement(work, run_id)
            year, members = gone.month.year, list(gone.chosen_members)
            discard_run(work, run_id)
    except (Invalid, Conflict) as problem:
        return run(run_id, problem)
    said = told(mark("The settlement of {year} is removed"), year=year)
    if members:
        undoable(said, url_for(".leave", year=year, member=members[0]))
    else:
        undoable(said, url_for(".prepare", year=year))
    return see(url_for(".show", year=year))


def _decided(
    run_id: int, decide: Callable[[Work, int], object], text: str = "", asked: type[Any] = RunForm
) -> Answer | Shown:
    """Let a use case decide on the settlement, and say `text` on the next page."""
    try:
        form_of(asked, request.form)
        with works().writing(asker()) as work:
            _settlement(work, run_id)
            decide(work, run_id)
    except (Invalid, Conflict) as problem:
        return run(run_id, problem)
    if text:
        offer_undo(told(text), work.audited)
    return see(url_for(".run", run_id=run_id))


def _settlement(work: Work, run_id: int) -> Any:
    found = run_by_id(work, run_id)
    if found.purpose == "regular":
        raise NotFound("There is no settlement {id}", id=run_id)
    return found


def _left_out(page: RunPage, found: Matrix) -> list[str]:
    """Members with a difference and no invoice of the settlement; the host's is booked."""
    billed = {row.draft.member for row in page.invoices}
    return [
        row.name
        for row in found.members
        if row.of_all.difference_ore and row.code not in billed and not row.host
    ]


def _figure() -> dict[str, Any]:
    """What the matrix is to show, and the choices."""
    chosen = request.args.get("visa", "")
    shown = chosen if chosen in FIGURES else next(iter(FIGURES))
    return {"shown": shown, "figures": [(code, told(text)) for code, text in FIGURES.items()]}


def _title(purpose: str, year: int) -> str:
    if purpose == "leaving":
        return told(mark("Final settlement {year}"), year=year)
    return told(mark("Settlement {year}"), year=year)


def _file(found: Matrix, name: str, form: str) -> Response:
    if form not in {"csv", "xlsx"}:
        raise NotFound("There is no table {name}", name=f"{name}.{form}")
    if form == "csv":
        return csv_file(f"{name}.csv", csv_text(COLUMNS, _rows(found)))
    rows = [(*row[:3], *map(Kronor, row[3:])) for row in _rows(found)]
    sheets = [(name, [told(head) for head in HEADS], rows)]
    return sheet_file(f"{name}.xlsx", write_sheets(sheets), WORKBOOK)


def _rows(found: Matrix) -> Iterator[tuple[str, str, str, int, int, int]]:
    for pool in found.pools:
        for member in found.members:
            cell = member.pools.get(pool.code)
            if cell is not None:
                ore = cell.actual_ore, cell.invoiced_ore, cell.difference_ore
                yield pool.code, member.code, member.name, *ore
