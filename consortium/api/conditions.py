"""ETags and what is asked of them (RFC 9110, section 13; RFC 6585, section 3). Strong ones only."""

import hashlib
from http import HTTPStatus
from typing import Final

from flask import request

from consortium.api.refusals import refuse
from consortium.core.errors import Fault
from consortium.core.words import mark

PLACE: Final = "If-Match"
MISSING: Final = mark("Say which state you are changing")
CHANGED: Final = mark("It is no longer as it was when you read it")


def etag_of(content: bytes) -> str:
    """The ETag of a representation, without its quotes: it changes with every byte of it."""
    return hashlib.sha256(content).hexdigest()[:32]


def require_match(content: bytes) -> None:
    """Refuse unless If-Match has the ETag of `content`, the state as it now is."""
    if PLACE not in request.headers:
        remedy = "Read it, and send the ETag you got as If-Match"
        refuse(HTTPStatus.PRECONDITION_REQUIRED, Fault(MISSING, PLACE, {}, remedy))
    asked = request.if_match
    if not (asked.star_tag or asked.contains(etag_of(content))):
        remedy = "Read it again, see what has changed, and send the new ETag"
        refuse(HTTPStatus.PRECONDITION_FAILED, Fault(CHANGED, PLACE, {}, remedy))


def is_known(etag: str) -> bool:
    """Whether If-None-Match says that the caller has this representation already."""
    return request.if_none_match.contains_weak(etag)
