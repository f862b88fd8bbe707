import pytest

from consortium.core.work import Works
from consortium.exchange.exporting import Form, export
from consortium.exchange.kinds import KINDS
from consortium.exchange.taking import Sent, try_sheet
from tests.conftest import OPERATOR
from tests.exchange.worlds import make_everything

ROWS = {
    "members": 4,
    "branches": 4,
    "closures": 1,
    "measures": 4,
    "pools": 3,
    "budget": 2,
    "costs": 5,
    "usage": 2,
    "crates": 3,
    "matrix": 1,
    "volumes": 1,
    "people": 1,
}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_changes_nothing_when_it_comes_back(works: Works, form: Form) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
    with works.reading(OPERATOR) as work:
        for code, kind in KINDS.items():
            written = export(work, kind).written(form)
            tried = try_sheet(work, kind, Sent(written, "again"))
            counts = {"new": 0, "changed": 0, "unchanged": ROWS[code], "faulty": 0}
            assert tried.counts == counts, [str(fault) for fault in tried.faults]
