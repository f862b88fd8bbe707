"""Members within a right's reach: what the actor may not know of is not found."""

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.members.queries import member_by_code
from consortium.members.tables import Member


def member_within(work: Work, code: str, right: str) -> Member:
    """The member with a code, where `right` reaches it; else NotFound, as if it were not there.

    Forbidden where the right is not held for anyone.
    """
    work.require(right)
    if not work.actor.may(right, code):
        raise NotFound("No member has the code {code}", code=code)
    return member_by_code(work, code)
