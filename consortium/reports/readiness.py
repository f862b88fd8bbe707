"""What is missing before the first invoice run, step by step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import col, func, select

from consortium.agreements.tables import Clause
from consortium.core.errors import Fault, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.queries import month_of_pool, pools, terms_on
from consortium.ledger.queries import accounts
from consortium.members.queries import consortium, gaps_of, host_on, members
from consortium.people.rules import ROLES
from consortium.people.tables import Account, RoleGrant

NAMES: Final = {
    "consortium": mark("The consortium has a name"),
    "members": mark("The members are recorded"),
    "host": mark("A member is host"),
    "addresses": mark("Every member can be invoiced"),
    "agreement": mark("The agreement has clauses for keys to rest on"),
    "pools": mark("There are cost pools this year"),
    "keys": mark("Every pool can be split this month"),
    "accounts": mark("The accounts of the books are chosen"),
    "people": mark("Somebody may approve and issue"),
}
FEWEST_MEMBERS: Final = 2
USES: Final = ("receivable", "shared_costs", "own_share")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must be in place. missing: what still is not, each with what mends it.

    Its name stands in NAMES. A fault's place is the code of the member, or the pool's.
    """

    code: str
    missing: tuple[Fault, ...] = ()

    @property
    def done(self) -> bool:
        return not self.missing


def steps(work: Work) -> list[Step]:
    """Every step before the first invoice run, in the order in which they are taken."""
    work.require("settings.see")
    found = {
        "consortium": _faults_of(lambda: consortium(work)),
        "members": _members(work),
        "host": _faults_of(lambda: host_on(work, work.today)),
        "addresses": _addresses(work),
        "agreement": _agreement(work),
        "pools": _pools(work),
        "keys": _keys(work),
        "accounts": _accounts(work),
        "people": _people(work),
    }
    return [Step(code, tuple(missing)) for code, missing in found.items()]


def _faults_of(ask: Callable[[], object]) -> Iterator[Fault]:
    """What a question is refused with: what it needs is what is missing."""
    try:
        ask()
    except Problem as problem:
        yield from problem.faults


def _members(work: Work) -> Iterator[Fault]:
    if len(members(work)) < FEWEST_MEMBERS:
        yield Fault(
            "Fewer than two members are recorded", "", {}, "Import the members from a sheet"
        )


def _addresses(work: Work) -> Iterator[Fault]:
    for member in members(work):
        if gaps_of(member):
            yield Fault(
                "{name} cannot be invoiced yet",
                member.code,
                {"name": member.name},
                "Fill in what is missing on its page",
            )


def _agreement(work: Work) -> Iterator[Fault]:
    if not work.session.exec(select(func.count(col(Clause.id)))).one():
        yield Fault(
            "No agreement has a clause",
            "",
            {},
            "Record the agreement: each key names the clause it rests on",
        )


def _pools(work: Work) -> Iterator[Fault]:
    if not pools(work, work.today.year):
        yield Fault(
            "{year} has no cost pool", "", {"year": work.today.year}, "Import the year's pools"
        )


def _keys(work: Work) -> Iterator[Fault]:
    """What keeps each pool from being split this month: no key, no VAT, no measure values."""
    month = work.today.replace(day=1)
    for pool in pools(work, month.year):
        try:
            terms_on(work, pool, month)
            month_of_pool(work, pool, month.month)
        except Problem as problem:
            yield from (replace(fault, at=pool.code) for fault in problem.faults)


def _accounts(work: Work) -> Iterator[Fault]:
    if missing := sorted(set(USES) - set(accounts(work))):
        yield Fault(
            "No account is chosen for {uses}",
            "",
            {"uses": ", ".join(missing)},
            "Choose them: consortium init --account, or the API",
        )


def _people(work: Work) -> Iterator[Fault]:
    issuing = [role for role, rights in ROLES.items() if "billing.issue" in rights]
    rows = (
        select(func.count(col(Account.id)))
        .join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        .where(col(RoleGrant.role).in_(issuing), col(Account.active).is_(True))
        .where(col(RoleGrant.member_id).is_(None))
    )
    if not work.session.exec(rows).one():
        yield Fault(
            "Nobody who signs in may approve and issue invoices",
            "",
            {},
            "Give somebody the role of finance officer",
        )
