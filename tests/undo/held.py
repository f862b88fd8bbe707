"""Changes of what is held in the routes, that can be taken back."""

from collections.abc import Callable
from typing import Final

from consortium.core.work import Work
from consortium.transports.pinning import NewPin, keep_apart, pin_id_of, pin_stop, unpin_stop
from tests.transports.making import FALUN, MORA, TOMORROW

Change = Callable[[Work], object]

PIN: Final = NewPin(MORA, "van1", "last", on_date=TOMORROW)


def unpin(work: Work) -> None:
    unpin_stop(work, pin_id_of(work, MORA, TOMORROW, None) or 0)


def pin_otherwise(work: Work) -> None:
    """The pin is taken away, and another put in its place."""
    unpin(work)
    pin_stop(work, NewPin(MORA, position="first", on_date=TOMORROW))


HELD: Final[dict[str, tuple[Change, Change]]] = {
    "transports.kept_apart": (lambda _work: None, lambda work: keep_apart(work, MORA, FALUN)),
    "transports.pin_removed": (lambda work: pin_stop(work, PIN), unpin),
    "transports.stop_pinned": (lambda _work: None, lambda work: pin_stop(work, PIN)),
}
