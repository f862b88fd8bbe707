"""Refusals and errors as problem documents (RFC 9457), in the caller's language.

`type` is about:blank: the status says which kind of problem it is, and `errors` what is wrong,
where, and what would mend it.
"""

import json
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, NoReturn

from flask import Response, g
from werkzeug.exceptions import HTTPException

from consortium.api.language import language
from consortium.core.errors import Fault, Problem
from consortium.core.words import mark, words
from consortium.http.answers import STATUS, headers_of

MEDIA_TYPE: Final = "application/problem+json"
RETRY_S: Final = 1
MOST: Final = 500
AND_MORE: Final = mark("There are {count} more faults")
TITLES: Final[dict[int, str]] = {
    400: mark("Bad Request"),
    401: mark("Unauthorized"),
    403: mark("Forbidden"),
    404: mark("Not Found"),
    405: mark("Method Not Allowed"),
    409: mark("Conflict"),
    412: mark("Precondition Failed"),
    413: mark("Request Entity Too Large"),
    415: mark("Unsupported Media Type"),
    422: mark("Unprocessable Entity"),
    428: mark("Precondition Required"),
    429: mark("Too Many Requests"),
    500: mark("Internal Server Error"),
    503: mark("Service Unavailable"),
}
"""What RFC 9110 and its kin call each status: with about:blank, the title (RFC 9457, 4.2.1)."""

DETAILS: Final[dict[int, str]] = {
    400: mark("The request cannot be read as HTTP or as JSON"),
    404: mark("There is nothing at this address"),
    405: mark("Use one of the methods that the header Allow names"),
    413: mark("A request may be at most 1 MB"),
    500: mark("The fault is recorded under the request_id; send the same request again"),
}
PLACES: Final = {"budget": "budget_ore", "amount": "amount_ore"}
"""What forms call a field → what it is called in a body."""

_VALUE: Final = re.compile(r"value-(.+)")
NO_MORE: Final = mark("The request was refused")


class Refused(HTTPException):
    """A refusal of HTTP itself, with its fault. given: headers of the answer."""

    def __init__(self, status: HTTPStatus, fault: Fault, **given: str) -> None:
        super().__init__(fault.text)
        self.code = status.value
        self.fault = fault
        self.given = given

    def get_headers(self, *_: Any, **__: Any) -> list[tuple[str, str]]:
        return [(name.replace("_", "-"), value) for name, value in self.given.items()]


def refuse(status: HTTPStatus, fault: Fault, **given: str) -> NoReturn:
    """Refuse with a status of HTTP and no kind of the house's. given: headers, `Retry_After`."""
    raise Refused(status, fault, **given)


def problem_document(problem: Problem) -> Response:
    """One of the five kinds: `errors` has every fault with its place."""
    answer = _document(STATUS[type(problem)], problem.faults)
    if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def error_document(error: HTTPException) -> Response:
    """An error of HTTP itself: no such address, no token, a fault of ours."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    fault = error.fault if isinstance(error, Refused) else Fault(DETAILS.get(status, NO_MORE))
    answer = _document(status, [fault])
    answer.headers.extend(headers_of(error))
    return answer


def told_faults(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Faults as an answer has them, in the caller's language."""
    say = words(language())
    return [
        {
            "at": _place(fault.at),
            "detail": say(fault.text).format(**fault.facts),
            "remedy": say(fault.remedy).format(**fault.facts) if fault.remedy else "",
        }
        for fault in faults
    ]


def _some(faults: Sequence[Fault]) -> Sequence[Fault]:
    """The first MOST faults, and how many more there are."""
    more = len(faults) - MOST
    return [*faults[:MOST], Fault(AND_MORE, "", {"count": more})] if more > 0 else faults


def _place(at: str) -> str:
    value = _VALUE.fullmatch(at)
    return f"values.{value[1]}" if value else PLACES.get(at, at)


def _document(status: HTTPStatus, faults: Sequence[Fault]) -> Response:
    errors = told_faults(_some(faults))
    title = TITLES.get(status)
    text = json.dumps(
        {
            "type": "about:blank",
            "title": words(language())(title) if title else status.phrase,
            "status": status,
            "detail": "\n".join(error["detail"] for error in errors),
            "errors": errors,
            "request_id": g.get("request_id", ""),
        },
        ensure_ascii=False,
    )
    answer = Response(text, status=status, content_type=MEDIA_TYPE)
    answer.headers["Content-Language"] = language()
    answer.vary.add("Accept-Language")
    return answer
