"""Use cases: a volume sample is closed, and its estimates become measures; and opened again."""

from collections.abc import Iterator
from typing import Final

from consortium.core.errors import Conflict, Fault
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.crates.counting import SOURCE as SCANS
from consortium.crates.sample_queries import counts_of, member_totals, participants, sample_days
from consortium.crates.sampling import locked_sample, open_sample
from consortium.crates.tables import VolumeSample
from consortium.documents.keeping import keep_record
from consortium.documents.queries import record_of
from consortium.measures.entering import put_values
from consortium.measures.queries import values
from consortium.measures.removing import put_back_values

SENT, RECEIVED = "crates_sent", "crates_received"
SOURCE: Final = mark("Volume sample {name}, {first} to {last}")


def close_sample(work: Work, sample_id: int) -> VolumeSample:
    """Close a sample: each municipality's estimates become measures of the last day of its time.

    Conflict, with everything that is missing: the time is not over, a library has a weekday
    without a count, the values are locked, or were agreed on in another way.
    """
    work.require("transports.change")
    sample = open_sample(work, sample_id)
    if faults := [*_unready(work, sample), *_agreed_otherwise(work, sample)]:
        raise Conflict(faults)
    totals = member_totals(work, sample)
    source = source_of(sample)
    written = len(work.audited)
    for code, place in ((SENT, 0), (RECEIVED, 1)):
        given = {member: str(total[place]) for member, total in totals.items()}
        put_values(work, code, sample.to_on, given, source)
    measured = [
        {**entry.facts, "code": entry.subject}
        for entry in work.audited[written:]
        if entry.event == "measures.entered"
    ]
    sample.state = "closed"
    work.session.add(sample)
    work.audit(
        "crates.sample_closed",
        sample.name,
        sample=sample.id,
        on=sample.to_on.isoformat(),
        replaced=keep_record(work, {"measured": measured}),
    )
    return sample


def reopen_sample(work: Work, sample_id: int, replaced: str) -> VolumeSample:
    """Open a closed sample; its measures are what they were before.

    replaced: the digest under which that is kept. A Conflict where they are locked.
    """
    work.require("transports.change")
    sample = locked_sample(work, sample_id)
    if sample.state != "closed":
        raise Conflict("The sample {name} is open", name=sample.name)
    for entry in record_of(work, replaced)["measured"]:
        before = {
            member: (was[0], was[1]) if was else None
            for member, was in zip(entry["members"], entry["before"], strict=True)
        }
        put_back_values(work, entry["code"], sample.to_on, before)
    sample.state = "open"
    work.session.add(sample)
    work.audit("crates.sample_reopened", sample.name, sample=sample.id)
    return sample


def source_of(sample: VolumeSample) -> str:
    """What stands as the source of a sample's values."""
    first, last = sample.from_on.isoformat(), sample.to_on.isoformat()
    return words("sv")(SOURCE, name=sample.name, first=first, last=last)


def _unready(work: Work, sample: VolumeSample) -> Iterator[Fault]:
    """What is missing before a sample can be closed, library by library."""
    if sample.to_on >= work.today:
        yield Fault(
            "The time of the sample ends on {day}", "", {"day": sample.to_on.isoformat()},
            "Close it on the day after",
        )  # fmt: skip
    weekdays = {day.weekday() for day in sample_days(sample)}
    counted: dict[int, set[int]] = {}
    for branch_id, day in counts_of(work, sample):
        counted.setdefault(branch_id, set()).add(day.weekday())
    for branch, _member in participants(work, sample):
        left = len(weekdays - counted.get(branch.id, set()))
        if left and (branch.kind in {"main", "branch"} or branch.id in counted):
            yield Fault(
                "{name} has no count on {count} of the weekdays",
                f"branch {branch.slug}",
                {"name": branch.name, "count": left},
                "Enter them; 0 where there was no crate",
            )


def _agreed_otherwise(work: Work, sample: VolumeSample) -> Iterator[Fault]:
    """Values of the day that neither scans nor this sample gave: a person has entered them."""
    own = (source_of(sample), words("sv")(SCANS).partition("{")[0])
    for code in (SENT, RECEIVED):
        others = {
            row.source
            for _member, row in values(work, code)
            if row.on_date == sample.to_on and not row.source.startswith(own)
        }
        for source in sorted(others):
            yield Fault(
                "The values of {code} on {day} come from {source}",
                f"measure {code}",
                {"code": code, "day": sample.to_on.isoformat(), "source": source},
                "Take them back first, if the sample is to hold",
            )
