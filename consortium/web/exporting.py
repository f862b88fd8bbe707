"""Pages of exports: a sheet of a kind, or everything that there is as one zip."""

from http import HTTPStatus
from tempfile import TemporaryFile
from typing import Literal

from flask import request, send_file, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Invalid
from consortium.exchange.everything import RIGHTS, note_everything, write_everything
from consortium.exchange.exporting import MEDIA, export
from consortium.exchange.kinds import kind_of
from consortium.exchange.queries import kinds_to_export
from consortium.http.asking import Filled, Form, MaybeWhole, form_of, works
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import sheet_file
from consortium.web.language import told
from consortium.web.refusals import with_faults

pages = Pages("exporting", __name__, "/export", right="")


class SheetForm(Form):
    """slag: the code of a kind. ar: rows of this year only, where the kind knows years."""

    slag: Filled
    ar: MaybeWhole = None
    form: Literal["csv", "xlsx"] = "csv"


@pages.get("")
def index(problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    actor = asker()
    with works().reading(actor) as work:
        kinds = kinds_to_export(work)
        everything = all(actor.may(right) and work.scope(right) is None for right in RIGHTS)
    return with_faults(
        "exchange/export.html",
        problem,
        kinds=[(kind.code, told(kind.name)) for kind in kinds],
        described=[(told(kind.name), told(kind.means)) for kind in kinds],
        chosen=request.args.get("slag", ""),
        everything=everything,
    )


@pages.get("/blad")
def sheet() -> Response | tuple[str, HTTPStatus]:
    """The rows of a kind that the asker may see, as they can be imported again."""
    if "slag" not in request.args:
        return see(url_for("web.exporting.index"))
    try:
        form = form_of(SheetForm, request.args)
    except Invalid as problem:
        return index(problem)
    with works().reading(asker()) as work:
        made = export(work, kind_of(form.slag), form.ar)
    year = f"-{form.ar}" if form.ar else ""
    name = f"{form.slag}{year}-{work.today.isoformat()}.{form.form}"
    return sheet_file(name, made.written(form.form), MEDIA[form.form])


@pages.post("/allt", right="settings.see")
def everything() -> Response:
    """Every table and document as one zip.

    Two works: what is noted is a short write, and writing the zip, which may take minutes, must
    not keep everybody else from writing.
    """
    with works().writing(asker()) as work:
        note_everything(work)
    file = TemporaryFile()  # noqa: SIM115 (closed by the answer, when it has been sent)
    with works().reading(asker()) as work:
        write_everything(work, file)
    file.seek(0)
    name = f"allt-{work.today.isoformat()}.zip"
    return send_file(file, "application/zip", as_attachment=True, download_name=name)
