"""Rules of delays: how late is told, and to whom it is news. Pure."""

from collections.abc import Mapping
from datetime import timedelta


def minutes_late(late: timedelta) -> int:
    """Whole minutes, begun ones counted: 10 min 1 s is 11. What is early is 0."""
    return max(-(-late // timedelta(minutes=1)), 0)


def to_tell(late: Mapping[str, int], told: Mapping[str, int], limit: int) -> dict[str, int]:
    """Stop → minutes late, of those to be told: the figure is by more than `limit` minutes another
    than the one that they were told last, 0 where they were told none.
    """
    return {
        stop: minutes for stop, minutes in late.items() if abs(minutes - told.get(stop, 0)) > limit
    }
