"""Labels of chosen crates: on sheets of A4, or one at a time for a roll printer."""

from http import HTTPStatus
from typing import Final

from flask import Response, request

from consortium.core.errors import Invalid, NotFound, Problem
from consortium.core.words import mark, words
from consortium.crates.formats.labels import FIRST_ROLL, ROLLS, labels_pdf, roll_pdf
from consortium.crates.rules import tidy
from consortium.http.asking import Form, Line, form_of, works
from consortium.reports.crate_labels import labels_between, labels_of
from consortium.web.asking import Pages, asker
from consortium.web.downloads import pdf_page
from consortium.web.language import language, told
from consortium.web.refusals import with_faults

pages = Pages("labels", __name__, "/lador/etiketter", right="transports.see")

SHEET: Final = "a4"
SHEET_NAME: Final = mark("Sheets of A4, ten labels each (99 × 57 mm)")
ROLL_NAME: Final = mark("Roll, one label a page: {width} × {height} mm")


class LabelForm(Form):
    """kod: codes with blanks or commas between them, else fran and till: from one to another."""

    kod: Line = ""
    fran: Line = ""
    till: Line = ""
    storlek: Line = SHEET


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    form = form_of(LabelForm, request.args)
    sizes = [(SHEET, told(SHEET_NAME))] + [
        (roll, told(ROLL_NAME, width=width, height=height))
        for roll in ROLLS
        for width, _x, height in (roll.partition("x"),)
    ]
    return with_faults("labels/index.html", problem, form=form, sizes=sizes, roll=FIRST_ROLL)


@pages.get("/skriv-ut.pdf")
def sheet() -> Response | tuple[str, HTTPStatus]:
    form = form_of(LabelForm, request.args)
    codes = list(dict.fromkeys(tidy(code) for code in form.kod.replace(",", " ").split()))
    try:
        with works().reading(asker()) as work:
            if codes:
                labels = labels_of(work, codes)
            else:
                labels = labels_between(work, tidy(form.fran), tidy(form.till or form.fran))
        say = words(language())
        if form.storlek == SHEET:
            return pdf_page("etiketter.pdf", labels_pdf(labels, say))
        return pdf_page("etiketter.pdf", roll_pdf(labels, say, form.storlek))
    except (Invalid, NotFound) as problem:
        return index(problem)
