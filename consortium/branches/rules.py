"""Rules of branches: pure."""

import unicodedata
from datetime import date, time

from consortium.core.days import holiday

KINDS = ("main", "branch", "bus", "bus_stop", "depot")


def slug(name: str) -> str:
    """`name` as it stands in an address: `Särna bibliotek` → `sarna-bibliotek`."""
    plain = unicodedata.normalize("NFKD", name.lower())
    kept = (
        sign if sign.isascii() and sign.isalnum() else " "
        for sign in plain
        if not unicodedata.combining(sign)
    )
    return "-".join("".join(kept).split())


def why_closed(day: date, hours: tuple[time, time] | None, closure: str) -> str:
    """Why a branch takes no deliveries on `day`, in Swedish; empty where it does.

    hours: its staffed hours on that weekday, None where it has none. closure: the reason of a
    closure that covers the day. A closure says most, then a holiday, then the weekday.
    """
    if closure:
        return closure
    if name := holiday(day):
        return name
    return "" if hours else "Ingen bemanning denna veckodag"
