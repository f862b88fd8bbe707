"""The sealed chain: audit entries in the order of sealing, each bound to the one before.

Writers do not queue for the chain's head: they add entries, and a sealer binds them afterwards.
So an entry with a lower id that commits later than others simply gets a later seal. A link's
digest is SHA-256 of the canonical JSON of [number, digest of the link before, entry id, at, actor,
event, subject, facts, undoes, [[name, digest] of its personal values, by name]].
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError
from sqlalchemy import exists
from sqlmodel import col, func, select

from consortium.core.audit import AuditEntry, AuditSeal, AuditValue
from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Actor, Work, Works

BATCH: Final = 500
LATE: Final = 10_000
"""Entries that may be written and sealed while one older transaction is still open."""
NOTHING: Final = "0" * 64
"""What stands before the first link."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ended at a moment: kept elsewhere, it proves that nothing went since."""

    number: Annotated[int, Field(ge=1, strict=True)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    sealed_at: AwareDatetime

    def text(self) -> str:
        """As a file: a JSON object."""
        return json.dumps(asdict(self) | {"sealed_at": self.sealed_at.isoformat()}) + "\n"


@dataclass(frozen=True, slots=True)
class Chain:
    """How the chain stands. faults: what the last check found; None where there was no check."""

    head: Head | None
    verified_at: datetime | None
    faults: int | None


def seal_all(works: Works, actor: Actor, *, thorough: bool = False) -> int:
    """Seal every entry that has no seal, a batch to a transaction; how many there were.

    Where another sealer was quicker the batch is tried again. thorough: look among all entries,
    not only from LATE before the newest that is sealed.
    """
    with works.reading(actor) as work:
        above = 0 if thorough else _newest_sealed(work) - LATE
    total = 0
    while True:
        try:
            with works.writing(actor) as work:
                sealed = seal(work, above)
        except Conflict:
            continue
        total += len(sealed)
        if len(sealed) < BATCH:
            return total
        above = sealed[-1]


def seal(work: Work, above: int = 0) -> list[int]:
    """Seal at most BATCH entries with an id above `above`; their ids, in order.

    Conflict where another sealer has taken the next number, by its unique key.
    """
    head = head_of(work)
    number, before = (head.number, head.sha256) if head else (0, NOTHING)
    sealed = select(AuditSeal.number).where(AuditSeal.entry_id == AuditEntry.id)
    rows = (
        select(AuditEntry)
        .where(col(AuditEntry.id) > above, ~exists(sealed))
        .order_by(col(AuditEntry.id))
        .limit(BATCH)
    )
    entries = work.session.exec(rows).all()
    values = values_of(work, [entry.id for entry in entries])
    for entry in entries:
        number += 1
        before = link_digest(number, before, entry, values[entry.id])
        link = AuditSeal(number=number, entry_id=entry.id, sha256=before, sealed_at=work.now)
        work.session.add(link)
    return [entry.id for entry in entries]


def link_digest(number: int, before: str, entry: Any, values: Iterable[AuditValue]) -> str:
    """The digest of a link. entry: an AuditEntry, or a row with its columns."""
    content = [
        number,
        before,
        entry.id,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.event,
        entry.subject,
        entry.facts,
        entry.undoes,
        sorted([value.name, value.digest] for value in values),
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def values_of(work: Work, entries: list[int]) -> defaultdict[int, list[AuditValue]]:
    """The personal values of entries, erased ones too: entry id → values; most have none."""
    found = defaultdict(list)
    for value in work.session.exec(
        select(AuditValue)
        .where(col(AuditValue.entry_id).in_(entries))
        .order_by(col(AuditValue.name))
    ):
        found[value.entry_id].append(value)
    return found


def head_of(work: Work) -> Head | None:
    """The last link; None where nothing is sealed."""
    last = work.session.exec(select(AuditSeal).order_by(col(AuditSeal.number).desc()).limit(1))
    link = last.first()
    return Head(link.number, link.sha256, link.sealed_at) if link else None


def read_head(text: str) -> Head:
    """A head as `Head.text` wrote it; else Invalid."""
    try:
        return TypeAdapter(Head).validate_json(text)
    except ValidationError as error:
        raise Invalid(
            "The file is no exported head of the audit trail",
            at="head",
            remedy="Use a file as consortium audit head wrote it",
        ) from error


def note_verified(work: Work, links: int, faults: int) -> None:
    """Record that the chain was walked, and what was found."""
    work.audit("audit.verified", links=links, faults=faults)


def chain(work: Work) -> Chain:
    """How the chain stands, to show."""
    work.require("audit.see")
    # OFFSET 0 keeps PostgreSQL from walking the whole trail backwards in search of a rare event
    checks = select(AuditEntry.id).where(AuditEntry.event == "audit.verified").offset(0).subquery()
    latest = work.session.exec(select(func.max(checks.c.id))).one()
    if latest is None:
        return Chain(head_of(work), None, None)
    entry = work.session.get_one(AuditEntry, latest)
    return Chain(head_of(work), entry.at, int(entry.facts["faults"]))


def _newest_sealed(work: Work) -> int:
    return work.session.exec(select(func.max(AuditSeal.entry_id))).one() or 0
