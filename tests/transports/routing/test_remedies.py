"""What would let a stop be served that a plan leaves out, tried by planning the mended day."""

from typing import Any

import pytest

from consortium.transports.routing import plan
from tests.slices import slice_of
from tests.transports.routing.checker import complaints
from tests.transports.routing.infeasible_days import changed, infeasible

Row = dict[str, Any]


def served(answer: Row) -> set[str]:
    return {stop["id"] for route in answer["routes"] for stop in route["stops"]}


@pytest.mark.parametrize("seed", range(slice_of(4, 200)))
def test_every_stop_left_out_has_a_remedy_that_serves_it(seed: int) -> None:
    case = infeasible(seed)
    answer = plan(case)
    assert complaints(case, answer) == []
    assert answer["unserved"]
    for left in answer["unserved"]:
        mended = changed(case, left["remedy"]["change"])
        again = plan(mended)
        assert complaints(mended, again) == []
        assert left["id"] in served(again)
        assert len(served(again)) > len(served(answer))
