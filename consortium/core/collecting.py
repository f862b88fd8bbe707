"""How often a process looks for garbage: seldom, since whole runs are held in memory at once."""

import gc
from typing import Final

AFTER: Final = (50_000, 20, 20)
"""New objects between two looks, and how many looks between those at the older ones.

With the interpreter's own 700 a run of thousands of rows was looked through some hundred times,
a fifth of its time (`make bench`, settlement).
"""


def collect_seldom() -> None:
    """Called where a process begins."""
    gc.set_threshold(*AFTER)
