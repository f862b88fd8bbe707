"""Empty crates: how many each branch has and wants, and packing them for where they are missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import and_, col, func, or_, select

from consortium.branches.queries import branch_by_slug, branches
from consortium.branches.tables import Branch
from consortium.core.days import DAY
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.empty_rules import WEEKS_COUNTED, weekly_need
from consortium.crates.moving import pack
from consortium.crates.points import keep_point, point_of
from consortium.crates.queries import daily_counts
from consortium.crates.rules import ENDS, LOST, is_depot, tidy
from consortium.crates.tables import Crate, CrateState, DeliveryPoint
from consortium.members.tables import Member

MOST_KEPT: Final = 999
GONE: Final = mark("{code} is no empty crate at {branch} any more")


@dataclass(frozen=True, slots=True)
class Empties:
    """The empty crates of a branch. codes: of those that lie there, by code.

    coming: crates packed for it or on their way, which will be empty there. kept: how many it
    wants at hand. need: what a week takes beyond what comes in (`weekly_need`).
    """

    slug: str
    name: str
    member: str
    lat: float
    lon: float
    codes: tuple[str, ...]
    coming: int
    kept: int
    need: int

    @property
    def here(self) -> int:
        return len(self.codes)

    @property
    def balance(self) -> int:
        """Crates above what it wants for a week; negative: so many are missing."""
        return self.here + self.coming - self.kept - self.need

    @property
    def movable(self) -> int:
        """As balance, but of a surplus only what lies there already."""
        return min(self.balance, self.here)


def empties(work: Work) -> list[Empties]:
    """The empty crates of every branch that has some or wants some, by name.

    Of all branches: what is shown of them is chosen by who asks (`Empties.member`).
    """
    work.require("transports.see")
    codes, coming = _lying(work), _coming(work)
    sent, received = _weeks(work)
    points = work.session.exec(select(DeliveryPoint))
    kept = {point.branch_id: point.empties_kept for point in points}
    found = []
    for branch, member in branches(work):
        if is_depot(branch.kind):
            continue
        gone = branch.merged_on is not None and branch.merged_on <= work.today
        row = Empties(
            branch.slug,
            branch.name,
            member.code,
            branch.lat,
            branch.lon,
            tuple(codes.get(branch.id, ())),
            coming.get(branch.id, 0),
            0 if gone else kept.get(branch.id, 0),
            0 if gone else weekly_need(sent[branch.id], received[branch.id]),
        )
        if row.here or row.coming or row.kept or row.need:
            found.append(row)
    return sorted(found, key=lambda row: (row.name, row.slug))


def pack_empties(work: Work, moves: Sequence[tuple[str, str, str]]) -> list[CrateState]:
    """Pack empty crates for other branches: code, origin and destination of each. All or none.

    A crate that is no empty one at its origin by now is a Conflict.
    """
    if not moves:
        raise Invalid("Choose at least one crate", at="lada")
    lying = {(code, slug) for slug, codes in _lying_by_slug(work).items() for code in codes}
    faults = [
        Fault(GONE, "lada", {"code": code, "branch": origin})
        for code, origin, _ in moves
        if (tidy(code), origin) not in lying
    ]
    if faults:
        raise Conflict(faults)
    return [pack(work, code, origin, destination) for code, origin, destination in moves]


def keep_empties(work: Work, slug: str, count: int) -> DeliveryPoint:
    """Say how many empty crates a branch wants to have at hand; 0 to 999."""
    branch = branch_by_slug(work, slug)
    work.require("crates.handle", work.session.get_one(Member, branch.member_id).code)
    if not 0 <= count <= MOST_KEPT:
        raise Invalid("Write a number from 0 to {most}", at="kvar", most=MOST_KEPT)
    point = point_of(work, branch.id)
    before = point.empties_kept
    if before != count:
        point.empties_kept = count
        keep_point(work, point)
        work.audit("crates.empties_kept", slug, empties_kept=[before, count])
    return point


def kept_of(work: Work, branch: Branch) -> int:
    """How many empty crates a branch wants to have at hand."""
    return point_of(work, branch.id).empties_kept


def _lying(work: Work) -> dict[int, list[str]]:
    """Branch id → the codes of the empty crates there: emptied or found there, or never used."""
    rows = (
        select(Crate.code, Crate.home_id, CrateState.branch_id)
        .join(CrateState, col(CrateState.crate_id) == col(Crate.id), isouter=True)
        .where(or_(col(CrateState.crate_id).is_(None), col(CrateState.state).in_(ENDS)))
        .order_by(col(Crate.code))
    )
    found: dict[int, list[str]] = {}
    for code, home_id, branch_id in work.session.exec(rows):
        found.setdefault(branch_id or home_id, []).append(code)
    return found


def _lying_by_slug(work: Work) -> dict[str, list[str]]:
    slugs = {branch.id: branch.slug for branch, _ in branches(work)}
    return {slugs[branch_id]: codes for branch_id, codes in _lying(work).items()}


def _coming(work: Work) -> dict[int, int]:
    going = and_(
        col(CrateState.destination_id).is_not(None),
        col(CrateState.state).not_in((*ENDS, LOST)),
    )
    rows = (
        select(CrateState.destination_id, func.count())
        .where(going)
        .group_by(col(CrateState.destination_id))
    )
    return {branch_id: count for branch_id, count in work.session.exec(rows) if branch_id}


def _weeks(work: Work) -> tuple[Counter[int], Counter[int]]:
    """Crates sent and received by branch, within the weeks that are counted, yesterday the last."""
    sent: Counter[int] = Counter()
    received: Counter[int] = Counter()
    first = work.today - timedelta(weeks=WEEKS_COUNTED)
    for (branch_id, _), (out, in_) in daily_counts(work, first, work.today - DAY).items():
        sent[branch_id] += out
        received[branch_id] += in_
    return sent, received
