"""Use case: a person answers a proposed plan; who is affected is written to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import col, func, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, Fault, NotFound
from consortium.core.later import Task
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.messages.sending import write_letter
from consortium.messages.tables import Letter
from consortium.transports.days import read_calendar
from consortium.transports.planning import RENDER_PLAN, announce, standing_plans
from consortium.transports.rules import affected, arrivals, diff
from consortium.transports.tables import Plan

NOTICE_MINUTES: Final = 10

SUBJECT: Final = mark("Crates {day}: changed time for {name}")
SHIFTED: Final = mark("The van comes to {name} on {day} at {now}, not at {was}.")
ADDED: Final = mark("The van comes to {name} on {day} at {now}. No stop was planned before.")
DROPPED: Final = mark("The van does not come to {name} on {day}; it was planned for {was}.")
CRATES_WAIT: Final = mark("Crates to and from you wait until your next stop.")


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan after its answer. Slugs of the affected branches: written to, and without e-mail."""

    plan: Plan
    written_to: tuple[str, ...] = ()
    without_email: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """What a branch must be told: times as `HH:MM`, empty where there is no stop."""

    slug: str
    was: str
    now: str


def answer_plan(
    work: Work, plan_id: int, accept: bool, notice_minutes: int = NOTICE_MINUTES
) -> Answer:
    """Publish a proposed plan in place of the published one, or reject it; once.

    Publishing writes to exactly the branches whose stop is dropped or added, or whose arrival
    moves by more than `notice_minutes`, and asks for the plan's papers; the first plan of a day
    writes to nobody. A plan of a day that is over, or with a stop where the branch is closed by
    now, is a Conflict, and so is publishing in place of one that is locked.
    """
    work.require("transports.plan")
    plan, published = _proposal(work, plan_id)
    if accept:
        refuse_locked(published)
        _refuse_stale(work, plan)
        _publish(work, plan, published)
    plan.state = "published" if accept else "rejected"
    plan.answered_by, plan.answered_at = work.actor.name, work.now
    work.session.add(plan)
    answer = Answer(plan)
    if accept and published is not None:
        changes = diff(published.plan, plan.plan, plan.case)
        answer = tell(work, plan, changes, notice_minutes)
    work.audit(
        "transports.plan_accepted" if accept else "transports.plan_rejected",
        f"{plan.on_date.isoformat()} {plan.revision}",
        written_to=list(answer.written_to),
        without_email=list(answer.without_email),
        plan=plan.id,
        instead_of=published.id if published else None,
        notice_minutes=notice_minutes,
    )
    return answer


def refuse_locked(published: Plan | None) -> None:
    """Conflict where the drivers have the published plan."""
    if published is not None and published.locked_at is not None:
        raise Conflict(
            "The plan of {day} is locked: the drivers have it",
            day=published.on_date.isoformat(),
            remedy="Unlock it first, and tell the drivers",
        )


def _proposal(work: Work, plan_id: int) -> tuple[Plan, Plan | None]:
    """The proposal with the plan it would replace, rows held; Conflict where it is answered."""
    day = work.session.exec(select(col(Plan.on_date)).where(Plan.id == plan_id)).first()
    if day is None:
        raise NotFound("There is no plan {id}", id=plan_id)
    standing = {plan.id: plan for plan in standing_plans(work, day)}
    plan = standing.get(plan_id)
    if plan is None or plan.state != "proposed":
        raise Conflict(
            "The plan of {day} is no proposal that waits for an answer",
            day=day.isoformat(),
            remedy="Look at the plan that stands",
        )
    return plan, next((each for each in standing.values() if each.state == "published"), None)


def _refuse_stale(work: Work, plan: Plan) -> None:
    if plan.on_date < work.today:
        raise Conflict("The day {day} is over", day=plan.on_date.isoformat())
    closed = {stop.slug: stop for stop in read_calendar(work, plan.on_date).closed}
    faults = [
        Fault(
            "{name} is closed by now: {why}",
            slug,
            {"name": closed[slug].name, "why": closed[slug].why},
            "Wait for the next proposal",
        )
        for slug in sorted(arrivals(plan.plan).keys() & closed.keys())
    ]
    if faults:
        raise Conflict(faults)


def _publish(work: Work, plan: Plan, published: Plan | None) -> None:
    if published is not None:
        published.state = "replaced"
        work.session.add(published)
        work.session.flush()  # one published plan a date: the old one steps back first
    drawn = select(Task.id).where(Task.name == RENDER_PLAN.name, Task.key == str(plan.id))
    if work.session.exec(drawn).first() is None:  # it was published before, and taken back
        work.later(RENDER_PLAN, key=str(plan.id), plan=plan.id)
    announce(work, plan)


def tell(work: Work, plan: Plan, changes: dict[str, Any], notice_minutes: int) -> Answer:
    """Write to the branches of `changes` that must know that `plan` is the one that holds now."""
    places = {branch.slug: branch for branch, _ in branches(work)}
    told = list(_changes(changes, notice_minutes))
    for change in told:
        if places[change.slug].email:
            _write(work, plan, places[change.slug], change)
    slugs = [change.slug for change in told]
    return Answer(
        plan,
        tuple(slug for slug in slugs if places[slug].email),
        tuple(slug for slug in slugs if not places[slug].email),
    )


def _changes(changes: dict[str, Any], notice_minutes: int) -> Iterator[_Change]:
    """What has to be told to whom, by slug."""
    stops = [*changes["shifted"], *changes["dropped"], *changes["added"]]
    told = affected(changes, notice_minutes)
    for stop in sorted(stops, key=lambda stop: str(stop["id"])):
        if stop["id"] in told:
            yield _Change(stop["id"], stop.get("was", "")[:5], stop.get("now", "")[:5])


def _write(work: Work, plan: Plan, branch: Branch, change: _Change) -> None:
    say = words("sv")
    facts = {"name": branch.name, "day": plan.on_date.isoformat()}
    if not change.now:
        body = say(DROPPED, was=change.was, **facts) + "\n" + say(CRATES_WAIT)
    elif not change.was:
        body = say(ADDED, now=change.now, **facts)
    else:
        body = say(SHIFTED, was=change.was, now=change.now, **facts)
    key = _letter_key(work, f"plan:{plan.id}:{branch.slug}")
    write_letter(work, key, branch.email, (say(SUBJECT, **facts), body + "\n"))


def _letter_key(work: Work, key: str) -> str:
    """`key` for the first letter about a plan to a branch, with a number for those that follow.

    A plan whose acceptance was taken back may be accepted again, and its branches are told again.
    """
    again = col(Letter.key).startswith(key + ":", autoescape=True)
    before = work.session.exec(
        select(func.count()).select_from(Letter).where((col(Letter.key) == key) | again)
    ).one()
    return f"{key}:{before + 1}" if before else key
