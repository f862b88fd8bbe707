"""Use cases: stops that a carrier missed become claims on it, which are sent and answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.days import DAY
from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.money import kronor
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.members.queries import consortium
from consortium.members.tables import Member
from consortium.messages.sending import write_letter
from consortium.transports.carriers import carrier_by_id
from consortium.transports.following import driven_routes
from consortium.transports.punctuality import MISSED, Stop
from consortium.transports.tables import Carrier, CarrierClaim, Vehicle

OPEN, SENT, ACCEPTED, REJECTED = "open", "sent", "accepted", "rejected"
LOOK_BACK: Final = 14
"""So many days back a phone may still send what it had kept; claims follow what is known."""
LONGEST_NOTE: Final = 200

SUBJECT: Final = mark("Claim for missed stops, {count}")
BODY: Final = mark(
    "To {carrier}\n\n"
    "The stops below are in the published transport plans but were not made. By {clause} each of "
    "them costs {each}. We claim {sum} in all, to be deducted from your next invoice.\n\n"
    "{lines}\n\n"
    "If you think that something is wrong, answer this letter within 14 days, with the date and "
    "the library.\n\n"
    "{consortium}"
)
LINE: Final = mark("{day}, {van}, {library}: {amount}. {reason}")
AGREEMENT: Final = mark("our agreement")
NO_ARRIVAL: Final = mark("No arrival is noted")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with what it is about."""

    claim: CarrierClaim
    carrier: Carrier
    branch: Branch
    member: Member


def make_claims(work: Work, day: date) -> int:
    """Let the open claims of a day that is over be what its missed stops say; how many are new.

    A stop that the driver noted as missed, or where no arrival is noted though the van noted
    something that day, is missed; one that the branch refused is not. The van's carrier of today
    owes it, where its agreement has a price. A claim that was sent or answered stands.
    """
    work.require("transports.change")
    if day >= work.today:
        return 0
    ids = {branch.slug: branch.id for branch, _ in branches(work)}
    missed = {
        ids[stop.slug]: stop
        for route in driven_routes(work, day, day)
        for stop in route.stops
        if stop.state == MISSED
    }
    rows = select(CarrierClaim).where(CarrierClaim.on_date == day)
    there = {claim.branch_id: claim for claim in work.session.exec(rows)}
    gone = [
        claim
        for branch_id, claim in there.items()
        if claim.state == OPEN and branch_id not in missed
    ]
    for claim in gone:
        work.session.delete(claim)
    drivers = _drivers(work)
    new = [
        _claim(work, drivers[stop.vehicle], branch_id, stop)
        for branch_id, stop in missed.items()
        if branch_id not in there and stop.vehicle in drivers
    ]
    work.session.add_all(new)
    work.session.flush()
    if new or gone:
        work.audit("transports.claims_made", day.isoformat(), count=len(new), gone=len(gone))
    return len(new)


def make_recent_claims(work: Work) -> int:
    """As `make_claims`, for each of the last fourteen days; how many are new."""
    return sum(make_claims(work, work.today - back * DAY) for back in range(LOOK_BACK, 0, -1))


def claims(work: Work, carrier_id: int | None = None) -> list[Claim]:
    """Claims, the latest day first, at branches that the actor may see; of one carrier, or all."""
    scope = work.scope("transports.see")
    known = {branch.id: (branch, member) for branch, member in branches(work, scope)}
    rows = (
        select(CarrierClaim, Carrier)
        .join(Carrier, col(Carrier.id) == col(CarrierClaim.carrier_id))
        .order_by(col(CarrierClaim.on_date).desc(), col(CarrierClaim.id))
    )
    if carrier_id is not None:
        rows = rows.where(CarrierClaim.carrier_id == carrier_id)
    return [
        Claim(claim, carrier, *known[claim.branch_id])
        for claim, carrier in work.session.exec(rows)
        if claim.branch_id in known
    ]


def send_claims(work: Work, carrier_id: int) -> int:
    """Write to a carrier what it owes for all open claims; how many they are.

    Conflict where there is none, or no e-mail address.
    """
    work.require("transports.change")
    carrier = carrier_by_id(work, carrier_id)
    found = [each for each in claims(work, carrier.id) if each.claim.state == OPEN]
    if not found:
        raise Conflict("There is no open claim on {name}", name=carrier.name)
    if not carrier.email:
        raise Conflict(
            "{name} has no e-mail address", name=carrier.name, remedy="Enter it, then send again"
        )
    found.sort(key=lambda each: (each.claim.on_date, each.claim.vehicle, each.branch.name))
    for each in found:
        each.claim.state = SENT
        work.session.add(each.claim)
    ids = [each.claim.id for each in found]
    key = f"claims:{carrier.id}:{min(ids)}-{max(ids)}:{len(ids)}:{work.now:%Y%m%d%H%M%S}"
    write_letter(work, key, carrier.email, _letter(work, carrier, found))
    work.audit(
        "transports.claims_sent",
        carrier.name,
        carrier=carrier.id,
        claims=ids,
        amount_ore=sum(each.claim.amount_ore for each in found),
    )
    return len(found)


def answer_claim(work: Work, claim_id: int, state: str, note: str = "") -> CarrierClaim:
    """Note what came of a claim that was sent: `accepted` or `rejected`, with the reason.

    One that is still open can be rejected: it is then given up without having been sent.
    """
    work.require("transports.change")
    claim = claim_by_id(work, claim_id)
    if len(note.strip()) > LONGEST_NOTE:
        raise Invalid("The text is too long", at="note", remedy="Use at most 200 characters")
    if state not in {ACCEPTED, REJECTED}:
        raise Invalid("A claim is accepted or rejected", at="state")
    if claim.state not in ({SENT} if state == ACCEPTED else {OPEN, SENT}):
        raise Conflict("The claim is not waiting for an answer", at=f"claims {claim.carrier_id}")
    _put(work, claim, state, note.strip())
    return claim


def put_back_claim(work: Work, claim_id: int, state: str, note: str) -> CarrierClaim:
    """Let a claim be in a state that it was in before it was answered, or after that."""
    work.require("transports.change")
    claim = claim_by_id(work, claim_id)
    _put(work, claim, state, note)
    return claim


def claim_by_id(work: Work, claim_id: int) -> CarrierClaim:
    rows = select(CarrierClaim).where(CarrierClaim.id == claim_id).with_for_update()
    claim = work.session.exec(rows.execution_options(populate_existing=True)).first()
    if claim is None:
        raise NotFound("There is no claim {id}", id=claim_id)
    return claim


def _put(work: Work, claim: CarrierClaim, state: str, note: str) -> None:
    before = {"state": claim.state, "note": claim.note}
    claim.state, claim.note = state, note
    answered = state in {ACCEPTED, REJECTED}
    claim.answered_by = work.actor.name if answered else ""
    claim.answered_at = work.now if answered else None
    work.session.add(claim)
    work.session.flush()
    subject = f"{claim.on_date.isoformat()} {claim.vehicle}"
    facts: dict[str, Any] = {"state": [before["state"], state], "note": [before["note"], note]}
    work.audit("transports.claim_answered", subject, claim=claim.id, **facts)


def _drivers(work: Work) -> Mapping[str, Carrier]:
    """Van → the carrier that drives it, where a missed stop has a price."""
    rows = select(Vehicle.code, Carrier).join(Carrier, col(Carrier.id) == col(Vehicle.carrier_id))
    return {
        code: carrier for code, carrier in work.session.exec(rows) if carrier.missed_stop_ore > 0
    }


def _claim(work: Work, carrier: Carrier, branch_id: int, stop: Stop) -> CarrierClaim:
    return CarrierClaim(
        carrier_id=carrier.id,
        on_date=stop.on_date,
        vehicle=stop.vehicle,
        branch_id=branch_id,
        reason=stop.reason,
        amount_ore=carrier.missed_stop_ore,
        made_by=work.actor.name,
        made_at=work.now,
    )


def _letter(work: Work, carrier: Carrier, found: Sequence[Claim]) -> tuple[str, str]:
    """Subject and body, in Swedish; a price for each where all have the same."""
    say = words("sv")
    by_amount: dict[int, int] = defaultdict(int)
    for each in found:
        by_amount[each.claim.amount_ore] += 1
    lines = [
        say(
            LINE,
            day=each.claim.on_date.isoformat(),
            van=each.claim.vehicle,
            library=each.branch.name,
            amount=kronor(each.claim.amount_ore),
            reason=each.claim.reason or say(NO_ARRIVAL),
        )
        for each in found
    ]
    total_ore = sum(each.claim.amount_ore for each in found)
    body = say(
        BODY,
        carrier=carrier.name,
        clause=carrier.clause or say(AGREEMENT),
        each=", ".join(kronor(ore) for ore in sorted(by_amount)),
        sum=kronor(total_ore),
        lines="\n".join(lines),
        consortium=consortium(work).name,
    )
    return say(SUBJECT, count=len(found)), body
