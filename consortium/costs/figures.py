"""Figures of a budget round: what each member would bear of each pool, and how versions differ.

Pure. As they are kept (JSON): {"year", "pools": [{"code", "name", "name_en", "budget_ore",
"leftover_ore", "shares", "given"}], "members": {code: name}, "before": {"year", "shares":
{pool: {member: öre}}}}. Shares and what is given map member code → öre of the year.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Compared:
    """One member's cost of one pool, or of all, in öre; None where there is none to compare with.

    before_ore: of the year before. earlier_ore: by the version before this one.
    """

    now_ore: int
    before_ore: int | None
    earlier_ore: int | None

    @property
    def change_ore(self) -> int | None:
        return None if self.before_ore is None else self.now_ore - self.before_ore

    @property
    def moved_ore(self) -> int | None:
        """What has changed since the version before."""
        return None if self.earlier_ore is None else self.now_ore - self.earlier_ore


@dataclass(frozen=True, slots=True)
class MemberFigures:
    """A member's figures. pools: pool code → its cost, those that it takes part in."""

    code: str
    name: str
    pools: Mapping[str, Compared]
    total: Compared


def digest_of(figures: Mapping[str, Any]) -> str:
    """SHA-256 of figures as canonical JSON: keys sorted, no white space, UTF-8."""
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def by_member(
    figures: Mapping[str, Any], earlier: Mapping[str, Any] | None, scope: frozenset[str] | None
) -> list[MemberFigures]:
    """Figures by member, those in the scope, by code.

    earlier: the figures of the version before, None where this is the first.
    """
    now, was = _costs(figures), _costs(earlier) if earlier else None
    before = figures.get("before", {}).get("shares", {})
    names = figures["members"]
    return [
        _member(code, names[code], now, before, was)
        for code in sorted(names)
        if scope is None or code in scope
    ]


def differences(
    figures: Mapping[str, Any], earlier: Mapping[str, Any]
) -> list[tuple[str, int | None, int | None]]:
    """The pools whose budget is another than by `earlier`: code, öre then, öre now."""
    now = {pool["code"]: pool["budget_ore"] for pool in figures["pools"]}
    then = {pool["code"]: pool["budget_ore"] for pool in earlier["pools"]}
    codes = dict.fromkeys([*now, *then])
    return [
        (code, then.get(code), now.get(code)) for code in codes if then.get(code) != now.get(code)
    ]


def _costs(figures: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Pool code → member code → share and what it gives beside the key."""
    found = {}
    for pool in figures["pools"]:
        members = {*pool["shares"], *pool["given"]}
        found[pool["code"]] = {
            code: pool["shares"].get(code, 0) + pool["given"].get(code, 0) for code in members
        }
    return found


def _member(
    code: str,
    name: str,
    now: Mapping[str, Mapping[str, int]],
    before: Mapping[str, Mapping[str, int]],
    was: Mapping[str, Mapping[str, int]] | None,
) -> MemberFigures:
    def of(pool: str) -> Compared:
        return Compared(
            now.get(pool, {}).get(code, 0),
            before[pool].get(code, 0) if pool in before else None,
            None if was is None else was.get(pool, {}).get(code, 0),
        )

    pools = {pool: of(pool) for pool in now if code in now[pool]}
    gone = [pool for pool in before if pool not in now and code in before[pool]]
    total = Compared(
        sum(each.get(code, 0) for each in now.values()),
        sum(before[pool].get(code, 0) for pool in before) if before else None,
        None if was is None else sum(each.get(code, 0) for each in was.values()),
    )
    return MemberFigures(code, name, pools | {pool: of(pool) for pool in gone}, total)
