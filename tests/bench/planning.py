"""The plan of a day, and the month that a finance officer looks at before it is issued."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyvrp
from pyvrp.stop import MaxIterations

from consortium.billing.views import month_view
from consortium.core.db import open_engine
from consortium.core.work import Works
from consortium.migrations import upgrade
from consortium.transports.routing import plan
from tests.bench.measuring import seconds
from tests.billing.worlds import NOVEMBER, make_year
from tests.conftest import NOON, OPERATOR

ROOT: Final = Path(__file__).parents[2]
DAY_29: Final = ROOT / "tests/transports/routing/cases/dalarna-day-29.json"
REFERENCE_ORE: Final = 5_685_999  # dalarna-day-29.reference.json: found with every seed tried
PLAN_SECONDS: Final = 10.0  # a coordinator waits ten seconds for a proposal, not longer
PREVIEW_SECONDS: Final = 1.0


def figures() -> dict[str, float]:
    day = json.loads(DAY_29.read_text(encoding="utf-8"))
    planned = plan(day)
    taken = seconds(lambda: plan(day), 2)
    return {
        "cost of a day's plan / the reference plan (limit 1.003)": planned["cost"]["total_ore"]
        / REFERENCE_ORE,
        "a day's plan, seconds / 10 s (limit 1)": taken / PLAN_SECONDS,
        "a day's plan, seconds / PyVRP alone on as many stops": taken / seconds(small_model, 2),
        "a month's preview, seconds / 1 s (limit 1)": preview() / PREVIEW_SECONDS,
    }


def small_model() -> pyvrp.Result:
    """The peer of planning: the solver alone on as many stops, without time or money."""
    case = json.loads(DAY_29.read_text(encoding="utf-8"))
    model = pyvrp.Model()
    places = [model.add_location(x=0, y=0) for _ in case["places"]]
    model.add_depot(places[0])
    model.add_vehicle_type(3, capacity=[70])
    for place, stop in zip(places[1:], case["stops"], strict=True):
        model.add_client(place, delivery=[stop["deliver"]])
    for row, start in zip(case["distances_m"], places, strict=True):
        for metres, end in zip(row, places, strict=True):
            model.add_edge(start, end, distance=metres, duration=0)
    return model.solve(MaxIterations(3000), seed=1, display=False)


def preview() -> float:
    """Seconds until the demo's November is worked out, not yet shown."""
    with TemporaryDirectory() as folder:
        works = Works(open_engine(f"sqlite:///{folder}/bench.db"), lambda: NOON)
        upgrade(works.engine)
        make_year(works)

        def look() -> None:
            with works.reading(OPERATOR) as work:
                month_view(work, date(2026, NOVEMBER.month, 1))

        taken = seconds(look)
        works.engine.dispose()
    return taken
