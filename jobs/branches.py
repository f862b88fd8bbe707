"""Tasks of branches: a new place, or a new name, begins on its day."""

from collections.abc import Mapping
from typing import Any

from consortium.branches.relocating import begin_place
from jobs.running import Running, acting

BRANCHES = acting("branches")


def take_place(running: Running, details: Mapping[str, Any]) -> None:
    with running.works.writing(BRANCHES) as work:
        begin_place(work, details["branch"])
