"""Pages of the libraries: where they are, when they are staffed, what else they are called."""

from collections.abc import Iterable
from typing import Any, Final

from flask import render_template, request, url_for

from consortium.branches.merging import merged_from, successor_of
from consortium.branches.queries import (
    BranchDay,
    aliases,
    branch_to_see,
    closures_to_see,
    days_to_see,
    opening_hours,
)
from consortium.core.words import mark
from consortium.http.asking import works
from consortium.http.paging import pager, paging_of
from consortium.transports.bus_calls import timetable
from consortium.web.asking import Pages, asker
from consortium.web.language import told

pages = Pages("branches", __name__, "/bibliotek", right="branches.see")

KIND_NAMES: Final = {
    "main": mark("Main library"),
    "branch": mark("Branch library"),
    "bus": mark("Book bus"),
    "bus_stop": mark("Book bus stop"),
    "depot": mark("Depot"),
}
BASES: Final = {"locality": mark("The middle of the locality")}
"""How exact coordinates are; a basis without words of its own shows as it is written."""


@pages.get("")
def index() -> str:
    """What each library does today; `kommun` and `typ` in the address choose among them."""
    chosen, kind = request.args.get("kommun", ""), request.args.get("typ", "")
    paging = paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        days = days_to_see(work, work.today)
    found = [
        day for day in days if chosen in {"", day.member.code} and kind in {"", day.branch.kind}
    ]
    return render_template(
        "branches/index.html",
        rows=found[paging.offset : paging.offset + paging.size],
        pages=pager(paging, len(found), _address_of_page),
        members=list(dict.fromkeys((day.member.code, day.member.name) for day in days)),
        kinds=[(code, told(name)) for code, name in KIND_NAMES.items() if code in _kinds(days)],
        kind_names=KIND_NAMES,
        chosen=chosen,
        kind=kind,
        today=work.today,
    )


@pages.get("/<slug>")
def show(slug: str) -> str:
    actor = asker()
    with works().reading(actor) as work:
        branch, member = branch_to_see(work, slug)
        hours = {row.weekday: (row.opens, row.closes) for row in opening_hours(work, branch)}
        names = aliases(work, branch)
        coming = [row.closure for row in closures_to_see(work) if row.branch.id == branch.id]
        taken_over, successor = merged_from(work, branch), successor_of(work, branch)
        buses = branch.kind in {"bus", "bus_stop"} and actor.may("transports.see")
        calls = timetable(work, branch) if buses else []
    return render_template(
        "branches/show.html",
        branch=branch,
        member=member,
        hours=hours,
        aliases=names,
        closures=coming,
        taken_over=taken_over,
        successor=successor,
        calls=calls,
        kind_name=KIND_NAMES[branch.kind],
        basis=told(BASES.get(branch.coordinate_basis, branch.coordinate_basis)),
    )


def _kinds(days: Iterable[BranchDay]) -> set[str]:
    return {day.branch.kind for day in days}


def _address_of_page(number: int) -> str:
    kept: dict[str, Any] = {
        name: text for name in ("kommun", "typ") if (text := request.args.get(name, ""))
    }
    return url_for(".index", **kept, sida=number)
