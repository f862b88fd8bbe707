"""Case files: the JSON that the two pure cores read and answer in, and a case's fingerprint."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from consortium.core.errors import Fault, Invalid, Problem

# RFC 8259 lets these stand raw in a string, but programs that read lines may break at them.
_LINE_ENDS: Final = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}


class _Float(str):
    """A JSON number with a fraction or an exponent, kept as it was written."""

    __slots__ = ()


class _Twice(dict[str, Any]):
    """A JSON object in which `names` were written more than once."""

    names: tuple[str, ...] = ()


def parse(text: str, *, floats: bool) -> Any:
    """The JSON value in `text`; Invalid, with every place, where it cannot be trusted.

    A key written twice in one object is a fault (RFC 8259 leaves its meaning open), and so is a
    number with a fraction or an exponent unless `floats`: money and keys are never binary.
    """
    value, faults = examine(text, floats=floats)
    if faults:
        raise Invalid(faults)
    return value


def examine(text: str, *, floats: bool) -> tuple[Any, list[Fault]]:
    """The JSON value in `text` and all that `parse` would refuse in it; Invalid if it is no JSON.

    Of a key written twice the value has the last. Nothing else is raised, however long or deep.
    """
    try:
        value = json.loads(
            text, parse_float=_Float, parse_constant=_Float, object_pairs_hook=_object
        )
        return _plain(value), list(_faults(value, "", floats=floats))
    except json.JSONDecodeError as error:
        raise Invalid(
            "This is not JSON: {why}", at="case", why=str(error), remedy="Give one JSON object"
        ) from error
    except (ValueError, RecursionError) as error:  # a number or a nesting beyond Python's own caps
        raise Invalid(
            "The JSON is larger than can be read", at="case", remedy="Give one JSON object"
        ) from error


def answer_line(answer: Callable[[str], Any], text: str) -> str:
    """One line of JSON for one of a case: what `answer` says, or `{"errors": [...]}`."""
    try:
        said = answer(text)
    except Problem as problem:
        said = {"errors": errors_of(problem)}
    line = json.dumps(said, ensure_ascii=False).translate(_LINE_ENDS)
    # half a character, which UTF-8 cannot write, becomes the JSON escape it came as
    return line.encode("utf-8", "backslashreplace").decode()


def errors_of(problem: Problem) -> list[dict[str, str]]:
    """Each fault of `problem`, in English: its place, what is wrong, and what would mend it."""
    return [
        {"at": fault.at, "fault": fault.fault, "remedy": fault.mend} for fault in problem.faults
    ]


def snapshot(case: Any) -> str:
    """`sha256:` and the digest of the case as given, in canonical JSON.

    Canonical: keys sorted by code point, no white space, non-ASCII as it is, UTF-8.
    """
    return "sha256:" + hashlib.sha256(canonical(case).encode()).hexdigest()


def canonical(case: Any) -> str:
    """The case as canonical JSON, as `snapshot` has it."""
    return json.dumps(case, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = _Twice(pairs)
    if len(seen) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        seen.names = tuple(twice)  # type: ignore[attr-defined]
    return seen


def _faults(value: Any, at: str, *, floats: bool) -> Iterator[Fault]:
    if isinstance(value, _Float) and (not floats or value in {"NaN", "Infinity", "-Infinity"}):
        yield Fault(
            "The number {number} is a float, which cannot be exact",
            at or "case",
            {"number": str(value)},
            'Write it as a string, as "7.28", or as a whole number',
        )
    elif isinstance(value, _Twice):
        for name in value.names:
            yield Fault(
                "The field {name} is written twice",
                f"{at}.{name}".lstrip("."),
                {"name": name},
                "Keep one of them",
            )
        for name, part in value.items():
            yield from _faults(part, f"{at}.{name}".lstrip("."), floats=floats)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _faults(part, f"{at}[{place}]", floats=floats)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return float(value) if isinstance(value, _Float) else value
