"""Questions about imports: what has been taken in, and what the actor may import and export."""

from sqlmodel import col, func, select

from consortium.core.work import Work
from consortium.exchange.kinds import KINDS
from consortium.exchange.kinds.kind import Kind
from consortium.exchange.tables import ImportBatch


def kinds_to_import(work: Work) -> list[Kind]:
    """The kinds that the actor may import, wholly or for its own members."""
    return [kind for kind in KINDS.values() if work.actor.may(kind.right)]


def kinds_to_export(work: Work) -> list[Kind]:
    """The kinds that the actor may export, wholly or for its own members."""
    return [kind for kind in KINDS.values() if work.actor.may(kind.sees)]


def batches(work: Work, offset: int, size: int) -> tuple[list[ImportBatch], int]:
    """What was taken in, the latest first, and how much there is in all.

    Of the kinds that the actor may import; where its right reaches some members only, what it
    took in itself.
    """
    codes = [kind.code for kind in kinds_to_import(work)]
    whole = [code for code in codes if work.scope(KINDS[code].right) is None]
    own = (col(ImportBatch.taken_by) == work.actor.name) & col(ImportBatch.kind).in_(codes)
    found = select(ImportBatch).where(col(ImportBatch.kind).in_(whole) | own)
    total = work.session.exec(select(func.count()).select_from(found.subquery())).one()
    newest = found.order_by(col(ImportBatch.id).desc()).offset(offset).limit(size)
    return list(work.session.exec(newest)), total
