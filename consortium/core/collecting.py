"""Many values at once, all of which stay: no search for garbage while they are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Without the search for cycles: thousands of rows make many objects and no cycle, and the
    search, begun again and again, would take more time than all the rest.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
