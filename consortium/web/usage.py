"""Pages of the import of e-media usage: a file, what it would change, and taking it in.

A file is tried first. One without faults is kept as a document under its SHA-256 until it is
taken in; of a faulty one nothing is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Literal

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.documents.keeping import keep
from consortium.documents.queries import document
from consortium.emedia.importing import import_counter, import_usage
from consortium.emedia.queries import suppliers
from consortium.emedia.taking import UsageImport
from consortium.http.asking import Filled, Form, Line, form_of, works
from consortium.members.queries import members
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.periods import month_title
from consortium.web.refusals import with_faults
from consortium.web.toasts import done

pages = Pages("usage", __name__, "/e-medier/import", right="emedia.change")

KINDS: Final = {
    "sheet": mark("Sheet of usage (CSV)"),
    "counter": mark("COUNTER report (TR, release 5.1, JSON)"),
}
MEDIA: Final = {"sheet": "text/csv", "counter": "application/json"}
FIELDS: Final = frozenset({"kind", "supplier", "member", "file", "name"})
NAMELESS: Final = "fil"
LONGEST_NAME: Final = 100
MOST_SHOWN: Final = 200

_ROW: Final = re.compile(r"row (\d+)(?:, (.+))?", re.DOTALL)


class UploadForm(Form):
    """supplier, member: codes; needed where the file itself does not say."""

    kind: Literal["sheet", "counter"]
    supplier: Line = ""
    member: Line = ""


class KeptForm(UploadForm):
    """A file that is kept. name: what it was called."""

    name: Filled


@dataclass(frozen=True, slots=True)
class FaultyCell:
    """A fault in a file, in the reader's language. row: empty where the file has no rows."""

    row: str
    column: str
    text: str
    remedy: str


@pages.get("")
def index(problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """The form, and what is wrong in the file that was tried."""
    with works().reading(asker()) as work:
        sellers = [(row.code, row.name) for row in suppliers(work)]
        places = [(row.code, row.name) for row in members(work) if row.kind == "municipality"]
    faulty = list(_of_the_file(problem)) if problem else []
    return with_faults(
        "emedia/import.html",
        problem,
        kinds=[(code, told(text)) for code, text in KINDS.items()],
        sellers=sellers,
        places=places,
        faulty=faulty[:MOST_SHOWN],
        fault_count=len(faulty),
        tried=_name_of_file() if problem else "",
    )


@pages.post("")
def attempt() -> Response | tuple[str, HTTPStatus]:
    """Try a file, and keep it where it has no faults."""
    try:
        form = form_of(UploadForm, request.form)
        content, name = _file(), _name_of_file()
        with works().writing(asker()) as work:
            _run(work, form, content, name, dry_run=True)
            sha256 = keep(work, content, MEDIA[form.kind])
    except Invalid as problem:
        return index(problem)
    return see(url_for("web.usage.review", sha256=sha256, name=name, **form.model_dump()))


@pages.get("/<sha256>")
def review(sha256: str) -> tuple[str, HTTPStatus]:
    """What a kept file would change as things stand now. Trying locks the suppliers it names."""
    try:
        form = form_of(KeptForm, request.args)
        with works().writing(asker()) as work:
            found = _run(work, form, document(work, sha256).content, form.name, dry_run=True)
    except Invalid as problem:
        return index(problem)
    return with_faults(
        "emedia/review.html",
        form=form,
        sha256=sha256,
        found=found,
        kind=told(KINDS[form.kind]),
        months=[month_title(month) for month in found.months],
    )


@pages.post("/<sha256>")
def take(sha256: str) -> Response | tuple[str, HTTPStatus]:
    """Take a kept file in."""
    try:
        form = form_of(KeptForm, request.form)
        with works().writing(asker()) as work:
            found = _run(work, form, document(work, sha256).content, form.name, dry_run=False)
    except Invalid as problem:
        return index(problem)
    done(
        told(mark("{name} is imported"), name=form.name),
        told(
            mark("{new} new rows, {changed} changed, {unchanged} as they were."),
            new=found.new,
            changed=found.changed,
            unchanged=found.unchanged,
        ),
    )
    return see(url_for("web.emedia.index", ar=found.months[-1].year))


def _run(work: Work, form: UploadForm, content: bytes, name: str, *, dry_run: bool) -> UsageImport:
    if form.kind == "sheet":
        return import_usage(work, content, name, dry_run=dry_run)
    if not form.supplier:
        raise Invalid("Choose the supplier whose report it is", at="supplier")
    given = form.member or None
    return import_counter(work, content, name, form.supplier, given, dry_run=dry_run)


def _file() -> bytes:
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if not content:
        raise Invalid("Choose a file that is not empty", at="file")
    return content


def _name_of_file() -> str:
    """What the file is called, without folders and characters that cannot be seen."""
    sent = request.files.get("file")
    last = re.split(r"[/\\]", (sent.filename or "") if sent else "")[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:LONGEST_NAME] or NAMELESS


def _of_the_file(problem: Invalid) -> Iterator[FaultyCell]:
    for fault in problem.faults:
        if fault.at not in FIELDS:
            yield _cell(fault)


def _cell(fault: Fault) -> FaultyCell:
    found = _ROW.fullmatch(fault.at)
    return FaultyCell(
        row=found[1] if found else "",
        column=(found[2] or "") if found else fault.at,
        text=told(fault.text, **fault.facts),
        remedy=told(fault.remedy, **fault.facts) if fault.remedy else "",
    )
