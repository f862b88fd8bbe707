"""Questions to a statistical database by PxWebApi 2, and its answers as JSON-stat 2. Pure.

PxWebApi 2.0 (Statistics Sweden, 2025): `GET /tables/{id}/data` with `valueCodes[VARIABLE]` for each
variable and `outputFormat=json-stat2`; a variable that is left out is summed over, where the table
lets it be (Civilstand, Alder and Kon of TAB638). JSON-stat 2.0: `id` names the dimensions, `size`
how many categories each has, `value` the cells in row-major order, as a list or, where most are
empty, as an object of place → value; `status` may say why a cell is empty.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Any, Final
from urllib.parse import urlencode

from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark

REGION: Final = "Region"
CONTENTS: Final = "ContentsCode"
TIME: Final = "Tid"
NOT_THERE: Final = mark("The source's answer cannot be used: it has no {what}")
NO_ANSWER: Final = mark("The source's answer cannot be used: it is not {what}")
PARTED: Final = mark("The source's answer cannot be used: it is parted by {what}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. contents: the code of a table's content. period: as the table has it."""

    table: str
    contents: str
    period: str
    regions: tuple[str, ...]


def address_of(base: str, question: Question) -> str:
    """The address that answers a question. base: of the API, as https://…/api/v2."""
    asked = {
        "lang": "sv",
        "outputFormat": "json-stat2",
        f"valueCodes[{REGION}]": ",".join(question.regions),
        f"valueCodes[{CONTENTS}]": question.contents,
        f"valueCodes[{TIME}]": question.period,
    }
    return f"{base.rstrip('/')}/tables/{question.table}/data?{urlencode(asked, safe=',')}"


def values_of(content: bytes, question: Question) -> dict[str, str]:
    """Region → value, an exact decimal, of each region that was asked for.

    Invalid where the answer is none, is of something else, or lacks a region.
    """
    data = _dataset(content)
    places = {name: _places(data, name) for name in data["id"]}
    missing = [name for name in (REGION, CONTENTS, TIME) if name not in places]
    if missing:
        raise _strange(NOT_THERE, ", ".join(missing))
    wanted = {CONTENTS: question.contents, TIME: question.period}
    for name, code in wanted.items():
        if code not in places[name]:
            raise _strange(NOT_THERE, code)
    return _read(data, places, question)


def _read(
    data: Mapping[str, Any], places: Mapping[str, Mapping[str, int]], question: Question
) -> dict[str, str]:
    found, faults = {}, []
    for region in question.regions:
        cell = None
        if region in places[REGION]:
            chosen = {REGION: region, CONTENTS: question.contents, TIME: question.period}
            cell = _cell(data, places, chosen)
        if cell is None:
            faults.append(Fault("The source has no value of {region}", "", {"region": region}))
        else:
            found[region] = cell
    if faults:
        raise Invalid(faults)
    return found


def _dataset(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise _strange(NO_ANSWER, "JSON") from error
    whole = isinstance(data, dict) and data.get("class") == "dataset"
    if not whole or not isinstance(data.get("id"), list) or not isinstance(data.get("size"), list):
        raise _strange(NO_ANSWER, "JSON-stat 2")
    if len(data["id"]) != len(data["size"]) or not all(isinstance(n, int) for n in data["size"]):
        raise _strange(NO_ANSWER, "JSON-stat 2")
    return dict(data)


def _places(data: Mapping[str, Any], name: str) -> dict[str, int]:
    """Code of a category → its place; an index may be a list, or left out where there is one."""
    try:
        category = data["dimension"][name]["category"]
        index = category.get("index", list(category.get("label", {})))
    except (AttributeError, KeyError, TypeError) as error:
        raise _strange(NO_ANSWER, "JSON-stat 2") from error
    if isinstance(index, list):
        return {str(code): place for place, code in enumerate(index)}
    return {str(code): place for code, place in index.items() if isinstance(place, int)}


def _cell(
    data: Mapping[str, Any], places: Mapping[str, Mapping[str, int]], chosen: Mapping[str, str]
) -> str | None:
    """A cell; what is not chosen must have one category, else its sum is not known."""
    place, sizes = 0, data["size"]
    for name, size in zip(data["id"], sizes, strict=True):
        if name not in chosen and size != 1:
            raise _strange(PARTED, str(name))
        place = place * size + (places[name][chosen[name]] if name in chosen else 0)
    values = data.get("value")
    if isinstance(values, list):
        whole = len(values) == prod(sizes) and place < len(values)
        value = values[place] if whole else None
    else:
        value = values.get(str(place)) if isinstance(values, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _strange(text: str, what: str) -> Invalid:
    return Invalid(text, what=what)
