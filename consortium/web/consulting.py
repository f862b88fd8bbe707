"""Pages of the budget dialogue: next year's figures, what members answer, and the decision."""

from http import HTTPStatus
from typing import Annotated, Final, Literal

from flask import Response, request, url_for
from pydantic import StringConstraints
from werkzeug.wrappers import Response as Answer

from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.core.workbooks import write_workbook
from consortium.costs.consulting import comment, decide_round, send_round
from consortium.costs.figures import differences
from consortium.costs.queries import pools
from consortium.costs.rounds import answers, comments, rounds, without_address
from consortium.exchange.taking import WORKBOOK
from consortium.http.asking import Day, Filled, Form, Whole, form_of, settings, works
from consortium.reports.consulting import Version, shown_version
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, sheet_file
from consortium.web.language import language, told
from consortium.web.refusals import with_faults
from consortium.web.sent_files import form_asked
from consortium.web.toasts import done, offer_undo

pages = Pages("consulting", __name__, "/budget/dialog", right="costs.see")

STANCE_NAMES: Final = {
    "agrees": mark("Agrees"),
    "objects": mark("Objects"),
    "asks": mark("Asks"),
}
STANCE_BADGES: Final = {"agrees": "ok", "objects": "bad", "asks": "warn"}
STATE_NAMES: Final = {
    "sent": mark("Out for answers"),
    "replaced": mark("Replaced"),
    "decided": mark("Decided"),
}
Words = Annotated[str, StringConstraints(max_length=2000)]


class SendForm(Form):
    """checked: the box that says that letters go out, since they cannot be taken back."""

    reply_by: Day
    message: Words = ""
    checked: Literal["ja"]


class AnswerForm(Form):
    """round: the version that the page showed."""

    round: Whole
    member: Filled
    stance: Literal["agrees", "objects", "asks"]
    text: Words = ""


class DecideForm(Form):
    round: Whole
    on_date: Day
    decision: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@pages.get("/<int(max=9999):year>")
def show(year: int, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The newest version, or the one the address names; `version=0`: the records as they are."""
    with works().reading(asker()) as work:
        sent = rounds(work, year)
        version = shown_version(work, year, request.args.get("version", ""))
        board = answers(work, version.round) if version.round else []
        spoken = comments(work, version.round) if version.round else []
        unreached = without_address(work, version.round) if version.round else []
        has_pools, today = bool(pools(work, year)), work.today
    return with_faults(
        "budget/dialog.html",
        problem,
        year=year,
        sent=sent,
        version=version,
        round=version.round,
        newest=sent[0] if sent else None,
        board=board,
        spoken=spoken,
        unreached=unreached,
        mine=[
            (each.member.code, each.member.name) for each in board if _may_answer(each.member.code)
        ],
        names=_pool_names(version),
        changed=differences(version.figures, version.earlier.figures) if version.earlier else [],
        has_pools=has_pools,
        stances=STANCE_NAMES,
        badges=STANCE_BADGES,
        states=STATE_NAMES,
        today=today,
    )


@pages.get("/<int(max=9999):year>/tabell")
def table(year: int) -> Response:
    """A version's figures, a row for each member and pool, as CSV or as a workbook."""
    with works().reading(asker()) as work:
        version = shown_version(work, year, request.args.get("version", ""))
    if version.problem:
        raise version.problem
    header = ("member", "name", "pool", "year_ore", "year_before_ore", "version_before_ore")
    rows = [
        [
            row.code,
            row.name,
            pool,
            cost.now_ore,
            cost.before_ore,
            cost.earlier_ore,
        ]
        for row in version.rows
        for pool, cost in (*row.pools.items(), ("total", row.total))
    ]
    number = version.round.version if version.round else 0
    name = f"budget-{year}-version-{number}"
    if form_asked() == "xlsx":
        return sheet_file(f"{name}.xlsx", write_workbook(name, header, rows), WORKBOOK)
    plain = [["" if cell is None else cell for cell in row] for row in rows]
    return csv_file(f"{name}.csv", csv_text(header, plain))


@pages.post("/<int(max=9999):year>", right="costs.change")
def send(year: int) -> Answer | tuple[str, HTTPStatus]:
    """Freeze the figures as they are and write to the members."""
    try:
        form = form_of(SendForm, request.form)
        with works().writing(asker()) as work:
            sent = send_round(work, year, form.reply_by, form.message, settings().web)
            unreached = [member.name for member in without_address(work, sent)]
    except (Invalid, Conflict) as problem:
        return show(year, problem)
    said = told(mark("Version {version} is sent to the members"), version=sent.version)
    missed = told(mark("No e-mail address: {names}."), names=", ".join(unreached))
    done(said, missed if unreached else "")
    return _to(year)


@pages.post("/<int(max=9999):year>/svar", right="budget.comment")
def answer(year: int) -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(AnswerForm, request.form)
        with works().writing(asker()) as work:
            _require_year(work, year, form.round)
            comment(work, form.round, form.member, form.stance, form.text)
    except (Invalid, Conflict) as problem:
        return show(year, problem)
    offer_undo(told(mark("The answer is saved")), work.audited)
    return _to(year)


@pages.post("/<int(max=9999):year>/beslut", right="costs.change")
def decide(year: int) -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(DecideForm, request.form)
        with works().writing(asker()) as work:
            _require_year(work, year, form.round)
            decide_round(work, form.round, form.on_date, form.decision)
    except (Invalid, Conflict) as problem:
        return show(year, problem)
    offer_undo(told(mark("The budget of {year} is decided"), year=year), work.audited)
    return _to(year)


def _may_answer(code: str) -> bool:
    return asker().may("budget.comment", code)


def _require_year(work: Work, year: int, round_id: int) -> None:
    if round_id not in {row.id for row in rounds(work, year)}:
        raise NotFound("There is no such budget version")


def _pool_names(version: Version) -> dict[str, str]:
    swedish = language() == "sv"
    shown = version.figures.get("pools", ())
    before = version.figures.get("before", {}).get("shares", {})
    names = {code: code for code in before}
    names |= {pool["code"]: pool["name"] if swedish else pool["name_en"] for pool in shown}
    return names


def _to(year: int) -> Answer:
    return see(url_for("web.consulting.show", year=year))
