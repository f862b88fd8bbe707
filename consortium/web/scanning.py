"""A list of scanned codes, one a line: read, and its faults told by their lines. Pure."""

import re
from collections.abc import Callable
from typing import Final

from consortium.core.errors import Fault, Invalid, Problem
from consortium.core.words import mark

MOST_AT_ONCE: Final = 500
FIELD: Final = "codes"
LINE: Final = mark("Line {line}: {what}")
PLACE: Final = re.compile(r"scans\[(\d+)\](?:\.crate)?", re.ASCII)


def lines_of(text: str) -> list[tuple[int, str]]:
    """The codes with the numbers of their lines, from 1; empty lines are passed over."""
    numbered = enumerate((line.strip() for line in text.splitlines()), 1)
    found = [(number, code) for number, code in numbered if code]
    if not found:
        raise Invalid("Scan or write at least one code", at=FIELD)
    if len(found) > MOST_AT_ONCE:
        raise Invalid("Record at most {most} crates at a time", at=FIELD, most=MOST_AT_ONCE)
    return found


def by_line(
    problem: Problem, lines: list[tuple[int, str]], worded: Callable[[Fault], str]
) -> Problem:
    """`problem` with the faults of single scans put at the field of codes, with their lines.

    Faults name scans by their place among all (`scans[0].crate`). worded: says a fault to the
    reader.
    """
    faults = []
    for fault in problem.faults:
        place = PLACE.fullmatch(fault.at)
        if place is None:
            faults.append(fault)
        else:
            line, _code = lines[int(place[1])]
            faults.append(Fault(LINE, FIELD, {"line": line, "what": worded(fault)}))
    return type(problem)(faults)
