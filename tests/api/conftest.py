"""The houses that the API's tests call."""

from pathlib import Path

import pytest

from tests.api.calling import Caller
from tests.api.november import House, house_of
from tests.conftest import Clock


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> House:
    return house_of(tmp_path, clock)


@pytest.fixture
def everyone(house: House) -> Caller:
    """Holds every role for all members."""
    return house.caller("all")
