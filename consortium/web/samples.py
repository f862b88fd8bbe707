"""Pages of volume samples: days are drawn, sheets printed, counts entered, volumes estimated."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.core.days import MONTHS_A_YEAR, last_day
from consortium.core.errors import Conflict, Fault, Invalid, NotFound, Problem
from consortium.core.words import mark, words
from consortium.crates.formats.sample_sheet import sample_sheets_pdf
from consortium.crates.sample_closing import close_sample
from consortium.crates.sample_queries import (
    BranchResult,
    MemberResult,
    closing_entry,
    result_of,
    sample_by_id,
    samples,
    sheet,
    sheets_of,
    slug_of_sheet,
)
from consortium.crates.sample_rules import CONFIDENCE, Estimate, read_sheet_code, sheet_code
from consortium.crates.sampling import (
    Count,
    NewSample,
    draw_sample,
    enter_counts,
    fill_from_scans,
    remove_sample,
)
from consortium.http.asking import Day, Filled, Form, MaybeWhole, Whole, fields_of, form_of, works
from consortium.http.parsing import day_of, whole_of
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.periods import today
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("samples", __name__, "/volymprov", right="transports.see")

PER_WEEKDAY: Final = 3
MONTHS: Final = 3
BOTH: Final = mark("Enter both figures, or none")
NO_SHEET: Final = mark("The barcode of a sheet looks like VP12-7")


class SampleForm(Form):
    """per_weekday: days drawn of each weekday. seed: empty for the first day's date."""

    name: Filled
    from_on: Day
    to_on: Day
    per_weekday: Whole
    seed: MaybeWhole = None

    def sample(self) -> NewSample:
        return NewSample(self.name, self.from_on, self.to_on, self.per_weekday, self.seed)


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """All samples, a form for a new one, and a field for a sheet's barcode."""
    with works().reading(asker()) as work:
        found = samples(work)
    years, month = divmod(today().month - 1 + MONTHS - 1, MONTHS_A_YEAR)
    ends = last_day(today().year + years, month + 1)
    return with_faults(
        "samples/index.html",
        problem,
        samples=found,
        from_on=today().isoformat(),
        to_on=ends.isoformat(),
        per_weekday=PER_WEEKDAY,
        code=request.args.get("kod", ""),
    )


@pages.get("/blad")
def find() -> Answer | tuple[str, HTTPStatus]:
    """Open the sheet that a barcode names."""
    named = read_sheet_code(request.args.get("kod", ""))
    if named is None:
        return index(Invalid([Fault(NO_SHEET, "kod")]))
    try:
        with works().reading(asker()) as work:
            slug = slug_of_sheet(work, *named)
    except NotFound as problem:
        return index(Invalid(list(problem.faults)))
    return see(url_for("web.samples.fill", sample_id=named[0], slug=slug))


@pages.post("", right="transports.change")
def draw() -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(SampleForm, request.form)
        with works().writing(asker()) as work:
            sample = draw_sample(work, form.sample())
    except (Invalid, Conflict) as problem:
        return index(problem)
    said = told(mark("{count} days are drawn for {name}"), count=len(sample.days), name=sample.name)
    offer_undo(said, work.audited)
    return see(url_for("web.samples.show", sample_id=sample.id))


@pages.get("/<int(max=2147483647):sample_id>")
def show(sample_id: int, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The days of a sample and why, how far the counting is, and what it comes to."""
    actor = asker()
    with works().reading(actor) as work:
        result = result_of(work, sample_id)
        closed_by = closing_entry(work, result.sample)
    return with_faults(
        "samples/show.html",
        problem,
        result=result,
        sample=result.sample,
        closed_by=closed_by,
        over=result.sample.to_on < today(),
        confidence=round(CONFIDENCE * 100),
        enters=lambda code: actor.may("crates.handle", code),
    )


@pages.get("/<int(max=2147483647):sample_id>/resultat.csv")
def table(sample_id: int) -> Response:
    """What a sample comes to, branch by branch, then by municipality."""
    with works().reading(asker()) as work:
        result = result_of(work, sample_id)
    header = ["branch", "name", "municipality", "days"]
    header += [f"{name}{part}" for name in ("sent", "received") for part in ("", "_from", "_to")]
    rows = [_row(row.branch.slug, row.branch.name, row) for row in result.branches]
    rows += [_row("", "", row) for row in result.members]
    return csv_file(f"volymprov-{sample_id}.csv", csv_text(header, rows))


@pages.get("/<int(max=2147483647):sample_id>/blad.pdf")
def papers(sample_id: int) -> Response:
    """The sheets to print, in Swedish; `bibliotek` in the address names one library."""
    with works().reading(asker()) as work:
        found = sheets_of(work, sample_id, request.args.get("bibliotek", ""))
    answer = Response(sample_sheets_pdf(found, words("sv")), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="volymprov-{sample_id}.pdf"'
    return answer


@pages.get("/<int(max=2147483647):sample_id>/bibliotek/<slug>")
def fill(sample_id: int, slug: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The sheet of a library, to fill in."""
    actor = asker()
    with works().reading(actor) as work:
        sample, (branch, member), days = sheet(work, sample_id, slug)
    return with_faults(
        "samples/fill.html",
        problem,
        sample=sample,
        branch=branch,
        member=member,
        days=days,
        code=sheet_code(sample.id, branch.id),
        today=today(),
        changing=sample.state == "open" and actor.may("crates.handle", member.code),
    )


@pages.post("/<int(max=2147483647):sample_id>/bibliotek/<slug>", right="crates.handle")
def enter(sample_id: int, slug: str) -> Answer | tuple[str, HTTPStatus]:
    try:
        given = {(day, slug): count for day, count in _counts(request.form).items()}
        with works().writing(asker()) as work:
            count = enter_counts(work, sample_id, given)
    except (Invalid, Conflict) as problem:
        return fill(sample_id, slug, problem)
    offer_undo(told(mark("{count} days are saved"), count=count), work.audited)
    return see(url_for("web.samples.show", sample_id=sample_id))


@pages.post("/<int(max=2147483647):sample_id>/skanningar", right="transports.change")
def scans(sample_id: int) -> Answer | tuple[str, HTTPStatus]:
    """Take the counts from scans."""
    try:
        with works().writing(asker()) as work:
            count = fill_from_scans(work, sample_id)
    except Conflict as problem:
        return show(sample_id, problem)
    said = told(mark("{count} counts came in from scans"), count=count)
    if count:
        offer_undo(said, work.audited)
    else:
        done(told(mark("There was nothing to take in from scans")))
    return see(url_for("web.samples.show", sample_id=sample_id))


@pages.post("/<int(max=2147483647):sample_id>/stang", right="transports.change")
def close(sample_id: int) -> Answer | tuple[str, HTTPStatus]:
    try:
        with works().writing(asker()) as work:
            sample = close_sample(work, sample_id)
    except Conflict as problem:
        return show(sample_id, problem)
    said = told(mark("{name} is closed, and its volumes are measures"), name=sample.name)
    offer_undo(said, [work.audited[-1]])
    return see(url_for("web.samples.show", sample_id=sample_id))


@pages.post("/<int(max=2147483647):sample_id>/bort", right="transports.change")
def remove(sample_id: int) -> Answer | tuple[str, HTTPStatus]:
    try:
        with works().writing(asker()) as work:
            name = sample_by_id(work, sample_id).name
            remove_sample(work, sample_id)
    except Conflict as problem:
        return show(sample_id, problem)
    offer_undo(told(mark("The sample {name} is taken away"), name=name), work.audited)
    return see(url_for("web.samples.index"))


def _counts(form: Mapping[str, str]) -> dict[date, Count | None]:
    """The fields `sent-2026-11-24` and `received-2026-11-24`; both empty is no count."""
    sent, received = fields_of(form, "sent-"), fields_of(form, "received-")
    counts: dict[date, Count | None] = {}
    faults: list[Fault] = []
    for text in sorted(sent.keys() | received.keys()):
        pair = (sent.get(text, "").strip(), received.get(text, "").strip())
        try:
            day = day_of(text)
        except ValueError:
            continue
        if not any(pair):
            counts[day] = None
            continue
        numbers: list[int] = []
        for name, cell in zip(("sent", "received"), pair, strict=True):
            try:
                numbers.append(whole_of(cell))
            except ValueError as error:
                faults.append(Fault(str(error) if cell else BOTH, f"{name}-{text}"))
        if len(numbers) == len(pair):
            counts[day] = (numbers[0], numbers[1])
    if faults:
        raise Invalid(faults)
    return counts


def _row(slug: str, name: str, row: BranchResult | MemberResult) -> list[object]:
    days = row.sent.days if row.sent else 0
    return [slug, name, row.member.name, days, *_cells(row.sent), *_cells(row.received)]


def _cells(found: Estimate | None) -> tuple[Any, ...]:
    if found is None:
        return "", "", ""
    return (found.whole, *(found.interval or ("", "")))
