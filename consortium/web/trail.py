"""Page of the audit trail: who did what, when, on what figures."""

from typing import Any, Final

from flask import render_template, request, url_for

from consortium.core.trail import Search, events, trail
from consortium.core.words import mark
from consortium.http.asking import Form, Line, form_of, works
from consortium.http.paging import pager, paging_of
from consortium.web.asking import Pages, asker
from consortium.web.event_names import EVENT_NAMES
from consortium.web.language import told

pages = Pages("trail", __name__, "/granskningsspar", right="audit.see")

FACT_NAMES: Final = {
    "buyer_reference": mark("Buyer reference"),
    "city": mark("Town"),
    "closure": mark("Closure"),
    "delivery": mark("Delivery"),
    "email": mark("E-mail"),
    "endpoint_id": mark("E-invoice address"),
    "endpoint_scheme": mark("Kind of e-invoice address"),
    "from_on": mark("From"),
    "members": mark("Members"),
    "on": mark("Date"),
    "parties": mark("Parties"),
    "postcode": mark("Postcode"),
    "roles": mark("Roles"),
    "sha256": mark("Checksum"),
    "street": mark("Street or box"),
    "to_on": mark("To"),
}
"""Fact of an entry → what it is called; others show their own name."""


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


def _facts(event: str, facts: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    """Each fact of an entry: its name, its value before (None where nothing changed), its value.

    In the entry of a change, a fact that changed stands as `[before, after]`.
    """
    changed = event.endswith("_changed")
    return [
        (_name(name), str(fact[0]), str(fact[1]))
        if changed and isinstance(fact, list)
        else (_name(name), None, _plain(fact))
        for name, fact in sorted(facts.items())
    ]


def _name(fact: str) -> str:
    return told(FACT_NAMES.get(fact, fact.replace("_", " ")))


def _plain(fact: Any) -> str:
    return ", ".join(map(str, fact)) if isinstance(fact, list) else str(fact)
