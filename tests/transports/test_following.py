"""A day as driven against its plan, its claims and its invoice; all figures worked out by hand.

Monday 23 November 2026, winter time. Van 1 is planned 07:30–15:00, 120,4 km; it left at 07:40 and
was back at 15:30. Falun came exactly ten minutes late, Mora forty but before its second window
closed, Borlänge refused, and of Kvarnsveden nothing is noted. Of van 2 nothing is noted at all.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import select

from consortium.branches.queries import branch_by_slug
from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Actor, Work, Works
from consortium.costs.agreeing import add_pool
from consortium.costs.changing import correct_cost
from consortium.costs.entries import NewCost
from consortium.costs.queries import actual_costs, pool_of_year
from consortium.messages.tables import Letter
from consortium.transports.carrier_invoices import (
    NewInvoice,
    compared_invoices,
    enter_invoice,
    take_back_invoice,
)
from consortium.transports.carriers import NewCarrier, add_carrier, change_carrier
from consortium.transports.claiming import (
    answer_claim,
    claims,
    make_claims,
    make_recent_claims,
    send_claims,
)
from consortium.transports.emissions import co2_grams, route_ore
from consortium.transports.following import follow_up
from consortium.transports.punctuality import Stop, kept
from consortium.transports.registering import NewVehicle, add_vehicle
from consortium.transports.tables import Plan, RouteEvent, Vehicle
from tests.conftest import NOON, OPERATOR, Clock
from tests.transports.making import BORLANGE, DEPOT, FALUN, KVARNSVEDEN, MORA, VAN, make_transports

DAY = date(2026, 11, 23)
MORA_MANAGER = Actor("chef", {"transports.see": frozenset({"2062"})})
WIDE = [["08:00", "16:00"]]
WINDOWS = {FALUN: [["08:00", "10:00"]], MORA: [["09:00", "10:00"], ["13:00", "14:00"]]}
ARRIVALS = ((FALUN, "08:10:00"), (MORA, "09:50:00"), (BORLANGE, "12:00:00"))
NOTED = (  # kind, where, Swedish time
    ("depart", None, "07:40"),
    ("arrive", FALUN, "08:20"),
    ("leave", FALUN, "08:30"),
    ("arrive", MORA, "10:30"),
    ("refused", BORLANGE, "12:05"),
    ("back", None, "15:30"),
)


def route(vehicle: str, arrivals: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    stops = [{"id": slug, "arrive": at, "start": at, "leave": at} for slug, at in arrivals]
    return {"vehicle": vehicle, "work_s": 27_000, "distance_m": 120_400, "stops": stops}


def drive(work: Work) -> int:
    """Plans and notes of the day; the id of the carrier of van 1."""
    make_transports(work)
    add_vehicle(work, NewVehicle("van2", "Bil 2", DEPOT, 9, VAN.shift, 36_000, 450, 38_000))
    planned = {slug: WINDOWS.get(slug, WIDE) for slug in (FALUN, MORA, BORLANGE, KVARNSVEDEN)}
    rates = {"cost_per_km_ore": 450, "cost_per_hour_ore": 38_000, "fixed_ore": 0}
    first = route("van1", (*ARRIVALS, (KVARNSVEDEN, "13:00:00")))
    plan = Plan(
        on_date=DAY,
        revision=1,
        state="published",
        reason="test",
        case={
            "stops": [{"id": slug, "windows": windows} for slug, windows in planned.items()],
            "vehicles": [{"id": code, **rates} for code in ("van1", "van2")],
        },
        plan={"routes": [first, route("van2", ())]},
        snapshot="sha256:test",
        made_by="test",
        made_at=NOON,
    )
    work.session.add(plan)
    carrier = add_carrier(work, NewCarrier("Åkeriet", "", "krav@akeri.example", 500_00, "§ 8.2"))
    van = work.session.exec(select(Vehicle).where(Vehicle.code == "van1")).one()
    van.carrier_id = carrier.id
    for kind, slug, clock in NOTED:
        note(work, kind, slug, clock)
    work.session.flush()
    return carrier.id


def note(work: Work, kind: str, slug: str | None, clock: str) -> None:
    hour, minute = map(int, clock.split(":"))
    work.session.add(
        RouteEvent(
            event=f"{kind} {slug} {clock}",
            on_date=DAY,
            vehicle="van1",
            branch_id=branch_by_slug(work, slug).id if slug else None,
            kind=kind,
            at=datetime(2026, 11, 23, hour - 1, minute, tzinfo=UTC),
            entered_by="test",
            entered_at=NOON,
        )
    )
    work.session.flush()


def test_a_day_as_driven(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        drive(work)
        found = follow_up(work, DAY, DAY)
        own = follow_up(Work(work.session, MORA_MANAGER, work.now), DAY, DAY)
    assert (found.kept.count, found.kept.in_window, found.kept.near) == (2, 2, 1)
    assert found.kept.worst is not None
    assert (found.kept.worst.slug, found.kept.worst.late_s) == (MORA, 40 * 60)
    assert (found.compared, found.compared_planned_s, found.compared_driven_s) == (
        1,
        27_000,
        28_200,
    )
    assert (found.distance_m, found.noted_m, found.co2_grams) == (240_800, 120_400, 60_200)
    assert {(each.stop.slug, each.stop.state) for each in found.failures} == {
        (BORLANGE, "refused"),
        (KVARNSVEDEN, "missed"),
    }
    assert [row.branch.slug for row in own.branches] == [MORA]
    assert own.failures == ()


def test_missed_stops_become_claims_once_and_follow_what_is_noted(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        drive(work)
        assert make_claims(work, DAY) == 1
        assert make_claims(work, DAY) == 0
        (claim,) = claims(work)
        assert (claim.branch.slug, claim.claim.amount_ore) == (KVARNSVEDEN, 500_00)
        assert claims(Work(work.session, MORA_MANAGER, work.now)) == []
        note(work, "arrive", KVARNSVEDEN, "13:20")  # the phone was without a net
        assert make_claims(work, DAY) == 0
        assert claims(work) == []


def test_nothing_is_claimed_before_the_day_is_over(works: Works, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    with works.writing(OPERATOR) as work:
        drive(work)
        assert make_claims(work, DAY) == 0
        assert [each.stop.slug for each in follow_up(work, DAY, DAY).failures] == [BORLANGE]


def test_claims_are_sent_in_one_letter_and_answered(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        carrier_id = drive(work)
        assert make_recent_claims(work) == 1  # as the job of the night does
        assert send_claims(work, carrier_id) == 1
        (letter,) = work.session.exec(select(Letter))
        assert letter.to_address == "krav@akeri.example"
        for said in ("§ 8.2", "500,00\u00a0kr", "2026-11-23, van1, Kvarnsvedens bibliotek"):
            assert said in letter.body
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        send_claims(work, carrier_id)
    with works.writing(OPERATOR) as work:
        (claim,) = claims(work)
        answer_claim(work, claim.claim.id, "accepted", "Enligt mejl")
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        answer_claim(work, claim.claim.id, "rejected")


def test_an_invoice_is_a_cost_of_the_pool_until_it_is_taken_back(works: Works) -> None:
    new = NewInvoice(1, "F 17", date(2026, 11, 1), date(2026, 11, 30), 500_000)
    with works.writing(OPERATOR) as work:
        carrier_id = drive(work)
        assert carrier_id == 1
        pool = add_pool(work, "transports", 2026, ("T", "T"), 10, everyone=True)
        make_claims(work, DAY)
        send_claims(work, carrier_id)
        answer_claim(work, claims(work)[0].claim.id, "accepted")
        row = enter_invoice(work, new)
        (cost,) = actual_costs(work, pool)
        assert (cost.amount_ore, cost.supplier, cost.from_on) == (500_000, "Åkeriet", new.from_on)
        (found,) = compared_invoices(work)
        # 120,4 km at 4,50 kr and 7,5 h at 380 kr
        assert (found.planned_ore, found.claimed_ore) == (54_180 + 285_000, 50_000)
        assert found.above_ore == 500_000 - (339_180 - 50_000)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        enter_invoice(work, new)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        correct_cost(work, cost.id, "transports", NewCost("X", new.to_on, "X", "", 1))
    with works.writing(OPERATOR) as work:
        take_back_invoice(work, row.id)
        assert actual_costs(work, pool_of_year(work, "transports", 2026)) == []
        enter_invoice(work, NewInvoice(1, "F 17", new.from_on, new.to_on, 7))
        assert [c.amount_ore for c in actual_costs(work, pool)] == [7]


def test_an_invoice_says_all_that_is_wrong_with_it(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        carrier_id = drive(work)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        enter_invoice(work, NewInvoice(carrier_id, " ", date(2026, 12, 1), date(2027, 1, 31), 0))
    assert [fault.at for fault in refused.value.faults] == ["number", "to_on", "amount"]


def test_a_carrier_that_drives_cannot_be_ended(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        carrier_id = drive(work)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        change_carrier(work, carrier_id, NewCarrier("Åkeriet", active=False))


def test_times_are_kept_to_the_second() -> None:
    stops = [
        Stop(DAY, "van1", slug, 36_000, ((32_400, 37_000),), "driven", arrived_s)
        for slug, arrived_s in (("a", 36_600), ("b", 36_601), ("c", 35_399), ("d", 37_001))
    ]
    found = kept([*stops, Stop(DAY, "van1", "e", 36_000, (), "missed")])
    assert (found.count, found.in_window, found.near) == (4, 3, 1)
    assert found.worst is stops[3]
    assert (found.window_permille, kept([]).window_permille) == (750, None)


def test_emissions_and_costs_are_rounded_half_up() -> None:
    assert [co2_grams(metres, 250) for metres in (1, 2, 6, 1000)] == [0, 1, 2, 250]
    rates = {"cost_per_km_ore": 450, "cost_per_hour_ore": 38_000, "fixed_ore": 100}
    assert route_ore({"distance_m": 10, "work_s": 90}, rates) == 5 + 950 + 100
