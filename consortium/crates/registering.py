"""Use case: new crates are registered."""

from typing import Final

from sqlmodel import col, func, select

from consortium.branches.queries import branch_by_slug
from consortium.core.audit import AuditEntry
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.crates.rules import crate_code, serial_of
from consortium.crates.tables import Crate

MOST_AT_ONCE: Final = 1_000
CRATES_REMOVED: Final = "transports.crates_removed"
CRATES_GONE: Final = (CRATES_REMOVED, "transports.crates_dropped")


def register_crates(work: Work, home_slug: str, count: int) -> list[Crate]:
    """Register `count` new crates (1 to 1 000) that belong to a branch; no code comes back."""
    work.require("transports.change")
    if not 1 <= count <= MOST_AT_ONCE:
        raise Invalid(
            "{count} crates cannot be registered at once",
            at="count",
            remedy="Choose 1 to {most}",
            count=count,
            most=MOST_AT_ONCE,
        )
    home = branch_by_slug(work, home_slug)
    first = _last_serial(work) + 1
    crates = [
        Crate(code=crate_code(serial), home_id=home.id, registered_on=work.today)
        for serial in range(first, first + count)
    ]
    work.session.add_all(crates)
    work.session.flush()
    work.audit(
        "transports.crates_registered",
        home_slug,
        count=count,
        first=crates[0].code,
        last=crates[-1].code,
    )
    return crates


def _last_serial(work: Work) -> int:
    """The highest serial ever given; whoever else registers now waits until this work closes."""
    newest = select(Crate.id).order_by(col(Crate.id).desc()).limit(1).with_for_update()
    work.session.exec(newest).all()
    last = work.session.exec(select(func.max(Crate.code))).one()
    removed = select(AuditEntry.facts).where(col(AuditEntry.event).in_(CRATES_GONE))
    codes = [last or "", *(facts["last"] for facts in work.session.exec(removed))]
    return max(serial_of(code) if code else 0 for code in codes)
