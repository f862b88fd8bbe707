"""Use case: what a member is called, and its organisation number, are changed."""

from dataclasses import dataclass
from typing import Any

from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.members.queries import member_by_code
from consortium.members.rules import identity_faults, organisation_number
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class Identity:
    """What a member is called. legal_name: empty is `name`. made_up: a test number."""

    name: str
    legal_name: str = ""
    organisation_number: str = ""
    made_up: bool = False


def change_identity(work: Work, code: str, new: Identity) -> Member:
    """Change what a member is called; issued invoices keep what they say. Undone by itself."""
    work.require("members.change", code)
    member = member_by_code(work, code)
    number = organisation_number(new.organisation_number)
    if faults := list(identity_faults(code, member.kind, new.name, number)):
        raise Invalid(faults)
    after: dict[str, Any] = {
        "name": new.name.strip(),
        "legal_name": new.legal_name.strip() or new.name.strip(),
        "organisation_number": number,
        "made_up": new.made_up,
    }
    changed: dict[str, Any] = {
        name: [getattr(member, name), value]
        for name, value in after.items()
        if getattr(member, name) != value
    }
    for name, value in after.items():
        setattr(member, name, value)
    work.session.add(member)
    if changed:
        work.session.flush()
        work.audit("members.identity_changed", code, **changed)
    return member
