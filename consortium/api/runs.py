"""Endpoints of the invoice runs: a month from its preview to its issue."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import Field

from consortium.api.fields import Body, Day, Instant, Month, NextCursor, Ore, Page, Shown, YearText
from consortium.api.listing import cut
from consortium.api.refusals import told_faults
from consortium.api.routing import Route
from consortium.api.splits import FaultShown
from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, prepare_run, withdraw_approval
from consortium.billing.queries import latest_run
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.reports.runs import MonthState, RunPage, RunRow, run_page, run_states

State = Literal["none", "prepared", "approved", "issued", "credited"]


class RunQuery(Page):
    year: YearText


class RunLine(Shown):
    month: str
    state: State
    runs: int = Field(description="More than one where something was left by the first")
    invoices: int = Field(description="Issued")
    payable_ore: Ore = Field(description="Of the issued invoices")


class RunList(Shown):
    invoice_runs: list[RunLine]
    next_cursor: NextCursor


class RunOfMonth(Shown):
    sequence: int
    state: Literal["prepared", "approved", "issued", "credited"] = Field(
        description="`credited`: a later run has credited and replaced it"
    )
    stage: Literal["preliminary", "final"] = Field(description="Budgets or actual costs are shared")
    prepared_by: str
    prepared_at: Instant
    approved_by: str
    approved_at: Instant | None
    issued_by: str
    issued_at: Instant | None
    held_by: str = Field(description="Who has stopped its deliveries; empty where nobody has")
    held_at: Instant | None


class DraftShown(Shown):
    """An invoice as it is, or would be now; of kind `host` the host's own share, which is not."""

    member: str
    name: str
    kind: Literal["rated", "outside", "host"]
    status: Literal["ready", "blocked", "issued", "host"]
    number: str = Field(description="Empty until it is issued")
    net_ore: Ore
    vat_ore: Ore
    payable_ore: Ore
    channel: Literal["access_point", "email"]
    errors: list[FaultShown] = Field(description="Why it is blocked")


class Stopped(Shown):
    pool: str
    errors: list[FaultShown]


class Changed(Shown):
    pools: list[str]
    invoices: list[str]


class RunShown(Shown):
    month: str
    state: State
    runs: list[RunOfMonth] = Field(description="The newest first")
    due_on: Day | None = Field(description="Of invoices that are issued today")
    invoices: list[DraftShown]
    stopped: list[Stopped] = Field(description="Pools that cannot be split")
    changed: Changed = Field(description="What is no longer as it was approved")


class PrepareAsked(Body):
    month: Month


def list_runs(work: Work, asked: RunQuery) -> dict[str, Any]:
    """The months of a year, January first."""
    found, following = cut(
        run_states(work, asked.year), asked, (str,), lambda row: (f"{row.month:%m}",)
    )
    return {"invoice_runs": [_line(row) for row in found], "next_cursor": following}


def read_run(work: Work, month: date) -> dict[str, Any]:
    """A month as its newest run stands, or as a run would find it now: the preview."""
    page = run_page(work, month)
    return {
        "month": f"{month:%Y-%m}",
        "state": page.run.state if page.run else "none",
        "runs": [_run(run) for run in page.runs],
        "due_on": page.due_on,
        "invoices": [_draft(row) for row in page.rows],
        "stopped": [
            {"pool": pool.code, "errors": told_faults(pool.faults)} for pool in page.stopped
        ],
        "changed": _changed(page),
    }


def prepare(work: Work, asked: PrepareAsked) -> dict[str, Any]:
    """Open a month's run. Where one is open it is the answer, and so is one that left nothing."""
    prepare_run(work, Cut(asked.month))
    return read_run(work, asked.month)


def approve(work: Work, month: date) -> None:
    """Approve exactly what was read: cases are frozen by their digests, invoices by their sums."""
    approve_run(work, _run_id(work, month))


def withdraw(work: Work, month: date) -> None:
    """Take the approval back: the run follows the records again."""
    withdraw_approval(work, _run_id(work, month))


def issue(work: Work, month: date) -> None:
    """Issue exactly what was approved, all of it or nothing. It cannot be taken back."""
    issue_invoices(work, _run_id(work, month))


ROUTES: Final = (
    Route(
        "GET", "/invoice-runs", list_runs, "billing.see", "Invoice runs", RunList, query=RunQuery
    ),
    Route("GET", "/invoice-runs/{month}", read_run, "billing.see", "One month", RunShown),
    Route(
        "POST",
        "/invoice-runs",
        prepare,
        "billing.prepare",
        "Prepare a month",
        RunShown,
        PrepareAsked,
        status=HTTPStatus.CREATED,
        made="/invoice-runs/{month}",
        example={"month": "2026-12"},
    ),
    Route(
        "POST",
        "/invoice-runs/{month}/approve",
        approve,
        "billing.approve",
        "Approve a month",
        RunShown,
        state=read_run,
    ),
    Route(
        "POST",
        "/invoice-runs/{month}/withdraw",
        withdraw,
        "billing.approve",
        "Take an approval back",
        RunShown,
        state=read_run,
    ),
    Route(
        "POST",
        "/invoice-runs/{month}/issue",
        issue,
        "billing.issue",
        "Issue a month",
        RunShown,
        state=read_run,
    ),
)


def _run_id(work: Work, month: date) -> int:
    run = latest_run(work, month)
    if run is None:
        raise NotFound("There is no invoice run of {month}", month=f"{month:%Y-%m}")
    return run.id


def _line(row: MonthState) -> dict[str, Any]:
    return {
        "month": f"{row.month:%Y-%m}",
        "state": row.state,
        "runs": len(row.runs),
        "invoices": row.count,
        "payable_ore": row.payable_ore,
    }


def _run(run: Any) -> dict[str, Any]:
    return {
        "sequence": run.sequence,
        "state": run.state,
        "stage": run.stage,
        "prepared_by": run.prepared_by,
        "prepared_at": run.prepared_at,
        "approved_by": run.approved_by,
        "approved_at": run.approved_at,
        "issued_by": run.issued_by,
        "issued_at": run.issued_at,
        "held_by": run.held_by,
        "held_at": run.held_at,
    }


def _draft(row: RunRow) -> dict[str, Any]:
    draft = row.draft
    return {
        "member": draft.member,
        "name": draft.name,
        "kind": draft.kind,
        "status": draft.status,
        "number": draft.number,
        "net_ore": draft.net_ore,
        "vat_ore": draft.vat_ore,
        "payable_ore": draft.payable_ore,
        "channel": row.channel,
        "errors": told_faults(draft.faults),
    }


def _changed(page: RunPage) -> dict[str, list[str]]:
    return {"pools": list(page.changes.pools), "invoices": list(page.changes.invoices)}
