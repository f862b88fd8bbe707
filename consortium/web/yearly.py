"""Pages of the yearly cost reports: which there are, and each as a PDF for those who decide."""

import hashlib
from typing import Final

from flask import Response, render_template

from consortium.billing.formats.report_pdf import report_pdf
from consortium.core.words import words
from consortium.http.asking import works
from consortium.reports.yearly import report_years, yearly_list, yearly_report
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, document_file
from consortium.web.language import language
from consortium.web.periods import asked_year, year_choices

pages = Pages("yearly", __name__, "/arsrapport", right="billing.see")

COLUMNS: Final = ("member", "name", "year", "paid_ore", "paid_before_ore")


@pages.get("")
def index() -> str:
    """Every member's report of a year, with what it paid."""
    year = asked_year()
    with works().reading(asker()) as work:
        rows, years = yearly_list(work, year), report_years(work)
    return render_template(
        "yearly/index.html",
        rows=rows,
        year=year,
        years=year_choices(years, year),
        now_ore=sum(row.now_ore for row in rows),
        before_ore=sum(row.before_ore for row in rows),
    )


@pages.get("/arsrapport.csv")
def table() -> Response:
    year = asked_year()
    with works().reading(asker()) as work:
        rows = yearly_list(work, year)
    lines = [(row.code, row.name, year, row.now_ore, row.before_ore) for row in rows]
    return csv_file(f"arsrapport-{year}.csv", csv_text(COLUMNS, lines))


@pages.get("/<code>/<int(min=1, max=2099):year>.pdf")
def fetch(code: str, year: int) -> Response:
    """The report in the reader's language, drawn from what is invoiced now."""
    with works().reading(asker()) as work:
        report = yearly_report(work, code, year)
    content = report_pdf(report, words(language()))
    sha256 = hashlib.sha256(content).hexdigest()
    return document_file(f"arsrapport-{code}-{year}.pdf", content, "application/pdf", sha256)
