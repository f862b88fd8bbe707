from dataclasses import replace
from datetime import time

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Works
from consortium.transports.queries import vehicles, weekly_template
from consortium.transports.registering import (
    WeeklyStop,
    add_vehicle,
    drop_template_stop,
    set_template_stop,
)
from tests.conftest import OPERATOR
from tests.making import make_branches, make_members
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    LIBRARIES,
    MORA,
    VAN,
    make_transports,
)

MANAGER = Actor("mora", {"crates.handle": frozenset({"2062"}), "transports.see": None})


def test_only_a_coordinator_registers(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    with pytest.raises(Forbidden), works.writing(MANAGER) as work:
        add_vehicle(work, replace(VAN, code="van2"))
    with pytest.raises(Forbidden), works.writing(MANAGER) as work:
        set_template_stop(work, WeeklyStop(0, MORA, (time(8), time(9)), 60))
    with pytest.raises(Forbidden), works.writing(MANAGER) as work:
        drop_template_stop(work, 0, MORA)


def test_a_van_is_refused_with_every_fault(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        make_branches(work)
    wrong = replace(
        VAN,
        code=" ",
        capacity=0,
        shift=(time(9), time(9)),
        max_duration_s=0,
        cost_per_km_ore=-1,
        fixed_ore=-1,
    )
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        add_vehicle(work, wrong)
    places = [fault.at for fault in refused.value.faults]
    assert places == [
        "code",
        "capacity",
        "shift",
        "max_duration_s",
        "cost_per_km_ore",
        "fixed_ore",
    ]


def test_a_van_has_a_code_of_its_own_and_a_depot(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        add_vehicle(work, VAN)
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        add_vehicle(work, replace(VAN, code="van2", depot="nowhere"))
    with works.reading(OPERATOR) as work:
        assert [(van.code, depot.slug) for van, depot in vehicles(work)] == [("van1", DEPOT)]


def test_a_weekly_stop_is_set_changed_and_dropped(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    changed = WeeklyStop(2, MORA, (time(9, 30), time(11)), 300, required=False, skip_ore=5_000)
    with works.writing(OPERATOR) as work:
        set_template_stop(work, changed)
        set_template_stop(work, changed)
        drop_template_stop(work, 2, BORLANGE)
    with works.reading(OPERATOR) as work:
        wednesday = [stop for stop in weekly_template(work) if stop.weekday == 2]
        audited = select(AuditEntry).where(AuditEntry.subject == MORA)
        facts = work.session.exec(audited.order_by(col(AuditEntry.id).desc())).first()
    assert [stop.slug for stop in wednesday] == sorted(set(LIBRARIES) - {BORLANGE})
    stop = wednesday[-1]
    assert (stop.window, stop.service_s) == ((time(9, 30), time(11)), 300)
    assert (stop.required, stop.skip_ore) == (False, 5_000)
    assert facts is not None
    assert facts.facts["window_from"] == ["08:00:00", "09:30:00"]
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        drop_template_stop(work, 2, BORLANGE)


def test_a_weekly_stop_is_refused_with_every_fault(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    wrong = WeeklyStop(5, DEPOT, (time(9), time(8)), -1, skip_ore=-1)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        set_template_stop(work, wrong)
    places = [fault.at for fault in refused.value.faults]
    assert places == ["weekday", "branch", "window", "service_s", "skip_ore"]
