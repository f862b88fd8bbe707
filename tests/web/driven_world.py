"""A day with a plan in force, seven in the morning, and those who drive and receive."""

from datetime import UTC, datetime

from consortium.core.work import Works
from tests.conftest import OPERATOR, Clock
from tests.transports.making import TODAY, make_crates, make_transports, plan_day
from tests.web.browsing import add_account

SEVEN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def make_driven(works: Works, clock: Clock, crates: int = 3) -> list[str]:
    """Today's plan with one van, an account for each, and crates without a journey; their codes."""
    clock.now = SEVEN
    with works.writing(OPERATOR) as work:
        make_transports(work)
        codes = make_crates(work, crates)
    plan_day(works, TODAY)
    add_account(works, "forare", ("driver", None))
    add_account(works, "disken", ("counter", "2080"))
    return codes
