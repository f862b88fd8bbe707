"""The demo's last days of traffic: planned on the day before, driven, delayed once, and claimed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.days import DAY, instant_of
from consortium.core.work import Work, Works
from consortium.crates.rules import COLLECTED, DELIVERED
from consortium.crates.tables import CrateEvent
from consortium.demo.acting import COORDINATOR, DRIVER, ROUTING
from consortium.transports.claiming import (
    ACCEPTED,
    answer_claim,
    claims,
    make_claims,
    make_recent_claims,
    send_claims,
)
from consortium.transports.days import read_day
from consortium.transports.delays import tell_delays
from consortium.transports.driving import NewRouteEvent, note_route_events
from consortium.transports.driving_rules import PlannedRoute, PlannedStop
from consortium.transports.library_week import traffic_days
from consortium.transports.planning import choose_plan, record_plan
from consortium.transports.queries import plan_of
from consortium.transports.route_sheets import planned_routes
from consortium.transports.week_plans import keep_as_week_plan, routes_of

DAYS_DRIVEN: Final = 6
LOOKS_BACK: Final = timedelta(days=14)
PLANNED_AT: Final = time(15)
ITERATIONS: Final = 300
"""Of one run of the solver: what is over need not be the best that there is."""

FIRST_PLAN: Final = "The day's first plan"
LATE_BY: Final = timedelta(minutes=25)
LATE_AFTER: Final = 2
"""The place of the stop that the last day's first van leaves late: it was held up there."""

MISSED: Final = {1: "Låst, och ingen där", 4: "Vägen gick inte att köra"}
REFUSED: Final = {2: "Biblioteket hade ingen plats för lådorna"}
"""How many days of traffic ago the second van missed a stop, or was sent away: and why."""

MINUTE: Final = timedelta(minutes=1)
EARLIEST, LATEST, STEP = -2, 7, 2
"""Minutes that a van is before or after its plan, and by how many that changes at each stop."""

At = Callable[[datetime], Works]


@dataclass(frozen=True, slots=True)
class _Failed:
    """A stop of a route that was not served. place: among its stops. kind: missed or refused."""

    place: int
    kind: str
    reason: str


def play_days(works: Works, day: date, random: Random) -> None:
    """Plan and drive the days of traffic before `day`, claim what was missed; plan `day` itself.

    Each is planned on the day before, and the first plan of a weekday is the one that it is known
    by. Papers are drawn by the worker, later.
    """
    with works.reading(ROUTING) as work:
        driven = traffic_days(work, day - LOOKS_BACK, day - DAY)[-DAYS_DRIVEN:]
        today = traffic_days(work, day, day)

    def at(moment: datetime) -> Works:
        return replace(works, clock=lambda: moment)

    for ago, each in zip(range(len(driven), 0, -1), driven, strict=True):
        _plan(at(instant_of(each - DAY, PLANNED_AT)), each)
        _drive(at, each, ago, random)
    for each in today:
        _plan(at(instant_of(each - DAY, PLANNED_AT)), each)
    _claim(works, driven)


def _plan(works: Works, day: date) -> None:
    with works.reading(ROUTING) as work:
        basis = read_day(work, day)
    chosen = choose_plan(basis, ITERATIONS)
    with works.writing(ROUTING) as work:
        plan = record_plan(work, basis, chosen, FIRST_PLAN)
    if basis.weekday is None or not chosen.plan["routes"]:
        return
    with works.writing(COORDINATOR) as work:
        if not routes_of(work, basis.weekday, basis.season):
            keep_as_week_plan(work, plan.id)


def _drive(at: At, day: date, ago: int, random: Random) -> None:
    """What the drivers of a day noted, van by van, sent when they were back.

    A van that is held up sends its notes at once, and the branches ahead of it are told.
    """
    with at(instant_of(day, PLANNED_AT)).reading(ROUTING) as work:
        plan = plan_of(work, day)
        routes = planned_routes(plan) if plan else []
        quiet = _without_crates(work, day)
    for route in routes:
        failed = _failed(route, quiet, ago) if route is routes[:2][-1] else None
        held_up = ago == 1 and route is routes[0]
        notes = list(_notes(route, day, random, failed, held_up=held_up))
        if held_up:
            known = [note for note in notes if note.at <= _left(notes, route.stops[LATE_AFTER])]
            _send(at, known)
            with at(known[-1].at).writing(ROUTING) as work:
                tell_delays(work, day, route.vehicle)
        _send(at, notes)


def _send(at: At, notes: Sequence[NewRouteEvent]) -> None:
    """Send notes when the last of them was made; those that were sent before change nothing."""
    with at(notes[-1].at).writing(DRIVER) as work:
        note_route_events(work, notes)


def _notes(
    route: PlannedRoute, day: date, random: Random, failed: _Failed | None, *, held_up: bool
) -> Iterator[NewRouteEvent]:
    """A van's notes of a day in their order, some minutes beside its plan."""
    made = [("depart", "", route.depart + random.randint(0, 3) * MINUTE, "")]
    late, held = 0, timedelta(0)
    for place, stop in enumerate(route.stops):
        late = min(max(late + random.randint(-STEP, STEP), EARLIEST), LATEST)
        arrives = max(stop.arrive + late * MINUTE + held, made[-1][2] + MINUTE)
        if failed and failed.place == place:
            made.append((failed.kind, stop.slug, arrives, failed.reason))
            continue
        if held_up and place == LATE_AFTER:
            held = LATE_BY
        leaves = max(stop.leave + max(late, 0) * MINUTE + held, arrives + MINUTE)
        made += [("arrive", stop.slug, arrives, ""), ("leave", stop.slug, leaves, "")]
    late_by = max(late, 0) * MINUTE + held
    made += [("break", "", each.start + late_by, "") for each in route.breaks]
    made.append(("back", "", max(route.back + late_by, made[-1][2] + MINUTE), ""))
    made.sort(key=lambda note: note[2])
    for number, (kind, branch, moment, reason) in enumerate(made):
        name = f"demo-{day.isoformat()}-{route.vehicle}-{number}"
        yield NewRouteEvent(name, route.vehicle, day, kind, branch, moment, reason)


def _failed(route: PlannedRoute, quiet: set[str], ago: int) -> _Failed | None:
    """The stop that the route did not serve so many days ago: one without crates, if there is."""
    reasons = {"missed": MISSED.get(ago), "refused": REFUSED.get(ago)}
    all_places = range(len(route.stops))
    places = [place for place in all_places if route.stops[place].slug in quiet] or all_places
    for kind, reason in reasons.items():
        if reason and places:
            return _Failed(places[len(places) // 2], kind, reason)
    return None


def _without_crates(work: Work, day: date) -> set[str]:
    """Slugs of the branches where no van left or fetched a crate on a day."""
    moved = col(CrateEvent.kind).in_((COLLECTED, DELIVERED))
    busy = select(CrateEvent.branch_id).where(CrateEvent.on_date == day, moved)
    return set(work.session.exec(select(Branch.slug).where(col(Branch.id).not_in(busy))))


def _left(notes: Sequence[NewRouteEvent], stop: PlannedStop) -> datetime:
    return next(note.at for note in notes if (note.kind, note.branch) == ("leave", stop.slug))


def _claim(works: Works, driven: Sequence[date]) -> None:
    """What was missed first is claimed, and accepted; the rest is claimed and not yet sent."""
    with works.writing(COORDINATOR) as work:
        for day in driven[:-1]:
            make_claims(work, day)
        work.session.flush()
        for carrier_id in sorted({each.carrier.id for each in claims(work)}):
            send_claims(work, carrier_id)
            for each in claims(work, carrier_id):
                answer_claim(work, each.claim.id, ACCEPTED, "Dras av på nästa faktura (exempel)")
        make_recent_claims(work)
