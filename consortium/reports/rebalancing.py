"""Report: the empty crates of every branch, and what to move on the next day that vans drive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from consortium.core.work import Scope, Work
from consortium.crates.empties import Empties, empties
from consortium.crates.empty_rules import rebalanced
from consortium.transports.distancing import road
from consortium.transports.library_week import next_traffic_day
from consortium.transports.queries import plan_of
from consortium.transports.rules import arrivals
from consortium.transports.tables import Plan
from consortium.transports.transfers import arrivals_on


@dataclass(frozen=True, slots=True)
class EmptiesMove:
    """Empty crates to bring from one branch to another. codes: those to take.

    fetched_at: when the van comes to the origin by the plan of the day, None where it does not come
    or there is no plan yet. arrives_on: when they are there, None where that is not known.
    distance_m: on the road.
    """

    origin: Empties
    destination: Empties
    codes: tuple[str, ...]
    distance_m: int
    fetched_at: time | None
    arrives_on: date | None


@dataclass(frozen=True, slots=True)
class Rebalancing:
    """day: the next one that vans drive. planned: its plan is in force. short: crates that are
    missing and that no branch has to spare.
    """

    day: date
    planned: bool
    rows: tuple[Empties, ...]
    moves: tuple[EmptiesMove, ...]
    short: int


def rebalancing(work: Work) -> Rebalancing:
    """Balances, and the fewest moves that mend them; of the actor's branches only.

    What is moved is worked out over all branches: a neighbour's surplus may be one's own need.
    """
    scope = work.scope("transports.see")
    found = {row.slug: row for row in empties(work)}
    uneven = {slug: row.movable for slug, row in found.items() if row.movable}
    day = next_traffic_day(work, work.today)
    plan = plan_of(work, day)
    moves = _moves(work, found, uneven, (day, plan))
    missing = -sum(balance for balance in uneven.values() if balance < 0)
    return Rebalancing(
        day,
        plan is not None,
        tuple(row for row in found.values() if _shown(scope, row)),
        tuple(m for m in moves if _shown(scope, m.origin) or _shown(scope, m.destination)),
        missing - sum(len(move.codes) for move in moves),
    )


def _moves(
    work: Work,
    found: Mapping[str, Empties],
    uneven: Mapping[str, int],
    planned: tuple[date, Plan | None],
) -> list[EmptiesMove]:
    day, plan = planned
    metres = _metres(work, [found[slug] for slug in uneven])
    clocks = arrivals(plan.plan) if plan else {}
    at = {slug: time.fromisoformat(clock) for slug, (_, clock) in clocks.items()}
    left = {slug: list(row.codes) for slug, row in found.items()}
    moves, chosen = [], rebalanced(uneven, metres)
    reached = arrivals_on(work, day, {move.origin for move in chosen})
    for move in chosen:
        codes, left[move.origin] = (
            left[move.origin][: move.crates],
            left[move.origin][move.crates :],
        )
        moves.append(
            EmptiesMove(
                found[move.origin],
                found[move.destination],
                tuple(codes),
                metres[move.origin, move.destination],
                at.get(move.origin),
                reached.get((move.origin, move.destination)),
            )
        )
    return moves


def _metres(work: Work, rows: Sequence[Empties]) -> dict[tuple[str, str], int]:
    """From and to → metres on the road, the best that is known."""
    ways = road(work, [(row.slug, row.lat, row.lon) for row in rows], 0).distances_m
    return {
        (one.slug, other.slug): ways[i][j]
        for i, one in enumerate(rows)
        for j, other in enumerate(rows)
    }


def _shown(scope: Scope, row: Empties) -> bool:
    return scope is None or row.member in scope
