"""Use cases: the days of a volume sample are drawn, counts come in, and it is closed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import select

from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.crates.queries import daily_counts
from consortium.crates.sample_queries import (
    counts_of,
    participants,
    sample_by_id,
    sample_days,
)
from consortium.crates.sample_rules import (
    MOST_CRATES,
    delivery_days,
    draw_days,
    sample_faults,
)
from consortium.crates.tables import VolumeCount, VolumeSample

Count = tuple[int, int]
"""Crates sent and received."""


@dataclass(frozen=True, slots=True)
class NewSample:
    """A sample before it is drawn. per_weekday: how many days of each. seed: None takes the day
    that the time begins on, as `20260901`, so that nobody chooses what is drawn.
    """

    name: str
    from_on: date
    to_on: date
    per_weekday: int
    seed: int | None = None


def draw_sample(work: Work, new: NewSample) -> VolumeSample:
    """Draw the days of a sample; Conflict where another has its name."""
    work.require("transports.change")
    days = (new.from_on, new.to_on)
    if faults := list(sample_faults(new.name, days, new.per_weekday, work.today)):
        raise Invalid(faults)
    seed = int(f"{new.from_on:%Y%m%d}") if new.seed is None else new.seed
    drawn = draw_days(delivery_days(*days), new.per_weekday, seed)
    return put_sample(work, new.name.strip(), days, [day.isoformat() for day in drawn], seed)


def put_sample(
    work: Work, name: str, days: tuple[date, date], drawn: list[str], seed: int
) -> VolumeSample:
    """Record a sample whose days are drawn. days: the first and last of its time."""
    work.require("transports.change")
    taken = select(VolumeSample.id).where(VolumeSample.name == name)
    if work.session.exec(taken).first() is not None:
        raise Conflict("There is a sample called {name} already", at="name", name=name)
    sample = VolumeSample(
        name=name,
        from_on=days[0],
        to_on=days[1],
        days=drawn,
        seed=seed,
        made_by=work.actor.name,
        made_at=work.now,
    )
    work.session.add(sample)
    work.session.flush()
    work.audit("crates.sample_drawn", name, sample=sample.id, **_drawn(sample))
    return sample


def remove_sample(work: Work, sample_id: int) -> None:
    """Delete a sample that nothing has been counted for."""
    work.require("transports.change")
    sample = open_sample(work, sample_id)
    if counts_of(work, sample):
        raise Conflict("Crates have been counted for {name}", name=sample.name)
    work.session.delete(sample)
    work.session.flush()
    work.audit("crates.sample_removed", sample.name, **_drawn(sample))


def enter_counts(work: Work, sample_id: int, given: Mapping[tuple[date, str], Count | None]) -> int:
    """Enter or correct counts: day and branch (slug) → sent and received, None takes one away.

    All or nothing; needs the right for the municipality of each branch. Returns how many changed.
    """
    sample = open_sample(work, sample_id)
    known = {branch.slug: (branch, member) for branch, member in participants(work, sample)}
    for slug in sorted({slug for _, slug in given}):
        if slug not in known:
            raise NotFound("There is no branch {slug}", slug=slug)
        work.require("crates.handle", known[slug][1].code)
    if faults := list(_count_faults(work, sample, given)):
        raise Invalid(faults)
    there = counts_of(work, sample)
    changes: list[list[Any]] = []
    for (day, slug), after in sorted(given.items()):
        row = there.get((known[slug][0].id, day))
        before = (row.sent, row.received) if row else None
        if before != after:
            _put(work, (sample, day, known[slug][0]), row, after)
            changes.append([day.isoformat(), slug, _listed(before), _listed(after)])
    work.session.flush()
    if changes:
        work.audit("crates.volumes_counted", sample.name, sample=sample.id, counts=changes)
    return len(changes)


def fill_from_scans(work: Work, sample_id: int) -> int:
    """Take the counts of the drawn days that are over from scans, where none is entered.

    Of branches with any scan on those days: there, a day without is a day with no crates. Returns
    how many counts came in.
    """
    work.require("transports.change")
    sample = open_sample(work, sample_id)
    days = [day for day in sample_days(sample) if day < work.today]
    if not days:
        return 0
    scanned = {
        key: count
        for key, count in daily_counts(work, days[0], days[-1]).items()
        if key[1] in days and any(count)
    }
    scanning = {branch_id for branch_id, _ in scanned}
    there = counts_of(work, sample)
    given: dict[tuple[date, str], Count | None] = {
        (day, branch.slug): scanned.get((branch.id, day), (0, 0))
        for branch, _member in participants(work, sample)
        if branch.id in scanning
        for day in days
        if (branch.id, day) not in there
    }
    return enter_counts(work, sample_id, given) if given else 0


def locked_sample(work: Work, sample_id: int) -> VolumeSample:
    """The sample, which nobody else changes meanwhile."""
    rows = select(VolumeSample).where(VolumeSample.id == sample_id).with_for_update()
    work.session.exec(rows.execution_options(populate_existing=True)).first()
    return sample_by_id(work, sample_id)


def open_sample(work: Work, sample_id: int) -> VolumeSample:
    sample = locked_sample(work, sample_id)
    if sample.state != "open":
        raise Conflict(
            "The sample {name} is closed", name=sample.name, remedy="Open it again first"
        )
    return sample


def _drawn(sample: VolumeSample) -> dict[str, Any]:
    return {
        "from_on": sample.from_on.isoformat(),
        "to_on": sample.to_on.isoformat(),
        "days": list(sample.days),
        "seed": sample.seed,
    }


def _count_faults(
    work: Work, sample: VolumeSample, given: Mapping[tuple[date, str], Count | None]
) -> Iterator[Fault]:
    """A fault's place is `sent-2026-11-24` or `received-2026-11-24`."""
    drawn = set(sample_days(sample))
    for (day, _slug), count in sorted(given.items(), key=lambda item: item[0]):
        at, facts = day.isoformat(), {"day": day.isoformat()}
        if day not in drawn:
            yield Fault("{day} is no day of the sample", f"sent-{at}", facts)
        elif count is not None and day > work.today:
            yield Fault("{day} has not come yet", f"sent-{at}", facts)
        for name, number in zip(("sent", "received"), count or (), strict=False):
            if not 0 <= number <= MOST_CRATES:
                yield Fault("A count is 0 to 10 000 crates", f"{name}-{at}")


def _put(
    work: Work,
    place: tuple[VolumeSample, date, Branch],
    row: VolumeCount | None,
    after: Count | None,
) -> None:
    if after is None:
        work.session.delete(row)
        return
    sample, day, branch = place
    row = row or VolumeCount(
        sample_id=sample.id,
        on_date=day,
        branch_id=branch.id,
        sent=0,
        received=0,
        entered_by="",
        entered_at=work.now,
    )
    row.sent, row.received = after
    row.entered_by, row.entered_at = work.actor.name, work.now
    work.session.add(row)


def _listed(count: Count | None) -> list[int] | None:
    return list(count) if count else None
