"""Rules of branches: pure."""

import unicodedata
from datetime import date, time
from typing import Literal

from consortium.core.days import holiday

KINDS = ("main", "branch", "bus", "bus_stop", "depot")

ClosedBy = Literal["", "merged", "closure", "holiday", "unstaffed"]
"""What closes a branch on a date: empty where it is open."""


def slug(name: str) -> str:
    """`name` as it stands in an address: `Särna bibliotek` → `sarna-bibliotek`."""
    plain = unicodedata.normalize("NFKD", name.lower())
    kept = (
        sign if sign.isascii() and sign.isalnum() else " "
        for sign in plain
        if not unicodedata.combining(sign)
    )
    return "-".join("".join(kept).split())


def why_closed(
    day: date, hours: tuple[time, time] | None, closure: str, merged_into: str = ""
) -> str:
    """Why a branch takes no deliveries on `day`, in Swedish; empty where it does.

    hours: its staffed hours on that weekday, None where it has none. closure: the reason of a
    closure that covers the day. merged_into: the name of the branch that has taken over by then.
    That says most, then a closure, then a holiday, then the weekday.
    """
    reasons: dict[ClosedBy, str] = {
        "merged": f"Sammanslaget med {merged_into}",
        "closure": closure,
        "holiday": holiday(day),
        "unstaffed": "Ingen bemanning denna veckodag",
    }
    return reasons.get(closed_by(day, hours, closure, merged_into), "")


def closed_by(
    day: date, hours: tuple[time, time] | None, closure: str, merged_into: str = ""
) -> ClosedBy:
    """What closes a branch on `day`, given as to `why_closed`; empty where it is open."""
    if merged_into:
        return "merged"
    if closure:
        return "closure"
    if holiday(day):
        return "holiday"
    return "" if hours else "unstaffed"
