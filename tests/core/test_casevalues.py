"""Every way of reading a value: what it gives, and else the fault and what would mend it."""

import json
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from consortium.core.casefile import answer_line, errors_of, examine, parse
from consortium.core.casevalues import ABSENT, Node, printable, shown
from consortium.core.errors import Conflict, Fault, Invalid

Told = list[tuple[str, str, str]]
LONG = 10**100
NEEDS_QUOTES = 'Write it in quotes, as "2080"'
NEEDS_WHOLE = "Write a whole number, without quotes and decimals"
NEEDS_NUMBER = 'Write it as a string, as "7.28", or as a whole number'
NEEDS_FLAG = "Write true or false, without quotes"
NEEDS_DAY = 'Write it as "2026-01-31"'
TOO_LONG = ("The number is longer than any real figure", "Give at most 100 digits")
TWO_DIGITS = re.compile(r"[0-9]{1,2}(\.[0-9])?")


def read(value: Any, reading: Callable[[Node], Any], at: str = "a.b[1]") -> tuple[Any, Told]:
    """What `reading` makes of `value` at its place, and the faults that it writes down."""
    node = Node(value, at, [])
    found = reading(node)
    return found, [(fault.at, fault.fault, fault.mend) for fault in node.faults]


def values(nodes: dict[Any, Node]) -> dict[Any, Any]:
    return {name: node.value for name, node in nodes.items()}


@pytest.mark.parametrize(
    ("reading", "value", "found"),
    [
        (Node.text, "Säter", "Säter"),
        (Node.text, "", ""),
        (lambda node: node.choice("days", "months"), "months", "months"),
        (Node.flag, True, True),
        (Node.flag, False, False),
        (Node.whole, 0, 0),
        (Node.whole, LONG - 1, LONG - 1),
        (Node.whole, 1 - LONG, 1 - LONG),
        (lambda node: node.whole(1, 3), 1, 1),
        (lambda node: node.whole(1, 3), 3, 3),
        (Node.number, 7, Fraction(7)),
        (Node.number, "-7.28", Fraction(-182, 25)),
        (Node.number, "007.50", Fraction(15, 2)),
        (Node.number, "0." + "1" * 98, Fraction(int("1" * 98), 10**98)),
        (lambda node: node.number(0, 1), "0.0", Fraction(0)),
        (lambda node: node.number(0, 1), "1.00", Fraction(1)),
        (lambda node: node.number(written=TWO_DIGITS), "12.5", Fraction(25, 2)),
        (lambda node: node.number(written=TWO_DIGITS), 123, Fraction(123)),
        (Node.day, "2024-02-29", date(2024, 2, 29)),
        (Node.day, "0001-01-01", date(1, 1, 1)),
        (Node.day, "9999-12-31", date(9999, 12, 31)),
        (lambda node: node.day(date(1, 1, 2)), "0001-01-02", date(1, 1, 2)),
    ],
)
def test_what_can_be_read_is_read_exactly(
    reading: Callable[[Node], Any], value: Any, found: Any
) -> None:
    result, told = read(value, reading)
    assert (result, type(result), told) == (found, type(found), [])


@pytest.mark.parametrize(
    ("reading", "value", "fault", "remedy"),
    [
        (Node.text, 2080, "2080 is not a text", NEEDS_QUOTES),
        (Node.text, None, "null is not a text", NEEDS_QUOTES),
        (Node.text, "a\ud800", '"a\\ud800" has half a character in it', "Write the text in UTF-8"),
        (
            lambda node: node.choice("days", "months"),
            "Days",
            '"Days" is not one of days, months',
            "Choose one of them",
        ),
        (
            lambda node: node.choice("days"),
            ["days"],
            "[...] is not one of days",
            "Choose one of them",
        ),
        (Node.flag, 1, "1 is neither true nor false", NEEDS_FLAG),
        (Node.flag, "true", '"true" is neither true nor false', NEEDS_FLAG),
        (Node.whole, True, "true is not a whole number", NEEDS_WHOLE),
        (Node.whole, "5", '"5" is not a whole number', NEEDS_WHOLE),
        (Node.whole, 5.0, "5.0 is not a whole number", NEEDS_WHOLE),
        (Node.whole, float("nan"), "nan is not a whole number", NEEDS_WHOLE),
        (Node.whole, LONG, *TOO_LONG),
        (Node.whole, -LONG, *TOO_LONG),
        (lambda node: node.whole(1, 3), 0, "0 is below 1", "Give 1 or more"),
        (lambda node: node.whole(1, 3), 4, "4 is above 3", "Give 3 or less"),
        (lambda node: node.whole(0), -LONG, "-... is below 0", "Give 0 or more"),
        (lambda node: node.whole(0), LONG, *TOO_LONG),
        (lambda node: node.whole(most=3), LONG, "... is above 3", "Give 3 or less"),
        (lambda node: node.whole(most=3), -LONG, *TOO_LONG),
        (Node.number, False, "false is not a decimal number", NEEDS_NUMBER),
        (Node.number, 7.28, "7.28 is not a decimal number", NEEDS_NUMBER),
        (Node.number, "7,28", '"7,28" is not a decimal number', NEEDS_NUMBER),
        (Node.number, "1e5", '"1e5" is not a decimal number', NEEDS_NUMBER),
        (Node.number, "5\n", '"5\\n" is not a decimal number', NEEDS_NUMBER),
        (Node.number, "\u0661", '"\u0661" is not a decimal number', NEEDS_NUMBER),
        (Node.number, "1/2", '"1/2" is not a decimal number', NEEDS_NUMBER),
        (
            Node.number,
            "9" * 101,
            f'"{"9" * 60}..." is not a decimal number',
            NEEDS_NUMBER,
        ),
        (Node.number, LONG, *TOO_LONG),
        (lambda node: node.number(0), "-0.01", '"-0.01" is below 0', "Give 0 or more"),
        (lambda node: node.number(most=1), "1.01", '"1.01" is above 1', "Give 1 or less"),
        (
            lambda node: node.number(written=TWO_DIGITS),
            "1.25",
            '"1.25" is not a decimal number',
            NEEDS_NUMBER,
        ),
        (Node.day, "2026-02-30", '"2026-02-30" is not a date of the calendar', NEEDS_DAY),
        (Node.day, "2026-1-01", '"2026-1-01" is not a date of the calendar', NEEDS_DAY),
        (Node.day, "0000-01-01", '"0000-01-01" is not a date of the calendar', NEEDS_DAY),
        (Node.day, "2026-01-01\n", '"2026-01-01\\n" is not a date of the calendar', NEEDS_DAY),
        (Node.day, 20260101, "20260101 is not a date of the calendar", NEEDS_DAY),
        (
            lambda node: node.day(date(1, 1, 2)),
            "0001-01-01",
            '"0001-01-01" is not a date of the calendar',
            NEEDS_DAY,
        ),
        (Node.items, {}, "{...} is not a list", "Give a list, as [...]"),
        (Node.items, (), "tuple is not a list", "Give a list, as [...]"),
        (Node.entries, [], "[...] is not an object", "Give an object, as {...}"),
        (Node.entries, "x", '"x" is not an object', "Give an object, as {...}"),
    ],
)
def test_what_cannot_be_read_is_told_once_with_its_place(
    reading: Callable[[Node], Any], value: Any, fault: str, remedy: str
) -> None:
    assert read(value, reading) == (None, [("a.b[1]", fault, remedy)])


READINGS: list[Callable[[Node], Any]] = [
    *(Node.text, Node.flag, Node.whole, Node.number, Node.day, Node.items, Node.entries),
    lambda node: node.choice("days"),
    lambda node: node.whole(1, 3),
    lambda node: node.number(1, 3),
]


@pytest.mark.parametrize("reading", READINGS)
def test_a_field_that_was_left_out_is_nothing_and_no_fault(reading: Callable[[Node], Any]) -> None:
    assert read(ABSENT, reading) == (None, [])
    assert not Node(ABSENT, "a", []).given
    assert Node(None, "a", []).given


def test_fields_are_those_that_may_stand_there() -> None:
    fields, told = read({"b": 1, "c": None}, lambda node: node.fields(("b",), ("c", "d")), "a")
    assert values(fields) == {"b": 1, "c": None, "d": ABSENT}
    assert [node.at for node in fields.values()] == ["a.b", "a.c", "a.d"]
    assert told == []


def test_stray_and_missing_fields_are_told() -> None:
    fields, told = read({"x\n": 1, 7: 2, "": 3}, lambda node: node.fields(("b", "c"), ("d",)), "")
    assert values(fields) == {"b": ABSENT, "c": ABSENT, "d": ABSENT}
    stray = ("There is no such field", "Take it away; the fields here are b, c, d")
    missing = ("The field is missing", "Give it")
    assert told == [
        *(("x\\n", *stray), ("7", *stray), ('""', *stray)),
        *(("b", *missing), ("c", *missing)),
    ]


def test_fields_of_what_is_no_object_are_absent_and_not_missed() -> None:
    fields, told = read([1], lambda node: node.fields(("b",)), "")
    assert values(fields) == {"b": ABSENT}
    assert told == [("case", "[...] is not an object", "Give an object, as {...}")]
    fields, told = read(ABSENT, lambda node: node.fields(("b",)))
    assert (values(fields), told) == ({"b": ABSENT}, [])


def test_entries_and_items_have_places_of_their_own_and_share_the_faults() -> None:
    faults: list[Fault] = []
    entries = Node({"m 1": [1, "x"], "\ud800": 2}, "a", faults).entries() or {}
    assert [(name, node.at) for name, node in entries.items()] == [
        ("m 1", "a.m 1"),
        ("\ud800", "a.\\ud800"),
    ]
    items = entries["m 1"].items() or []
    assert [(node.at, node.whole()) for node in items] == [("a.m 1[0]", 1), ("a.m 1[1]", None)]
    assert [fault.at for fault in faults] == ["a.m 1[1]"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1.5, "1.5"),
        ("", '""'),
        ("å\t", '"å\\t"'),
        ("x" * 60, '"' + "x" * 60 + '"'),
        ("x" * 61, '"' + "x" * 60 + '..."'),
        (LONG - 1, "9" * 100),
        pytest.param(10**5000, "...", id="long"),
        pytest.param(-(10**5000), "-...", id="long and negative"),
        ([1], "[...]"),
        ({"a": 1}, "{...}"),
        (b"1", "bytes"),
    ],
)
def test_a_value_is_shown_on_one_short_line(value: Any, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a b", "a b"), ("", '""'), ("\u2028", "\\u2028"), (7, "7"), ("x" * 61, "x" * 60 + "...")],
)
def test_a_name_is_printable(name: object, expected: str) -> None:
    assert printable(name) == expected


def test_what_is_refused_can_still_be_examined() -> None:
    value, faults = examine('{"a": 1, "a": 2.5, "b": [3]}', floats=False)
    assert value == {"a": 2.5, "b": [3]}
    assert [(fault.at, fault.text) for fault in faults] == [
        ("a", "The field {name} is written twice"),
        ("a", "The number {number} is a float, which cannot be exact"),
    ]


def again(text: str) -> str | list[dict[str, str]]:
    """The JSON in `text` as it is written once it was read, or the errors."""
    try:
        return json.dumps(parse(text, floats=True))
    except Invalid as refusal:
        return errors_of(refusal)


@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a": ', "}")])
def test_any_depth_is_read_or_refused_in_words(opens: str, closes: str) -> None:
    """Python's own cap on depth may strike while the text is read or while the value is walked."""
    larger = "The JSON is larger than can be read"
    refused = [{"at": "case", "fault": larger, "remedy": "Give one JSON object"}]
    texts = [opens * depth + "1.5" + closes * depth for depth in range(20, 1200, 20)]
    found = [again(text) for text in texts]
    assert all(one in (text, refused) for one, text in zip(found, texts, strict=True))
    assert (found[0], found[-1]) == (texts[0], refused)


def test_what_is_no_json_says_where() -> None:
    with pytest.raises(Invalid, match=r"This is not JSON: .*line 2 column 1") as refused:
        parse('{"a":\n}', floats=True)
    assert errors_of(refused.value)[0]["at"] == "case"


def test_a_line_holds_an_answer_or_every_fault() -> None:
    assert answer_line(json.loads, '{"a": "å"}') == '{"a": "å"}'
    faults = [Fault("{value} is bad", "a", {"value": "7"}, "Mend {value}"), Fault("No", "b")]

    def refuse(text: str) -> None:
        assert text == "{}"
        raise Conflict(faults)

    assert json.loads(answer_line(refuse, "{}")) == {
        "errors": [
            {"at": "a", "fault": "7 is bad", "remedy": "Mend 7"},
            {"at": "b", "fault": "No", "remedy": ""},
        ]
    }


def test_a_line_is_one_line_of_utf_8_whatever_stands_in_it() -> None:
    text = json.dumps(["a\x85b\u2028c\u2029d\ne\ud800"])
    line = answer_line(json.loads, text)
    assert line.encode().decode().splitlines() == [line]
    assert json.loads(line) == json.loads(text)
