"""Page of the shared resources: what a library has of crates, cards and e-media, and its bill."""

from itertools import groupby
from typing import Final

from flask import render_template, request
from werkzeug.wrappers import Response

from consortium.branches.queries import branch_to_see
from consortium.http.asking import works
from consortium.reports.resources import Library, Payments, libraries, payments, resources
from consortium.web.asking import Pages, asker
from consortium.web.charting import NARROW, WIDE, burn_down
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import language
from consortium.web.periods import month_name
from consortium.web.refusals import worded

pages = Pages("resources", __name__, "/delade-resurser", right="branches.see")

COSTS_HEADER: Final = ("pool", "name", "month", "month_ore", "invoiced_ore")


@pages.get("")
def index() -> str:
    """A library's resources; `bibliotek` in the address chooses which, else a main one."""
    with works().reading(asker()) as work:
        places = libraries(work)
        slug = request.args.get("bibliotek") or _first(places)
        found = resources(work, slug) if slug else None
    pot = found.emedia.pot if found and found.emedia and found.emedia.pot.months else None
    bills = found.payments.bills if found and found.payments else ()
    return render_template(
        "resources/index.html",
        found=found,
        places=[(name, list(rows)) for name, rows in groupby(places, lambda row: row.member_name)],
        several=len(places) > 1,
        today=work.today,
        wide=burn_down(pot, WIDE, language()) if pot else None,
        narrow=burn_down(pot, NARROW, language()) if pot else None,
        month_name=month_name,
        stops=[worded(fault) for bill in bills for fault in bill.faults],
    )


@pages.get("/kostnader.csv")
def costs() -> Response:
    """What the library's municipality pays for each pool, without VAT."""
    with works().reading(asker()) as work:
        branch, member = branch_to_see(work, request.args.get("bibliotek", ""))
        found = payments(work, member.code)
    rows = _cost_rows(found) if found else []
    return csv_file(f"kostnader-{branch.slug}.csv", csv_text(COSTS_HEADER, rows))


def _cost_rows(found: Payments) -> list[tuple[str | int, ...]]:
    return [
        (
            pool.code,
            pool.name,
            f"{found.month:%Y-%m}",
            "" if pool.month_ore is None else pool.month_ore,
            pool.invoiced_ore,
        )
        for pool in found.pools
    ]


def _first(places: tuple[Library, ...]) -> str:
    """The library to begin with: the first main one, else the first; empty where there is none."""
    ordered = sorted(places, key=lambda place: not place.main)
    return ordered[0].slug if ordered else ""
