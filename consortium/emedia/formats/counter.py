"""COUNTER title reports (Code of Practice 5.1, report TR, as JSON). Pure.

The same usage stands in a report under several metrics and access methods; none of them is ever
added to another here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from consortium.core.casefile import parse
from consortium.core.errors import Fault, Invalid
from consortium.emedia.formats.counter_header import (
    FILTERS,
    HEADER,
    NO_USAGE,
    Json,
    as_array,
    as_object,
    customer_ids,
    exception_codes,
    header_faults,
    kind_faults,
    listed,
    months,
    shown,
)
from consortium.emedia.rules import MOST_LOANS, month_name

OF_MANY: Final = ("Customer_ID", "Institution_Name")
"""What an entry of usage carries in a report of several customers."""


@dataclass(frozen=True, slots=True)
class TitleReport:
    """A title report of one institution.

    customer_ids: every form in which it names the institution. months: their first days, the
    whole period. metrics, access_methods: those it was limited to, empty where to none.
    counts: (metric, access method, month) → count, titles added up; one of 0 may be missing.
    """

    customer_ids: frozenset[str]
    months: tuple[date, ...]
    metrics: frozenset[str]
    access_methods: frozenset[str]
    counts: Mapping[tuple[str, str, date], int]

    def loans(self, metric: str, access_method: str) -> dict[date, int]:
        """What the report counts by one metric and one access method: each month → count."""
        return {month: self.counts.get((metric, access_method, month), 0) for month in self.months}


def read_report(content: bytes) -> TitleReport:
    """The report in a file; Invalid, with every fault and its place, where it cannot be trusted."""
    document = _document(content)
    header = document[HEADER]
    if faults := list(kind_faults(header)):
        raise Invalid(faults)
    if faults := [*header_faults(header), *_usage_faults(document)]:
        raise Invalid(faults)
    return TitleReport(
        customer_ids=frozenset(customer_ids(header)),
        months=months(header),
        metrics=listed(header, "Metric_Type"),
        access_methods=listed(header, "Access_Method"),
        counts=_counts(document),
    )


def coverage_faults(report: TitleReport, metric: str, access_method: str) -> Iterator[Fault]:
    """What keeps the report from counting loans by `metric` and `access_method`."""
    if report.metrics and metric not in report.metrics:
        yield Fault(
            "The report was made without {metric}",
            f"{FILTERS}.Metric_Type",
            {"metric": metric},
            "Fetch it with that metric",
        )
    if report.access_methods and access_method not in report.access_methods:
        yield Fault(
            "The report was made without the access method {method}",
            f"{FILTERS}.Access_Method",
            {"method": access_method},
            "Fetch it with that access method",
        )
    for month, count in report.loans(metric, access_method).items():
        if count > MOST_LOANS:
            yield Fault("{loans} loans are too many", month_name(month), {"loans": count})


def owner_faults(
    known: Sequence[str], given: str | None, municipalities: Collection[str]
) -> Iterator[Fault]:
    """What keeps it from being known whose the report is.

    known: the codes of the municipalities that its ids are kept for. given: the code that the
    asker names, None for none; it must not contradict the ids. municipalities: those there are.
    """
    at = f"{HEADER}.Institution_ID"
    if len(known) > 1:
        codes = ", ".join(known)
        yield Fault("The report is of several municipalities: {codes}", at, {"codes": codes})
    elif not known and not given:
        yield Fault(
            "No municipality is known to the supplier by an id of the report",
            at,
            {},
            "Say which municipality it is of, or keep its id",
        )
    elif given and given not in municipalities:
        yield Fault("{code} is no municipality of the consortium", "municipality", {"code": given})
    elif known and given and given != known[0]:
        facts = {"code": known[0], "given": given}
        yield Fault("The report is of {code}, not of {given}", at, facts)


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = parse(content.decode("utf-8-sig"), floats=True)
    except UnicodeDecodeError as error:
        raise Invalid("The file is not text in UTF-8", at="file") from error
    except Invalid as refused:
        raise Invalid(
            [replace(fault, at="file") if fault.at == "case" else fault for fault in refused.faults]
        ) from refused
    if not isinstance(document, dict) or not isinstance(document.get(HEADER), dict):
        raise Invalid(
            "The file is no COUNTER report: it has no Report_Header",
            at="file",
            remedy="Fetch the title report (TR) of release 5.1 as JSON",
        )
    return document


def _usage_faults(document: Json) -> Iterator[Fault]:
    header = document[HEADER]
    if not document.get("Report_Items") and NO_USAGE not in exception_codes(header):
        yield Fault(
            "The report has no usage, and no exception 3030 says that there was none",
            "Report_Items",
            {},
            "Fetch the report again",
        )
    names, only = frozenset(map(month_name, months(header))), _only_method(header)
    for at, entry in _entries(document):
        if isinstance(entry, dict) and isinstance(entry.get("Performance"), dict):
            yield from _entry_faults(at, entry, names, only)
        else:
            yield _unlike(at)


def _entries(document: Json) -> Iterator[tuple[str, Any]]:
    """Each entry of usage with its place; None in the place of a list that is not there."""
    items = document.get("Report_Items", [])
    if not isinstance(items, list):
        yield "Report_Items", None
    for number, item in enumerate(as_array(items)):
        at = f"Report_Items[{number}].Attribute_Performance"
        entries = as_object(item).get("Attribute_Performance")
        if not isinstance(entries, list):
            yield at, None
        for place, entry in enumerate(as_array(entries)):
            yield f"{at}[{place}]", entry


def _entry_faults(at: str, entry: Json, names: frozenset[str], only: str) -> Iterator[Fault]:
    if not _method(entry, only):
        yield Fault(
            "The access method is missing",
            f"{at}.Access_Method",
            {},
            "Fetch the report with Access_Method shown",
        )
    for name in OF_MANY:
        if name in entry:
            yield Fault(
                "The report is of several customers",
                f"{at}.{name}",
                {},
                "Fetch one report for each municipality",
            )
    for metric, counts in entry["Performance"].items():
        if isinstance(counts, dict):
            yield from _count_faults(f"{at}.Performance.{metric}", counts, names)
        else:
            yield _unlike(f"{at}.Performance.{metric}")


def _count_faults(at: str, counts: Json, names: frozenset[str]) -> Iterator[Fault]:
    for month, count in counts.items():
        if names and month not in names:
            yield Fault(
                "{month} is not a month of the report's period", f"{at}.{month}", {"month": month}
            )
        if type(count) is not int or count < 0:
            yield Fault(
                "{count} is no whole number that is 0 or more",
                f"{at}.{month}",
                {"count": shown(count)},
            )


def _unlike(at: str) -> Fault:
    return Fault("The usage is not written as COUNTER 5.1 has it", at)


def _counts(document: Json) -> dict[tuple[str, str, date], int]:
    only = _only_method(document[HEADER])
    sums: dict[tuple[str, str, date], int] = defaultdict(int)
    for _, entry in _entries(document):
        for metric, counts in entry["Performance"].items():
            for month, count in counts.items():
                sums[metric, _method(entry, only), date.fromisoformat(f"{month}-01")] += count
    return dict(sums)


def _method(entry: Json, only: str) -> str:
    """The access method of an entry: its own, or the one that the whole report is limited to."""
    method = entry.get("Access_Method", only)
    return method if isinstance(method, str) else ""


def _only_method(header: Json) -> str:
    methods = listed(header, "Access_Method")
    return next(iter(methods)) if len(methods) == 1 else ""
