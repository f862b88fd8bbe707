"""What the page that explains a line of an invoice costs beside a view that does nothing.

Measured as in tests/bench/pages.py: Flask's own test client, this process's processor time, SQLite.
The page of a line is worked out once and kept by all that it rests on; each later view reads that
anew. The first view is told for comparison.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from consortium.web.invoices import _body_of
from tests.bench.measuring import cpu_seconds
from tests.bench.pages import BATCH, Asked, Call, _asked, _bare, _cookies, _site, cheapest
from tests.billing.worlds import issue_month

WHY: Final = "why an amount, CPU / an empty Flask view (limit 25)"
FIRST: Final = "why an amount, the first time, CPU / an empty Flask view, for comparison"
LINES: Final = ("/fakturor/20260008/varfor/1", "/fakturor/20260008/varfor/3")
FIRSTS: Final = 10


def figures() -> dict[str, float]:
    """The dearer of a line by population and one by two measures."""
    with TemporaryDirectory() as folder:
        site = _site(Path(folder))
        issue_month(site.works)
        cookie = {"Cookie": _cookies(site)}
        calls: dict[Asked, Call] = {
            (line, _asked): _asked(site.app, line, cookie) for line in LINES
        }
        assert all(b'id="steps"' in call() for call in calls.values())
        first = max(min(_first(call) for _ in range(FIRSTS)) for call in calls.values())
        cost = cheapest({**calls, ("", _asked): _asked(_bare(), "/", {})})
        site.works.engine.dispose()
    empty = cost["", _asked] / BATCH
    later = max(cost[line, _asked] for line in LINES) / BATCH
    return {WHY: later / empty, FIRST: first / empty}


def _first(call: Call) -> float:
    _body_of.cache_clear()
    return cpu_seconds(call, 1)
