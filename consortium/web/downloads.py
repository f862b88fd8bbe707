"""What is fetched from a page as a file: tables as CSV, and kept documents."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response, request


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as programs read it: UTF-8, commas, `\\n`; öre as whole numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def csv_file(name: str, text: str) -> Response:
    """`text` as a file to save under `name`."""
    return _file(name, text.encode(), "text/csv; charset=utf-8", "attachment")


def sheet_file(name: str, content: bytes, media_type: str) -> Response:
    """A sheet to save under `name`."""
    return _file(name, content, media_type, "attachment")


def pdf_page(name: str, content: bytes) -> Response:
    """A PDF that is drawn as it is asked for, to be opened where it stands."""
    return _file(name, content, "application/pdf", "inline")


def json_file(name: str, text: str) -> Response:
    return _file(name, text.encode(), "application/json", "attachment")


def document_file(name: str, content: bytes, media_type: str, sha256: str) -> Response:
    """A kept document, to be opened where it stands; 304 where the asker has these bytes."""
    answer = _file(name, content, media_type, "inline")
    answer.set_etag(sha256)
    answer.headers["Cache-Control"] = "private, no-cache"  # may be kept, must be asked about
    answer.make_conditional(request)
    return answer


def _file(name: str, content: bytes, media_type: str, disposition: str) -> Response:
    answer = Response(content, content_type=media_type)
    plain = name.encode("ascii", "replace").decode()  # a header carries no other letters
    answer.headers["Content-Disposition"] = f'{disposition}; filename="{plain}"'
    return answer
