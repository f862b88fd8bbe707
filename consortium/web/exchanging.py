"""Pages of imports: a sheet is sent, its columns matched, what it changes seen, then taken in."""

from http import HTTPStatus
from typing import Any, Final

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.emedia.queries import suppliers
from consortium.exchange.exporting import MEDIA, error_sheet, template_of
from consortium.exchange.kinds import kind_of
from consortium.exchange.kinds.kind import Kind
from consortium.exchange.matching import columns_of, match, remember
from consortium.exchange.previewing import CHANGED, FAULTY, NEW, UNCHANGED, Preview
from consortium.exchange.pricing import cost_of
from consortium.exchange.queries import batches, kinds_to_import
from consortium.exchange.taking import Sent, table_of, take_in, try_sheet
from consortium.exchange.undoing import undo_import
from consortium.exchange.waiting import receive, throw_away, waiting
from consortium.http.asking import fields_of, form_of, settings, works
from consortium.http.paging import pager, paging_of
from consortium.members.queries import members
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import sheet_file
from consortium.web.language import told
from consortium.web.periods import month_title
from consortium.web.previews import shown, wrong_of
from consortium.web.refusals import with_faults, worded
from consortium.web.sent_files import (
    SentForm,
    TakingForm,
    WaitingForm,
    file_sent,
    form_asked,
    name_of_file,
)
from consortium.web.toasts import done, undoable

pages = Pages("exchanging", __name__, "/import", right="")

MOST_SHOWN: Final = 200
SHOWS: Final = {
    "alla": mark("All"),
    NEW: mark("New"),
    CHANGED: mark("Changed"),
    UNCHANGED: mark("Unchanged"),
    FAULTY: mark("Faulty"),
}


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    """What the asker may import, and what has been taken in."""
    paging = paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        kinds = kinds_to_import(work)
        rows, total = batches(work, paging.offset, paging.size)
    return with_faults(
        "exchange/index.html",
        kinds=[(kind.code, told(kind.name), told(kind.means)) for kind in kinds],
        names={kind.code: told(kind.name) for kind in kinds},
        rows=rows,
        pages=pager(paging, total, lambda number: url_for(".index", sida=number)),
    )


@pages.get("/<kind>")
def choose(kind: str, problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """The form for a file of a kind, and what was wrong with one that could not be read."""
    chosen = kind_of(kind)
    with works().reading(asker()) as work:
        work.require(chosen.right)
        sellers = _sellers(work, chosen)
        places = [(row.code, row.name) for row in members(work) if row.kind == "municipality"]
    wrong = [wrong_of(fault) for fault in problem.faults if _is_in_file(fault)] if problem else []
    return with_faults(
        "exchange/choose.html",
        problem,
        kind=chosen,
        title=told(chosen.name),
        means=told(chosen.means),
        fields=[(field, told(field.means)) for field in chosen.fields],
        sellers=sellers,
        places=places,
        wrong=wrong[:MOST_SHOWN],
        wrong_count=len(wrong),
        tried=name_of_file() if problem else "",
    )


@pages.get("/<kind>/mall")
def template(kind: str) -> Response:
    """A sheet with the headings of a kind and one row of examples; `form` says of what form."""
    chosen = kind_of(kind)
    with works().reading(asker()) as work:
        work.require(chosen.right)
    form = form_asked()
    return sheet_file(f"{kind}-mall.{form}", template_of(chosen).written(form), MEDIA[form])


@pages.post("/<kind>")
def attempt(kind: str) -> Response | tuple[str, HTTPStatus]:
    """Keep a file that can be read while its sender looks at what it would change."""
    chosen = kind_of(kind)
    try:
        form = form_of(SentForm, request.form)
        sent = Sent(file_sent(), name_of_file(), form.supplier, form.member)
        with works().writing(asker()) as work:
            found = receive(work, chosen, sent)
    except Invalid as problem:
        return choose(kind, problem)
    given = {"name": sent.name, **form.model_dump(exclude_defaults=True)}
    view = "review" if found.matched else "columns"
    return see(url_for(f"web.exchanging.{view}", kind=kind, sha256=found.sha256, **given))


@pages.get("/<kind>/<sha256>/kolumner")
def columns(kind: str, sha256: str, problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """Which column of a file that waits is which field."""
    chosen = kind_of(kind)
    form = form_of(WaitingForm, request.args)
    with works().reading(asker()) as work:
        table = table_of(work, chosen, _sent(work, chosen, sha256, form))
        known = columns_of(work, chosen, table.header)
    guess = known if known.columns else match(chosen, table.header)
    return with_faults(
        "exchange/columns.html",
        problem,
        kind=chosen,
        title=told(chosen.name),
        sha256=sha256,
        form=form,
        fields=[(field, told(field.means)) for field in chosen.fields],
        headings=[("", told(mark("Not in the sheet"))), *((name, name) for name in table.header)],
        guess=guess.columns,
        first=table.rows[0][1],
        header=table.header,
    )


@pages.post("/<kind>/<sha256>/kolumner")
def match_columns(kind: str, sha256: str) -> Response | tuple[str, HTTPStatus]:
    """Remember which column is which field, for this file and every one with the same header."""
    chosen = kind_of(kind)
    form = form_of(WaitingForm, request.args)
    given = {name: text for name, text in fields_of(request.form, "falt-").items() if text}
    try:
        with works().writing(asker()) as work:
            table = table_of(work, chosen, _sent(work, chosen, sha256, form))
            remember(work, chosen, table.header, given)
    except Invalid as problem:
        placed = [Fault(f.text, f"falt-{f.at}", f.facts, f.remedy) for f in problem.faults]
        return columns(kind, sha256, Invalid(placed))
    return see(
        url_for(".review", kind=kind, sha256=sha256, **form.model_dump(exclude_defaults=True))
    )


@pages.get("/<kind>/<sha256>")
def review(kind: str, sha256: str, problem: Invalid | None = None) -> Any:
    """What a file that waits would change as things stand now, a page of its rows at a time."""
    chosen = kind_of(kind)
    form = form_of(WaitingForm, request.args)
    kept = form.model_dump(exclude_defaults=True)
    paging, show = paging_of(request.args.get("sida")), _show()
    with works().reading(asker()) as work:
        sent = _sent(work, chosen, sha256, form)
        if not columns_of(work, chosen, table_of(work, chosen, sent).header).whole:
            return see(url_for(".columns", kind=kind, sha256=sha256, **kept))
        found = try_sheet(work, chosen, sent)
        cost = cost_of(work, found)
    lines = [line for line in found.lines if show in {"alla", line.state}]
    some = lines[paging.offset : paging.offset + paging.size]
    return with_faults(
        "exchange/review.html",
        problem,
        kind=chosen,
        title=told(chosen.name),
        sha256=sha256,
        form=form,
        kept=kept,
        found=found,
        seen=found.digest(),
        cost=cost,
        months=[month_title(month) for month in cost.months] if cost else [],
        rows=[shown(found, line) for line in some],
        show=show,
        shows=[(state, told(text), _count(found, state)) for state, text in SHOWS.items()],
        pages=pager(
            paging,
            len(lines),
            lambda number: url_for(
                ".review", kind=kind, sha256=sha256, visa=show, sida=number, **kept
            ),
        ),
    )


@pages.get("/<kind>/<sha256>/fel")
def faults(kind: str, sha256: str) -> Response:
    """The faulty rows as a sheet, with what is wrong in each; `form` says of what form."""
    chosen, form, sheet = kind_of(kind), form_of(WaitingForm, request.args), form_asked()
    with works().reading(asker()) as work:
        sent = _sent(work, chosen, sha256, form)
        found = try_sheet(work, chosen, sent)
        made = error_sheet(table_of(work, chosen, sent), found, worded)
    return sheet_file(f"{kind}-fel.{sheet}", made.written(sheet), MEDIA[sheet])


@pages.post("/<kind>/<sha256>")
def take(kind: str, sha256: str) -> Response | tuple[str, HTTPStatus]:
    """Take a file that waits in; a Conflict where its preview is no longer what was seen."""
    chosen, form = kind_of(kind), form_of(TakingForm, request.form)
    invite = settings().web if form.invite else None
    with works().writing(asker()) as work:
        sent = _sent(work, chosen, sha256, form)
        batch = take_in(work, try_sheet(work, chosen, sent), sent, form.seen, invite)
    said = told(
        mark("{name} is imported: {new} new rows, {changed} changed"),
        name=batch.file_name,
        new=batch.new,
        changed=batch.changed,
    )
    undoable(said, url_for("web.exchanging.take_back", batch_id=batch.id))
    return see(url_for("web.exchanging.index"))


@pages.post("/<kind>/<sha256>/kasta")
def drop(kind: str, sha256: str) -> Response:
    """Throw a file that waits away."""
    with works().writing(asker()) as work:
        throw_away(work, kind_of(kind), sha256)
    done(told(mark("The file is thrown away")), told(mark("Nothing of it was saved.")))
    return see(url_for("web.exchanging.choose", kind=kind))


@pages.post("/tillbaka/<int(max=2147483647):batch_id>")
def take_back(batch_id: int) -> Response:
    """Take an import back."""
    with works().writing(asker()) as work:
        batch = undo_import(work, batch_id)
    done(
        told(mark("The import of {name} is taken back"), name=batch.file_name),
        told(mark("Its rows are what they were before it.")),
    )
    return see(url_for("web.exchanging.index"))


def _sent(work: Work, kind: Kind, sha256: str, form: WaitingForm) -> Sent:
    return Sent(waiting(work, kind, sha256), form.name, form.supplier, form.member)


def _sellers(work: Work, kind: Kind) -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in suppliers(work)] if kind.code == "usage" else []


def _show() -> str:
    asked = request.args.get("visa", "")
    return asked if asked in SHOWS else "alla"


def _count(found: Preview, state: str) -> int:
    return found.counts.get(state, len(found.lines))


def _is_in_file(fault: Fault) -> bool:
    return fault.at not in {"file", "supplier", "member"}
