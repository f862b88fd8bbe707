"""The restore drill: a backup of the demo's year put back into an empty database."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from consortium.core.db import open_engine
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.demo.playing import play
from consortium.migrations import downgrade, upgrade
from consortium.operations.backing_up import back_up
from consortium.operations.restoring import restore
from tests.bench.measuring import seconds
from tests.conftest import OPERATOR

DRILL_SECONDS: Final = 60.0
DAY: Final = date(2026, 11, 24)


def figures() -> dict[str, float]:
    with TemporaryDirectory() as folder:
        home = Path(folder) / "demo"
        play(Settings.model_validate({"home": home}), DAY)
        works = Works(open_engine(f"sqlite:///{home / 'consortium.db'}"))
        packed = Path(folder) / "packed.zip"

        def drill() -> None:
            with works.reading(OPERATOR) as work:
                back_up(work, home, packed)
            engine = open_engine(f"sqlite:///{Path(folder) / 'again.db'}")
            restore(engine, Path(folder) / "again", packed, upgrade, downgrade)
            engine.dispose()

        took = seconds(drill, 1)
        works.engine.dispose()
    return {"backup and restore of the demo's year, seconds / 60 s (limit 1)": took / DRILL_SECONDS}
