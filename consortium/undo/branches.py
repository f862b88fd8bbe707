"""How changes of branches and their closures are taken back."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.changing import PLAIN, change_branch
from consortium.branches.closing import close_again, lift_closure
from consortium.branches.merging import merge_branches, part_again
from consortium.branches.places import Place, place_of, places_of
from consortium.branches.queries import aliases, branch_by_slug, opening_hours
from consortium.branches.registering import NewBranch, register_branch
from consortium.branches.relocating import (
    PARTICULARS,
    name_is_taken,
    relocate,
    remove_place,
)
from consortium.branches.removing import PLACE, remove_branch
from consortium.branches.tables import Branch, Closure
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.exchange.holding import holders
from consortium.members.tables import Member
from consortium.undo.ways import GONE, Undoing, Way, day_of, if_newer, overtaken, personal

GOES_ALONG: Final = frozenset({"branchalias", "openinghours", "closure"})


def member_of_branch(work: Work, slug: str) -> str | None:
    """The code of the member that a branch belongs to; None where there is none."""
    rows = (
        select(Member.code)
        .join(Branch, col(Branch.member_id) == col(Member.id))
        .where(Branch.slug == slug)
    )
    return work.session.exec(rows).first()


def _of_branch(work: Work, entry: AuditEntry) -> str | None:
    member = entry.facts.get("member")
    return member if isinstance(member, str) else member_of_branch(work, entry.subject)


def _closed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    closure = work.session.get(Closure, entry.facts["closure"])
    if closure is None or closure.lifted_at is not None:
        yield overtaken(work, entry, "branches.closure_lifted")
    elif closure.to_on < work.today:
        yield Fault("The closure is over")


def _lifted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    closure = work.session.get(Closure, entry.facts["closure"])
    if closure is None:
        yield Fault(GONE)
    elif closure.lifted_at is None:
        yield overtaken(work, entry, "branches.closed")
    elif closure.to_on < work.today:
        yield Fault("The closure is over")


def _registered_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    branch = work.session.exec(select(Branch).where(Branch.slug == entry.subject)).first()
    if branch is None:
        yield Fault(GONE)
        return
    closed = select(Closure).where(Closure.branch_id == branch.id, col(Closure.lifted_at).is_(None))
    for closure in work.session.exec(closed.limit(1)):
        day = closure.from_on.isoformat()
        yield Fault("It is closed from {thing}", "closures", {"thing": day}, "Take that back first")
    yield from if_newer(work, entry, "branches.changed")
    yield from holders(work, Branch, branch.id, GOES_ALONG)


def _standing(work: Work, branch: Branch) -> dict[str, Any]:
    """A branch as an entry of its change has it."""
    return {
        **{name: getattr(branch, name) for name in PLAIN},
        "email": branch.email,
        "member": work.session.get_one(Member, branch.member_id).code,
        "hours": {
            str(row.weekday): [row.opens.isoformat(), row.closes.isoformat()]
            for row in opening_hours(work, branch)
        },
        "other_names": aliases(work, branch),
    }


def _changed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    branch = work.session.exec(select(Branch).where(Branch.slug == entry.subject)).first()
    changed = dict(entry.facts) | personal(work, entry)
    if branch is None:
        yield Fault(GONE)
        return
    standing = _standing(work, branch)
    if any(value is None for value in changed.values()):
        yield Fault("What stood there before has been erased in time")
    elif any(standing[name] != value[1] for name, value in changed.items()):
        yield overtaken(work, entry, "branches.changed")


def _change_back(work: Work, entry: AuditEntry) -> None:
    changed = dict(entry.facts) | personal(work, entry)
    before = {name: value[0] for name, value in changed.items()}
    was = _standing(work, branch_by_slug(work, entry.subject)) | before
    new = NewBranch(member=was["member"], email=was["email"], **{name: was[name] for name in PLAIN})
    change_branch(work, entry.subject, new, _hours(was["hours"]), was["other_names"])


def _hours(written: Mapping[str, Any]) -> dict[int, tuple[time, time]]:
    return {
        int(day): (time.fromisoformat(opens), time.fromisoformat(closes))
        for day, (opens, closes) in written.items()
    }


def _removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    rows = select(Branch.id).where(Branch.slug == entry.subject)
    if work.session.exec(rows).first() is not None:
        yield Fault("There is another with that name by now", f"branch {entry.subject}")
    elif any(value is None for value in personal(work, entry).values()):
        yield Fault("What stood there before has been erased in time")


def _register_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    place = {name: facts[name] for name in PLACE}
    new = NewBranch(member=facts["member"], **place, **personal(work, entry))
    register_branch(work, new, _hours(facts["hours"]), facts["other_names"])


def _branch(work: Work, entry: AuditEntry) -> Branch | None:
    return work.session.exec(select(Branch).where(Branch.slug == entry.subject)).first()


def _place(entry: AuditEntry) -> Place:
    facts = entry.facts
    return Place(**{name: facts[name] for name in PARTICULARS})


def _relocated_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    branch = _branch(work, entry)
    if branch is None:
        yield Fault(GONE)
        return
    places = {row.from_on: place_of(row) for row in places_of(work, branch)}
    if places.get(day_of(entry, "from_on")) != _place(entry):
        yield overtaken(
            work, entry, "branches.relocation_removed", "branches.relocated", "branches.changed"
        )


def _place_gone_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    branch = _branch(work, entry)
    if branch is None:
        yield Fault(GONE)
    elif any(row.from_on == day_of(entry, "from_on") for row in places_of(work, branch)):
        yield overtaken(work, entry, "branches.relocated")
    elif name_is_taken(work, branch, entry.facts["name"]):
        yield Fault("There is another with that name by now", f"branch {entry.subject}")


def _merged_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    branch = _branch(work, entry)
    day = day_of(entry, "from_on")
    if branch is None:
        yield Fault(GONE)
    elif branch.merged_on != day:
        yield overtaken(work, entry, "branches.merger_removed", "branches.merged")


def _parted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    branch = _branch(work, entry)
    if branch is None or member_of_branch(work, entry.facts["into"]) is None:
        yield Fault(GONE)
    elif branch.merged_on is not None:
        yield overtaken(work, entry, "branches.merged")


WAYS: Final[Mapping[str, Way]] = {
    "branches.closed": Undoing(
        "branches.change",
        lambda work, entry: lift_closure(work, entry.facts["closure"]),
        _closed_depends,
        _of_branch,
    ),
    "branches.closure_lifted": Undoing(
        "branches.change",
        lambda work, entry: close_again(work, entry.facts["closure"]),
        _lifted_depends,
        _of_branch,
    ),
    "branches.relocated": Undoing(
        "branches.change",
        lambda work, entry: remove_place(work, entry.subject, day_of(entry, "from_on")),
        _relocated_depends,
        _of_branch,
    ),
    "branches.relocation_removed": Undoing(
        "branches.change",
        lambda work, entry: relocate(work, entry.subject, day_of(entry, "from_on"), _place(entry)),
        _place_gone_depends,
        _of_branch,
    ),
    "branches.merged": Undoing(
        "branches.change",
        lambda work, entry: part_again(work, entry.subject),
        _merged_depends,
        _of_branch,
    ),
    "branches.merger_removed": Undoing(
        "branches.change",
        lambda work, entry: merge_branches(
            work, entry.subject, entry.facts["into"], day_of(entry, "from_on")
        ),
        _parted_depends,
        _of_branch,
    ),
    "branches.changed": Undoing("branches.change", _change_back, _changed_depends, _of_branch),
    "branches.registered": Undoing(
        "branches.change",
        lambda work, entry: remove_branch(work, entry.subject),
        _registered_depends,
        _of_branch,
    ),
    "branches.removed": Undoing("branches.change", _register_again, _removed_depends, _of_branch),
}
