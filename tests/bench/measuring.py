"""What benchmarks measure with: the fastest of some runs, by the clock or by the processor."""

import time
from collections.abc import Callable
from typing import Any


def seconds(what: Callable[[], Any], times: int = 5) -> float:
    """Seconds that pass in the fastest of some runs."""
    return _fastest(what, times, time.perf_counter)


def cpu_seconds(what: Callable[[], Any], times: int = 5) -> float:
    """Seconds of this process's own computing in the cheapest of some runs."""
    return _fastest(what, times, time.process_time)


def _fastest(what: Callable[[], Any], times: int, clock: Callable[[], float]) -> float:
    best = float("inf")
    for _ in range(times):
        begun = clock()
        what()
        best = min(best, clock() - begun)
    return best
