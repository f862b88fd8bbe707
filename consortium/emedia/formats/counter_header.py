"""The header of a COUNTER report (Code of Practice 5.1): whose, of when, how whole. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from consortium.core.errors import Fault
from consortium.emedia.rules import FIRST_YEAR, LAST_YEAR, month_end, next_month

HEADER: Final = "Report_Header"
FILTERS: Final = "Report_Header.Report_Filters"
WANTED: Final = {"Release": "5.1", "Report_ID": "TR"}
NO_USAGE: Final = 3030
UNSETTLED: Final = frozenset({3031, 3032, 3040})
PASSING: Final = frozenset({NO_USAGE, 3050, 3060, 3061, 3062, 3063, 3070})
FIRST_STANDARD_CODE: Final = 1000  # below it, a platform's own remarks and warnings
MOST_MONTHS: Final = 60
WHOLE_FILTERS: Final = frozenset(
    {"Begin_Date", "End_Date", "Metric_Type", "Access_Method", "Platform"}
)
"""Filters that leave a metric of an access method whole; any other takes part of it away."""
LONGEST_SHOWN: Final = 80

Json = Mapping[str, Any]


def kind_faults(header: Json) -> Iterator[Fault]:
    """What makes it another report than the title report of release 5.1."""
    for name, wanted in WANTED.items():
        if header.get(name) != wanted:
            yield Fault(
                "{name} is {given}, and only {wanted} is read",
                f"{HEADER}.{name}",
                {"name": name, "given": shown(header.get(name)), "wanted": wanted},
                "Fetch the title report (TR) of release 5.1 as JSON",
            )


def header_faults(header: Json) -> Iterator[Fault]:
    """What keeps the report from being one customer's whole usage of settled months."""
    if not any(customer_ids(header)):
        yield Fault("The report does not say whose it is", f"{HEADER}.Institution_ID")
    yield from _period_faults(header)
    for name in filters(header):
        if name not in WHOLE_FILTERS:
            yield Fault(
                "The report is limited by {name} and so not whole",
                f"{FILTERS}.{name}",
                {"name": name},
                "Fetch it without that filter",
            )
    for number, code in enumerate(exception_codes(header)):
        yield from _exception_faults(header, number, code)


def months(header: Json) -> tuple[date, ...]:
    """The first days of the months of the period; none where the period is faulty."""
    limits = filters(header)
    begin, end = _day(limits.get("Begin_Date")), _day(limits.get("End_Date"))
    if begin is None or end is None or begin.day != 1 or end != month_end(end):
        return ()
    found: list[date] = []
    while begin <= end:
        found.append(begin)
        begin = next_month(begin)
    return tuple(found) if len(found) <= MOST_MONTHS else ()


def exception_codes(header: Json) -> list[int]:
    """The codes of the header's exceptions in their order, -1 for one without a code."""
    codes = [as_object(entry).get("Code") for entry in as_array(header.get("Exceptions"))]
    return [code if isinstance(code, int) else -1 for code in codes]


def filters(header: Json) -> Json:
    return as_object(header.get("Report_Filters"))


def listed(header: Json, name: str) -> frozenset[str]:
    """The values that the filter `name` lets through, none where there is no such filter."""
    value = filters(header).get(name)
    values = value.split("|") if isinstance(value, str) else as_array(value)
    return frozenset(map(str, values))


def customer_ids(header: Json) -> Iterator[str]:
    """Each identifier of the institution in every form that it may be kept in."""
    if isinstance(customer := header.get("Customer_ID"), str) and customer.strip():
        yield customer.strip()
    for kind, values in as_object(header.get("Institution_ID")).items():
        for value in as_array(values):
            for form in _forms(kind, str(value).strip()):
                yield form
                yield f"{kind}:{form}"


def shown(value: Any) -> str:
    """A value of the file as a fault tells it."""
    return "–" if value is None or value == "" else str(value)[:LONGEST_SHOWN]


def as_object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def as_array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _forms(kind: str, value: str) -> Iterator[str]:
    """An identifier as written, an ISNI without blanks, one of a platform's without namespace."""
    yield value
    if kind == "ISNI":
        yield "".join(value.split()).replace("-", "")
    if kind == "Proprietary" and ":" in value:
        yield value.partition(":")[2]


def _period_faults(header: Json) -> Iterator[Fault]:
    if not months(header):
        limits = filters(header)
        yield Fault(
            "{begin} to {end} is no period of 1 to 60 whole months",
            f"{FILTERS}.Begin_Date",
            {"begin": shown(limits.get("Begin_Date")), "end": shown(limits.get("End_Date"))},
            "Fetch the report for whole months",
        )
    if as_object(header.get("Report_Attributes")).get("Granularity", "Month") != "Month":
        yield Fault(
            "The report has totals, not months",
            f"{HEADER}.Report_Attributes.Granularity",
            {},
            "Fetch it by month",
        )


def _exception_faults(header: Json, number: int, code: int) -> Iterator[Fault]:
    entry = as_object(as_array(header.get("Exceptions"))[number])
    at = f"{HEADER}.Exceptions[{number}]"
    if code in UNSETTLED:
        yield Fault(
            "A month of the report is not settled: exception {code}, {message}",
            at,
            {"code": code, "message": shown(entry.get("Data") or entry.get("Message"))},
            "Fetch the report again for settled months only",
        )
    elif code not in PASSING and not 0 <= code < FIRST_STANDARD_CODE:
        yield Fault(
            "The report is marked with exception {code}, {message}",
            at,
            {"code": code, "message": shown(entry.get("Message"))},
            "Fetch the report again",
        )


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None
