"""Page of the audit trail: who did what, when, on what figures."""

from typing import Any, Final

from flask import render_template, request, url_for

from consortium.core.trail import Search, events, trail
from consortium.core.words import mark
from consortium.http.asking import Form, Line, form_of, works
from consortium.http.paging import pager, paging_of
from consortium.web.asking import Pages, asker
from consortium.web.language import told

pages = Pages("trail", __name__, "/granskningsspar", right="audit.see")

EVENT_NAMES: Final = {
    "agreements.clause_added": mark("Clause added"),
    "agreements.signed": mark("Agreement recorded"),
    "branches.closed": mark("Library closed for some days"),
    "branches.closure_lifted": mark("Closure lifted"),
    "branches.registered": mark("Library registered"),
    "costs.recorded": mark("Cost recorded"),
    "measures.added": mark("Measure added"),
    "measures.entered": mark("Values entered"),
    "measures.locked": mark("Values locked"),
    "members.address_changed": mark("Billing details changed"),
    "members.consortium_named": mark("Consortium named"),
    "members.host_made": mark("Host made"),
    "members.joined": mark("Member joined"),
    "people.account_opened": mark("Account opened"),
    "people.locked_out": mark("Account shut after wrong passwords"),
    "people.signed_in": mark("Signed in"),
    "people.signed_out": mark("Signed out everywhere"),
    "people.token_given": mark("Token given"),
}
"""Event → what it is called; an event without a name of its own shows its code."""


class SearchForm(Form):
    """As `Search`, named as in the address."""

    handelse: Line = ""
    vem: Line = ""
    vad: Line = ""


@pages.get("")
def index() -> str:
    form = form_of(SearchForm, request.args)
    paging = paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        search = Search(form.handelse, form.vem, form.vad)
        rows, total = trail(work, search, paging.offset, paging.size)
        kinds = events(work)
    filters = {name: text for name, text in form.model_dump().items() if text}
    return render_template(
        "trail/index.html",
        rows=[(row, _facts(row.event, row.facts)) for row in rows],
        pages=pager(paging, total, lambda n: url_for(".index", **filters, sida=n)),
        form=form,
        events=[(kind, told(EVENT_NAMES.get(kind, kind))) for kind in kinds],
        event_names=EVENT_NAMES,
        filtered=bool(filters),
    )


def _facts(event: str, facts: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Each fact of an entry as its name, its value before (empty where it had none), its value.

    In the entry of a change, a fact that changed stands as `[before, after]`.
    """
    changed = event.endswith("_changed")
    return [
        (name, *(_plain(fact[0]), _plain(fact[1])))
        if changed and isinstance(fact, list)
        else (name, "", _plain(fact))
        for name, fact in sorted(facts.items())
    ]


def _plain(fact: Any) -> str:
    return ", ".join(map(str, fact)) if isinstance(fact, list) else str(fact)
