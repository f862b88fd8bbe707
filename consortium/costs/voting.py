"""How many votes each party to an agreement has: shared by a key as costs are, votes for öre."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from sqlmodel import col, select

from consortium.agreements.queries import agreement_by_id, clause_by_number, parties
from consortium.agreements.tables import Clause
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.costs.allocation import allocate
from consortium.costs.rules import measures_of, read_values
from consortium.costs.tables import VotingRule
from consortium.documents.keeping import keep_record
from consortium.measures.queries import values
from consortium.members.queries import memberships
from consortium.members.tables import Member

MOST_VOTES: Final = 1_000_000
LONGEST_BODY: Final = 100


@dataclass(frozen=True, slots=True)
class VotingTerms:
    """A rule as decided. clause: the number of the clause it rests on."""

    body: str
    from_on: date
    votes: int
    clause: str
    key: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ballot:
    """A party's votes. exact: before rounding, a whole number or a fraction; percent: of them all.

    trace: how it came about, part by part, as ALLOCATION has it, with votes in the place of öre.
    """

    code: str
    name: str
    votes: int
    exact: str
    percent: str
    trace: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Votes:
    """Everyone's votes on a day, the most first. case: what they are shared from."""

    rule: VotingRule
    clause: str
    day: date
    ballots: tuple[Ballot, ...]
    case: Mapping[str, Any]
    snapshot: str

    @property
    def total(self) -> int:
        return sum(ballot.votes for ballot in self.ballots)


def majority(votes: int) -> int:
    """The least whole number of votes that is more than half of `votes`."""
    return votes // 2 + 1


def fewest(ballots: list[int], needed: int) -> int | None:
    """How few voters reach `needed` votes together; None where all of them do not."""
    reached = 0
    for place, votes in enumerate(sorted(ballots, reverse=True), 1):
        reached += votes
        if reached >= needed:
            return place
    return None


def rules(work: Work) -> list[tuple[VotingRule, Clause]]:
    """Every rule with the clause it rests on, by body, the latest first."""
    work.require("agreements.see")
    rows = (
        select(VotingRule, Clause)
        .join(Clause, col(Clause.id) == col(VotingRule.clause_id))
        .order_by(col(VotingRule.body), col(VotingRule.from_on).desc())
    )
    return [(rule, clause) for rule, clause in work.session.exec(rows)]


def votes(work: Work, body: str, day: date) -> Votes:
    """The votes of a body on a day, by the rule that holds then; Conflict where there is none."""
    for rule, clause in rules(work):
        if rule.body == body and rule.from_on <= day:
            return _shared(work, rule, clause, day)
    raise Conflict(
        "There is no rule for the votes of {body} on {day}", body=body, day=day.isoformat()
    )


def votes_by(work: Work, terms: VotingTerms) -> Votes:
    """What a rule that is not saved would give on its first day."""
    work.require("agreements.see")
    if faults := list(_faults(terms)):
        raise Invalid(faults)
    clause = clause_by_number(work, terms.clause)
    return _shared(work, _row(work, terms, clause), clause, terms.from_on)


def set_rule(work: Work, terms: VotingTerms) -> VotingRule:
    """Let the votes of a body be shared by a key from a day on, until a later rule follows.

    A key that cannot share them on that day is Invalid, with the places of ALLOCATION.
    """
    work.require("costs.change")
    shared = votes_by(work, terms)
    rule = shared.rule
    for there, _clause in rules(work):
        if (there.body, there.from_on) == (rule.body, rule.from_on):
            raise Conflict(
                "{body} has a rule from {day} already",
                body=rule.body,
                day=rule.from_on.isoformat(),
                remedy="Choose a later day",
            )
    work.session.add(rule)
    work.session.flush()
    work.audit(
        "costs.voting_rule_set",
        rule.body,
        from_on=rule.from_on.isoformat(),
        votes=rule.votes,
        clause=shared.clause,
    )
    return rule


def remove_rule(work: Work, body: str, from_on: date) -> None:
    """Delete a rule; what it was goes into the audit trail."""
    work.require("costs.change")
    rows = select(VotingRule).where(VotingRule.body == body, VotingRule.from_on == from_on)
    rule = work.session.exec(rows).first()
    if rule is None:
        raise NotFound("{body} has no rule from {day}", body=body, day=from_on.isoformat())
    clause = work.session.get_one(Clause, rule.clause_id)
    kept = keep_record(work, {"key": rule.key})
    work.session.delete(rule)
    work.session.flush()
    work.audit(
        "costs.voting_rule_removed",
        body,
        from_on=from_on.isoformat(),
        votes=rule.votes,
        clause=clause.number,
        decided=kept,
    )


def _faults(terms: VotingTerms) -> list[Fault]:
    faults = []
    if not terms.body.strip() or len(terms.body) > LONGEST_BODY:
        faults.append(Fault("Name the body that votes", "body", {}, "As: Styrgruppen"))
    if not 1 <= terms.votes <= MOST_VOTES:
        faults.append(
            Fault("There are at least 1 and at most {most} votes", "votes", {"most": MOST_VOTES})
        )
    return faults


def _row(work: Work, terms: VotingTerms, clause: Clause) -> VotingRule:
    return VotingRule(
        body=terms.body.strip(),
        from_on=terms.from_on,
        votes=terms.votes,
        clause_id=clause.id,
        key=dict(terms.key),
        approved_by=work.actor.name,
        approved_at=work.now,
    )


def _shared(work: Work, rule: VotingRule, clause: Clause, day: date) -> Votes:
    voters = _voters(work, clause, rule.key, day)
    case = _case(work, rule, voters, day)
    result = allocate(case)
    if result["unallocated_ore"] or result["rounding_difference_ore"]:
        left = result["unallocated_ore"] + result["rounding_difference_ore"]
        raise Invalid("The key leaves {count} votes that nobody has", at="key", count=left)
    names = {member.code: member.name for member in voters}
    ballots = [
        Ballot(
            row["member"],
            names[row["member"]],
            row["share_ore"],
            row["exact"],
            row["percent"],
            tuple(row["trace"]),
        )
        for row in result["shares"]
    ]
    if any(ballot.votes < 0 for ballot in ballots):
        raise Invalid("The key gives somebody less than no votes", at="key")
    ballots.sort(key=lambda ballot: (-ballot.votes, -Fraction(ballot.exact), ballot.code))
    return Votes(rule, clause.number, day, tuple(ballots), case, result["snapshot"])


def _voters(work: Work, clause: Clause, key: Mapping[str, Any], day: date) -> list[Member]:
    """The parties to the clause's agreement that belong on the day: municipalities, and others
    that the key itself names (a region has no population in the measures of municipalities).
    """
    agreement = agreement_by_id(work, clause.agreement_id)
    belonging, named = memberships(work, day, day), _named(key)
    return [
        party
        for party in parties(work, agreement)
        if party.id in belonging and (party.kind == "municipality" or party.code in named)
    ]


def _named(key: Mapping[str, Any]) -> set[str]:
    splits = [part["split"] for part in key.get("parts", ())]
    return {code for split in splits for code in split.get("amounts_ore", {})}


def _case(work: Work, rule: VotingRule, voters: list[Member], day: date) -> dict[str, Any]:
    codes = frozenset(member.code for member in voters)
    read = {
        code: [(member.code, row.on_date, row.value) for member, row in values(work, code)]
        for code in sorted(measures_of(rule.key))
    }
    known = {code: rows for code, rows in read.items() if rows}
    return {
        "pool": {"name": f"{rule.body} {day.isoformat()}", "amount_ore": rule.votes},
        "period": {"from": day.isoformat(), "to": day.isoformat()},
        "members": [{"id": member.code, "name": member.name} for member in voters],
        "measures": read_values(rule.key, day, known, codes),
        "key": rule.key,
    }
