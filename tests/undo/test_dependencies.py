import pytest

from consortium.core.errors import Conflict
from consortium.core.work import Works
from consortium.undo.taking_back import may_undo, undo
from tests.conftest import OPERATOR, Clock
from tests.undo.cases import CASES, Case
from tests.undo.changes import CHANGES
from tests.undo.test_round_trips import newest
from tests.undo.world import dump


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.event}-{case.text[:40]}")
def test_what_depends_on_a_change_is_named_and_nothing_changes(
    works: Works, clock: Clock, case: Case
) -> None:
    background, change = CHANGES[case.event]
    with works.writing(OPERATOR) as work:
        if case.change is None:
            background(work)
    clock.forward(minutes=5)
    with works.writing(OPERATOR) as work:
        (case.change or change)(work)
        entry = newest(work, case.event)
    clock.forward(minutes=5)
    with works.writing(OPERATOR) as work:
        case.newer(work)
    with works.reading(OPERATOR) as work:
        before = dump(work)
        (foreseen,) = may_undo(work, [entry]).values()
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        undo(work, entry.id)
    named = {fault.text: fault for fault in refused.value.faults}
    assert case.text in named
    fault = named[case.text]
    assert {name: fault.facts.get(name) for name in case.facts} == dict(case.facts)
    assert fault.at.startswith(case.at or fault.at)
    assert [each.text for each in foreseen.reasons] == [f.text for f in refused.value.faults]
    with works.reading(OPERATOR) as work:
        assert dump(work) == before
