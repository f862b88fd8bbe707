"""Whatever is sent, the API answers as its document says."""

from pathlib import Path
from typing import Any

import pytest

from consortium.api import ROUTES
from tests.api.fuzzing import Run, Stepping, fuzz
from tests.api.november import house_of
from tests.conftest import NOON
from tests.slices import WHOLE, slice_of

CALLED = [route for route in ROUTES if route.right]  # schemathesis leaves the document itself out
KEYS = "/(keys|trials)$"
"""A key has so many fields that its combinations are two thirds of all: in the whole run only."""


def run(folder: Path, phases: dict[str, Any], without: str = "") -> Run:
    house = house_of(folder, Stepping(NOON), requests_per_minute=10**7)
    return fuzz(house.app, house.caller("all").secret, phases, without)


def assert_clean(found: Run) -> None:
    assert found.errors == []
    assert found.failures == {}
    assert found.misread == {}


@pytest.mark.filterwarnings("default")  # of the tools that generate; ours are errors elsewhere
def test_every_combination_of_fields_is_answered(tmp_path: Path) -> None:
    on = {"enabled": True}
    found = run(tmp_path, {"examples": on, "coverage": on}, "" if WHOLE else KEYS)
    assert_clean(found)
    assert len(found.operations) == len(CALLED) - (0 if WHOLE else 3)
    assert {200, 201, 202, 400, 401, 404, 405, 409, 415, 422, 428} <= found.statuses


@pytest.mark.filterwarnings("default")
def test_anything_at_all_is_answered(tmp_path: Path) -> None:
    generated = {"enabled": True, "generation": {"max-examples": slice_of(3, 150)}}
    found = run(tmp_path, {"fuzzing": generated})
    assert_clean(found)
    assert len(found.operations) == len(CALLED)


@pytest.mark.filterwarnings("default")
def test_calls_after_each_other_are_answered(tmp_path: Path) -> None:
    generated = {
        "enabled": True,
        "max-steps": slice_of(4, 12),
        "generation": {"max-examples": slice_of(5, 100)},
    }
    found = run(tmp_path, {"stateful": generated})
    assert_clean(found)
    assert found.calls > 0
