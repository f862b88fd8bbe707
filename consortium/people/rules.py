"""Rules of accounts: roles and what they may do. Pure."""

from typing import Final

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
    },
    "coordinator": READS
    | {
        "branches.change",
        "transports.plan",
        "transports.change",
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
        "emedia.change",
    },
    "branch_manager": READS | {"branches.change", "crates.handle"},
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
    "driver": frozenset({"branches.see", "transports.see", "crates.handle"}),
}
"""Role → rights. Rights are `room.verb`; who may change can also see."""

SHORTEST_PASSWORD = 12
MOST_FAILURES = 8
LOCK_MINUTES = 15
