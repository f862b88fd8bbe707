"""Questions about volume samples: their days, their counts, and what they come to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.agreements.queries import figures_are_open
from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.audit import AuditEntry
from consortium.core.errors import NotFound
from consortium.core.work import Scope, Work
from consortium.crates.formats.sample_sheet import SampleSheet
from consortium.crates.sample_rules import (
    Estimate,
    Stratum,
    estimate,
    sheet_code,
    sizes_of,
    strata,
    together,
)
from consortium.crates.tables import VolumeCount, VolumeSample
from consortium.members.queries import consortium
from consortium.members.tables import Member

TAKING_PART: Final = frozenset({"main", "branch", "bus"})
Place = tuple[Branch, Member]
Days = dict[date, int]
"""Day → crates."""


@dataclass(frozen=True, slots=True)
class BranchResult:
    """What the counts of a branch come to, None before there are any.

    missing: drawn days that are over and have no count.
    """

    branch: Branch
    member: Member
    sent: Estimate | None
    received: Estimate | None
    missing: int


@dataclass(frozen=True, slots=True)
class MemberResult:
    """The same of a municipality. missing: of its branches together."""

    member: Member
    sent: Estimate | None
    received: Estimate | None
    missing: int


@dataclass(frozen=True, slots=True)
class Result:
    """A sample with what it comes to, for the branches and members that the actor may see.

    whole: of all together, None where the actor does not see all. counted: counts there are,
    awaited: how many there are to be in all.
    """

    sample: VolumeSample
    strata: tuple[Stratum, ...]
    branches: tuple[BranchResult, ...]
    members: tuple[MemberResult, ...]
    whole: MemberResult | None
    counted: int
    awaited: int


@dataclass(frozen=True, slots=True)
class SheetDay:
    """A day of a branch's sheet, with its count where there is one."""

    on: date
    count: tuple[int, int] | None


def samples(work: Work) -> list[VolumeSample]:
    """All samples, the latest first."""
    work.require("transports.see")
    rows = select(VolumeSample).order_by(col(VolumeSample.from_on).desc(), col(VolumeSample.id))
    return list(work.session.exec(rows))


def sample_by_id(work: Work, sample_id: int) -> VolumeSample:
    sample = work.session.get(VolumeSample, sample_id)
    if sample is None:
        raise NotFound("There is no sample {id}", id=sample_id)
    return sample


def sample_days(sample: VolumeSample) -> list[date]:
    """The days that were drawn, in order."""
    return sorted(date.fromisoformat(day) for day in sample.days)


def participants(work: Work, sample: VolumeSample, scope: Scope = None) -> list[Place]:
    """The branches that count for a sample, by municipality and name.

    Libraries and book buses, but those that another had taken over before its time began.
    """
    return [
        (branch, member)
        for branch, member in branches(work, scope)
        if branch.kind in TAKING_PART
        and not (branch.merged_on and branch.merged_on <= sample.from_on)
    ]


def counts_of(work: Work, sample: VolumeSample) -> dict[tuple[int, date], VolumeCount]:
    """The counts of a sample: branch id and day → its row."""
    rows = select(VolumeCount).where(VolumeCount.sample_id == sample.id)
    return {(row.branch_id, row.on_date): row for row in work.session.exec(rows)}


def sheet(work: Work, sample_id: int, slug: str) -> tuple[VolumeSample, Place, list[SheetDay]]:
    """The days of a sample as the sheet of one branch has them; NotFound beyond what one sees."""
    sample = sample_by_id(work, sample_id)
    for branch, member in participants(work, sample, work.scope("transports.see")):
        if branch.slug == slug:
            there = counts_of(work, sample)
            days = [
                SheetDay(day, (row.sent, row.received) if row else None)
                for day in sample_days(sample)
                for row in [there.get((branch.id, day))]
            ]
            return sample, (branch, member), days
    raise NotFound("There is no branch {slug}", slug=slug)


def slug_of_sheet(work: Work, sample_id: int, branch_id: int) -> str:
    """The branch that a sheet's barcode names, by its slug."""
    sample = sample_by_id(work, sample_id)
    for branch, _member in participants(work, sample, work.scope("transports.see")):
        if branch.id == branch_id:
            return branch.slug
    raise NotFound("There is no such sheet")


def sheets_of(work: Work, sample_id: int, slug: str = "") -> list[SampleSheet]:
    """What stands on the sheets of a sample, of one branch or of all that the actor may see."""
    sample = sample_by_id(work, sample_id)
    example = consortium(work).example
    found = [
        SampleSheet(
            sample.name,
            sheet_code(sample.id, branch.id),
            branch.name,
            member.name,
            sample.from_on,
            sample.to_on,
            tuple(sample_days(sample)),
            example,
        )
        for branch, member in participants(work, sample, work.scope("transports.see"))
        if slug in {"", branch.slug}
    ]
    if not found:
        raise NotFound("There is no such sheet")
    return found


def closing_entry(work: Work, sample: VolumeSample) -> int | None:
    """The entry of the audit trail by which a sample was last closed; None where it is open."""
    if sample.state != "closed":
        return None
    rows = (
        select(AuditEntry.id)
        .where(AuditEntry.event == "crates.sample_closed", AuditEntry.subject == sample.name)
        .order_by(col(AuditEntry.id).desc())
    )
    return work.session.exec(rows).first()


def result_of(work: Work, sample_id: int) -> Result:
    """What a sample comes to so far.

    An actor of some members sees those, and all where an agreement opens the figures.
    """
    sample, scope = sample_by_id(work, sample_id), work.scope("transports.see")
    if scope is not None and figures_are_open(work):
        scope = None
    taking_part = participants(work, sample, scope)
    sent, received = _by_branch(work, sample)
    sizes = sizes_of(sample.from_on, sample.to_on)
    over = [day for day in sample_days(sample) if day < work.today]
    found = [
        BranchResult(
            branch,
            member,
            estimate(sizes, sent.get(branch.id, {})),
            estimate(sizes, received.get(branch.id, {})),
            sum(day not in sent.get(branch.id, {}) for day in over),
        )
        for branch, member in taking_part
    ]
    ids = [branch.id for branch, _ in taking_part]
    return Result(
        sample,
        tuple(strata(sample.from_on, sample.to_on, sample_days(sample))),
        tuple(found),
        tuple(_by_member(sizes, found, (sent, received))),
        _member(sizes, found, (sent, received)) if scope is None and found else None,
        sum(len(sent.get(branch_id, {})) for branch_id in ids),
        len(ids) * len(sample.days),
    )


def member_totals(work: Work, sample: VolumeSample) -> dict[str, tuple[int, int]]:
    """What each municipality with counts sent and received in the whole time, in whole crates."""
    sent, received = _by_branch(work, sample)
    sizes = sizes_of(sample.from_on, sample.to_on)
    found = [
        BranchResult(
            branch,
            member,
            estimate(sizes, sent.get(branch.id, {})),
            estimate(sizes, received.get(branch.id, {})),
            0,
        )
        for branch, member in participants(work, sample)
    ]
    return {
        each.member.code: (each.sent.whole, each.received.whole)
        for each in _by_member(sizes, found, (sent, received))
        if each.sent and each.received
    }


def _by_branch(work: Work, sample: VolumeSample) -> tuple[dict[int, Days], dict[int, Days]]:
    """Branch id → crates sent by day, and received."""
    sent: dict[int, Days] = defaultdict(dict)
    received: dict[int, Days] = defaultdict(dict)
    for (branch_id, day), row in counts_of(work, sample).items():
        sent[branch_id][day], received[branch_id][day] = row.sent, row.received
    return dict(sent), dict(received)


def _by_member(
    sizes: Mapping[int, int],
    found: Iterable[BranchResult],
    counts: tuple[Mapping[int, Days], Mapping[int, Days]],
) -> Iterable[MemberResult]:
    groups: dict[str, list[BranchResult]] = defaultdict(list)
    for each in found:
        groups[each.member.code].append(each)
    for group in groups.values():
        yield _member(sizes, group, counts)


def _member(
    sizes: Mapping[int, int],
    group: Sequence[BranchResult],
    counts: tuple[Mapping[int, Days], Mapping[int, Days]],
) -> MemberResult:
    """Of branches together. Its `member` is that of the first."""
    ids = [each.branch.id for each in group]
    return MemberResult(
        group[0].member,
        _sum(sizes, (counts[0].get(key) for key in ids)),
        _sum(sizes, (counts[1].get(key) for key in ids)),
        sum(each.missing for each in group),
    )


def _sum(sizes: Mapping[int, int], counts: Iterable[Days | None]) -> Estimate | None:
    """Of branches together: those counted on the same days by the sums of their days."""
    groups: dict[frozenset[date], Days] = {}
    for days in counts:
        if days:
            sums = groups.setdefault(frozenset(days), dict.fromkeys(days, 0))
            for day, number in days.items():
                sums[day] += number
    found = [part for sums in groups.values() if (part := estimate(sizes, sums))]
    return together(found) if found else None
