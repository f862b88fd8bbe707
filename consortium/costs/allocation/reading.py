"""Reading a case: the JSON value as a Case, or every fault that shows without computing.

What cannot be read gets its fault and a stand-in, so that the rest is read too; a case with
a fault is never computed.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, Final

from consortium.core.casevalues import Node
from consortium.core.errors import Fault, Invalid
from consortium.costs.allocation.case import EVERYONE, Case, Key, Member, Period
from consortium.costs.allocation.columns import constant
from consortium.costs.allocation.measuring import read_measures
from consortium.costs.allocation.naming import read_ores
from consortium.costs.allocation.reading_key import read_key
from consortium.costs.allocation.reading_splits import Ground
from consortium.costs.allocation.splits import faults_of

# a fault in these leaves open what the parts weigh
_UNDERLYING: Final = ("period", "members", "measures")


def read_case(value: Any) -> Case:
    """The case that a parsed JSON value is; Invalid with all its faults where it is none."""
    faults: list[Fault] = []
    fields = Node(value, "", faults).fields(
        ("pool", "period", "members", "key"), ("measures", "previous_ore")
    )
    pool = fields["pool"].fields((), ("name", "amount_ore"))
    pool["name"].text()
    amount_ore = pool["amount_ore"].whole()
    first, last = _period(fields["period"])
    members = _members(fields["members"])
    ids = {member.id: member for member in members} or None
    measures = read_measures(fields["measures"], ids)
    previous_ore = _previous(fields["previous_ore"], ids)
    ground = Ground(pool["amount_ore"], first, ids, measures, previous_ore)
    key = read_key(fields["key"], ground)
    if faults or first is None or last is None:
        raise Invalid([*faults, *_foreseen(key, ids or {}, faults)])
    return Case(amount_ore, Period(first, last), members, previous_ore or {}, key)


def _foreseen(key: Key, ids: Collection[str], faults: Sequence[Fault]) -> Iterator[Fault]:
    """What computing would find in the sound parts, as far as it shows beside the `faults`."""
    if any(fault.at.startswith(_UNDERLYING) for fault in faults):
        return
    everyone = constant(ids, 1)  # weights of 0 stay 0 for part of the period
    for part in key.parts:
        if part.take.kind != "own":
            known = part.take.figure if part.take.kind == "amount_ore" else None
            yield from faults_of(part.split, known, everyone)


def _period(node: Node) -> tuple[date | None, date | None]:
    fields = node.fields(("from", "to"))
    first, last = fields["from"].day(), fields["to"].day()
    if first and last and last < first:
        node.add(
            Fault(
                "The period ends before it begins",
                fields["to"].at,
                {},
                "Let it end on its first day or later",
            )
        )
    return first, last


def _members(node: Node) -> tuple[Member, ...]:
    """The members that have an id of their own."""
    items = node.items()
    if items == []:
        node.add(Fault("There are no members", node.at, {}, "Name at least one"))
    members: dict[str, Member] = {}
    host_at = ""
    for item in items or []:
        fields = item.fields(("id",), ("name", "host", "joined", "left"))
        member = _member(fields)
        if member.host:
            host_at = host_at or fields["host"].at
            _one_host(fields["host"], host_at)
        if member.id in members:
            at = fields["id"].at
            node.add(Fault("The member stands here twice", at, {}, "Keep one of them"))
        elif member.id:
            members[member.id] = member
    return tuple(members.values())


def _member(fields: dict[str, Node]) -> Member:
    """One member, its id empty where that cannot be read."""
    fields["name"].text()
    name = fields["id"].text()
    if name in {"", EVERYONE}:
        fields["id"].add(
            Fault("This is nobody's id", fields["id"].at, {}, 'Give it an id of its own, as "2080"')
        )
        name = None
    joined, left = fields["joined"].day(), fields["left"].day()
    if joined and left and left < joined:
        fields["left"].add(
            Fault(
                "The member left before it joined",
                fields["left"].at,
                {},
                "Let it leave on the day it joined or later",
            )
        )
    return Member(name or "", fields["host"].flag() or False, joined, left)


def _one_host(node: Node, first_at: str) -> None:
    if node.at != first_at:
        node.add(
            Fault(
                "There are two hosts: {first} is true as well",
                node.at,
                {"first": first_at},
                "Let one member be the host",
            )
        )


def _previous(node: Node, ids: Collection[str] | None) -> dict[str, int] | None:
    """Last year's öre by member; None where the case has none."""
    if not node.given:
        return None
    if not isinstance(node.value, dict):  # the stand-in: nobody's amount is missing
        node.entries()
        return dict.fromkeys(ids or (), 0)
    return read_ores(node, ids)
