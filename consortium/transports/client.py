"""Client: the server that works out ways on the road, OSRM or Valhalla."""

from collections.abc import Callable
from typing import Final

from consortium.core.client import Resolve, fetch, looked_up
from consortium.core.errors import Invalid, Unavailable
from consortium.core.settings import Settings
from consortium.transports.formats import osrm, valhalla
from consortium.transports.formats.road_table import Asked, Ways

OK, BAD, TOO_MANY = 200, 400, 429
WRONG: Final = range(400, 500)
JSON: Final = {"Content-Type": "application/json"}

Read = Callable[[bytes, Asked], Ways]


def ways(settings: Settings, asked: Asked, resolve: Resolve = looked_up) -> Ways:
    """What the server of the settings says of the ways that are asked for.

    Unavailable where it does not answer, or will later; Invalid where it refuses the question, or
    answers something else.
    """
    base = settings.routing.server
    if settings.routing.server_kind == "valhalla":
        read: Read = valhalla.ways_of
        question, address = valhalla.question_of(asked), valhalla.address_of(base)
        answer = fetch(settings.outgoing, "POST", address, question, JSON, resolve)
    else:
        read = osrm.ways_of
        answer = fetch(settings.outgoing, "GET", osrm.address_of(base, asked), resolve=resolve)
    if answer.status in {OK, BAD} and answer.whole and answer.content:
        return read(answer.content, asked)
    if answer.status in WRONG and answer.status != TOO_MANY:
        raise Invalid(
            "{address} answered {status} to a question about distances",
            address=base,
            status=answer.status,
            remedy="Check the settings routing.server and routing.server_kind",
        )
    raise Unavailable("{address} answered {status}", address=base, status=answer.status)
