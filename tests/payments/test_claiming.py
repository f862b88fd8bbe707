"""Interest on what was paid late becomes an invoice; the days by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from consortium.billing.queries import invoice_lines
from consortium.core.errors import Conflict
from consortium.core.work import Works
from consortium.payments.claiming import chargeable, claim_interest
from consortium.payments.rates import set_rate
from tests.billing.worlds import issue_month, make_small
from tests.conftest import OPERATOR, Clock


def test_the_same_days_are_charged_once(works: Works, clock: Clock) -> None:
    make_small(works)
    first = issue_month(works)[0]  # due on 24 December 2026
    works = replace(works, invoicing=works.invoicing.model_copy(update={"charge_interest": True}))
    with works.writing(OPERATOR) as work:
        set_rate(work, date(2026, 7, 1), "2")
        set_rate(work, date(2027, 1, 1), "2,5")
    clock.now = datetime(2027, 1, 3, 11, tzinfo=UTC)
    with works.writing(OPERATOR) as work:
        owed = chargeable(work, "2062")["2062"]
        # 416 668 öre: 7 days of December at 10 %, 3 of January at 10,5 %, by 365
        # 416 668 × (7 × 0,1 + 3 × 0,105) / 365 = 1 158,68…
        assert (first.payable_ore, owed[0].amount_ore) == (416_668, 1_159)
        assert (owed[0].from_on, owed[0].to_on) == (date(2026, 12, 25), date(2027, 1, 3))
        invoice = claim_interest(work, "2062")
        # the other invoice, 333 334 öre: 926,94…
        assert [line.net_ore for line, _pool in invoice_lines(work, invoice)] == [1_159, 927]
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        claim_interest(work, "2062")
    clock.now = datetime(2027, 1, 4, 11, tzinfo=UTC)
    with works.writing(OPERATOR) as work:
        # a day more: 1 278,55… and 1 022,83… in all, so 1 279 - 1 159 and 1 023 - 927
        again = claim_interest(work, "2062")
        assert [line.net_ore for line, _pool in invoice_lines(work, again)] == [120, 96]


def test_no_interest_is_charged_unless_the_settings_say_so(works: Works, clock: Clock) -> None:
    make_small(works)
    issue_month(works)
    clock.now = datetime(2027, 1, 3, 11, tzinfo=UTC)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        claim_interest(work, "2062")
