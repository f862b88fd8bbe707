"""How changes of measures and of the accounts are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.costs.rules import measures_of
from consortium.costs.tables import KeyVersion
from consortium.crates.counting import SOURCE
from consortium.crates.sample_closing import SOURCE as SAMPLED
from consortium.exchange.holding import holders
from consortium.ledger.posting import choose_accounts
from consortium.ledger.queries import accounts
from consortium.ledger.tables import JournalEntry, Posting
from consortium.measures.entering import add_measure
from consortium.measures.queries import snapshot_of
from consortium.measures.removing import Standing, remove_measure, restore_values
from consortium.measures.tables import Measure, MeasureValue
from consortium.members.tables import Member
from consortium.undo.billed import if_weighed
from consortium.undo.ways import GONE, Never, Undoing, Way, changes, day_of, overtaken

COUNTED_FROM: Final = (
    "E-media: ",
    *(words("sv")(source).partition("{")[0] for source in (SOURCE, SAMPLED)),
)
"""How the sources begin that the service itself gives for what it has counted."""


def _measure(work: Work, code: str) -> Measure | None:
    return work.session.exec(select(Measure).where(Measure.code == code)).first()


def _added_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    measure = _measure(work, entry.subject)
    if measure is None:
        yield Fault(GONE)
        return
    yield from holders(work, Measure, measure.id)
    if any(
        entry.subject in measures_of(key) for key in work.session.exec(select(col(KeyVersion.key)))
    ):
        yield Fault("An allocation key reads it", "sharing")


def _removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _measure(work, entry.subject):
        yield Fault("There is another with that name by now", f"measure {entry.subject}")


def _add_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    add_measure(work, entry.subject, (facts["name"], facts["name_en"]), facts["unit"])


def _standing(entry: AuditEntry, side: str) -> dict[str, Standing]:
    """Member code → value and source on one side of a change, None where there was none."""
    pairs = zip(entry.facts["members"], entry.facts[side], strict=True)
    return {code: (given[0], given[1]) if given else None for code, given in pairs}


def _entered_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    code, on = entry.subject, day_of(entry, "on")
    sources = [given[1] for side in ("before", "after") for given in entry.facts[side] if given]
    if any(source.startswith(COUNTED_FROM) for source in sources):
        yield Fault(
            "It is counted by the service, from usage or scans",
            f"measure {code}",
            {},
            "Take back what it is counted from",
        )
        return
    measure = _measure(work, code)
    if measure is None:
        yield Fault(GONE)
        return
    if snapshot_of(work, measure, on):
        facts = {"code": code, "day": on.isoformat()}
        yield Fault("The values of {code} on {day} are locked", f"measure {code}", facts)
    after = _standing(entry, "after")
    if _values(work, measure, on, after) != after:
        yield overtaken(work, entry, "measures.entered")
    yield from if_weighed(work, entry.at, code, on, entry.facts["members"])


def _values(
    work: Work, measure: Measure, on: date, codes: Mapping[str, Standing]
) -> dict[str, Standing]:
    rows = (
        select(Member.code, MeasureValue)
        .join(MeasureValue, col(MeasureValue.member_id) == col(Member.id))
        .where(MeasureValue.measure_id == measure.id, MeasureValue.on_date == on)
        .where(col(Member.code).in_(codes))
    )
    found: dict[str, Standing] = dict.fromkeys(codes)
    return found | {code: (row.value, row.source) for code, row in work.session.exec(rows)}


def _chosen_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    standing = accounts(work)
    chosen = changes(entry)
    if any(standing.get(use, "") != after for use, (_, after) in chosen.items()):
        yield overtaken(work, entry, "ledger.accounts_chosen")
    used = {after for before, after in chosen.values() if after and before != after}
    booked = (
        select(JournalEntry.name)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(JournalEntry.entered_at >= entry.at, col(Posting.account).in_(used))
        .order_by(col(JournalEntry.id))
    )
    for name in work.session.exec(booked.limit(1)):
        facts = {"name": name}
        yield Fault("{name} is booked by it", "ledger", facts, "Choose accounts anew instead")


WAYS: Final[Mapping[str, Way]] = {
    "measures.added": Undoing(
        "measures.change",
        lambda work, entry: remove_measure(work, entry.subject),
        _added_depends,
    ),
    "measures.removed": Undoing("measures.change", _add_again, _removed_depends),
    "measures.entered": Undoing(
        "measures.change",
        lambda work, entry: restore_values(
            work, entry.subject, day_of(entry, "on"), _standing(entry, "before")
        ),
        _entered_depends,
    ),
    "measures.fetch_asked": Never(
        mark("Asking changes nothing"),
        mark("Take back the values that came in, which have an entry of their own"),
    ),
    "measures.locked": Never(
        mark("A lock is for good, so that what is split by the values stands"),
        mark("Enter the correction on another date"),
    ),
    "ledger.accounts_chosen": Undoing(
        "costs.change",
        lambda work, entry: choose_accounts(
            work, {use: before for use, (before, _) in changes(entry).items()}
        ),
        _chosen_depends,
    ),
}
