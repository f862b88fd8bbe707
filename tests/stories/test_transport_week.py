"""A week of transports, from the plan of a day to what each municipality pays for the crates.

Tuesday 24 November 2026: a library closes tomorrow, and a part of what is proposed is accepted.
Wednesday the van is half an hour late, Thursday it misses a stop; on 1 December the month's crates
split the pool. The times are those of the second program in `tests/transports/making.py`, the
crates and the öre are counted on paper.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from consortium.app import create_app
from consortium.core.days import swedish_time
from consortium.core.db import open_engine
from consortium.core.settings import Routing, Settings
from consortium.core.work import Works
from consortium.measures.queries import values
from consortium.messages.tables import Letter
from consortium.transports.claiming import claims
from consortium.transports.plan_rules import order_of
from consortium.transports.queries import plan_of
from consortium.transports.tables import Plan
from jobs.scheduler import run_date
from jobs.worker import run_next
from tests.conftest import OPERATOR, Clock
from tests.jobs.worlds import running
from tests.slices import DATABASES
from tests.stories.transport_world import CLAIMED_ORE, CODES, at_clock, make_week
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    ITERATIONS,
    KVARNSVEDEN,
    MORA,
    TODAY,
    TOMORROW,
    timetable,
)
from tests.web.browsing import Surfer, signed_in
from tests.web.transport_world import words_of

THURSDAY, FRIDAY, DECEMBER = date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 1)
FIRST = timetable([BORLANGE, FALUN, MORA, KVARNSVEDEN]).arrivals

# Mora first, then Borlänge and Kvarnsveden, from eight o'clock: Mora would come 2 h 1 min 54 s
# earlier than it was told, Borlänge 1 h 29 min 51 s later, Kvarnsveden 1 h 39 min 11 s earlier.
# Each minute later costs Borlänge's price and saves that of the two others, until Kvarnsveden is
# just ten minutes early, which is free: 1 h 29 min 11 s later. From then on it saves nothing.
CHANGED = {MORA: "09:29:11", BORLANGE: "10:59:02", KVARNSVEDEN: "11:17:36"}
LATE = timedelta(minutes=30)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from _of_kind(request, tmp_path)


@pytest.fixture
def works(database_url: str, clock: Clock) -> Iterator[Works]:
    engine = open_engine(database_url)
    yield Works(engine, clock, routing=Routing(buffer_percent=0, iterations=ITERATIONS))
    engine.dispose()
