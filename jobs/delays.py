"""Task: branches are told of delays, after a driver has noted something."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from consortium.transports.delays import tell_delays
from jobs.running import Running, acting

DELAYS = acting("delays")


def tell_route_delays(running: Running, details: Mapping[str, Any]) -> None:
    with running.works.writing(DELAYS) as work:
        tell_delays(work, date.fromisoformat(details["day"]), details["vehicle"])
