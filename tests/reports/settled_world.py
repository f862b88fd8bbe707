"""A year of three members to settle, small enough to work out by hand.

Two pools of 120 000,01 kr, shared equally: `system` with 25 % VAT, `office` outside VAT. January
2026 is invoiced: 10 000,00 kr of each pool, whose odd öre goes to Mora (2062), the lowest code of
three equal remainders. Falun (2080) is host. The year came to 90 000,00 kr for `system` and
nothing for `office`.
"""

from datetime import UTC, date, datetime

from consortium.core.work import Actor, Works
from consortium.costs.entries import NewCost
from consortium.costs.recording import record_cost
from tests.billing.worlds import issue_month, make_small
from tests.conftest import OPERATOR, Clock

JANUARY = date(2026, 1, 1)
AFTER = datetime(2027, 2, 10, 8, tzinfo=UTC)
MORA = Actor("chef", {"billing.see": frozenset({"2062"})})

# Member → pool → share of what it came to, invoiced, in öre. 3 333,34 + 2 × 3 333,33 = 10 000,00.
EXPECTED = {
    "2062": {"system": (3_000_000, 333_334), "office": (0, 333_334)},
    "2080": {"system": (3_000_000, 333_333), "office": (0, 333_333)},
    "2081": {"system": (3_000_000, 333_333), "office": (0, 333_333)},
}


def spend(works: Works, reference: str, amount_ore: int, on: date = date(2026, 3, 15)) -> None:
    with works.writing(OPERATOR) as work:
        record_cost(work, "system", 2026, NewCost(reference, on, "Drift AB", "System", amount_ore))


def make_to_settle(works: Works, clock: Clock) -> None:
    """January issued, a cost recorded; and it is February of the year after."""
    make_small(works)
    issue_month(works, JANUARY)
    spend(works, "F 1", 9_000_000)
    clock.now = AFTER
