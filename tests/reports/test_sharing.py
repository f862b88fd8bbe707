"""The month's shares, one pool, another key that is tried, and the reason behind a line."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.core.casefile import snapshot
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.words import words
from consortium.core.work import Actor, Work, Works
from consortium.costs.agreeing import (
    KeyRule,
    Vat,
    add_pool,
    change_budget,
    contribute,
    set_key,
    set_vat,
)
from consortium.costs.tables import CostPool
from consortium.measures.entering import add_measure, enter_values
from consortium.reports.pools import pool_page
from consortium.reports.reasons import case_behind, reason_of
from consortium.reports.sharing import MemberRow, shared_month
from consortium.reports.trying import (
    Trial,
    Weighing,
    choices,
    compare,
    key_of,
    trial_of,
    weighing_of,
)
from tests.billing.worlds import NOVEMBER, issue_month, make_year
from tests.conftest import OPERATOR
from tests.making import make_members

LEKSAND = Actor("chef", {"costs.see": frozenset({"2029"}), "billing.see": frozenset({"2029"})})
NAMES = {"tills": "Kassor", "visits": "Besök"}
FIRST = date(2026, 1, 1)
TILLS = {"kind": "measure", "measure": "tills", "at": "2025-12-31"}
TWO_DAYS = "2024-12-31+2025-12-31"
BY_TILLS: dict[str, Any] = {"name": "Efter kassor", "parts": [{"take": "rest", "split": TILLS}]}


def make_pool(work: Work, key: dict[str, Any], budget_ore: int = 1_200_000) -> CostPool:
    """A pool of Falun (host), Borlänge and Mora, who have 50, 30 and 20 tills."""
    make_members(work)
    for code, values in (("tills", (50, 30, 20)), ("visits", (10, 30, 60))):
        add_measure(work, code, (NAMES[code], ""), "st")
        given = dict(zip(("2080", "2081", "2062"), map(str, values), strict=True))
        enter_values(work, code, date(2025, 12, 31), given, "Räknat")
    pool = add_pool(work, "small", 2026, ("Liten", "Small"), budget_ore, everyone=True)
    set_vat(work, pool, FIRST, Vat("S", percent=25, confirmed=True))
    agreement = sign_agreement(work, "Avtal", FIRST, ["2080"])
    add_clause(work, agreement, "§ 1", "Kostnaden delas.", FIRST)
    set_key(work, "small", 2026, KeyRule(key, "§ 1", FIRST, {}))
    return pool


def test_a_month_is_shared_by_the_key_after_what_is_given(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        pool = make_pool(work, BY_TILLS)
        contribute(work, pool, "2062", 120_000)
    with works.reading(OPERATOR) as work:
        shared = shared_month(work, 2026, 11)
    assert shared.whole
    assert (shared.cost_ore, shared.pools[0].given_ore, shared.pools[0].split_ore) == (
        100_000,
        10_000,
        90_000,
    )
    assert shared.rows() == [
        MemberRow("2062", "Mora", {"small": 18_000 + 10_000}),
        MemberRow("2080", "Falun", {"small": 45_000}),
        MemberRow("2081", "Borlänge", {"small": 27_000}),
    ]
    assert [(share.member, share.exact, share.percent) for share in shared.pools[0].shares] == [
        ("2062", "18000", "20.0000"),
        ("2080", "45000", "50.0000"),
        ("2081", "27000", "30.0000"),
    ]
    assert not shared.pools[0].invoiced
    assert shared.pools[0].vat is not None
    assert shared.pools[0].vat.confirmed


def test_the_host_bears_what_rounding_leaves(works: Works) -> None:
    key = BY_TILLS | {"rounding": {"method": "largest_remainder", "unit_ore": 100}}
    with works.writing(OPERATOR) as work:
        make_pool(work, key, 1_200_012)  # 1 000,01 a month, shared in whole kronor
    with works.reading(OPERATOR) as work:
        shared = shared_month(work, 2026, 11)
        page = pool_page(work, "small", 2026, 11)
    assert shared.pools[0].leftover_ore == 1
    assert {row.code: row.total_ore for row in shared.rows()} == {
        "2062": 20_000,
        "2080": 50_001,
        "2081": 30_000,
    }
    assert page.split is not None
    assert (page.split.leftover_ore, page.split.unit_ore, page.split.handed_out) == (1, 100, 0)


def test_an_actor_sees_the_shares_of_its_own_members(works: Works) -> None:
    mora = Actor("chef", {"costs.see": frozenset({"2062"}), "billing.see": frozenset({"2062"})})
    with works.writing(OPERATOR) as work:
        pool = make_pool(work, BY_TILLS)
        contribute(work, pool, "2081", 120_000)
    with works.reading(mora) as work:
        shared = shared_month(work, 2026, 11)
        page = pool_page(work, "small", 2026, 11)
        comparison = compare(work, "small", 2026, [11], key_of(Trial(100, ()), NAMES))
    assert not shared.whole
    assert shared.rows() == [MemberRow("2062", "Mora", {"small": 18_000})]
    assert shared.pools[0].given == ()
    assert page.gifts == ()
    assert page.split is not None
    assert [row.code for row in page.split.rows] == ["2062"]
    assert (page.split.others, page.split.others_ore) == (2, 72_000)
    assert [(row.code, row.change_ore) for row in comparison.rows] == [("2062", 12_000)]
    assert comparison.others is not None
    assert (comparison.others.now_ore, comparison.others.tried_ore) == (72_000, 60_000)
    with works.reading(Actor("ingen")) as work, pytest.raises(Forbidden):
        shared_month(work, 2026, 11)


def test_a_stopped_pool_says_why_and_bears_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pool(work, BY_TILLS)
        add_pool(work, "new", 2026, ("Ny", "New"), 1_200_000, everyone=True)
    with works.reading(OPERATOR) as work:
        shared = shared_month(work, 2026, 11)
        page = pool_page(work, "new", 2026, 11)
        with pytest.raises(Conflict):
            compare(work, "new", 2026, [11], key_of(Trial(100, ()), NAMES))
    assert [pool.code for pool in shared.pools if pool.faults] == ["new"]
    assert shared.cost_ore == 100_000
    assert page.split is None
    assert page.faults[0].text == "The pool {pool} has no allocation key on {day}"


def test_a_months_page_tells_when_it_was_invoiced_on_other_figures(works: Works) -> None:
    make_year(works)
    issue_month(works)
    with works.writing(OPERATOR) as work:
        assert not pool_page(work, "transports", 2026, 11).differs
        change_budget(work, "transports", 2026, 130_000_000)
        page = pool_page(work, "transports", 2026, 11)
        assert (page.invoiced, page.differs) == (True, True)
        assert not pool_page(work, "transports", 2026, 12).invoiced
        shared = shared_month(work, 2026, 11)
    assert shared.cost_ore == 54_833_341  # as invoiced
    assert {pool.invoiced for pool in shared.pools} == {True}
    assert page.readings[0].code == "stops"  # the order of the key's parts
    assert (page.readings[1].total, page.readings[1].locked) == ("286546", True)


@pytest.mark.parametrize(
    ("trial", "parts"),
    [
        (Trial(100, ()), [("rest", {"kind": "equal"})]),
        (
            Trial(30, (Weighing("tills", "2025-12-31", 70), Weighing("visits", "latest", 0))),
            [({"percent": "30"}, {"kind": "equal"}), ("rest", TILLS)],
        ),
        (
            Trial(
                0, (Weighing("tills", "n3", 40), Weighing("visits", "2024-12-31+2025-12-31", 60))
            ),
            [
                ({"percent": "40"}, {"kind": "measure", "measure": "tills", "average": 3}),
                (
                    "rest",
                    {
                        "kind": "measure",
                        "measure": "visits",
                        "average": ["2024-12-31", "2025-12-31"],
                    },
                ),
            ],
        ),
    ],
)
def test_a_trial_is_a_key_and_the_key_the_trial(
    trial: Trial, parts: list[tuple[Any, dict[str, Any]]]
) -> None:
    key = key_of(trial, NAMES)
    assert [(part["take"], part["split"]) for part in key["parts"]] == parts
    kept = tuple(weighing for weighing in trial.weighings if weighing.percent)
    assert trial_of(key) == Trial(trial.equal, kept)


def test_a_tried_key_is_named_as_it_splits() -> None:
    trial = Trial(20, (weighing_of("tills@2025-12-31", 50), weighing_of("visits@latest", 30)))
    assert key_of(trial, NAMES)["name"] == "20 % lika, 50 % efter kassor, 30 % efter besök"


@pytest.mark.parametrize(
    "key",
    [
        {"parts": [{"take": "rest", "split": TILLS | {"brackets": [{"points": "1"}]}}]},
        {"parts": [{"take": {"amount_ore": 5}, "split": TILLS}]},
        {"parts": [{"take": "own", "split": {"kind": "fixed", "amounts_ore": {}}}]},
        {"parts": [{"take": {"percent": "40"}, "split": TILLS}]},
        {
            "parts": [
                {"take": {"percent": "12.5"}, "split": TILLS},
                {"take": "rest", "split": TILLS},
            ]
        },
        BY_TILLS | {"limits": [{"member": "*", "min_ore": 1}]},
    ],
)
def test_a_key_of_another_kind_is_no_trial(key: dict[str, Any]) -> None:
    assert trial_of(key) is None


@pytest.mark.parametrize(
    ("trial", "places"),
    [
        (Trial(99, ()), ["equal"]),
        (Trial(0, (Weighing("none", "latest", 100),)), ["weighings[0].measure"]),
        (Trial(0, (Weighing("tills", "2025-2-1", 100),)), ["weighings[0].measure"]),
        (Trial(0, (Weighing("tills", "", 100),)), ["weighings[0].measure"]),
        (
            Trial(20, (Weighing("tills", "latest", 40), Weighing("tills", "latest", 50))),
            ["equal", "weighings[1].measure"],
        ),
    ],
)
def test_what_is_wrong_in_a_trial_is_told_at_its_place(trial: Trial, places: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        key_of(trial, NAMES)
    assert [fault.at for fault in refused.value.faults] == places


def test_measures_are_offered_on_dates_that_everyone_has(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pool(work, {"parts": [{"take": "rest", "split": TILLS | {"at": "2025-12-31"}}]})
        late, some = date(2026, 11, 2), {"2080": "1", "2081": "1"}
        enter_values(work, "visits", late, some | {"2062": "1"}, "Räknat")
        enter_values(work, "visits", date(2026, 6, 30), some, "Räknat")
        found = choices(work, "small", 2026, 11)
    assert [(choice.weighing.code, choice.in_force) for choice in found] == [
        ("visits@2025-12-31", False),
        ("tills@2025-12-31", True),
    ]


def test_a_key_that_makes_its_own_amount_is_compared_as_it_is(works: Works) -> None:
    rate = {"kind": "rate", "ore_per_unit": "100", "measure": "tills", "at": "2025-12-31"}
    with works.writing(OPERATOR) as work:
        make_pool(work, {"name": "Avgift", "parts": [{"take": "own", "split": rate}]})
    with works.reading(OPERATOR) as work:
        comparison = compare(work, "small", 2026, [11], key_of(Trial(100, ()), NAMES))
        page = pool_page(work, "small", 2026, 11)
    # 5 000, 3 000 and 2 000 öre a year; month 11 of each, and of their sum: 417, 250, 167 of 833.
    assert [(row.code, row.now_ore) for row in comparison.rows] == [
        ("2062", 167),
        ("2080", 417 - 1),
        ("2081", 250),
    ]
    assert (comparison.now_ore, comparison.tried_ore) == (833, 100_000)
    assert page.split is not None
    assert page.split.by_year


def test_the_reason_of_a_line_is_split_again_from_what_was_frozen(works: Works) -> None:
    make_year(works)
    issue_month(works)
    with works.writing(OPERATOR) as work:
        change_budget(work, "transports", 2026, 999_999_999)  # what is issued stands
    with works.reading(LEKSAND) as work:
        reason = reason_of(work, "20260008", 3, words("en"))
        with pytest.raises(NotFound):
            reason_of(work, "20260002", 1, words("en"))
        with pytest.raises(Forbidden):  # it has what every member pays
            case_behind(work, "20260008", 3)
    with works.reading(OPERATOR) as work:
        case = case_behind(work, "20260008", 3)
        with pytest.raises(NotFound):
            case_behind(work, "20260008", 9)
    assert (reason.net_ore, reason.holds, reason.month) == (457_140, True, NOVEMBER)
    assert (reason.cost.cost_ore, reason.cost.given_ore, reason.cost.members) == (
        10_333_333,
        2_083_333,
        15,
    )
    assert case["pool"]["amount_ore"] == 8_250_000
    assert snapshot(case) == reason.snapshot
    assert [(row.name, row.value, row.total) for row in reason.weighed] == [
        ("Leveransställen", "2", "37"),
        ("Folkmängd", "16137", "286546"),
    ]
    # seven öre were left when every share was rounded down
    down = sum(
        int(Fraction(3_300_000 * stops, 37) + Fraction(4_950_000 * people, 286_546))
        for stops, people in _stops_and_people(case)
    )
    assert reason.key.handed_out == 8_250_000 - down


def _stops_and_people(case: Any) -> list[tuple[int, int]]:
    stops = {row["member"]: int(row["value"]) for row in case["measures"]["stops"]}
    people = {row["member"]: int(row["value"]) for row in case["measures"]["population"]}
    return [(stops[member], people[member]) for member in stops]


def test_a_contribution_has_a_reason_without_a_key(works: Works) -> None:
    make_year(works)
    issue_month(works)
    with works.reading(OPERATOR) as work:
        reason = reason_of(work, "20260001", 1, words("en"))
    assert (reason.net_ore, reason.holds) == (2_083_333, True)
    assert reason.explanation is None
    assert reason.weighed == ()
    assert reason.nudges == ()
