"""A key that is tried on a page: what the address says of it, and what it would do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import request, url_for

from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.work import Work
from consortium.costs.key_filling import fields_of, kronor
from consortium.costs.key_forms import PREVIOUS, Read
from consortium.reports.comparing import ORDERS, Beside, Side, beside
from consortium.reports.keys import key_in_force, previous_ore_of
from consortium.web.key_fields import Offered, at_fields
from consortium.web.periods import asked_period
from consortium.web.refusals import worded

WHOLE_YEAR: Final = "ar"
"""What `period` says where the whole year is tried; else the month."""


@dataclass(frozen=True, slots=True)
class On:
    """What a key is tried on. month: 1–12."""

    code: str
    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A key in its form. faults: field → what is wrong. now: why there is nothing to compare with.

    beside: the key in force and the tried one, None where it cannot be tried.
    """

    read: Read
    begun: bool
    beside: Beside | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    now: str = ""


def asked_order() -> str:
    asked = request.args.get("sort", "")
    return asked if asked in ORDERS else ORDERS[0]


def by_whole_year() -> bool:
    return request.args.get("period", WHOLE_YEAR) == WHOLE_YEAR


def kept_period() -> dict[str, Any]:
    """What the address says beside the key: the year, the month, and what is compared."""
    year, month = asked_period()
    return {
        "ar": year,
        "manad": month,
        "period": WHOLE_YEAR if by_whole_year() else "manad",
        "sort": asked_order(),
    }


def address_of(code: str, fields: Mapping[str, str], page: str = "key_editor.edit") -> str:
    """The address of a key that is tried, with its year and month."""
    kept: dict[str, Any] = {**kept_period(), **fields}
    return url_for(f"web.{page}", code=code, **kept)


def sort_addresses(
    code: str, fields: Mapping[str, str], page: str = "key_editor.edit", **more: str
) -> dict[str, str]:
    """Order of the rows → the address that shows them so."""
    return {order: address_of(code, {**fields, **more, "sort": order}, page) for order in ORDERS}


def asked_months(month: int) -> range:
    return range(1, MONTHS_A_YEAR + 1) if by_whole_year() else range(month, month + 1)


def filled(work: Work, on: On, asked: Mapping[str, str], shown: Offered) -> dict[str, str]:
    """The fields as asked for, with a beginning where a kind has just been chosen."""
    fields = dict(asked)
    if not fields:
        version = key_in_force(work, on.code, on.year, on.month)
        fields = fields_of(version.key) if version else {"d1.sort": "lika"}
    fields = begun(fields, shown)
    for name in [each for each in fields if each.endswith(".sort") and fields[each] == "forra"]:
        fields |= _before(work, on, fields, f"{name.removesuffix('sort')}kr.")
    if any(name[:1] == "g" and name.endswith(".andring") and fields[name] for name in fields):
        fields |= _before(work, on, fields, f"{PREVIOUS}.")
    return fields


def begun(fields: Mapping[str, str], shown: Offered) -> dict[str, str]:
    """The fields with a beginning where a kind has just been chosen and its own are not there."""
    made = dict(fields)
    for name in [each for each in fields if each.endswith(".sort")]:
        for more, text in _beginning(fields[name], shown):
            made.setdefault(name.removesuffix("sort") + more, text)
    return made


def _before(work: Work, on: On, fields: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Last year's amounts, where none are given and the asker may see everyone's."""
    if any(name.startswith(prefix) for name in fields) or work.scope("costs.see") is not None:
        return {}
    amounts_ore = previous_ore_of(work, on.code, on.year, on.month)
    return {f"{prefix}{code}": kronor(ore) for code, ore in amounts_ore.items()}


def _beginning(kind: str, shown: Offered) -> Iterable[tuple[str, str]]:
    if kind in {"matt", "taxa"} and shown.measures:
        return (("matt", shown.measures[0][0]), ("dag", "senaste"))
    if kind == "forra":
        return (("andring", "0"),)
    if kind == "blandning":
        return (("vikt", "0.5"), ("fran.sort", "lika"), ("till.sort", "lika"))
    return ()


def tried_on(work: Work, on: On, read: Read, *, begun: bool) -> Tried:
    faults: list[Fault] = list(read.faults)
    compared, now = None, ""
    try:
        compared = compared_on(work, on, read)
    except Conflict as problem:
        now = " ".join(worded(fault) for fault in problem.faults)
        compared = beside(work, None, side_of(work, on, read), asked_months(on.month))
    except Invalid as problem:
        faults += problem.faults
    told_of = at_fields(tuple(faults))
    return Tried(read, begun, None if told_of else compared, told_of, now)


def compared_on(work: Work, on: On, read: Read) -> Beside:
    return beside(work, Side(on.code, on.year), side_of(work, on, read), asked_months(on.month))


def side_of(work: Work, on: On, read: Read) -> Side:
    """The tried key; last year's amounts are the form's, else those of the key in force."""
    previous_ore = read.previous_ore
    if not previous_ore and limited(read.key):
        previous_ore = previous_ore_of(work, on.code, on.year, on.month)
    return Side(on.code, on.year, read.key, previous_ore, written=True)


def limited(key: Mapping[str, Any]) -> bool:
    """Whether a limit of the key compares with the year before."""
    return any("max_change_percent" in limit for limit in key.get("limits", ()))
