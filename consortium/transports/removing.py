"""Use case: a van that was registered by mistake is taken out of the records again.

For one that nothing else rests on yet; who asks has seen to that.
"""

from consortium.core.work import Work
from consortium.transports.registering import particulars, van_by_code


def remove_vehicle(work: Work, code: str) -> None:
    """Delete a van that no plan has."""
    work.require("transports.change")
    van = van_by_code(work, code)
    facts = particulars(work, van)
    work.session.delete(van)
    work.session.flush()
    work.audit("transports.vehicle_removed", code, **facts)
