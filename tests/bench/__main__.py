"""`make bench`: the ratios, printed and written to var/bench.json; exit 1 where one is over.

Each figure is the ratio of what was measured to a peer or a limit measured or stated in the same
run. Its name ends in `(limit 1.5)`, the most it may be, or `(at least 1.6)`; one without either is
told for comparison. Every file of this folder that has `figures()` is measured; names of files as
arguments measure only those.
"""

import gc
import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from tests import bench

PATH: Final = Path(__file__).parents[2] / "var" / "bench.json"
BOUND: Final = re.compile(r"\((limit|at least) ([0-9.]+)\)$")


def verdict(name: str, value: float) -> str:
    """`ok` or `OVER` by the bound in the name, empty where it has none."""
    bound = BOUND.search(name)
    if bound is None:
        return ""
    most = float(bound[2])
    return "ok" if (value <= most if bound[1] == "limit" else value >= most) else "OVER"


def measured(only: list[str]) -> Iterator[tuple[str, float]]:
    """Name and value of each figure, as they come."""
    names = [module.name for module in iter_modules(bench.__path__)]
    for name in only or names:
        gc.collect()
        gc.freeze()  # what earlier ones left is searched for garbage by none of those that follow
        if name != "__main__" and hasattr(import_module(f"tests.bench.{name}"), "figures"):
            yield from import_module(f"tests.bench.{name}").figures().items()


def main() -> None:
    found: dict[str, float] = {}
    for name, value in measured(sys.argv[1:]):
        found[name] = round(value, 4)
        print(f"{value:10.4f}  {verdict(name, value):4}  {name}", flush=True)  # noqa: T201 (a table for the terminal)
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    over = [name for name, value in found.items() if verdict(name, value) == "OVER"]
    if over:
        sys.exit(f"over their limits: {len(over)}")


if __name__ == "__main__":
    main()
