"""How changes of cost pools are taken back.

A change on which invoices of a month are issued stays: taken back, it would leave invoices that
nothing in the records explains. Actual costs are not what months are invoiced by, so they may go.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.agreeing import (
    KeyRule,
    Vat,
    add_pool,
    change_budget,
    contribute,
    set_key,
    set_vat,
    take_part,
)
from consortium.costs.attaching import attach_kept
from consortium.costs.budgeting import budget_lines
from consortium.costs.changing import change_pool
from consortium.costs.queries import contributions, pool_of_year, vat_on
from consortium.costs.recording import NewCost, record_cost
from consortium.costs.removing import (
    remove_contribution,
    remove_cost,
    remove_key,
    remove_participant,
    remove_pool,
    remove_vat,
)
from consortium.costs.tables import ActualCost, CostPool, KeyVersion, Participation
from consortium.documents.queries import record_of
from consortium.exchange.holding import holders
from consortium.members.queries import member_by_code
from consortium.undo.billed import if_billed
from consortium.undo.ways import (
    GONE,
    Undoing,
    Way,
    changes,
    day_of,
    if_newer,
    maybe_day,
    overtaken,
)

RIGHT: Final = "costs.change"
TAKEN: Final = mark("The same is recorded anew by now")
Depends = Callable[[Work, AuditEntry], Iterator[Fault]]
OfPool = Callable[[Work, AuditEntry, CostPool], Iterator[Fault]]


def _named(entry: AuditEntry) -> tuple[str, int]:
    """The code and the year of the pool that an entry is about."""
    code, _blank, year = entry.subject.rpartition(" ")
    return code, int(year)


def _pool(work: Work, entry: AuditEntry) -> CostPool:
    return pool_of_year(work, *_named(entry))


def _of_pool(depends: OfPool) -> Depends:
    """`depends` for an entry whose pool must still be there."""

    def asked(work: Work, entry: AuditEntry) -> Iterator[Fault]:
        code, year = _named(entry)
        rows = select(CostPool).where(CostPool.code == code, CostPool.year == year)
        pool = work.session.exec(rows).first()
        if pool is None:
            yield Fault(GONE)
        else:
            yield from depends(work, entry, pool)

    return asked


def _added(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    changed = ("costs.budget_changed", "costs.lines_changed", "costs.pool_changed")
    yield from if_newer(work, entry, *changed)
    yield from holders(work, CostPool, pool.id)


def _removed(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    code, year = _named(entry)
    rows = select(CostPool.id).where(CostPool.code == code, CostPool.year == year)
    if work.session.exec(rows).first() is not None:
        yield Fault(TAKEN, f"pool {entry.subject}")


def _budget(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    if pool.budget_ore != changes(entry)["budget_ore"][1]:
        yield overtaken(work, entry, "costs.budget_changed", "costs.lines_changed")
    elif budget_lines(work, pool):
        yield overtaken(work, entry, "costs.lines_changed")
    yield from if_billed(work, entry.at, pool)


def _called(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    if any(getattr(pool, name) != after for name, (_, after) in changes(entry).items()):
        yield overtaken(work, entry, "costs.pool_changed")


def _call_back(work: Work, entry: AuditEntry) -> None:
    pool = _pool(work, entry)
    names = {"name": pool.name, "name_en": pool.name_en}
    names |= {name: was for name, (was, _) in changes(entry).items()}
    change_pool(work, *_named(entry), (names["name"], names["name_en"]), pool.budget_ore)


def _part(work: Work, pool: CostPool, code: str) -> Participation | None:
    mine = Participation.member_id == member_by_code(work, code).id
    rows = select(Participation).where(Participation.pool_id == pool.id, mine)
    return work.session.exec(rows).first()


def _participant(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    if _part(work, pool, entry.facts["member"]) is None:
        yield Fault(GONE)
    yield from if_billed(work, entry.at, pool)


def _participant_gone(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    if _part(work, pool, entry.facts["member"]) is not None:
        yield Fault(TAKEN, f"pool {entry.subject}")
    yield from if_billed(work, entry.at, pool)


def _contribution(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    if contributions(work, pool).get(entry.facts["member"]) != entry.facts["amount_ore"]:
        yield Fault(GONE)
    yield from if_billed(work, entry.at, pool)


def _contribution_gone(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    if entry.facts["member"] in contributions(work, pool):
        yield Fault(TAKEN, f"pool {entry.subject}")
    yield from if_billed(work, entry.at, pool)


def _vat(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    from_on = day_of(entry, "from_on")
    vat = vat_on(work, pool, from_on)
    if vat is None or vat.from_on != from_on:
        yield Fault(GONE)
    yield from if_billed(work, entry.at, pool, from_on)


def _vat_gone(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    from_on = day_of(entry, "from_on")
    vat = vat_on(work, pool, from_on)
    if vat is not None and vat.from_on == from_on:
        yield Fault(TAKEN, f"pool {entry.subject}")
    yield from if_billed(work, entry.at, pool, from_on)


def _key(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    from_on = day_of(entry, "from_on")
    if work.session.get(KeyVersion, entry.facts["version"]) is None:
        yield Fault(GONE)
    yield from _later_key(work, entry, pool)
    yield from if_billed(work, entry.at, pool, from_on)


def _key_gone(work: Work, entry: AuditEntry, pool: CostPool) -> Iterator[Fault]:
    yield from _later_key(work, entry, pool, or_same=True)
    yield from if_billed(work, entry.at, pool, day_of(entry, "from_on"))


def _later_key(
    work: Work, entry: AuditEntry, pool: CostPool, *, or_same: bool = False
) -> Iterator[Fault]:
    from_on = day_of(entry, "from_on") - timedelta(days=int(or_same))
    rows = select(KeyVersion).where(KeyVersion.pool_id == pool.id, KeyVersion.from_on > from_on)
    for later in work.session.exec(rows.order_by(col(KeyVersion.from_on)).limit(1)):
        facts = {"day": later.from_on.isoformat()}
        at = f"pool {entry.subject}"
        yield Fault("The key from {day} follows it", at, facts, "Take that back first")


def _key_back(work: Work, entry: AuditEntry) -> None:
    ended = entry.facts["ended"]
    earlier = (ended[0], date.fromisoformat(ended[1])) if ended else None
    remove_key(work, entry.facts["version"], earlier)


def _key_again(work: Work, entry: AuditEntry) -> None:
    kept: Mapping[str, Any] = record_of(work, entry.facts["decided"])
    rule = KeyRule(
        kept["key"], entry.facts["clause"], day_of(entry, "from_on"), kept["previous_ore"]
    )
    set_key(work, *_named(entry), rule)


def _cost(work: Work, entry: AuditEntry) -> ActualCost | None:
    rows = select(ActualCost).where(ActualCost.reference == entry.facts["reference"])
    return work.session.exec(rows).first()


def _recorded(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    cost = _cost(work, entry)
    if cost is None or cost.amount_ore != entry.facts["amount_ore"]:
        yield Fault(GONE)


def _cost_gone(work: Work, entry: AuditEntry, _pool: CostPool) -> Iterator[Fault]:
    if _cost(work, entry) is not None:
        yield Fault(TAKEN, f"pool {entry.subject}")


def _pool_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    names = facts["name"], facts["name_en"]
    pool = add_pool(work, *_named(entry), names, facts["budget_ore"], everyone=facts["everyone"])
    pool.place = facts["place"]


def _part_again(work: Work, entry: AuditEntry) -> None:
    from_on = maybe_day(entry.facts["from_on"])
    to_on = maybe_day(entry.facts.get("to_on", ""))
    take_part(work, _pool(work, entry), entry.facts["member"], from_on, to_on)


def _vat_again(work: Work, entry: AuditEntry) -> None:
    names = ("category", "percent", "reason", "confirmed")
    vat = Vat(**{name: entry.facts[name] for name in names})
    set_vat(work, _pool(work, entry), day_of(entry, "from_on"), vat)


def _cost_again(work: Work, entry: AuditEntry) -> None:
    names = ("reference", "supplier", "text", "amount_ore")
    facts = entry.facts
    cost = NewCost(
        on_date=day_of(entry, "on"),
        account=facts.get("account", ""),
        from_on=maybe_day(facts.get("from_on", "")),
        to_on=maybe_day(facts.get("to_on", "")),
        **{name: facts[name] for name in names},
    )
    row = record_cost(work, *_named(entry), cost)
    work.session.flush()
    for sha256, name in facts.get("attachments", ()):
        attach_kept(work, row.id, sha256, name)


WAYS: Final[Mapping[str, Way]] = {
    "costs.pool_added": Undoing(
        RIGHT, lambda work, entry: remove_pool(work, *_named(entry)), _of_pool(_added)
    ),
    "costs.pool_removed": Undoing(RIGHT, _pool_again, _removed),
    "costs.budget_changed": Undoing(
        RIGHT,
        lambda work, entry: change_budget(work, *_named(entry), changes(entry)["budget_ore"][0]),
        _of_pool(_budget),
    ),
    "costs.pool_changed": Undoing(RIGHT, _call_back, _of_pool(_called)),
    "costs.participant_added": Undoing(
        RIGHT,
        lambda work, entry: remove_participant(work, *_named(entry), entry.facts["member"]),
        _of_pool(_participant),
    ),
    "costs.participant_removed": Undoing(RIGHT, _part_again, _of_pool(_participant_gone)),
    "costs.contribution_added": Undoing(
        RIGHT,
        lambda work, entry: remove_contribution(work, *_named(entry), entry.facts["member"]),
        _of_pool(_contribution),
    ),
    "costs.contribution_removed": Undoing(
        RIGHT,
        lambda work, entry: contribute(
            work, _pool(work, entry), entry.facts["member"], entry.facts["amount_ore"]
        ),
        _of_pool(_contribution_gone),
    ),
    "costs.vat_set": Undoing(
        RIGHT,
        lambda work, entry: remove_vat(work, *_named(entry), day_of(entry, "from_on")),
        _of_pool(_vat),
    ),
    "costs.vat_removed": Undoing(RIGHT, _vat_again, _of_pool(_vat_gone)),
    "costs.key_set": Undoing(RIGHT, _key_back, _of_pool(_key)),
    "costs.key_removed": Undoing(RIGHT, _key_again, _of_pool(_key_gone)),
    "costs.recorded": Undoing(
        RIGHT, lambda work, entry: remove_cost(work, entry.facts["reference"]), _recorded
    ),
    "costs.cost_removed": Undoing(RIGHT, _cost_again, _of_pool(_cost_gone)),
}
