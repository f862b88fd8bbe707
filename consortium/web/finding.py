"""Page of the search: one field for everything that has a number or a name."""

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from consortium.core.words import mark
from consortium.http.asking import Form, form_of, works
from consortium.reports.finding import LONGEST, Fit, Hit, find
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.helping import help_pages
from consortium.web.language import told

pages = Pages("finding", __name__, "/sok", right="")

KINDS: Final = {
    "invoice": (mark("Invoices"), "coins"),
    "crate": (mark("Crates"), "box"),
    "member": (mark("Members"), "people"),
    "branch": (mark("Libraries"), "home"),
    "plan": (mark("Transport plans"), "truck"),
    "measure": (mark("Measures"), "sort"),
    "pool": (mark("Allocation"), "scale"),
    "help": (mark("Help"), "info"),
}
"""Kind of hit → what its group is called, and its icon. Kinds that fit as well stand so."""

PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "invoice": ("web.invoices.show", "number"),
    "crate": ("web.crates.show", "code"),
    "member": ("web.members.show", "code"),
    "branch": ("web.branches.show", "slug"),
    "plan": ("web.tomorrow.index", "datum"),
    "measure": ("web.measures.show", "code"),
    "pool": ("web.sharing.show", "code"),
    "help": ("web.help.show", "page"),
}
"""Kind of hit → the page that shows it, and what that calls its key."""


class Wanted(Form):
    """q: what is looked for, however long it is."""

    q: str = ""


@pages.get("")
def index() -> str | Response:
    """What fits; an exact number leads straight to it."""
    wanted = form_of(Wanted, request.args).q[:LONGEST]
    with works().reading(asker()) as work:
        hits = find(work, wanted, help_pages())
    exact = [hit for hit in hits if hit.fit is Fit.EXACT]
    if len(exact) == 1 and exact[0].kind in {"invoice", "crate"}:
        return see(address_of(exact[0]))
    found = {kind: [hit for hit in hits if hit.kind == kind] for kind in KINDS}
    best_first = sorted(filter(found.get, KINDS), key=lambda kind: found[kind][0].fit)
    groups = [
        (told(name), icon, [(hit, address_of(hit)) for hit in found[kind]])
        for kind in best_first
        for name, icon in [KINDS[kind]]
    ]
    return render_template("finding/index.html", wanted=wanted, count=len(hits), groups=groups)


def address_of(hit: Hit) -> str:
    """The page of what was found."""
    endpoint, name = PLACES[hit.kind]
    values: dict[str, Any] = {name: hit.key}
    return url_for(endpoint, **values)
