"""Use cases: crates that were registered by mistake are taken out of the records, or put back.

For crates that have not travelled; who asks has seen to that.
"""

from sqlmodel import col, delete, select

from consortium.branches.queries import branch_by_slug
from consortium.core.errors import Conflict
from consortium.core.work import Work
from consortium.crates.rules import crate_code, serial_of
from consortium.crates.tables import Crate


def remove_crates(work: Work, home_slug: str, first: str, last: str) -> None:
    """Delete crates that have not travelled, from one code to another; no code comes back."""
    work.require("transports.change")
    these = col(Crate.code).between(first, last)
    work.session.exec(delete(Crate).where(these))
    work.audit(
        "transports.crates_removed",
        home_slug,
        count=serial_of(last) - serial_of(first) + 1,
        first=first,
        last=last,
    )


def put_back_crates(work: Work, home_slug: str, first: str, last: str) -> None:
    """Register crates anew under the codes that they had."""
    work.require("transports.change")
    home = branch_by_slug(work, home_slug)
    serials = range(serial_of(first), serial_of(last) + 1)
    taken = select(Crate.code).where(col(Crate.code).between(first, last))
    if work.session.exec(taken).first() is not None:
        raise Conflict("Crates with these codes are there already")
    work.session.add_all(
        Crate(code=crate_code(serial), home_id=home.id, registered_on=work.today)
        for serial in serials
    )
    work.session.flush()
    work.audit(
        "transports.crates_registered", home_slug, count=len(serials), first=first, last=last
    )
