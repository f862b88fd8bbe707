"""Use cases: a supplier's invoice, or another paper, is attached to the cost that rests on it."""

from typing import Final

from sqlmodel import col, select

from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.work import Work
from consortium.costs.changing import of_carrier, refuse_counted
from consortium.costs.entries import LONGEST_TEXT
from consortium.costs.tables import ActualCost, CostAttachment, CostPool
from consortium.documents.keeping import keep
from consortium.documents.queries import document

MOST_BYTES: Final = 10 * 1024 * 1024
SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
"""How files of the kinds that are taken begin (ISO 32000-2, 7.5.2; PNG, 5.2; ISO/IEC 10918-1)."""


def media_type_of(content: bytes) -> str | None:
    """What a file is by its own first bytes, whatever it is called; None where it is not taken."""
    return next((media for begins, media in SIGNATURES if content.startswith(begins)), None)


def attachments(work: Work, cost: ActualCost) -> list[CostAttachment]:
    """The papers attached to a cost, in the order they came."""
    rows = select(CostAttachment).where(CostAttachment.cost_id == cost.id)
    return list(work.session.exec(rows.order_by(col(CostAttachment.id))))


def attach(work: Work, cost_id: int, content: bytes, name: str) -> CostAttachment:
    """Attach a PDF or a picture of at most 10 MB to a cost. name: the file's, without folders.

    Conflict where the same file is attached to it already.
    """
    work.require("costs.change")
    media_type = media_type_of(content)
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than 10 MB", at="file", remedy="Send a smaller one")
    if media_type is None:
        raise Invalid(
            "The file is neither a PDF nor a picture (PNG or JPEG)",
            at="file",
            remedy="Save it as PDF",
        )
    return attach_kept(work, cost_id, keep(work, content, media_type), name)


def attach_kept(work: Work, cost_id: int, sha256: str, name: str) -> CostAttachment:
    """Attach a document that is kept already."""
    work.require("costs.change")
    cost = _cost(work, cost_id)
    if of_carrier(cost.reference):
        refuse_counted(cost.reference)
    if cost.reference.startswith("emedia:"):
        raise Conflict(
            "The cost {reference} follows from usage",
            reference=cost.reference,
            remedy="Keep the paper with the usage",
        )
    if any(paper.sha256 == sha256 for paper in attachments(work, cost)):
        raise Conflict("The same file is attached already", at="file")
    paper = CostAttachment(
        cost_id=cost.id,
        sha256=document(work, sha256).sha256,
        name=name.strip()[:LONGEST_TEXT],
        attached_by=work.actor.name,
        attached_at=work.now,
    )
    work.session.add(paper)
    work.session.flush()
    _tell(work, cost, paper, attached=True)
    return paper


def detach(work: Work, reference: str, sha256: str) -> None:
    """Let go of a paper that was attached by mistake; its bytes are kept under their digest."""
    work.require("costs.change")
    rows = (
        select(CostAttachment, ActualCost)
        .join(ActualCost, col(ActualCost.id) == col(CostAttachment.cost_id))
        .where(ActualCost.reference == reference, CostAttachment.sha256 == sha256)
    )
    found = work.session.exec(rows).first()
    if found is None:
        raise NotFound("What was recorded is not there any more")
    paper, cost = found
    work.session.delete(paper)
    work.session.flush()
    _tell(work, cost, paper, attached=False)


def paper_of(work: Work, cost_id: int, sha256: str) -> tuple[CostAttachment, bytes, str]:
    """A paper of a cost, its bytes and their media type."""
    work.require("costs.see")
    rows = select(CostAttachment).where(
        CostAttachment.cost_id == cost_id, CostAttachment.sha256 == sha256
    )
    paper = work.session.exec(rows).first()
    if paper is None:
        raise NotFound("The cost has no such paper")
    kept = document(work, sha256)
    return paper, kept.content, kept.media_type


def _cost(work: Work, cost_id: int) -> ActualCost:
    cost = work.session.get(ActualCost, cost_id)
    if cost is None:
        raise NotFound("What was recorded is not there any more")
    return cost


def _tell(work: Work, cost: ActualCost, paper: CostAttachment, *, attached: bool) -> None:
    pool = work.session.get_one(CostPool, cost.pool_id)
    work.audit(
        "costs.attached" if attached else "costs.detached",
        f"{pool.code} {pool.year}",
        reference=cost.reference,
        sha256=paper.sha256,
        name=paper.name,
    )
