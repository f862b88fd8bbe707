"""What would let a stop be served after all, in the reader's language."""

from collections.abc import Mapping
from typing import Any, Final

from consortium.core.words import mark
from consortium.web.language import told

WINDOW: Final = mark("It would be served with deliveries there {windows}")
SHIFT: Final = mark("It would be served with {vehicle} on duty {opens}–{closes}")
VEHICLE: Final = mark(
    "It would be served with one more van, {opens}–{closes}, with room for {count} crates"
)
CRATES: Final = mark("It would be served with {deliver} crates to leave and {collect} to fetch")


def remedy_of(remedy: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    """A remedy of ROUTING in words, without its price; empty where none was found.

    names: of vans by their codes.
    """
    if remedy is None:
        return ""
    change = remedy["change"]
    if remedy["kind"] == "window":
        spans = [f"{opens[:5]}–{closes[:5]}" for opens, closes in change["windows"]]
        return told(WINDOW, windows=", ".join(spans))
    if remedy["kind"] == "crates":
        return told(CRATES, deliver=change["deliver"], collect=change["collect"])
    if remedy["kind"] == "shift":
        opens, closes = (at[:5] for at in change["shift"])
        van = names.get(change["vehicle"], change["vehicle"])
        return told(SHIFT, vehicle=van, opens=opens, closes=closes)
    (van,) = change["vehicles"]
    opens, closes = (at[:5] for at in van["shift"])
    return told(VEHICLE, opens=opens, closes=closes, count=van["capacity"])
