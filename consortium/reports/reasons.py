"""Why an invoice's line is what it is: pool, costs, key, measures, sum, from the frozen basis."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from consortium.billing.formats.paper import Why
from consortium.billing.formats.paper_json import paper_from
from consortium.billing.rules import PoolMonth, pool_month
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import Forbidden, Invalid, NotFound
from consortium.core.words import Say
from consortium.core.work import Work
from consortium.costs.explaining import explain
from consortium.costs.rules import Basis, Slicing
from consortium.costs.splitting import Outcome, split
from consortium.reports.grounds import (
    Nudge,
    Reason,
    SharedCost,
    ShareRow,
    UsedKey,
    Weighed,
)
from consortium.reports.line_evidence import LineEvidence, line_evidence
from consortium.reports.pools import LARGEST_REMAINDER, handed_out, measures_read

NUDGE: Final = Decimal("1.01")
MORE_ORE: Final = 100_000  # a month: 1 000 kr


def reason_of(work: Work, number: str, position: int, say: Say) -> Reason:
    """Why line `position` (from 1) of an invoice is what it is; NotFound outside the scope."""
    return reason(line_evidence(work, number, position), say)


def reason(line: LineEvidence, say: Say) -> Reason:
    """The evidence as a reason. NotFound for a line that no key has shared: interest, a credit."""
    frozen, paper = _frozen(line), paper_from(json.loads(line.paper))
    outcome = split(frozen.basis)
    kept = next((why for why in paper.why if why.line == line.position), None)
    shared = not line.given and line.member in outcome.shares
    names = {code: name for code, name, _name_en in line.names}
    told = explain(outcome, line.member, names, say) if shared else None
    before = tuple(b for b in line.before if b.month.month <= frozen.basis.month)
    actual_ore = _actual_ore(line, frozen, outcome)
    owed_ore = actual_ore - sum(each.net_ore for each in before)
    snapshot = outcome.result["snapshot"]
    return Reason(
        number=line.number,
        member=line.member,
        name=line.name,
        month=line.month,
        to_month=frozen.basis.month,
        position=line.position,
        kind=line.kind,
        given=line.given,
        net_ore=line.net_ore,
        cost=_cost(line, frozen, outcome, kept),
        key=_key(frozen, outcome, kept),
        weighed=tuple(_weighed(line, frozen.basis, kept)) if shared else (),
        explanation=told,
        actual_ore=actual_ore,
        before=before,
        shares=tuple(_shares(line, outcome)) if shared and line.everyone else (),
        nudges=tuple(_nudges(line, outcome)) if shared else (),
        frozen_at=line.approved_at,
        snapshot=snapshot,
        holds=line.snapshot == snapshot and owed_ore == line.net_ore,
        everyone=line.everyone,
    )


def case_behind(work: Work, number: str, position: int) -> Mapping[str, Any]:
    """The allocation case that a line was split from, as `consortium allocate` reads it.

    Forbidden to one who sees some members only, unless the agreement lets members see each other's
    figures: `own_case` is theirs.
    """
    line = line_evidence(work, number, position)
    if not line.everyone:
        raise Forbidden(
            "The whole basis shows what every member pays",
            remedy="See the explanation of your own share instead",
        )
    return _frozen(line).basis.case


def basis_to_show(line: LineEvidence) -> Mapping[str, Any]:
    """The case, where the asker may see every member's measures, else their own part of it."""
    return _frozen(line).basis.case if line.everyone else own_case(line)


def own_case(line: LineEvidence) -> Mapping[str, Any]:
    """A member's own part of the basis: its measures, its share step by step, nobody else's.

    It cannot be split again, which takes every member's measures; `snapshot` names the whole.
    """
    basis = _frozen(line).basis
    outcome = split(basis)
    rows = {row["member"]: row for row in outcome.result["shares"]}
    weighed = _weighed(line, basis, None)
    return {
        "invoice": line.number,
        "line": line.position,
        "member": line.member,
        "pool": {
            **basis.case["pool"],
            "cost_ore": outcome.cost_ore,
            "split_ore": outcome.split_ore,
        },
        "period": basis.case["period"],
        "measures": [
            {"measure": w.code, "date": w.on_date.isoformat(), "value": w.value, "total": w.total}
            for w in weighed
        ],
        "key": Slicing(frozenset({line.member}), None).key(basis.case["key"]),
        "share": rows.get(line.member),
        "net_ore": line.net_ore,
        "snapshot": outcome.result["snapshot"],
    }


def _frozen(line: LineEvidence) -> PoolMonth:
    if line.credits is not None:
        raise NotFound(
            "Line {position} takes back line {credited} of invoice {number}",
            position=line.position,
            credited=line.credits[1],
            number=line.credits[0],
            remedy="Ask for that one",
        )
    if not line.basis:
        raise NotFound("This line was not shared by a key: it has no case")
    return pool_month(json.loads(line.basis), line.from_on)


def _actual_ore(line: LineEvidence, frozen: PoolMonth, outcome: Outcome) -> int:
    """The member's share, or what it gives beside the key."""
    if line.given:
        return frozen.basis.contributions.get(line.member, 0)
    return outcome.shares.get(line.member, 0)


def _cost(line: LineEvidence, frozen: PoolMonth, outcome: Outcome, kept: Why | None) -> SharedCost:
    return SharedCost(
        code=frozen.basis.pool,
        name=frozen.name,
        name_en=frozen.name_en,
        cost_ore=outcome.cost_ore,
        given_ore=sum(frozen.basis.contributions.values()),
        split_ore=outcome.split_ore,
        members=len(frozen.basis.case["members"]),
        final=line.final,
        documents=kept.costs if kept else (),
        more=kept.more_costs if kept else 0,
        more_ore=kept.more_costs_ore if kept else 0,
        year_ore=line.year_ore,
        budget=line.budget,
    )


def _key(frozen: PoolMonth, outcome: Outcome, kept: Why | None) -> UsedKey:
    key, valid = frozen.basis.case["key"], kept.key_valid if kept else ""
    return UsedKey(
        name=frozen.key_name,
        key=key,
        clause=frozen.clause,
        text=kept.clause_text if kept else "",
        from_on=date.fromisoformat(valid[:10]) if valid else None,
        valid=valid,
        approved=kept.approved if kept else "",
        method=key.get("rounding", {}).get("method", LARGEST_REMAINDER),
        handed_out=handed_out(outcome),
        by_year=frozen.basis.by_share,
    )


def _weighed(line: LineEvidence, basis: Basis, kept: Why | None) -> Iterator[Weighed]:
    names = {code: (name, name_en) for code, name, name_en in line.names}
    sources = {(row.measure, row.on_date): row.source for row in (kept.readings if kept else ())}
    for code in measures_read(basis.case):
        rows, (name, name_en) = basis.case["measures"][code], names.get(code, (code, code))
        for row in sorted(rows, key=lambda row: row["date"], reverse=True):
            if row["member"] == line.member:
                same_day = [Decimal(r["value"]) for r in rows if r["date"] == row["date"]]
                on_date = date.fromisoformat(row["date"])
                yield Weighed(
                    code=code,
                    name=name,
                    name_en=name_en,
                    on_date=on_date,
                    source=sources.get((name, on_date), ""),
                    value=row["value"],
                    total=f"{sum(same_day):f}",
                )


def _shares(line: LineEvidence, outcome: Outcome) -> Iterator[ShareRow]:
    parts = outcome.basis.case["key"]["parts"]
    names = {member["id"]: member["name"] for member in outcome.basis.case["members"]}
    for row in outcome.result["shares"]:
        used = {
            parts[entry["part"]]["split"]["measure"]: _plain(entry["value"])
            for entry in row["trace"]
            if "part" in entry and "value" in entry
        }
        code = row["member"]
        yield ShareRow(
            code,
            names[code],
            code == line.member,
            used,
            row["percent"],
            outcome.shares[code],
        )


def _plain(exact: str) -> str:
    """A value of the trace, a whole number or a fraction, with four decimals at most."""
    value = Fraction(exact)
    return f"{round(Decimal(value.numerator) / value.denominator, 4).normalize():f}"


def _nudges(line: LineEvidence, outcome: Outcome) -> Iterator[Nudge]:
    """What would have changed the share; what the key cannot split is passed over."""
    basis, before_ore = outcome.basis, outcome.shares[line.member]
    names = {code: (name, name_en) for code, name, name_en in line.names}
    tried = [("", "", _dearer(basis))] if "amount_ore" in basis.case["pool"] else []
    tried += [
        (*names.get(code, (code, code)), _heavier(basis, line.member, code))
        for code in measures_read(basis.case)
    ]
    for name, name_en, other in tried:
        try:
            yield Nudge(name, name_en, split(other).shares[line.member] - before_ore)
        except Invalid:
            continue


def _heavier(basis: Basis, member: str, measure: str) -> Basis:
    rows = [
        {**row, "value": f"{Decimal(row['value']) * NUDGE:f}"} if row["member"] == member else row
        for row in basis.case["measures"][measure]
    ]
    read = {**basis.case["measures"], measure: rows}
    return replace(basis, case={**basis.case, "measures": read})


def _dearer(basis: Basis) -> Basis:
    pool = dict(basis.case["pool"])
    pool["amount_ore"] += MORE_ORE * (MONTHS_A_YEAR if basis.by_share else 1)
    cost_ore = (basis.cost_ore or 0) + MORE_ORE
    return replace(basis, cost_ore=cost_ore, case={**basis.case, "pool": pool})
