"""Query: crates about which something looks wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import col, or_, select

from consortium.core.days import DAY
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.crates.oddity_rules import ODDITIES, Odd, odd_things
from consortium.crates.rules import ENDS, journeys
from consortium.crates.states import happenings_since
from consortium.crates.tables import Crate, CrateEvent, CrateState
from consortium.crates.whereabouts import (
    CrateFilter,
    beside_states,
    branch_names,
    crate_conditions,
)

DAYS_BACK: Final = 30
"""What was wrong before that, and is not so any more, is not told."""


@dataclass(frozen=True, slots=True)
class OddCrate:
    """kind: one of ODDITIES. place: where it shows. origin, destination: of the journey."""

    code: str
    kind: str
    place: str
    at: datetime
    origin: str
    destination: str


@dataclass(frozen=True, slots=True)
class OddList:
    """The latest first. counts: of each kind, whatever kind is asked for."""

    rows: tuple[OddCrate, ...]
    counts: Mapping[str, int]


def odd_crates(work: Work, kind: str = "", branch: str = "") -> OddList:
    """What looks wrong about the crates within the actor's scope, now or in the last 30 days.

    kind: one of ODDITIES, empty for all. branch: a slug; crates that are there, come from there or
    go there.
    """
    if kind not in {"", *ODDITIES}:
        raise Invalid("{kind} is nothing that is looked for", at="kind", kind=kind)
    codes = _looked_at(work, branch)
    names, since = branch_names(work), work.now - DAYS_BACK * DAY
    rows = []
    for crate_id, events in happenings_since(work, list(codes), since).items():
        trips = journeys(events)
        shown = (odd for odd in odd_things(trips, work.now) if _is_shown(odd, since, trips[-1]))
        rows += [_row(codes[crate_id], odd, names) for odd in shown]
    rows.sort(key=lambda row: row.code)
    rows.sort(key=lambda row: row.at, reverse=True)
    counts = dict.fromkeys(ODDITIES, 0) | Counter(row.kind for row in rows)
    return OddList(tuple(row for row in rows if kind in {"", row.kind}), counts)


def _looked_at(work: Work, branch: str) -> dict[int, str]:
    """Id → code of the crates that are on a journey, missing, or were heard of lately."""
    lately = select(CrateEvent.crate_id).where(
        CrateEvent.on_date >= work.today - DAYS_BACK * DAY, col(CrateEvent.withdrawn).is_(False)
    )
    rows: Any = beside_states(select(Crate.id, Crate.code)).where(
        *crate_conditions(work, CrateFilter(branch=branch)),
        or_(col(CrateState.state).not_in(ENDS), col(Crate.id).in_(lately)),
    )
    return dict(work.session.exec(rows).all())


def _is_shown(odd: Odd, since: datetime, last: object) -> bool:
    return odd.event.at >= since or odd.trip is last


def _row(code: str, odd: Odd, names: Mapping[int, str]) -> OddCrate:
    ends = (odd.trip.origin_id, odd.trip.destination_id)
    origin, destination = ("" if end is None else names[end] for end in ends)
    return OddCrate(code, odd.kind, names[odd.event.branch_id], odd.event.at, origin, destination)
