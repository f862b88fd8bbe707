"""November of the demo's year behind the API: made once a run, copied for each test."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Flask

from consortium.app import create_app
from consortium.core.db import open_engine
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.migrations import upgrade
from tests.api.calling import Caller, caller_of
from tests.conftest import Clock
from tests.stories.worlds import make_november
from tests.web.browsing import add_account

FOLDER: Final = tempfile.TemporaryDirectory(prefix="consortium-")  # goes with the run
EVERY_ROLE: Final = (
    "administrator",
    "coordinator",
    "finance",
    "counter",
    "auditor",
    "driver",
)


@dataclass(frozen=True)
class House:
    """An application over November: an account for each role, and `all` with all of them."""

    app: Flask
    works: Works

    def caller(self, username: str, rights: Sequence[str] = ()) -> Caller:
        return caller_of(self.app, self.works, username, rights)


def house_of(
    folder: Path, clock: Callable[[], datetime], requests_per_minute: int = 100_000
) -> House:
    """A house whose database and keys stand in `folder`."""
    path = folder / "house.db"
    shutil.copy(_made(), path)
    works = Works(open_engine(f"sqlite:///{path}"), clock)
    chosen: dict[str, Any] = {
        "home": folder,
        "web": {"secret_key": "test" * 8},
        "api": {"requests_per_minute": requests_per_minute},
    }
    return House(create_app(Settings.model_validate(chosen), works), works)


@cache
def _made() -> Path:
    path = Path(FOLDER.name) / "november.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    works = Works(engine, Clock())
    make_november(works, Path(FOLDER.name))
    add_account(works, "all", *((role, None) for role in EVERY_ROLE))
    engine.dispose()  # closing the last connection folds the WAL into the file
    return path
