"""The plans made for a day, by their revision: the one in force, proposals, those answered."""

from datetime import date

from sqlmodel import select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.transports.tables import Plan


def revision_of(work: Work, day: date, revision: int) -> Plan:
    """The plan of `day` with a revision, whatever its state."""
    work.require("transports.see")
    rows = select(Plan).where(Plan.on_date == day, Plan.revision == revision)
    plan = work.session.exec(rows.execution_options(populate_existing=True)).first()
    if plan is None:
        raise NotFound(
            "There is no plan {revision} of {day}", revision=revision, day=day.isoformat()
        )
    return plan
