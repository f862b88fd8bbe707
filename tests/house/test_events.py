import ast
from collections.abc import Iterator
from itertools import product

from consortium.crates.rules import KINDS
from consortium.web.event_names import EVENT_NAMES
from tests.house.test_architecture import SOURCES, calls, name_of

STATES = ("published", "proposed")
# What stands in an event's name where the code puts it together.
PARTS = {"kind": KINDS, "made.state": STATES}


def events_in(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*events_in(node.body), *events_in(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        choices = [
            PARTS[ast.unparse(part.value)]
            if isinstance(part, ast.FormattedValue)
            else tuple(events_in(part))
            for part in node.values
        ]
        yield from ("".join(chosen) for chosen in product(*choices))


def test_every_audited_event_has_a_name_for_readers() -> None:
    asked = (call for path in SOURCES for call in calls(path) if name_of(call) == "audit")
    audited = {event for call in asked for event in events_in(call.args[0])}
    assert audited == set(EVENT_NAMES)
