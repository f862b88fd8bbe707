"""Rules of accounts: what roles may do, when an account opens, how long things last. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from consortium.core.emails import is_email
from consortium.core.errors import Fault

Grant = tuple[str, str | None]
"""A role, and the code of the member that it is held for; None: for all."""

READS: Final = frozenset(
    {
        "members.see",
        "branches.see",
        "measures.see",
        "costs.see",
        "billing.see",
        "transports.see",
        "emedia.see",
        "agreements.see",
        "cards.count",
    }
)
ROLES: Final[dict[str, frozenset[str]]] = {
    "administrator": READS
    | {
        "members.change",
        "branches.change",
        "agreements.change",
        "people.change",
        "settings.see",
        "audit.see",
        "audit.personal",
    },
    "coordinator": READS
    | {
        "branches.change",
        "transports.plan",
        "transports.change",
        "transports.drive",
        "crates.handle",
        "emedia.change",
        "measures.change",
    },
    "finance": READS
    | {
        "members.change",
        "measures.change",
        "costs.change",
        "billing.prepare",
        "billing.approve",
        "billing.issue",
        "billing.receive",
        "budget.comment",
        "ledger.lock",
        "emedia.change",
    },
    "branch_manager": READS | {"branches.change", "budget.comment", "crates.handle"},
    "counter": frozenset(
        {
            "branches.see",
            "transports.see",
            "emedia.see",
            "crates.handle",
            "cards.handle",
            "cards.count",
        }
    ),
    "auditor": READS | {"audit.see"},
    "driver": frozenset({"branches.see", "transports.see", "transports.drive", "crates.handle"}),
}
"""Role → rights. Rights are `room.verb`; who may change can also see."""

WHOLE: Final = frozenset(
    {
        "agreements.change",
        "audit.personal",
        "audit.see",
        "billing.approve",
        "billing.issue",
        "billing.prepare",
        "billing.receive",
        "costs.change",
        "ledger.lock",
        "measures.change",
        "people.change",
        "settings.see",
        "transports.change",
        "transports.plan",
    }
)
"""Rights over what all members have in common: a role held for some of them gives none of these."""

MOST_FAILURES: Final = 8
LOCK_MINUTES: Final = 15
MOST_ATTEMPTS: Final = 30
ATTEMPTS_WITHIN: Final = timedelta(minutes=15)
ATTEMPTS_KEPT: Final = timedelta(days=1)

INVITATION, PASSWORD = "invitation", "password"
LINK_LASTS: Final = {INVITATION: timedelta(days=7), PASSWORD: timedelta(minutes=30)}
LINKS_AN_HOUR: Final = 3
KEPT_AFTER_END: Final = timedelta(days=30)
"""How long a session or a link that is over can still be looked at before it is deleted."""

ENDS_SOON: Final = timedelta(days=30)
LONGEST_TOKEN: Final = timedelta(days=731)
LONGEST_NAME: Final = 64
LONGEST_TITLE: Final = 200
TAKEN_NAMES: Final = frozenset({"nytt"})  # /konton/nytt is where an account is opened


def reach(grants: Iterable[Grant], role: str | None = None) -> dict[str, frozenset[str] | None]:
    """Right → the members (codes) that the grants give it for, None for all.

    role: by the grants of this role only.
    """
    found: dict[str, frozenset[str] | None] = {}
    for held, code in grants:
        given = ROLES[held] if code is None else ROLES[held] - WHOLE
        for right in given if role in {None, held} else ():
            before = found.get(right, frozenset())
            found[right] = None if code is None or before is None else before | {code}
    return found


def is_open(active: bool, from_on: date | None, ends_on: date | None, day: date) -> bool:
    """Whether an account opens on `day`, its first and its last day included."""
    begun = from_on is None or from_on <= day
    return active and begun and (ends_on is None or day <= ends_on)


def digest_of(secret: str) -> str:
    """SHA-256 of a secret of at least 128 random bits, which needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def roles_text(grants: Iterable[Grant]) -> str:
    """Grants as the audit trail and the command line write them: `finance, counter:2062`."""
    return ", ".join(sorted(f"{role}:{code}" if code else role for role, code in grants))


def grants_of(text: str) -> tuple[Grant, ...]:
    """What `roles_text` wrote, or one `ROLE:CODE` of the command line."""
    parts = (part.strip().partition(":") for part in text.split(",") if part.strip())
    return tuple((role, code or None) for role, _colon, code in parts)


def role_faults(grants: Iterable[Grant], codes: Iterable[str]) -> Iterator[Fault]:
    """What keeps an account from these roles. codes: of all members."""
    known = set(codes)
    for role, code in grants:
        if role not in ROLES:
            yield Fault("There is no role {role}", "roles", {"role": role})
        elif code is not None and code not in known:
            yield Fault("No member has the code {code}", "roles", {"code": code})
        elif code is not None and role == "administrator":
            yield Fault(
                "An administrator is one for all members",
                "roles",
                {},
                "Choose no municipality for this role",
            )


def name_faults(username: str) -> Iterator[Fault]:
    """What keeps `username`, lower case and without blanks at its ends, from being one."""
    if not username:
        yield Fault("An account needs a name to sign in with", "username")
    elif len(username) > LONGEST_NAME or not all(c.isalnum() or c in "._-@" for c in username):
        yield Fault(
            "A user name has at most 64 letters, digits and the signs . _ - @",
            "username",
            {},
            "Write it as ekonom.mora",
        )
    elif username in TAKEN_NAMES:
        yield Fault("This user name cannot be used", "username", {}, "Choose another one")


def term_faults(
    title: str, email: str, from_on: date | None, ends_on: date | None
) -> Iterator[Fault]:
    """What is wrong with the rest of an account; an empty e-mail address is only missing."""
    if len(title) > LONGEST_TITLE:
        yield Fault("The title is too long", "title", {}, "Use at most 200 characters")
    if email and not is_email(email):
        yield Fault(
            "This is no e-mail address", "email", {}, "Write it as name@example.se"
        )  # without the address: refusals end up in logs
    if from_on is not None and ends_on is not None and ends_on < from_on:
        yield Fault("The last day is before the first", "ends_on", {}, "Choose a later day")
