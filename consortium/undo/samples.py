"""How changes of volume samples are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.crates.sample_closing import close_sample, reopen_sample
from consortium.crates.sample_queries import counts_of, participants
from consortium.crates.sampling import enter_counts, put_sample, remove_sample
from consortium.crates.tables import VolumeSample
from consortium.documents.queries import record_of
from consortium.measures.queries import measure_by_code, snapshot_of, values
from consortium.undo.billed import if_weighed
from consortium.undo.branches import member_of_branch
from consortium.undo.ways import GONE, Undoing, Way, day_of, overtaken

RIGHT: Final = "transports.change"
HANDLE: Final = "crates.handle"
CLOSED, REOPENED = "crates.sample_closed", "crates.sample_reopened"
COUNTED: Final = "crates.volumes_counted"


def _sample(work: Work, entry: AuditEntry) -> VolumeSample | None:
    return work.session.get(VolumeSample, entry.facts["sample"])


def _drawn_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    sample = _sample(work, entry)
    if sample is None:
        yield Fault(GONE)
    elif counts_of(work, sample):
        facts: dict[str, str | int] = {"name": sample.name}
        yield Fault("Crates have been counted for {name}", f"sample {sample.id}", facts)


def _removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    taken = select(VolumeSample.id).where(VolumeSample.name == entry.subject)
    if work.session.exec(taken).first() is not None:
        yield Fault("There is another with that name by now", "samples")


def _draw_again(work: Work, entry: AuditEntry) -> None:
    days = day_of(entry, "from_on"), day_of(entry, "to_on")
    put_sample(work, entry.subject, days, entry.facts["days"], entry.facts["seed"])


def _counted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    sample = _sample(work, entry)
    if sample is None:
        yield Fault(GONE)
        return
    if sample.state == "closed":
        yield overtaken(work, entry, CLOSED)
        return
    slugs = {branch.id: branch.slug for branch, _ in participants(work, sample)}
    there = {
        (day.isoformat(), slugs[branch_id]): [row.sent, row.received]
        for (branch_id, day), row in counts_of(work, sample).items()
        if branch_id in slugs
    }
    if any(there.get((day, slug)) != after for day, slug, _, after in entry.facts["counts"]):
        yield overtaken(work, entry, COUNTED)


def _count_back(work: Work, entry: AuditEntry) -> None:
    given = {
        (date.fromisoformat(day), slug): (before[0], before[1]) if before else None
        for day, slug, before, _ in entry.facts["counts"]
    }
    enter_counts(work, entry.facts["sample"], given)


def _whose(work: Work, entry: AuditEntry) -> str | None:
    """The member of the counts where they are of one; None takes the right for all."""
    slugs = {slug for _, slug, _, _ in entry.facts["counts"]}
    codes = {member_of_branch(work, slug) for slug in slugs}
    return codes.pop() if len(codes) == 1 else None


def _closed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    sample = _sample(work, entry)
    if sample is None:
        yield Fault(GONE)
        return
    if sample.state == "open":
        yield overtaken(work, entry, REOPENED)
        return
    for measured in record_of(work, entry.facts["replaced"])["measured"]:
        yield from _measured_depends(work, entry, measured)


def _measured_depends(
    work: Work, entry: AuditEntry, measured: Mapping[str, Any]
) -> Iterator[Fault]:
    """measured: the facts of the entry by which the values came in, with their measure."""
    code, on = measured["code"], day_of(entry, "on")
    at, day = f"measure {code}", on.isoformat()
    if snapshot_of(work, measure_by_code(work, code), on):
        yield Fault("The values of {code} on {day} are locked", at, {"code": code, "day": day})
    now = {
        member.code: [row.value, row.source]
        for member, row in values(work, code)
        if row.on_date == on
    }
    pairs = zip(measured["members"], measured["after"], strict=True)
    if any(now.get(member) != after for member, after in pairs):
        facts: dict[str, str | int] = {"code": code, "day": day}
        yield Fault("The values of {code} on {day} have changed since", at, facts)
    yield from if_weighed(work, entry.at, code, on, measured["members"])


def _reopened_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    sample = _sample(work, entry)
    if sample is None:
        yield Fault(GONE)
    elif sample.state == "closed":
        yield overtaken(work, entry, CLOSED)


WAYS: Final[Mapping[str, Way]] = {
    "crates.sample_drawn": Undoing(
        RIGHT, lambda work, entry: remove_sample(work, entry.facts["sample"]), _drawn_depends
    ),
    "crates.sample_removed": Undoing(RIGHT, _draw_again, _removed_depends),
    COUNTED: Undoing(HANDLE, _count_back, _counted_depends, _whose),
    CLOSED: Undoing(
        RIGHT,
        lambda work, entry: reopen_sample(work, entry.facts["sample"], entry.facts["replaced"]),
        _closed_depends,
    ),
    REOPENED: Undoing(
        RIGHT, lambda work, entry: close_sample(work, entry.facts["sample"]), _reopened_depends
    ),
}
