"""The proof that the trail is as it was written: the chain walked link by link.

What a chain cannot show by itself, that its end was cut off or that all of it was written anew, a
head shows that was exported earlier and kept elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry, AuditSeal, AuditValue, salted_digest
from consortium.core.errors import Fault
from consortium.core.sealing import NOTHING, Head, link_digest, values_of
from consortium.core.work import Work

CHUNK: Final = 1000


@dataclass(slots=True)
class Walk:
    """How far the walk has come.

    number: of the last link, and so how many there are where none is missing. kept: its digest as
    it stands; found: as it comes out anew. They differ after a link that was tampered with.
    """

    number: int = 0
    kept: str = NOTHING
    found: str = NOTHING


def faults_of_chain(work: Work, walk: Walk, exported: Head | None = None) -> Iterator[Fault]:
    """What is wrong with the chain, a fault at a time, in the order of sealing.

    Reads CHUNK links at a time, whatever the trail's length. exported: a head of an earlier day,
    which must still be a link of the chain.
    """
    for links in _chunks(work):
        values = values_of(work, [link.entry_id for link in links])
        for link in links:
            yield from _faults_of_link(walk, link, values[link.entry_id])
            if exported and link.number == exported.number and link.sha256 != exported.sha256:
                yield Fault(
                    "Seal {number} is not the one that was exported: the chain was written anew",
                    facts={"number": link.number},
                )
    if exported and walk.number < exported.number:
        yield Fault(
            "The chain ends at seal {last}, but seal {number} was exported: its end is gone",
            facts={"last": walk.number, "number": exported.number},
        )


def _chunks(work: Work) -> Iterator[Sequence[Any]]:
    """Every seal with its entry's columns, None where the entry is gone."""
    rows = (
        select(
            AuditSeal.number,
            AuditSeal.entry_id,
            AuditSeal.sha256,
            col(AuditEntry.id),
            AuditEntry.at,
            AuditEntry.actor,
            AuditEntry.event,
            AuditEntry.subject,
            AuditEntry.facts,
            AuditEntry.undoes,
        )  # type: ignore[call-overload]  # the overloads end at four columns
        .outerjoin(AuditEntry, col(AuditEntry.id) == AuditSeal.entry_id)
        .order_by(col(AuditSeal.number))
        .limit(CHUNK)
    )
    links = work.session.exec(rows).all()
    while links:
        yield links
        links = work.session.exec(rows.where(col(AuditSeal.number) > links[-1].number)).all()


def _faults_of_link(walk: Walk, link: Any, values: Sequence[AuditValue]) -> Iterator[Fault]:
    facts: dict[str, str | int] = {"number": link.number, "entry": link.entry_id}
    if link.number <= walk.number:
        yield Fault("Seal {number} of entry {entry} stands before the chain's begin", facts=facts)
        return
    gap = link.number - walk.number - 1
    if gap:
        yield Fault(
            "{count} seals are missing before seal {number}",
            facts={"count": gap, "number": link.number},
        )
    kept, found = walk.kept, walk.found
    walk.number, walk.kept, walk.found = link.number, link.sha256, link.sha256
    if link.id is None:
        yield Fault("Entry {entry}, under seal {number}, is gone", facts=facts)
    elif not gap:  # what a missing link was, nobody knows: the next one cannot be worked out
        walk.found = link_digest(link.number, kept, link, values)
        if link.sha256 != walk.found and kept != found:  # the seal before was changed, named there
            walk.found = link_digest(link.number, found, link, values)
        if link.sha256 != walk.found:
            yield Fault("Entry {entry} is not as it was under seal {number}", facts=facts)
    yield from _faults_of_values(values)


def _faults_of_values(values: Sequence[AuditValue]) -> Iterator[Fault]:
    for value in values:
        facts: dict[str, str | int] = {"name": value.name, "entry": value.entry_id}
        if value.erased_at is None and value.digest != salted_digest(value.salt, value.value):
            yield Fault("The personal value {name} of entry {entry} was changed", facts=facts)
        if value.erased_at is not None and (value.value is not None or value.salt):
            yield Fault("The personal value {name} of entry {entry} was put back", facts=facts)
