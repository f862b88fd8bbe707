"""Reading a case: the JSON value as a Case, or every fault that shows without computing.

What cannot be read gets its fault and a stand-in, so that the rest is read too; a case with
a fault is never computed.
"""

from typing import Any

from consortium.core.errors import Fault, Invalid
from consortium.costs.allocation.case import EVERYONE, Case, Member, Period
from consortium.costs.allocation.measuring import read_measures, unknown_member
from consortium.costs.allocation.reading_key import Ground, read_key
from consortium.costs.allocation.values import Node


def read_case(value: Any) -> Case:
    """The case that a parsed JSON value is; Invalid with all its faults where it is none."""
    faults: list[Fault] = []
    fields = Node(value, "", faults).fields(
        ("pool", "period", "members", "key"), ("measures", "previous_ore")
    )
    pool = fields["pool"].fields((), ("name", "amount_ore"))
    pool["name"].text()
    amount_ore = pool["amount_ore"].whole()
    period = _period(fields["period"])
    members = _members(fields["members"])
    ids = tuple(member.id for member in members) or None
    measures = read_measures(fields["measures"], ids)
    previous_ore = _previous(fields["previous_ore"], ids)
    ground = Ground(pool["amount_ore"], period and period.first, ids, measures, previous_ore)
    key = read_key(fields["key"], ground)
    if faults or period is None:
        raise Invalid(faults)
    return Case(amount_ore, period, members, previous_ore or {}, key)


def _period(node: Node) -> Period | None:
    fields = node.fields(("from", "to"))
    first, last = fields["from"].day(), fields["to"].day()
    if first is None or last is None:
        return None
    if last < first:
        remedy = "Let it end on its first day or later"
        node.add(Fault("The period ends before it begins", fields["to"].at, {}, remedy))
    return Period(first, last)


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
        remedy = 'Give it an id of its own, as "2080"'
        fields["id"].add(Fault("This is nobody's id", fields["id"].at, {}, remedy))
        name = None
    joined, left = fields["joined"].day(), fields["left"].day()
    if joined and left and left < joined:
        remedy = "Let it leave on the day it joined or later"
        fields["left"].add(Fault("The member left before it joined", fields["left"].at, {}, remedy))
    return Member(name or "", fields["host"].flag() or False, joined, left)


def _one_host(node: Node, first_at: str) -> None:
    if node.at != first_at:
        text = "There are two hosts: {first} is true as well"
        node.add(Fault(text, node.at, {"first": first_at}, "Let one member be the host"))


def _previous(node: Node, ids: tuple[str, ...] | None) -> dict[str, int] | None:
    """Last year's öre by member; None where the case has none."""
    if not node.given:
        return None
    entries = node.entries()
    if entries is None:  # the stand-in: nobody's amount is missing
        return dict.fromkeys(ids or (), 0)
    for name, entry in entries.items():
        if ids is not None and name not in ids:
            node.add(unknown_member(entry.at, name))
    return {name: entry.whole() or 0 for name, entry in entries.items()}
