"""Use cases: an event that was noted by mistake is withdrawn, or put back; none is ever deleted."""

from datetime import datetime
from typing import Any

from sqlmodel import col, select, update

from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.crates.states import restate
from consortium.crates.tables import Crate, CrateEvent
from consortium.members.tables import Member


def withdraw_event(work: Work, event: str) -> None:
    """Let an event count for nothing; its name stays known. Conflict where it does so already."""
    code, slug = _change(work, event, withdrawn=True)
    work.audit("crates.event_withdrawn", code, branch=slug, scan=event)


def put_back_event(work: Work, event: str) -> None:
    """Let an event count that was withdrawn. Conflict where it counts already."""
    code, slug = _change(work, event, withdrawn=False)
    work.audit("crates.event_put_back", code, branch=slug, scan=event)


def withdraw_noted(work: Work, by: str, at: datetime, ids: tuple[int, int]) -> None:
    """Withdraw all events that `by` noted together at the moment `at`, the first to the last id."""
    work.audit("crates.events_withdrawn", **_change_noted(work, by, at, ids, withdrawn=True))


def put_back_noted(work: Work, by: str, at: datetime, ids: tuple[int, int]) -> None:
    """Let the events that were withdrawn together count again."""
    work.audit("crates.events_put_back", **_change_noted(work, by, at, ids, withdrawn=False))


def noted_together(by: str, at: datetime, ids: tuple[int, int]) -> list[Any]:
    """What the rows of events that `by` noted at the moment `at` fulfil."""
    return [
        col(CrateEvent.id).between(*ids),
        CrateEvent.entered_by == by,
        CrateEvent.entered_at == at,
    ]


def _change_noted(
    work: Work, by: str, at: datetime, ids: tuple[int, int], *, withdrawn: bool
) -> dict[str, Any]:
    work.require_whole("crates.handle")
    these = noted_together(by, at, ids)
    crates = select(CrateEvent.crate_id).where(*these).distinct()
    found = list(work.session.exec(crates))
    done = work.session.exec(update(CrateEvent).where(*these).values(withdrawn=withdrawn))
    restate(work, found)
    facts = {"noted_by": by, "noted_at": at.isoformat(), "first": ids[0], "last": ids[1]}
    return {"count": done.rowcount, **facts}


def _change(work: Work, event: str, *, withdrawn: bool) -> tuple[str, str]:
    """Code of the crate and slug of the branch that the event is about."""
    rows = (
        select(CrateEvent, Crate.code, Branch, Member.code)
        .join(Crate, col(Crate.id) == col(CrateEvent.crate_id))
        .join(Branch, col(Branch.id) == col(CrateEvent.branch_id))
        .join(Member, col(Member.id) == col(Branch.member_id))
        .where(CrateEvent.event == event)
    )
    found = work.session.exec(rows).first()
    if found is None:
        raise NotFound("There is no event {event}", event=event)
    row, code, branch, member_code = found
    work.require("crates.handle", member_code)
    if row.withdrawn == withdrawn:
        raise Conflict("The event {event} is as it should be already", event=event)
    row.withdrawn = withdrawn
    work.session.add(row)
    work.session.flush()
    restate(work, [row.crate_id])
    return code, branch.slug
