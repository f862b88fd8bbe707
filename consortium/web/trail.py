"""Pages of the audit trail: who did what and when, one entry with its proof, files to keep."""

from http import HTTPStatus
from typing import Any, Literal

from flask import Response, request, stream_with_context, url_for
from werkzeug.wrappers import Response as Answer

from consortium.core.erasing import erase_values
from consortium.core.errors import Invalid, NotFound
from consortium.core.exporting import COLUMNS, rows_of_trail
from consortium.core.sealing import chain, head_of
from consortium.core.sheets import csv_lines
from consortium.core.trail import NEWEST, Search, entry_told, trail
from consortium.core.words import mark
from consortium.http.asking import Form, Line, MaybeDay, form_of, works
from consortium.http.paging import PAGE_SIZE, cursor_of, cursor_pager
from consortium.undo.taking_back import UNDOABLE, may_undo
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import json_file
from consortium.web.event_names import EVENT_NAMES
from consortium.web.facts import events_by_room, fact_of, facts_of, short_facts
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done
from consortium.web.undoing import reasons_of

pages = Pages("trail", __name__, "/granskningsspar", right="audit.see")


class SearchForm(Form):
    """As `Search`, named as in the address. angra: `ja` for only what can be undone."""

    handelse: Line = ""
    vem: Line = ""
    vad: Line = ""
    fran: MaybeDay = None
    till: MaybeDay = None
    angra: Literal["", "ja"] = ""

    def search(self) -> Search:
        undoable = UNDOABLE if self.angra else None
        return Search(self.handelse, self.vem, self.vad, self.fran, self.till, undoable)

    def filters(self) -> dict[str, Any]:
        """What of it is filled in, as in the address."""
        return {name: text for name, text in self.model_dump(mode="json").items() if text}


class ErasingForm(Form):
    """reach: this entry, or every one by or about its subject. checked: that it was meant."""

    reach: Literal["entry", "account"]
    checked: Literal["ja"]


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    problem, form = None, SearchForm()
    try:
        form = form_of(SearchForm, request.args)
    except Invalid as found:
        problem = found
    cursor = cursor_of(request.args.get("vidare"), NEWEST)
    with works().reading(asker()) as work:
        page = trail(work, form.search(), cursor, PAGE_SIZE)
        state = chain(work)
        prospects = may_undo(work, page.rows)
    kept = form.filters()
    return with_faults(
        "trail/index.html",
        problem,
        rows=[(row, short_facts(row.event, row.facts)) for row in page.rows] if not problem else [],
        pages=cursor_pager(page, lambda text: url_for(".index", **kept, vidare=text)),
        asked={name: request.args.get(name, "") for name in SearchForm.model_fields},
        filters=kept,
        rooms=events_by_room(),
        event_names=EVENT_NAMES,
        undoable=UNDOABLE,
        prospects=prospects,
        state=state,
    )


@pages.get("/granskningsspar.csv")
def export() -> Response:
    """What the search finds, as a file; written while it is read, however long it is."""
    actor, search = asker(), form_of(SearchForm, request.args).search()
    lines = csv_lines(COLUMNS, rows_of_trail(works(), actor, search))
    answer = Response(stream_with_context(lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="granskningsspar.csv"'
    return answer


@pages.get("/huvud.json")
def head() -> Response:
    """The chain's head, to be kept elsewhere."""
    with works().reading(asker()) as work:
        found = head_of(work)
    if found is None:
        raise NotFound("Nothing is sealed yet", remedy="Come back in a minute")
    return json_file(f"granskningsspar-{found.number}.json", found.text())


@pages.get("/<int(max=2147483647):entry_id>")
def show(entry_id: int, problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        shown = entry_told(work, entry_id)
        prospect = may_undo(work, [shown.entry])[entry_id]
    entry = shown.entry
    return with_faults(
        "trail/show.html",
        problem,
        shown=shown,
        entry=entry,
        facts=facts_of(entry.event, entry.facts),
        values=[(value, fact_of(entry.event, value.name, value.value)) for value in shown.values],
        event_names=EVENT_NAMES,
        prospect=prospect,
        reasons=reasons_of(prospect.reasons),
    )


@pages.post("/<int(max=2147483647):entry_id>/radera", right="audit.personal")
def erase(entry_id: int) -> Answer | tuple[str, HTTPStatus]:
    """Erase the personal values of the entry, or all by or about the account it is about."""
    try:
        form = form_of(ErasingForm, request.form)
        with works().writing(asker()) as work:
            subject = entry_told(work, entry_id).entry.subject
            if form.reach == "account":
                count = erase_values(work, account=subject)
            else:
                count = erase_values(work, entry_id=entry_id)
    except Invalid as problem:
        return show(entry_id, problem)
    done(told(mark("{count} personal values are erased"), count=count))
    return see(url_for("web.trail.show", entry_id=entry_id))
