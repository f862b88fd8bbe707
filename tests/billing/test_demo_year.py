"""Three months of the demo's year against figures worked out by programs that share no code."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from consortium.billing.formats.listing import journal_csv, lines_csv, pools_csv, summary_csv
from consortium.billing.views import month_view
from consortium.core.work import Works
from consortium.costs.queries import month_of_pool, pools
from consortium.ledger.queries import journal
from tests.billing.worlds import issue_month, make_year
from tests.conftest import OPERATOR, Clock

HERE = Path(__file__).parent
MONTHS = (3, 7, 11)


@pytest.mark.parametrize("month", MONTHS)
def test_every_pool_gives_the_expected_case(works: Works, month: int) -> None:
    make_year(works)
    with works.reading(OPERATOR) as work:
        for pool in pools(work, 2026):
            path = HERE / "cases" / f"2026-{month:02}-{pool.code}.json"
            expected = json.loads(path.read_text(encoding="utf-8"))
            assert month_of_pool(work, pool, month).case == expected, pool.code


@pytest.mark.parametrize("month", MONTHS)
def test_an_issued_month_equals_the_expected_tables(works: Works, clock: Clock, month: int) -> None:
    clock.now = datetime(2026, month, 2, 8, tzinfo=UTC)
    make_year(works)
    first = date(2026, month, 1)
    issue_month(works, first)
    with works.reading(OPERATOR) as work:
        view = month_view(work, first)
        booked = [
            (entry.name, p.account, p.pool, p.counterpart, p.amount_ore)
            for entry, p in journal(work, date(2026, 1, 1), date(2026, 12, 31))
        ]
    made = {
        "summary.csv": summary_csv(view.drafts),
        "pools.csv": pools_csv(view.pools),
        "lines.csv": lines_csv(view.drafts),
        "journal.csv": journal_csv(booked),
    }
    for name, text in made.items():
        expected = HERE / "expected" / f"2026-{month:02}" / name
        assert text.encode() == expected.read_bytes(), name
