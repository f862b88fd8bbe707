"""Naming a member of the case, or everyone."""

from collections.abc import Collection

from consortium.core.casevalues import Node, printable
from consortium.core.errors import Fault
from consortium.costs.allocation.case import EVERYONE


def read_member(node: Node, ids: Collection[str] | None, *, everyone: bool = False) -> str | None:
    """The id of a member of the case, or where `everyone` may be meant, EVERYONE.

    ids: the members of the case; None where they are not known, and any text will do.
    """
    name = node.text()
    if name is None or ids is None or name in ids or (everyone and name == EVERYONE):
        return name
    node.add(unknown_member(node.at, name))
    return None


def unknown_member(at: str, name: object) -> Fault:
    facts = {"member": printable(name)}
    return Fault(
        "There is no member {member} in the case",
        at,
        facts,
        "Name a member of the case, or add it to members",
    )


def read_ores(node: Node, ids: Collection[str] | None, least: int | None = None) -> dict[str, int]:
    """Öre by member; a stand-in of 0 where an amount cannot be read."""
    entries = node.entries() or {}
    for name, entry in entries.items():
        if ids is not None and name not in ids:
            node.add(unknown_member(entry.at, name))
    return {name: entry.whole(least) or 0 for name, entry in entries.items()}
