import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from consortium.core.errors import Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.costs.agreeing import add_pool
from consortium.emedia.formats.counter import coverage_faults, read_report
from consortium.emedia.importing import import_counter
from consortium.emedia.registering import add_supplier, know_customer, set_price
from tests.conftest import OPERATOR
from tests.emedia.making import DATA, costs, e_loans, make_pot, report

SAMPLE = (DATA / "TR_sample_r51.json").read_bytes()
LOANS = ("Unique_Title_Requests", "Regular")


def table() -> dict[tuple[str, str], dict[int, int]]:
    """The sample's counts, read from its other form: (metric, access method) → month → count."""
    lines = (DATA / "TR_sample_r51.tsv").read_text(encoding="utf-8-sig").splitlines()
    counts: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in csv.DictReader(lines[14:], delimiter="\t"):
        for month, name in enumerate(list(row)[-12:], 1):
            counts[row["Metric_Type"], row["Access_Method"]][month] += int(row[name] or 0)
    return counts


@pytest.mark.parametrize("metric", sorted({metric for metric, _ in table()}))
def test_the_sample_counts_what_its_table_says(metric: str) -> None:
    read = read_report(SAMPLE)
    for method in ("Regular", "TDM"):
        found = {month.month: count for month, count in read.loans(metric, method).items()}
        assert found == {month: table()[metric, method][month] for month in range(1, 13)}


@pytest.mark.parametrize("metric", sorted({metric for metric, _ in table()}))
def test_the_access_methods_together_are_the_published_totals(metric: str) -> None:
    expected = json.loads((DATA / "expected_totals.json").read_text())["TR_sample_r51.json"]
    read = read_report(SAMPLE)
    by_month = [read.loans(metric, method).values() for method in ("Regular", "TDM")]
    sums = [sum(both) for both in zip(*by_month, strict=True)]
    assert sums == list(expected["metrics"][metric]["months"].values())


def test_the_sample_says_whose_it_is() -> None:
    assert read_report(SAMPLE).customer_ids == {"1234123412341234", "ISNI:1234123412341234"}


def make_2022(work: Work) -> None:
    make_pot(work)
    add_pool(work, "emedia", 2022, ("E-medier", "E-media"), 50_000_000, everyone=True)
    set_price(work, "e-books", date(2022, 1, 1), "1950.25")


def test_a_sample_report_becomes_cost_and_measure(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_2022(work)
        know_customer(work, "e-books", "2080", "ISNI:1234123412341234")
        done = import_counter(work, SAMPLE, "tr.json", "e-books", None)
    loans = table()[LOANS]
    assert sum(loans.values()) == 6141 + 2757  # books and reference works, Regular only
    assert [done.new, done.months[0], done.months[-1]] == [12, date(2022, 1, 1), date(2022, 12, 1)]
    with works.reading(OPERATOR) as work:
        # Quarters of an öre: n × 1950.25 is (7801 n) / 4, half up.
        assert costs(work, 2022) == {
            f"emedia:e-books:2022-{month:02}:2080": (7801 * loans[month] + 2) // 4
            for month in range(1, 13)
        }
        assert e_loans(work) == [("2080", "2022-12-31", "8898", "E-media: e-books 2022-01–2022-12")]


def test_a_loan_is_what_the_supplier_counts(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_2022(work)
        add_supplier(work, "press", "Press", "Total_Item_Requests", "TDM")
        set_price(work, "press", date(2022, 1, 1), "1")
        import_counter(work, SAMPLE, "tr.json", "press", "2062")
        assert sum(costs(work, 2022).values()) == sum(
            table()["Total_Item_Requests", "TDM"].values()
        )


@pytest.mark.parametrize(
    "known",
    ["1234123412341234", "ISNI:1234123412341234", "P1:falun", "falun", "Proprietary:P1:falun"],
)
def test_the_customer_is_found_by_any_form_of_its_id(works: Works, known: str) -> None:
    ids = {"ISNI": ["1234 1234 1234 1234"], "Proprietary": ["P1:falun"]}
    with works.writing(OPERATOR) as work:
        make_pot(work)
        know_customer(work, "film", "2080", known)
        know_customer(work, "e-books", "2062", known)
        import_counter(work, report(header={"Institution_ID": ids}), "tr.json", "film", None)
        assert costs(work) == {
            "emedia:film:2026-01:2080": 7 * 2500,
            "emedia:film:2026-02:2080": 0,
        }


def test_a_customer_id_of_the_header_will_do(works: Works) -> None:
    header = {"Institution_ID": {}, "Customer_ID": "c-17"}
    with works.writing(OPERATOR) as work:
        make_pot(work)
        know_customer(work, "film", "2081", "c-17")
        import_counter(work, report(header=header), "tr.json", "film", None)
        assert "emedia:film:2026-01:2081" in costs(work)


def test_no_usage_is_a_true_zero(works: Works) -> None:
    exception = {"Code": 3030, "Message": "No Usage Available for Requested Dates"}
    content = report(usage=(), header={"Exceptions": [exception]})
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_counter(work, report(), "before.json", "film", "2080")
        done = import_counter(work, content, "tr.json", "film", "2080")
        assert [done.changed, done.unchanged] == [1, 1]
        assert sum(costs(work).values()) == 0


@pytest.mark.parametrize("code", [0, 999, 3050, 3060, 3061, 3062, 3063, 3070])
def test_remarks_and_ignored_parameters_pass(code: int) -> None:
    content = report(header={"Exceptions": [{"Code": code, "Message": "Something"}]})
    assert read_report(content).loans(*LOANS)[date(2026, 1, 1)] == 7


def faults_of(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_report(content)
    return [(fault.at, fault.fault) for fault in refused.value.faults]


@pytest.mark.parametrize("code", [3031, 3032, 3040])
def test_a_month_that_is_not_settled_is_refused(code: int) -> None:
    entries = [{"Code": 3050, "Message": "x"}, {"Code": code, "Message": "y", "Data": "2026-02"}]
    assert faults_of(report(header={"Exceptions": entries})) == [
        (
            "Report_Header.Exceptions[1]",
            f"A month of the report is not settled: exception {code}, 2026-02",
        )
    ]


@pytest.mark.parametrize("code", [1011, 2010, 3020, -5, None, "3030"])
def test_a_report_marked_with_an_error_is_refused(code: object) -> None:
    found = faults_of(report(header={"Exceptions": [{"Code": code, "Message": "Queued"}]}))
    assert [at for at, _ in found] == ["Report_Header.Exceptions[0]"]


def test_other_releases_and_reports_are_refused_clearly() -> None:
    assert faults_of((DATA / "r5_Sample-TR.json").read_bytes()) == [
        ("Report_Header.Release", "Release is 5, and only 5.1 is read")
    ]
    assert faults_of((DATA / "PR_sample_r51.json").read_bytes()) == [
        ("Report_Header.Report_ID", "Report_ID is PR, and only TR is read")
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe{}",
        b"supplier;month\n",
        b"[]",
        b"1.5",
        b'{"Report_Header": []}',
        b'{"Code": 2010, "Message": "Requestor Not Authorized"}',
    ],
)
def test_other_files_are_no_report(content: bytes) -> None:
    assert {at for at, _ in faults_of(content)} == {"file"}


def test_a_month_written_twice_is_refused() -> None:
    twice = report().replace(b'"2026-01": 7', b'"2026-01": 7, "2026-01": 8')
    place = "Report_Items[0].Attribute_Performance[0].Performance.Unique_Title_Requests"
    assert faults_of(twice) == [(f"{place}.2026-01", "The field 2026-01 is written twice")]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2026-01-02", "2026-01-31"),
        ("2026-01-01", "2026-01-30"),
        ("2026-02-01", "2026-01-31"),
        ("2020-01-01", "2026-01-31"),  # 73 months
        ("2026-01", "2026-01-31"),
        ("9999-12-01", "9999-12-31"),
    ],
)
def test_a_period_is_whole_months(begin: str, end: str) -> None:
    found = faults_of(report((begin, end)))
    assert found == [
        (
            "Report_Header.Report_Filters.Begin_Date",
            f"{begin} to {end} is no period of 1 to 60 whole months",
        )
    ]


@pytest.mark.parametrize("name", ["YOP", "Item_ID", "Data_Type", "Access_Type", "Country_Code"])
def test_a_report_that_is_not_whole_is_refused(name: str) -> None:
    assert faults_of(report(filters={name: ["x"]})) == [
        (
            f"Report_Header.Report_Filters.{name}",
            f"The report is limited by {name} and so not whole",
        )
    ]


def test_totals_are_no_months() -> None:
    found = faults_of(report(header={"Report_Attributes": {"Granularity": "Total"}}))
    assert [at for at, _ in found] == ["Report_Header.Report_Attributes.Granularity"]


def test_an_empty_report_must_say_that_there_was_nothing() -> None:
    assert [at for at, _ in faults_of(report(usage=()))] == ["Report_Items"]


def test_usage_without_an_access_method_is_refused_unless_there_is_only_one() -> None:
    usage = ({"Performance": {"Unique_Title_Requests": {"2026-01": 7}}},)
    place = "Report_Items[0].Attribute_Performance[0].Access_Method"
    assert [at for at, _ in faults_of(report(usage=usage))] == [place]
    both = report(usage=usage, filters={"Access_Method": ["Regular", "TDM"]})
    assert [at for at, _ in faults_of(both)] == [place]
    one = read_report(report(usage=usage, filters={"Access_Method": ["Regular"]}))
    assert one.loans(*LOANS)[date(2026, 1, 1)] == 7


def test_every_fault_of_a_report_is_told_at_once_with_its_place() -> None:
    usage: tuple[Mapping[str, Any], ...] = (
        {"Access_Method": "Regular", "Performance": {"M": {"2026-01": -1, "2026-03": 1}}},
        {"Access_Method": "Regular", "Performance": {"M": {"2026-01": 1.5, "2026-02": True}}},
        {"Access_Method": "Regular", "Customer_ID": "x", "Performance": {"M": [1]}},
        {"Access_Method": "Regular", "Performance": []},
    )
    content = report(usage=usage, header={"Institution_ID": {}}, filters={"YOP": ["2026"]})
    at = "Report_Items[0].Attribute_Performance"
    assert [place for place, _ in faults_of(content)] == [
        "Report_Header.Institution_ID",
        "Report_Header.Report_Filters.YOP",
        f"{at}[0].Performance.M.2026-01",
        f"{at}[0].Performance.M.2026-03",
        f"{at}[1].Performance.M.2026-01",
        f"{at}[1].Performance.M.2026-02",
        f"{at}[2].Customer_ID",
        f"{at}[2].Performance.M",
        f"{at}[3]",
    ]


@pytest.mark.parametrize(
    "items", [{"Report_Items": {}}, {"Report_Items": {"a": 1}}, {"Report_Items": [1]}]
)
def test_usage_of_another_shape_is_refused(items: Mapping[str, Any]) -> None:
    content = json.dumps(json.loads(report()) | items).encode()
    assert faults_of(content)[-1][1] == "The usage is not written as COUNTER 5.1 has it"


def test_a_report_made_without_the_suppliers_metric_counts_nothing() -> None:
    limited = {"Metric_Type": ["Total_Item_Requests"], "Access_Method": "TDM"}
    read = read_report(report(filters=limited))
    assert [fault.at for fault in coverage_faults(read, *LOANS)] == [
        "Report_Header.Report_Filters.Metric_Type",
        "Report_Header.Report_Filters.Access_Method",
    ]
    whole = {"Metric_Type": [LOANS[0]], "Access_Method": [LOANS[1], "TDM"], "Platform": "P1"}
    assert list(coverage_faults(read_report(report(filters=whole)), *LOANS)) == []


def test_more_loans_than_there_can_be_are_refused() -> None:
    usage = {"Access_Method": "Regular", "Performance": {LOANS[0]: {"2026-01": 60_000_000}}}
    faults = list(coverage_faults(read_report(report(usage=(usage, usage))), *LOANS))
    assert [(fault.at, fault.fault) for fault in faults] == [
        ("2026-01", "120000000 loans are too many")
    ]


def refusal(work: Work, content: bytes, member: str | None) -> list[str]:
    with pytest.raises(Invalid) as refused:
        import_counter(work, content, "tr.json", "film", member)
    return [fault.fault for fault in refused.value.faults]


def test_it_must_be_known_whose_a_report_is(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        assert refusal(work, report(), None) == [
            "No municipality is known to the supplier by an id of the report"
        ]
        assert refusal(work, report(), "20") == ["20 is no municipality of the consortium"]
        know_customer(work, "film", "2080", "P1:falun")
        assert refusal(work, report(), "2062") == ["The report is of 2080, not of 2062"]
        import_counter(work, report(), "tr.json", "film", "2080")
        know_customer(work, "film", "2062", "falun")
        assert refusal(work, report(), None) == [
            "The report is of several municipalities: 2062, 2080"
        ]


def test_every_month_of_a_report_must_be_over_and_have_a_price(works: Works) -> None:
    content = report(("2025-12-01", "2026-11-30"), filters={"Metric_Type": ["No_License"]})
    with works.writing(OPERATOR) as work:
        make_pot(work)
        assert refusal(work, content, "2080") == [
            "The report was made without Unique_Title_Requests",
            "There is no cost pool emedia in 2025",
            "film has no price on 2025-12-01",
            "2026-11 is not over yet",
        ]
        assert costs(work) == {}


def test_a_dry_run_of_a_report_does_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        done = import_counter(work, report(), "tr.json", "film", "2080", dry_run=True)
        assert [done.new, done.cost_after_ore, done.dry_run] == [2, 7 * 2500, True]
        assert costs(work) == {}


def test_a_report_is_taken_in_within_ones_scope_only(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        know_customer(work, "film", "2080", "falun")
    mora = Actor("mora", {"emedia.change": frozenset({"2062"})})
    with pytest.raises(Forbidden), works.writing(mora) as work:
        import_counter(work, report(), "tr.json", "film", None)
    with pytest.raises(NotFound), works.writing(mora) as work:
        import_counter(work, report(), "tr.json", "radio", None)
