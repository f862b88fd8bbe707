"""Endpoints that change a day's plan by hand: moves, proposals in part, locks; what is held."""

from datetime import date, time
from http import HTTPStatus
from typing import Any, Final

from pydantic import Field

from consortium.api.fields import Body, Code, Day, Instant, Ore, Shown, Text, TimeOfDay
from consortium.api.proposals import REVISION, RevisionShown, read_revision
from consortium.api.routing import Route
from consortium.core.work import Work
from consortium.reports.plans import published_plan
from consortium.transports.library_week import driven_as
from consortium.transports.locking import lock_plan, unlock_plan
from consortium.transports.pinning import aparts, pins_on
from consortium.transports.plan_rules import Move
from consortium.transports.proposing import propose_move, propose_part, try_move
from consortium.transports.revisions import revision_of

PLACES: Final = 99


class MoveAsked(Body):
    stop: Code = Field(description="The slug of the branch")
    vehicle: Text = Field("", description="A van's code; empty takes the stop off every route")
    place: int = Field(1, ge=1, le=PLACES, description="In the route, from 1")
    revision: int | None = Field(
        None, ge=1, description="A plan of the day to go on from; else the plan in force"
    )


class PartAsked(Body):
    stops: list[Code] = Field(
        min_length=1, description="The stops that are to be as the proposal has them"
    )


class BrokenShown(Shown):
    at: str = Field(description="A branch's slug or a van's code")
    fault: str
    remedy: str


class ShiftShown(Shown):
    branch: str
    was: TimeOfDay
    now: TimeOfDay


class MoveTried(Shown):
    """Savings are negative where the move costs, null where it cannot be driven."""

    broken: list[BrokenShown] = Field(description="The rules that the order breaks")
    minutes_saved: int | None
    km_saved: int | None
    ore_saved: Ore | None
    shifted: list[ShiftShown]


class LockShown(Shown):
    date: Day
    revision: int
    locked_by: str
    locked_at: Instant | None = Field(description="Null: the plan can be changed")


class PinShown(Shown):
    branch: str
    vehicle: str
    position: str = Field(description="`first`, `last`, a number from 1, or empty")
    on_date: Day | None
    weekday: int | None = Field(description="0 Monday; null, like `on_date`: always")
    holds: bool = Field(description="False where a nearer one says all of it")


class PairShown(Shown):
    branches: list[str]


class HeldShown(Shown):
    pins: list[PinShown]
    apart: list[PairShown]


def try_a_move(work: Work, day: date, asked: MoveAsked) -> dict[str, Any]:
    """What moving a stop would come to; nothing is changed."""
    trial = try_move(work, day, _move(asked), _base(work, day, asked))
    step = trial.step or {}
    return {
        "broken": [
            {"at": fault.at, "fault": fault.fault, "remedy": fault.mend} for fault in trial.broken
        ],
        **{name: step.get(name) for name in ("minutes_saved", "km_saved", "ore_saved")},
        "shifted": [
            {
                "branch": each["id"],
                "was": time.fromisoformat(each["was"]),
                "now": time.fromisoformat(each["now"]),
            }
            for each in step.get("shifted", ())
        ],
    }


def make_a_move(work: Work, day: date, asked: MoveAsked) -> dict[str, Any]:
    """Make a moved stop a proposal, which is accepted or rejected as any other."""
    made = propose_move(work, day, _move(asked), _base(work, day, asked))
    return read_revision(work, day, made.revision)


def propose_a_part(work: Work, day: date, revision: int, asked: PartAsked) -> None:
    """Make a part of a proposal a proposal of its own, in place of the whole.

    It is the day's newest revision then; the whole is shown as replaced.
    """
    propose_part(work, revision_of(work, day, revision).id, asked.stops)


def read_lock(work: Work, day: date) -> dict[str, Any]:
    """Whether the plan in force is locked."""
    plan = published_plan(work, day)
    return {
        "date": plan.on_date,
        "revision": plan.revision,
        "locked_by": plan.locked_by,
        "locked_at": plan.locked_at,
    }


def lock_day(work: Work, day: date) -> None:
    """Lock the plan in force: nothing is accepted or moved until it is unlocked."""
    lock_plan(work, day)


def unlock_day(work: Work, day: date) -> None:
    """Unlock the plan in force."""
    unlock_plan(work, day)


def list_held(work: Work, day: date) -> dict[str, Any]:
    """What is held in the routes of a day: stops at a van or a place, stops kept apart."""
    return {
        "pins": [
            {
                "branch": pin.branch,
                "vehicle": pin.vehicle,
                "position": pin.position,
                "on_date": pin.on_date,
                "weekday": pin.weekday,
                "holds": pin.holds,
            }
            for pin in pins_on(work, day, driven_as(work, day))
        ],
        "apart": [{"branches": [pair.first, pair.second]} for pair in aparts(work)],
    }


MOVE: Final = {"stop": "mora-bibliotek", "vehicle": "bil2", "place": 3}

ROUTES: Final = (
    Route(
        "POST",
        "/plans/{date}/moves/try",
        try_a_move,
        "transports.plan",
        "Try moving a stop",
        MoveTried,
        MoveAsked,
        reads=True,
        example=MOVE,
    ),
    Route(
        "POST",
        "/plans/{date}/moves",
        make_a_move,
        "transports.plan",
        "Propose a moved stop",
        RevisionShown,
        MoveAsked,
        status=HTTPStatus.CREATED,
        made="/plans/{date}/revisions/{revision}",
        example=MOVE,
    ),
    Route(
        "POST",
        f"{REVISION}/part",
        propose_a_part,
        "transports.plan",
        "Propose a part of a proposal",
        RevisionShown,
        PartAsked,
        state=read_revision,
        example={"stops": ["mora-bibliotek"]},
    ),
    Route("GET", "/plans/{date}/lock", read_lock, "transports.see", "Is it locked?", LockShown),
    Route(
        "POST",
        "/plans/{date}/lock",
        lock_day,
        "transports.plan",
        "Lock the plan in force",
        LockShown,
        state=read_lock,
    ),
    Route(
        "POST",
        "/plans/{date}/unlock",
        unlock_day,
        "transports.plan",
        "Unlock the plan in force",
        LockShown,
        state=read_lock,
    ),
    Route("GET", "/plans/{date}/held", list_held, "transports.see", "What is held", HeldShown),
)


def _move(asked: MoveAsked) -> Move:
    return Move(asked.stop, asked.vehicle, asked.place)


def _base(work: Work, day: date, asked: MoveAsked) -> int | None:
    return revision_of(work, day, asked.revision).id if asked.revision else None
