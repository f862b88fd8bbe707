"""What the next page says about the post that led to it: a toast with Undo, or a notice."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from flask import session, url_for

from consortium.core.audit import AuditEntry
from consortium.undo.taking_back import undoable_ids

KEY: Final = "said"
MOST_AT_ONCE: Final = 200  # their numbers travel in the session's cookie, which holds 4 kB


@dataclass(frozen=True, slots=True)
class Said:
    """text: in the reader's language. undo: where a post takes it back, with `hidden` fields.

    Without `undo` it is a notice: what has been done and stands. With both `undo` and `more` it is
    a notice as well as a toast.
    """

    text: str
    more: str = ""
    undo: str = ""
    hidden: dict[str, str] = field(default_factory=dict)


def undoable(text: str, undo: str, **hidden: str) -> None:
    """Show `text` in a toast on the next page, with a button that posts `hidden` to `undo`.

    For what no audit entry tells of; else `offer_undo`.
    """
    session[KEY] = asdict(Said(text, undo=undo, hidden=hidden))


def offer_undo(text: str, audited: Sequence[AuditEntry], more: str = "", **hidden: str) -> None:
    """Show `text` in a toast on the next page, with a button that takes back what was done.

    audited: what a work has written, once it is closed; where nothing of it can be taken back it
    is a notice. hidden: what the page of undoing is to have with it.
    """
    ids = undoable_ids(audited)
    if not ids or len(ids) > MOST_AT_ONCE:
        done(text, more)
        return
    if ids[1:]:
        hidden["others"] = " ".join(map(str, ids[1:]))
    address = url_for("web.undoing.take_back", entry_id=ids[0])
    session[KEY] = asdict(Said(text, more, address, hidden))


def done(text: str, more: str = "") -> None:
    """Show a notice on the next page: `text` as its heading, `more` below it."""
    session[KEY] = asdict(Said(text, more))


def take_said() -> Said | None:
    """What is to be said on this page; it is said once."""
    kept = session.pop(KEY, None)
    return Said(**kept) if kept else None
