"""Case files: the JSON that the two pure cores read, and the fingerprint of a case."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from consortium.core.errors import Fault, Invalid


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
    try:
        value = json.loads(
            text, parse_float=_Float, parse_constant=_Float, object_pairs_hook=_object
        )
    except (
        ValueError,
        RecursionError,
    ) as error:  # ValueError: Python reads no number of over 4300 digits
        raise Invalid(
            "This is not JSON: {why}", at="case", why=str(error), remedy="Give one JSON object"
        ) from error
    if faults := list(_faults(value, "", floats=floats)):
        raise Invalid(faults)
    return _plain(value)


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
