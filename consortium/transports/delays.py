"""Use case: branches are told when a van comes late, in time again, or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import col, func, select

from consortium.branches.tables import Branch
from consortium.core.days import swedish_time
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.messages.sending import write_letter
from consortium.messages.tables import Letter
from consortium.transports.delay_rules import minutes_late, to_tell
from consortium.transports.driving_rules import (
    AHEAD,
    MISSED,
    PlannedRoute,
    StopState,
)
from consortium.transports.queries import plan_of
from consortium.transports.route_sheets import planned_route, route_state
from consortium.transports.tables import DelayNotice, Vehicle

LATE_SUBJECT: Final = mark("Crates today: the van comes late to {name}")
LATE: Final = mark(
    "The van is expected at {name} at {now}, about {minutes} minutes late. The plan says {was}."
)
IN_TIME_SUBJECT: Final = mark("Crates today: the van comes in time to {name}")
IN_TIME: Final = mark("The van is in time again: it is expected at {name} at {now}.")
MISSED_SUBJECT: Final = mark("Crates today: no van at {name}")
NOT_SERVED: Final = mark("The driver could not serve {name} today. The reason noted: {reason}")
THEY_WAIT: Final = mark("Crates to and from you wait until your next stop.")
SERVED_SUBJECT: Final = mark("Crates today: the van comes to {name} after all")
SERVED: Final = mark("That {name} was not served today was a mistake: the van comes or has come.")


@dataclass(frozen=True, slots=True)
class Delay:
    """What a branch was told last of a day. minutes: late, below the limit for in time again."""

    minutes: int
    expected_at: datetime


def tell_delays(work: Work, day: date, vehicle: str) -> list[str]:
    """Tell the branches of a van's route what they do not know yet; the slugs of those written to.

    Told is who is to expect the van by more than `delay_minutes` later, or earlier again, than
    they were told last, and whose stop was missed. A day that is over concerns nobody. A branch
    without an e-mail address is not written to; its own page shows the same.
    """
    work.require("transports.drive")
    plan = plan_of(work, day)
    planned = planned_route(plan, vehicle) if plan and day == work.today else None
    if planned is None:
        return []
    held = select(Vehicle.id).where(Vehicle.code == vehicle)
    work.session.exec(held.with_for_update()).all()  # whoever tells of the same van waits
    state = route_state(work, day, planned)
    rows = select(Branch).where(col(Branch.slug).in_([stop.slug for stop in planned.stops]))
    places = {branch.slug: branch for branch in work.session.exec(rows)}
    late = _tell_late(work, planned, state.stops, places)
    missed = _tell_missed(work, day, state.stops, places)
    return sorted({*late, *missed})


def delays_told(work: Work, day: date, branch_ids: Iterable[int]) -> dict[int, Delay]:
    """Branch id → what it was told last of its van of `day`; those told nothing are not in."""
    rows = (
        select(DelayNotice)
        .where(DelayNotice.on_date == day, col(DelayNotice.branch_id).in_(list(branch_ids)))
        .order_by(col(DelayNotice.id))
    )
    return {row.branch_id: Delay(row.minutes, row.expected_at) for row in work.session.exec(rows)}


def _tell_late(
    work: Work,
    planned: PlannedRoute,
    stops: Iterable[StopState],
    places: Mapping[str, Branch],
) -> list[str]:
    ahead = {stop.slug: stop for stop in stops if stop.state == AHEAD}
    late = {
        slug: minutes_late(stop.late)
        for slug, stop in ahead.items()
        if stop.late is not None and places[slug].email
    }
    by_id = delays_told(work, work.today, [branch.id for branch in places.values()])
    told = {slug: by_id[place.id].minutes for slug, place in places.items() if place.id in by_id}
    was = {stop.slug: stop.arrive for stop in planned.stops}
    written = []
    for slug, minutes in to_tell(late, told, work.routing.delay_minutes).items():
        expected_at = ahead[slug].expected_at or was[slug]
        notice = DelayNotice(
            on_date=work.today,
            vehicle=planned.vehicle,
            branch_id=places[slug].id,
            minutes=minutes,
            expected_at=expected_at,
            told_at=work.now,
        )
        work.session.add(notice)
        work.session.flush()
        if _write_late(work, places[slug], notice, was[slug]):
            written.append(slug)
    return written


def _write_late(work: Work, branch: Branch, notice: DelayNotice, was: datetime) -> bool:
    say = words("sv")
    late = notice.minutes > work.routing.delay_minutes
    facts = {
        "name": branch.name,
        "now": _clock(notice.expected_at),
        "was": _clock(was),
        "minutes": notice.minutes,
    }
    subject = say(LATE_SUBJECT if late else IN_TIME_SUBJECT, name=branch.name)
    body = say(LATE if late else IN_TIME, **facts)
    return _write(work, branch, f"delay:{notice.id}", (subject, body))


def _tell_missed(
    work: Work, day: date, stops: Iterable[StopState], places: Mapping[str, Branch]
) -> list[str]:
    """Letters about stops that were missed, and about those that were not after all."""
    written, say = [], words("sv")
    for stop in stops:
        branch, key = places[stop.slug], f"{day.isoformat()}:{stop.slug}"
        missed, served = (_letters(work, f"{kind}:{key}:") for kind in ("missed", "served"))
        facts = {"name": branch.name, "reason": stop.reason}
        if stop.state == MISSED and missed == served:
            body = say(NOT_SERVED, **facts) + "\n" + say(THEY_WAIT)
            text = say(MISSED_SUBJECT, **facts), body
            sent = _write(work, branch, f"missed:{key}:{missed + 1}", text)
        elif stop.state != MISSED and missed > served:
            text = say(SERVED_SUBJECT, **facts), say(SERVED, **facts)
            sent = _write(work, branch, f"served:{key}:{served + 1}", text)
        else:
            continue
        written += [stop.slug] if sent else []
    return written


def _letters(work: Work, beginning: str) -> int:
    rows = select(func.count()).select_from(Letter)
    found = rows.where(col(Letter.key).startswith(beginning, autoescape=True))
    return int(work.session.exec(found).one())


def _write(work: Work, branch: Branch, key: str, text: tuple[str, str]) -> bool:
    if not branch.email:
        return False
    subject, body = text
    return write_letter(work, key, branch.email, (subject, body + "\n")) is not None


def _clock(at: datetime) -> str:
    return f"{swedish_time(at):%H:%M}"
