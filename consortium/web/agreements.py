"""Pages of the agreements: parties and clauses."""

from flask import render_template

from consortium.agreements.queries import agreements, clauses, parties
from consortium.http.asking import works
from consortium.web.asking import Pages, asker

pages = Pages("agreements", __name__, "/avtal", right="agreements.see")


@pages.get("")
def index() -> str:
    with works().reading(asker()) as work:
        rows = [(row, parties(work, row), clauses(work, row)) for row in agreements(work)]
    return render_template("agreements/index.html", rows=rows, today=work.today)
