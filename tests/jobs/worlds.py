"""What jobs are run with in tests: one database, a clock that the test moves, quick plans."""

from dataclasses import replace
from datetime import time
from pathlib import Path

from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.transports.registering import NewVehicle, WeeklyStop, add_vehicle, set_template_stop
from jobs.running import Running
from tests.conftest import OPERATOR

VAN = NewVehicle(
    code="van1",
    name="Bil 1",
    depot="depan",
    capacity=40,
    shift=(time(7), time(17)),
    max_duration_s=36_000,
    cost_per_km_ore=500,
    cost_per_hour_ore=38_000,
)


def running(works: Works, home: Path) -> Running:
    chosen = {"home": home, "routing": {"iterations": 5}, "web": {"secret_key": "k" * 32}}
    settings = Settings.model_validate(chosen)
    quick = works.routing.model_copy(update={"iterations": settings.routing.iterations})
    return Running(replace(works, routing=quick), settings)


def make_week(works: Works) -> None:
    """One van from the depot, and a stop a day at the three libraries of `make_branches`."""
    with works.writing(OPERATOR) as work:
        add_vehicle(work, VAN)
        for weekday in range(5):
            for slug in ("falu-stadsbibliotek", "borlange-bibliotek", "mora-bibliotek"):
                stop = WeeklyStop(weekday, slug, (time(8), time(16)), service_s=300)
                set_template_stop(work, stop)
