"""The calendar of a branch's stops at a secret address, which can be renewed or withdrawn.

The address ends in a code made from the branch's slug, the version of its address and the
service's own key: nothing secret is kept. A withdrawn address has its version with a minus.
"""

import base64
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.queries import branch_by_slug, branches
from consortium.branches.tables import Branch
from consortium.core.days import instant_of
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.crates.points import keep_point, point_of
from consortium.crates.rules import is_depot
from consortium.crates.tables import DeliveryPoint
from consortium.members.tables import Member
from consortium.transports.formats.calendar import BranchCalendar, CalendarStop
from consortium.transports.tables import Plan

REACH: Final = timedelta(days=28)
CODE_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class Feed:
    """A branch with the version of its address; withdrawn: nobody gets anything there.

    may_change: whether the actor may renew and withdraw it.
    """

    branch: Branch
    version: int
    withdrawn: bool
    may_change: bool


def feeds(work: Work) -> list[Feed]:
    """The calendars of the branches that the actor handles crates for, by name.

    Whoever knows an address sees the calendar, so it is shown to nobody else.
    """
    scope = work.scope("crates.handle")
    versions = dict(
        work.session.exec(select(DeliveryPoint.branch_id, DeliveryPoint.feed_version)).all()
    )
    found = [
        Feed(
            branch,
            abs(versions.get(branch.id, 1)),
            versions.get(branch.id, 1) < 0,
            work.actor.may("crates.handle", member.code),
        )
        for branch, member in branches(work, scope)
        if not is_depot(branch.kind)
    ]
    return sorted(found, key=lambda feed: (feed.branch.name, feed.branch.slug))


def token_of(key: str, slug: str, version: int) -> str:
    """The end of a calendar's address: the slug, and 160 bits that only `key` can make."""
    said = f"calendar:{slug}:{version}".encode()
    code = base64.b32encode(hmac.digest(key.encode(), said, "sha256")[:CODE_BYTES])
    return f"{slug}-{code.decode().lower()}"


def calendar_of(work: Work, key: str, token: str, site: str) -> tuple[BranchCalendar, datetime]:
    """A branch's stops from 28 days back to 28 days ahead, and when the last of them was changed.

    NotFound where the address is not, or no longer, one. It asks for no right: the address is it.
    site: the service's host.
    """
    slug = token.rpartition("-")[0]
    branch = work.session.exec(select(Branch).where(Branch.slug == slug)).first()
    point = work.session.get(DeliveryPoint, branch.id) if branch else None
    version = point.feed_version if point else 1
    known = token_of(key, slug, version)
    if branch is None or version < 0 or not hmac.compare_digest(known.encode(), token.encode()):
        raise NotFound("There is no such calendar")
    stops = list(_stops(_plans(work), slug))
    changed = max((stop.changed_at for stop in stops), default=instant_of(work.today, time(0)))
    where = BranchCalendar(
        slug,
        branch.name,
        f"{branch.name}, {branch.locality}",
        branch.lat,
        branch.lon,
        site,
        stops,
    )
    return where, changed


def renew_feed(work: Work, slug: str) -> None:
    """Give a branch's calendar a new address; the one before shows nothing."""
    version = _point(work, slug).feed_version
    set_feed_version(work, slug, abs(version) + 1)


def withdraw_feed(work: Work, slug: str) -> None:
    """Close the address of a branch's calendar; a Conflict where it is closed."""
    version = _point(work, slug).feed_version
    if version < 0:
        raise Conflict("The address is withdrawn already")
    set_feed_version(work, slug, -version)


def set_feed_version(work: Work, slug: str, version: int) -> None:
    """Give a branch's calendar the address of a version; below zero: it is withdrawn."""
    branch = branch_by_slug(work, slug)
    work.require("crates.handle", work.session.get_one(Member, branch.member_id).code)
    point = _point(work, slug)
    before = point.feed_version
    point.feed_version = version
    keep_point(work, point)
    work.audit("transports.feed_changed", slug, feed_version=[before, version])


def feed_version(work: Work, slug: str) -> int:
    """The version of a branch's address, below zero where it is withdrawn."""
    return _point(work, slug).feed_version


def _point(work: Work, slug: str) -> DeliveryPoint:
    return point_of(work, branch_by_slug(work, slug).id)


def _plans(work: Work) -> dict[date, list[Plan]]:
    """The plans that are or were in force, by day, the first one first."""
    rows = select(Plan).where(
        Plan.on_date >= work.today - REACH,
        Plan.on_date <= work.today + REACH,
        col(Plan.state).in_(("published", "replaced")),
    )
    found: dict[date, list[Plan]] = {}
    for plan in work.session.exec(rows.order_by(col(Plan.on_date), col(Plan.revision))):
        if plan.state == "published" or plan.answered_at or plan.revision == 1:
            found.setdefault(plan.on_date, []).append(plan)
    return found


def _stops(plans: Mapping[date, Sequence[Plan]], slug: str) -> Iterator[CalendarStop]:
    """By day: where the plan in force has it, else where an earlier one had it, as cancelled."""
    for day, made in sorted(plans.items()):
        standing = next((plan for plan in made if plan.state == "published"), None)
        if standing is None:
            continue
        earlier = [plan for plan in made if plan is not standing]
        for plan in (standing, *reversed(earlier)):
            stop = _stop_in(plan, slug)
            if stop:
                yield _calendar_stop(day, stop, plan, standing)
                break


def _stop_in(plan: Plan, slug: str) -> dict[str, Any] | None:
    stops = (stop for route in plan.plan["routes"] for stop in route["stops"])
    return next((stop for stop in stops if stop["id"] == slug), None)


def _calendar_stop(day: date, stop: Mapping[str, Any], plan: Plan, standing: Plan) -> CalendarStop:
    asked = next(each for each in plan.case["stops"] if each["id"] == stop["id"])
    return CalendarStop(
        day,
        instant_of(day, time.fromisoformat(stop["arrive"])),
        instant_of(day, time.fromisoformat(stop["leave"])),
        asked["deliver"],
        asked["collect"],
        standing.revision,
        standing.answered_at or standing.made_at,
        cancelled=plan is not standing,
    )
