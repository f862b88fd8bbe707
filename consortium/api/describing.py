"""What the API's document says in words, and the headers that every operation shares."""

from http import HTTPStatus
from typing import Any, Final

DESCRIPTION: Final = """\
Everything that the pages do, for other systems.

**Who asks.** `Authorization: Bearer …`, a token that an administrator has given. It acts for an
account, with the rights that were chosen for it. A right that is lacking is 403. What belongs to
a municipality that the account does not reach is 404, as if it were not there.

**Values.** Money is whole öre. Days are `2026-11-24` in Swedish time, months `2026-11`, moments
RFC 3339. A field that is not described is refused, and so is a number in quotes.

**Retrying.** Every POST that changes something needs an `Idempotency-Key`: a new random text for
each thing that is to be done, the same one when it is sent again. The first answer is kept for 30
days, in the transaction that made it, and given again with `Idempotent-Replayed: true`. The same
key with another request is 409. What was refused (4xx, 5xx) has changed nothing and keeps
nothing: the same key may be sent again, with a body that has been mended. PUT and PATCH change
nothing when they are sent again with the same If-Match: the second is 412.

**Changing what others change too.** Look-ups have an `ETag`, which changes with their content.
Changes that name one need it as `If-Match`: 428 without it, 412 where somebody was first. `*`
matches whatever is there. `If-None-Match` on a look-up gives 304 where nothing is new.

**Lists** come `limit` at a time (1 to 200, 50 where nothing is said). `next_cursor` says where the
list goes on; it is null at the end, and nobody but the server has to understand it.

**How often.** Each token has a bucket of requests that fills steadily in a minute.
`RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` say how it stands, as in
draft-ietf-httpapi-ratelimit-headers-06; an empty bucket is 429 with `Retry-After`.

**What is refused** comes as `application/problem+json` (RFC 9457) with `errors`: everything that is
wrong, each with its place (`at`), what it is (`detail`) and what would mend it (`remedy`), in the
language of `Accept-Language` (`sv`, `en`; English where it says neither). `type` is `about:blank`:
the status says which kind of problem it is.

HEAD and OPTIONS are answered; other sites' scripts may not ask (no CORS).
"""

TAGS: Final = {
    "members": "The municipalities and the region, and how they are billed",
    "branches": "Libraries and other stops: where they are, when they are staffed",
    "closures": "Days on which a branch takes no deliveries",
    "measures": "What keys weigh by: values by member and date, and their locks",
    "pools": "Costs that members share: budgets, contributions, participants, VAT",
    "keys": "How a pool is shared: its versions, a new one, and what another would do",
    "costs": "What has been paid for a pool",
    "runs": "A month's invoicing, from preview to issue",
    "billing": "Issued invoices, and what each member bears",
    "reasons": "Why an invoice's line is what it is",
    "transports": "The plans in force and their papers",
    "proposals": "Plans that are asked for, and their answers",
    "crates": "Crates and their journeys",
    "usage": "Loans of e-media",
    "api": "This document",
}

PROBLEMS: Final = {
    HTTPStatus.BAD_REQUEST: "It cannot be read, or has no Idempotency-Key",
    HTTPStatus.UNAUTHORIZED: "No token that is valid",
    HTTPStatus.FORBIDDEN: "The right is lacking",
    HTTPStatus.NOT_FOUND: "It does not exist, or not for the one who asks",
    HTTPStatus.CONFLICT: "The state of the records speaks against it",
    HTTPStatus.PRECONDITION_FAILED: "It has changed since it was read",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More than 1 MB",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Another media type than JSON",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It cannot be done as it was put",
    HTTPStatus.PRECONDITION_REQUIRED: "If-Match is missing",
    HTTPStatus.TOO_MANY_REQUESTS: "Asked too often",
    HTTPStatus.SERVICE_UNAVAILABLE: "It does not work just now; send it again",
}


def _header(what: str, **schema: Any) -> dict[str, Any]:
    return {"description": what, "schema": {"type": "string", **schema}}


def _parameter(name: str, what: str, *, required: bool, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": what,
        "schema": {"type": "string", **schema},
    }


HEADERS: Final = {
    "ETag": _header("Changes with the content", pattern='^"[0-9a-f]{32,64}"$'),
    "Location": _header("Where what was made is found"),
    "Idempotent-Replayed": _header("`true`: the answer was given before", enum=["true"]),
    "Retry-After": _header("Seconds to wait", pattern="^[0-9]+$"),
    "WWW-Authenticate": _header("How to prove who asks"),
    "X-Request-ID": _header("Of this request, as the log has it"),
    "RateLimit-Limit": _header("Requests a minute", pattern="^[0-9]+$"),
    "RateLimit-Remaining": _header("Requests left", pattern="^[0-9]+$"),
    "RateLimit-Reset": _header("Seconds until the bucket is full", pattern="^[0-9]+$"),
}

PARAMETERS: Final = {
    "Accept-Language": _parameter("Accept-Language", "`sv` or `en`", required=False),
    "Idempotency-Key": _parameter(
        "Idempotency-Key",
        "Chosen by the caller for this one thing to do",
        required=True,
        pattern="^[!-~]{1,255}$",
        example="7f3c1f0a-6f0e-4c57-9d3c-0a4e7d8b2f11",
    ),
    "If-Match": _parameter("If-Match", "The ETag of the look-up, or `*`", required=True),
    "If-None-Match": _parameter("If-None-Match", "An ETag that is known", required=False),
}
