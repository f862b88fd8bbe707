"""How changes of members are taken back."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlmodel import select

from consortium.billing.handing_over import KEY
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.exchange.holding import holders
from consortium.ledger.queries import entry_of
from consortium.members.changing import Identity, change_identity
from consortium.members.joining import (
    PERSONAL,
    Address,
    Newcomer,
    change_address,
    join,
    make_host,
    name_consortium,
)
from consortium.members.leaving import set_last_day
from consortium.members.queries import consortium, member_by_code, membership_of
from consortium.members.removing import IDENTITY, remove_member, unmake_host
from consortium.members.tables import Consortium, Hosting, Member
from consortium.undo.billed import if_billed
from consortium.undo.newer import newest_in_effect
from consortium.undo.ways import (
    GONE,
    Undoing,
    Way,
    changes,
    day_of,
    if_newer,
    maybe_day,
    newer_fault,
    overtaken,
    personal,
)

NAMED: Final = "members.consortium_named"


def _address_changes(work: Work, entry: AuditEntry) -> dict[str, tuple[str | None, str | None]]:
    """Field → what it was and became; None twice for what has been erased."""
    beside = {
        name: (value[0], value[1]) if value else (None, None)
        for name, value in personal(work, entry).items()
    }
    return changes(entry) | beside


def _address_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    member = work.session.exec(select(Member).where(Member.code == entry.subject)).first()
    changed = _address_changes(work, entry)
    if member is None:
        yield Fault(GONE)
    elif any(before is None for before, _ in changed.values()):
        yield Fault("What stood there before has been erased in time")
    elif any(getattr(member, name) != after for name, (_, after) in changed.items()):
        yield overtaken(work, entry, "members.address_changed")


def _address_back(work: Work, entry: AuditEntry) -> None:
    member = member_by_code(work, entry.subject)
    kept = {name: getattr(member, name) for name in Address.__dataclass_fields__}
    before = {name: was for name, (was, _) in _address_changes(work, entry).items()}
    change_address(work, entry.subject, Address(**{**kept, **before}))


def _identity_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    member = work.session.exec(select(Member).where(Member.code == entry.subject)).first()
    if member is None:
        yield Fault(GONE)
    elif any(getattr(member, name) != after for name, (_, after) in changes(entry).items()):
        yield overtaken(work, entry, "members.identity_changed")


def _identity_back(work: Work, entry: AuditEntry) -> None:
    member = member_by_code(work, entry.subject)
    kept = {name: getattr(member, name) for name in Identity.__dataclass_fields__}
    before = {name: was for name, (was, _) in changes(entry).items()}
    change_identity(work, entry.subject, Identity(**{**kept, **before}))


def _named_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    row = work.session.get(Consortium, 1)
    name, example = changes(entry)["name"], changes(entry)["example"]
    if not name[0]:
        yield Fault("It had no name before", "", {}, "Give it another name instead")
    elif row is None or (row.name, row.example) != (name[1], example[1]):
        newer = newest_in_effect(work, entry, (NAMED,), same_subject=False)
        yield newer_fault(newer) if newer else Fault(GONE)


def _named_back(work: Work, entry: AuditEntry) -> None:
    consortium(work)
    name_consortium(work, changes(entry)["name"][0], example=changes(entry)["example"][0])


def _joined_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    member = work.session.exec(select(Member).where(Member.code == entry.subject)).first()
    if member is None:
        yield Fault(GONE)
        return
    yield from if_newer(work, entry, "members.address_changed", "members.identity_changed")
    yield from holders(work, Member, member.id, frozenset({"membership"}))


def _removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    rows = select(Member.id).where(Member.code == entry.subject)
    if work.session.exec(rows).first() is not None:
        yield Fault("There is another with that code by now", f"member {entry.subject}")
    elif any(value is None for value in personal(work, entry).values()):
        yield Fault("What stood there before has been erased in time")


def _join_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    address = {name: facts[name] for name in Address.__dataclass_fields__ if name not in PERSONAL}
    join(
        work,
        Newcomer(code=entry.subject, **{name: facts[name] for name in IDENTITY}),
        Address(**address, **personal(work, entry)),
        maybe_day(facts["from_on"]),
    )


def _hosted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    from_on = day_of(entry, "from_on")
    rows = select(Hosting).where(Hosting.from_on == from_on)
    if work.session.exec(rows).first() is None:
        yield Fault(GONE)
    if entry_of(work, f"{KEY}{from_on.isoformat()}/{entry.subject}"):
        facts = {"day": from_on.isoformat()}
        yield Fault("Claims have passed to the host from {day}", "hosting", facts)
    yield from if_billed(work, entry.at, None, from_on)


def _host_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    make_host(
        work,
        entry.subject,
        day_of(entry, "from_on"),
        facts["bankgiro"],
        facts["due_days"],
        facts.get("series", ""),  # entries of earlier versions lack it
        f_tax=facts.get("f_tax", False),
    )


def _unhosted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    from_on = day_of(entry, "from_on")
    rows = select(Hosting).where(Hosting.from_on == from_on)
    if work.session.exec(rows).first() is not None:
        yield Fault("Another member is made host on {day}", "", {"day": from_on.isoformat()})
    yield from if_billed(work, entry.at, None, from_on)


def _last_day_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    member = work.session.exec(select(Member).where(Member.code == entry.subject)).first()
    membership = membership_of(work, member) if member else None
    days = [maybe_day(text) for text in changes(entry)["to_on"]]
    if membership is None:
        yield Fault(GONE)
    elif membership.to_on != days[1]:
        yield overtaken(work, entry, "members.last_day_set")
    else:
        yield from if_billed(work, entry.at, from_on=min(day for day in days if day))


def _last_day_back(work: Work, entry: AuditEntry) -> None:
    set_last_day(work, entry.subject, maybe_day(changes(entry)["to_on"][0]))


WAYS: Final[Mapping[str, Way]] = {
    "members.address_changed": Undoing(
        "members.change", _address_back, _address_depends, lambda _work, entry: entry.subject
    ),
    "members.identity_changed": Undoing(
        "members.change", _identity_back, _identity_depends, lambda _work, entry: entry.subject
    ),
    NAMED: Undoing("members.change", _named_back, _named_depends),
    "members.joined": Undoing(
        "members.change", lambda work, entry: remove_member(work, entry.subject), _joined_depends
    ),
    "members.last_day_set": Undoing("members.change", _last_day_back, _last_day_depends),
    "members.removed": Undoing("members.change", _join_again, _removed_depends),
    "members.host_made": Undoing(
        "members.change",
        lambda work, entry: unmake_host(work, entry.subject, day_of(entry, "from_on")),
        _hosted_depends,
    ),
    "members.host_unmade": Undoing("members.change", _host_again, _unhosted_depends),
}
