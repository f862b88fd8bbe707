"""What the next page says about the post that led to it: a toast with Undo, or a notice."""

from dataclasses import asdict, dataclass, field
from typing import Final

from flask import session

KEY: Final = "said"


@dataclass(frozen=True, slots=True)
class Said:
    """text: in the reader's language. undo: where a post takes it back, with `hidden` fields.

    Without `undo` it is a notice: what has been done and stands.
    """

    text: str
    more: str = ""
    undo: str = ""
    hidden: dict[str, str] = field(default_factory=dict)


def undoable(text: str, undo: str, **hidden: str) -> None:
    """Show `text` in a toast on the next page, with a button that posts `hidden` to `undo`."""
    session[KEY] = asdict(Said(text, undo=undo, hidden=hidden))


def done(text: str, more: str = "") -> None:
    """Show a notice on the next page: `text` as its heading, `more` below it."""
    session[KEY] = asdict(Said(text, more))


def take_said() -> Said | None:
    """What is to be said on this page; it is said once."""
    kept = session.pop(KEY, None)
    return Said(**kept) if kept else None
