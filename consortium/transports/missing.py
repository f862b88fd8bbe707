"""Use case: a crate is reported missing; those who plan the transports are written to."""

from typing import Final

from sqlmodel import col, select

from consortium.branches.queries import branch_by_slug
from consortium.core.days import swedish_day, swedish_time
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.crates.ledger import NewEvent, note_events
from consortium.crates.rules import LOST
from consortium.messages.sending import write_letter
from consortium.people.tables import Account, RoleGrant

SUBJECT: Final = mark("Crate {code} is missing at {name}")
BODY: Final = mark("{name} reported on {day} at {at} that crate {code} is missing.")
NOTE: Final = mark("They say: {note}")
HISTORY: Final = mark("Where it has been stands on its own page, among the crates.")
ROLE: Final = "coordinator"


def report_missing(work: Work, event: str, code: str, slug: str, note: str = "") -> int:
    """Note that a crate is lost where `slug` expected it, and write to the coordinators.

    event: the report's own name; a repeat changes nothing and writes no letter. note: what else
    the reporter knows. Returns to how many addresses it was written.
    """
    code = code.strip().upper()
    if not note_events(work, [NewEvent(event, code, LOST, slug, work.now)]).added:
        return 0
    say, branch = words("sv"), branch_by_slug(work, slug)
    facts = {
        "code": code,
        "name": branch.name,
        "day": swedish_day(work.now).isoformat(),
        "at": f"{swedish_time(work.now):%H:%M}",
    }
    lines = [say(BODY, **facts), *([say(NOTE, note=note)] if note else ()), say(HISTORY)]
    addresses = _coordinators(work)
    for place, address in enumerate(addresses):
        text = say(SUBJECT, **facts), "\n".join(lines) + "\n"
        write_letter(work, f"missing:{event}:{place}", address, text)
    return len(addresses)


def _coordinators(work: Work) -> list[str]:
    """Where letters to those who plan the transports go."""
    rows = (
        select(Account.email)
        .join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        .where(RoleGrant.role == ROLE, col(Account.active).is_(True), Account.email != "")
        .distinct()
        .order_by(col(Account.email))
    )
    return list(work.session.exec(rows))
