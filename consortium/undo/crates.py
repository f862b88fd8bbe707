"""How changes of crates, and what was noted of them, are taken back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlmodel import col, func, select

from consortium.core.audit import AuditEntry
from consortium.core.days import last_day
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.crates.counting import COUNTED
from consortium.crates.registering import CRATES_REMOVED
from consortium.crates.removing import put_back_crates, remove_crates
from consortium.crates.rewinding import (
    noted_together,
    put_back_event,
    put_back_noted,
    withdraw_event,
    withdraw_noted,
)
from consortium.crates.rules import KINDS
from consortium.crates.tables import Crate, CrateEvent
from consortium.measures.tables import Measure, MeasureValue
from consortium.undo.branches import member_of_branch
from consortium.undo.ways import GONE, Undoing, Way

RIGHT: Final = "transports.change"
HANDLE: Final = "crates.handle"


def _crates_depend(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    first, last = entry.facts["first"], entry.facts["last"]
    these = col(Crate.code).between(first, last)
    there = select(func.count()).select_from(Crate).where(these)
    if work.session.exec(there).one() != entry.facts["count"]:
        yield Fault(GONE)
    travelled = (
        select(Crate.code)
        .join(CrateEvent, col(CrateEvent.crate_id) == col(Crate.id))
        .where(these)
        .order_by(col(Crate.code))
    )
    for code in work.session.exec(travelled.limit(1)):
        yield Fault("The crate {code} has travelled", f"crate {code}", {"code": code})


def _removed_crates_depend(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    these = col(Crate.code).between(entry.facts["first"], entry.facts["last"])
    if work.session.exec(select(Crate.id).where(these)).first() is not None:
        yield Fault("They are registered again already")
    if member_of_branch(work, entry.subject) is None:
        yield Fault(GONE)


def _counts(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    yield from _depends(work, entry, withdrawn=False)


def _is_withdrawn(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    yield from _depends(work, entry, withdrawn=True)


def _depends(work: Work, entry: AuditEntry, *, withdrawn: bool) -> Iterator[Fault]:
    """withdrawn: as the event has to be, so that it can be made otherwise."""
    rows = select(CrateEvent).where(CrateEvent.event == entry.facts["scan"])
    event = work.session.exec(rows).first()
    if event is None:
        yield Fault(GONE)
        return
    if event.withdrawn != withdrawn:
        yield Fault("It has been changed since")
    yield from _if_counted(work, event)


def _if_counted(work: Work, event: CrateEvent) -> Iterator[Fault]:
    measures = [code for code, counted in COUNTED.items() if counted == event.kind]
    month_end = last_day(event.on_date.year, event.on_date.month)
    rows = (
        select(Measure.code)
        .join(MeasureValue, col(MeasureValue.measure_id) == col(Measure.id))
        .where(col(Measure.code).in_(measures), MeasureValue.on_date == month_end)
    )
    for code in work.session.exec(rows.limit(1)):
        month = f"{event.on_date:%Y-%m}"
        yield Fault("The crates of {month} are counted", f"measure {code}", {"month": month})


def _noted(entry: AuditEntry) -> tuple[str, datetime, tuple[int, int]]:
    """Who noted events together and when, and their first and last id."""
    facts = entry.facts
    by = facts.get("noted_by", entry.actor)
    at = datetime.fromisoformat(facts["noted_at"]) if "noted_at" in facts else entry.at
    return by, at, (facts["first"], facts["last"])


def _all_count(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    yield from _together(work, entry, withdrawn=False)


def _all_withdrawn(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    yield from _together(work, entry, withdrawn=True)


def _together(work: Work, entry: AuditEntry, *, withdrawn: bool) -> Iterator[Fault]:
    these = noted_together(*_noted(entry))
    rows = select(CrateEvent.withdrawn, func.count()).where(*these)
    found = dict(work.session.exec(rows.group_by(col(CrateEvent.withdrawn))).all())
    if found.get(withdrawn, 0) != entry.facts["count"]:
        yield Fault("It has been changed since")
    months = select(CrateEvent).where(*these, col(CrateEvent.kind).in_(COUNTED.values()))
    ends = (
        months.order_by(col(CrateEvent.on_date)),
        months.order_by(col(CrateEvent.on_date).desc()),
    )
    for end in ends:
        for event in work.session.exec(end.limit(1)):
            yield from _if_counted(work, event)


def _of_branch(work: Work, entry: AuditEntry) -> str | None:
    return member_of_branch(work, entry.facts["branch"])


WAYS: Final[Mapping[str, Way]] = {
    "transports.crates_registered": Undoing(
        RIGHT,
        lambda work, entry: remove_crates(
            work, entry.subject, entry.facts["first"], entry.facts["last"]
        ),
        _crates_depend,
    ),
    CRATES_REMOVED: Undoing(
        RIGHT,
        lambda work, entry: put_back_crates(
            work, entry.subject, entry.facts["first"], entry.facts["last"]
        ),
        _removed_crates_depend,
    ),
    **{
        f"crates.{kind}": Undoing(
            HANDLE,
            lambda work, entry: withdraw_event(work, entry.facts["scan"]),
            _counts,
            _of_branch,
        )
        for kind in KINDS
    },
    "crates.event_withdrawn": Undoing(
        HANDLE,
        lambda work, entry: put_back_event(work, entry.facts["scan"]),
        _is_withdrawn,
        _of_branch,
    ),
    "crates.events_noted": Undoing(
        HANDLE, lambda work, entry: withdraw_noted(work, *_noted(entry)), _all_count
    ),
    "crates.events_withdrawn": Undoing(
        HANDLE, lambda work, entry: put_back_noted(work, *_noted(entry)), _all_withdrawn
    ),
    "crates.events_put_back": Undoing(
        HANDLE, lambda work, entry: withdraw_noted(work, *_noted(entry)), _all_count
    ),
    "crates.event_put_back": Undoing(
        HANDLE, lambda work, entry: withdraw_event(work, entry.facts["scan"]), _counts, _of_branch
    ),
}
