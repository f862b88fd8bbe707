"""Whatever is put where, a case has shares that add up or is refused; nothing else is raised."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consortium.core.errors import Fault, Invalid
from consortium.costs.allocation import allocate, answer_line
from tests.costs.allocation.drawing import cases
from tests.costs.allocation.whole import WHOLE_CASE

fuzz = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

JUNK: list[Any] = [None, True, False, 0, 1, -1, 10**99, -(10**200), 0.5, float("nan"), "", "*", "x"]
JUNK += ["a", "b", "1", "-1", "0", "100", "1e9", "9" * 200, "2026-01-01", "2026-02-30", "rest"]
JUNK += [
    "own",
    "equal",
    "rate",
    "blend",
    "host",
    "months",
    "half_up",
    "size",
    "\ud800",
    "\x00",
    "\u0661",
]
JUNK += [[], {}, [[]], [{}], {"": {}}, ["2024-12-31"], {"percent": "50"}, {"amount_ore": 7}]
JUNK += [{"a": 1}, {"a": 1, "b": 2}, {"kind": "equal"}, {"kind": "blend"}, {"kind": []}, {1: 1}]
NAMES = ["a", "at", "latest", "average", "brackets", "left", "host", "limits", "", "x", "\ud800"]


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each holder in a case with each name or place in it."""
    for name in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, name
        if isinstance(value[name], dict | list):
            yield from spots(value[name])


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A case with one to four things taken away, put in, doubled or put in another's place."""
    case = copy.deepcopy(draw(st.one_of(st.just(WHOLE_CASE), cases())))
    for _ in range(draw(st.integers(1, 4))):
        found = list(spots(case))
        if not found:
            break
        holder, name = found[draw(st.integers(0, len(found) - 1))]
        what = draw(st.integers(0, 4))
        junk = copy.deepcopy(draw(st.sampled_from(JUNK)))
        if what == 0:
            del holder[name]
        elif what == 1:
            other, place = found[draw(st.integers(0, len(found) - 1))]
            holder[name] = copy.deepcopy(other[place])
        elif what == 2 and isinstance(holder, dict):
            holder[draw(st.sampled_from(NAMES))] = junk
        elif what == 2:
            holder.append(copy.deepcopy(holder[name]))
        else:
            holder[name] = junk
    return case


def check(result: dict[str, Any]) -> None:
    parts = ("allocated_ore", "unallocated_ore", "rounding_difference_ore")
    assert sum(result[part] for part in parts) == result["total_ore"]


@fuzz
@given(spoilt())
def test_a_spoilt_case_is_shared_or_refused(case: Any) -> None:
    faults: tuple[Fault, ...] = ()
    try:
        check(allocate(case))
    except Invalid as refusal:
        faults = refusal.faults
    for fault in faults:
        assert fault.at
        assert fault.fault
        assert fault.mend
        assert len(str(fault).splitlines()) == 1


@fuzz
@given(spoilt())
def test_a_line_of_it_has_one_line_for_answer(case: Any) -> None:
    line = answer_line(json.dumps(case))
    assert len(line.encode().splitlines()) == 1
    answer = json.loads(line)
    if "errors" in answer:
        assert all(set(error) == {"at", "fault", "remedy"} for error in answer["errors"])
    else:
        check(answer)


@fuzz
@given(st.one_of(st.text(max_size=40), st.text(alphabet='{}[]:,"\\\\ue0195.-', max_size=40)))
def test_any_text_has_one_line_for_answer(text: str) -> None:
    line = answer_line(text)
    assert len(line.encode().splitlines()) == 1
    assert set(json.loads(line)) == {"errors"}
