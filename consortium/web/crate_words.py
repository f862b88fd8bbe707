"""Words of crates: their states, what happens to them, and what looks wrong."""

from typing import Final

from consortium.core.words import mark

STATE_NAMES: Final = {
    "free": ("line", mark("Free")),
    "packed": ("line", mark("Packed")),
    "collected": ("accent", mark("On the way")),
    "at_depot": ("accent", mark("At a depot")),
    "loaded": ("accent", mark("On a van")),
    "delivered": ("ok", mark("Delivered")),
    "lost": ("bad", mark("Missing")),
}
"""State of a crate → the kind of its badge, and its name."""

KIND_NAMES: Final = {
    "packed": mark("Packed"),
    "collected": mark("Collected"),
    "at_depot": mark("Left at a depot"),
    "loaded": mark("Loaded at a depot"),
    "delivered": mark("Delivered"),
    "emptied": mark("Emptied"),
    "lost": mark("Reported missing"),
    "found": mark("Found"),
}
RECORD_NAMES: Final = {
    "collected": mark("Collected: it leaves with the van"),
    "at_depot": mark("Left at a depot: it waits there for another van"),
    "loaded": mark("Loaded at a depot: it goes on with a van"),
    "delivered": mark("Delivered: the van has left it"),
    "emptied": mark("Emptied: it is unpacked and free"),
    "lost": mark("Missing: it is not where it should be"),
    "found": mark("Found: it is here, and free"),
}
"""What can be recorded of a crate, packing apart: it needs to know where it goes."""

NEXT_STEPS: Final = {
    "collected": mark("It waits at {place} for the van."),
    "delivered": mark("It is on its way; the van leaves it at {place}."),
    "emptied": mark("It waits at {place} to be unpacked."),
}
RECORD_BUTTONS: Final = {
    "collected": mark("Record that it was collected"),
    "delivered": mark("Record that it was delivered"),
    "emptied": mark("Record that it was emptied"),
}
ODDITY_NAMES: Final = {
    "lost": ("bad", mark("Missing")),
    "waits": ("warn", mark("Packed for more than 7 days")),
    "long_way": ("warn", mark("On its way for more than 4 days")),
    "full": ("warn", mark("Not emptied for more than 7 days")),
    "elsewhere": ("warn", mark("Delivered at another library")),
    "uncollected": ("line", mark("Delivered, but never collected")),
    "unpacked": ("line", mark("On a journey that nobody packed it for")),
    "packed_twice": ("line", mark("Packed anew while on a journey")),
}
"""What looks wrong → the kind of its badge, and its name."""
