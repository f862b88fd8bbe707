"""The small consortium of the undo tests, made once for each kind of database and copied."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from consortium.core.db import open_engine
from consortium.core.work import Works
from tests.conftest import OPERATOR, Clock, _on_server
from tests.undo.world import make_world


@pytest.fixture(scope="session")
def world_sqlite(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("undo") / "world.db"
    shutil.copy(empty_sqlite, path)
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def world_postgresql(postgresql: str, empty_postgresql: str) -> str:
    _on_server(postgresql, f"create database undo_world template {empty_postgresql}")
    _fill(postgresql.format(name="undo_world"))
    return "undo_world"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a copy of the small consortium, on each kind of database."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("world_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql")
    template = request.getfixturevalue("world_postgresql")
    name = f"undo_{uuid.uuid4().hex}"
    _on_server(server, f"create database {name} template {template} strategy file_copy")
    yield server.format(name=name)
    _on_server(server, f"drop database {name} with (force)")


def _fill(url: str) -> None:
    engine = open_engine(url)
    with Works(engine, Clock()).writing(OPERATOR) as work:
        make_world(work)
    engine.dispose()
