"""A request's path, query and body as values; all that is wrong is told at once."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, NoReturn, TypeVar

from flask import request
from pydantic import BaseModel, TypeAdapter, ValidationError

from consortium.api.fields import PATH, Query
from consortium.api.refusals import refuse
from consortium.api.routing import Route
from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.http.asking import COMPLAINTS
from consortium.http.parsing import CHARACTERS, has_unseen

LARGEST_BODY: Final = 1_000_000
DEEPEST: Final = 32
LARGEST_WHY: Final = 200
EXACT: Final = 2**53
JSON: Final = "application/json"
KINDS: Final = frozenset({"equal", "measure", "fixed", "rate", "previous", "blend"})
OF_NAME: Final = "[key]"  # what pydantic says where a name in an object is wrong, not its value
SPLITS: Final = frozenset({"split", "from", "to"})

TOLD: Final = COMPLAINTS | {
    "missing": mark("The field is missing"),
    "extra_forbidden": mark("There is no such field"),
    "int_type": mark("Write a whole number, without quotes and decimals"),
    "string_type": mark("Write a text, in quotes"),
    "bool_type": mark("Write true or false"),
    "list_type": mark("Give a list, as [...]"),
    "dict_type": mark("Give an object"),
    "model_type": mark("Give an object"),
    "model_attributes_type": mark("Give an object"),
    "too_long": mark("Give at most {max_length}"),
    "too_short": mark("Give at least {min_length}"),
    "string_pattern_mismatch": mark("The text has characters that do not belong there"),
    "union_tag_invalid": mark("Choose one of the alternatives"),
    "union_tag_not_found": mark("Say which of the alternatives it is"),
}
NOT_READ: Final = mark("This cannot be read as it is written")
ADAPTERS: Final = {name: TypeAdapter[Any](kind) for name, (kind, _what) in PATH.items()}

M = TypeVar("M", bound=BaseModel)


def path_of(route: Route, given: Mapping[str, str]) -> list[Any]:
    """The values in the path, in its order."""
    values, faults = [], []
    for name in route.parameters:
        try:
            values.append(ADAPTERS[name].validate_python(given[name]))
        except ValidationError as error:
            faults += [_fault(found, name) for found in error.errors()[:1]]
    if faults:
        raise Invalid(faults)
    return values


def asked_of(route: Route) -> list[BaseModel]:
    """The query or the body that the route describes, if it describes one."""
    if route.asks is not None:
        return [read_as(route.asks, _json())]
    if route.query is not None:
        return [_query(route.query)]
    _refuse_query()
    if route.writes and _bytes().strip() not in {b"", b"{}"}:
        raise Invalid("This address takes no body", remedy="Send it without one")
    return []


def read_as(model: type[M], value: object) -> M:
    """A parsed value as a `model`; Invalid with every fault at its place."""
    if faults := list(_text_faults(value, "", DEEPEST)):
        raise Invalid(faults)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Invalid([_fault(found) for found in error.errors()]) from error


def _query(model: type[Query]) -> Query:
    names = [name for name, values in request.args.lists() if len(values) > 1]
    if names:
        raise Invalid([Fault("Give it once", name) for name in names])
    return read_as(model, request.args.to_dict())


def _json() -> object:
    """The body: JSON in UTF-8, no name twice in an object, no number that JSON does not have."""
    _refuse_query()
    if request.mimetype != JSON or "Content-Encoding" in request.headers:
        remedy = "Send it as Content-Type: application/json, not compressed"
        fault = Fault("The body has another media type than JSON", "Content-Type", {}, remedy)
        refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, fault, Accept=JSON)
    content = _bytes()
    try:
        return json.loads(
            content.decode(),
            object_pairs_hook=_object,
            parse_float=_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        remedy = "Check where it breaks off: {why}"
        facts = {"why": str(error)[:LARGEST_WHY]}
        refuse(HTTPStatus.BAD_REQUEST, Fault("The body is no JSON", "", facts, remedy))


def _bytes() -> bytes:
    request.max_content_length = LARGEST_BODY
    return request.get_data()


def _refuse_query() -> None:
    if request.args:
        raise Invalid([Fault(TOLD["extra_forbidden"], name) for name in request.args])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _number(text: str) -> int | float:
    """`764.0` is a whole number, as JSON Schema has it; beyond 2**53 a float is none any more."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= EXACT else value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _text_faults(value: object, at: str, deeper: int) -> Iterator[Fault]:
    """Texts that no database and no person can read, and what is nested beyond reason."""
    if isinstance(value, str):
        if has_unseen(value) or any("\ud800" <= letter <= "\udfff" for letter in value):
            yield Fault(CHARACTERS, at)
    elif isinstance(value, dict | list) and not deeper:
        yield Fault("It is nested too deeply", at)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _text_faults(name, at, deeper)
            yield from _text_faults(inner, f"{at}.{name}" if at else name, deeper - 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _text_faults(inner, f"{at}[{place}]", deeper - 1)


def _fault(found: Any, name: str = "") -> Fault:
    place = name or _place(found["loc"])
    facts = found.get("ctx", {})
    if found["type"] == "value_error":
        return Fault(str(facts["error"]), place)
    shown = {name: fact for name, fact in facts.items() if isinstance(fact, str | int)}
    return Fault(TOLD.get(found["type"], NOT_READ), place, shown)


def _place(steps: tuple[Any, ...]) -> str:
    """`key.parts[1].split.at`; the kind of a split, by which pydantic names it, is no place."""
    place, before = "", ""
    for step in steps:
        if isinstance(step, int):
            place += f"[{step}]"
        elif step != OF_NAME and not (before in SPLITS and step in KINDS):
            place += f".{step}" if place else str(step)
        before = step
    return place
