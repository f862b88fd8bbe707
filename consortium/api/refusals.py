"""Refusals and errors as problem documents (RFC 9457)."""

from http import HTTPStatus

from flask import Response, g, jsonify
from werkzeug.exceptions import HTTPException

from consortium.core.errors import Problem
from consortium.http.answers import STATUS, headers_of


def problem_document(problem: Problem) -> Response:
    """One of the five kinds: `errors` has every fault with its place."""
    faults = [
        {"at": fault.at, "detail": fault.fault, "remedy": fault.mend} for fault in problem.faults
    ]
    return _document(STATUS[type(problem)], str(problem), faults)


def error_document(error: HTTPException) -> Response:
    """An error of HTTP itself: no such address, no token, a fault of ours."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    answer = _document(status, error.description or status.phrase, [])
    answer.headers.extend(headers_of(error))
    return answer


def _document(status: HTTPStatus, detail: str, faults: list[dict[str, str]]) -> Response:
    answer = jsonify(
        type="about:blank",
        title=status.phrase,
        status=status,
        detail=detail,
        errors=faults,
        request_id=g.get("request_id", ""),
    )
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer
