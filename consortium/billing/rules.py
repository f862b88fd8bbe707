"""Rules of invoicing: from the pools' outcomes to invoices, rows and bookings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from consortium.billing.formats.paper import VatGroup
from consortium.core.casefile import snapshot
from consortium.core.errors import Fault
from consortium.core.money import vat_ore
from consortium.costs.rules import Basis
from consortium.costs.splitting import Outcome
from consortium.ledger.rules import Amount

RATED, OUTSIDE, HOST = "rated", "outside", "host"
READY, BLOCKED, ISSUED = "ready", "blocked", "issued"


@dataclass(frozen=True, slots=True)
class PoolMonth:
    """A pool's basis with the terms that stand on the invoice. category, percent, reason: VAT."""

    basis: Basis
    place: int
    name: str
    name_en: str
    key_name: str
    clause: str
    category: str
    percent: int | None
    reason: str

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON, to be frozen; `pool_month` reads it back."""
        names = (name for name in self.__dataclass_fields__ if name != "basis")
        terms = {name: getattr(self, name) for name in names}
        basis = {name: getattr(self.basis, name) for name in self.basis.__dataclass_fields__}
        return {"basis": basis, **terms}

    def sha256(self) -> str:
        return snapshot(self.as_json()).removeprefix("sha256:")


@dataclass(frozen=True, slots=True)
class SplitPool:
    """A pool whose month could be split."""

    terms: PoolMonth
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class StoppedPool:
    """A pool whose month could not be split, and why.

    invoices: those that would have a line of it, as member code and kind.
    """

    code: str
    name: str
    faults: tuple[Fault, ...]
    invoices: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Buyer:
    """A member as a payer. faults: what keeps it from being invoiced. number: of `issued` ones."""

    code: str
    name: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One pool's share, or what is given to it, for one member. kind: `share`, `contribution`."""

    pool: str
    place: int
    kind: str
    net_ore: int
    category: str
    percent: int | None
    reason: str

    @property
    def of_invoice(self) -> str:
        """Which of the two invoices it goes on: `O` shares none with a rated line (BR-O-11)."""
        return OUTSIDE if self.category == "O" else RATED


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice as it would be, or the host's own share (kind `host`, without VAT or number)."""

    member: str
    name: str
    kind: str
    lines: tuple[Line, ...]
    status: str
    faults: tuple[Fault, ...] = ()
    number: str = ""
    vat: tuple[VatGroup, ...] = field(default=())

    @property
    def net_ore(self) -> int:
        return sum(line.net_ore for line in self.lines)

    @property
    def vat_ore(self) -> int:
        return sum(group.vat_ore for group in self.vat)

    @property
    def payable_ore(self) -> int:
        return self.net_ore + self.vat_ore


def pool_month(frozen: Mapping[str, Any]) -> PoolMonth:
    """What `PoolMonth.as_json` gave, read back."""
    return PoolMonth(**{**frozen, "basis": Basis(**frozen["basis"])})


def invoice_key(month: date, member: str, kind: str) -> str:
    """What an invoice bills, in one unique word: never a clock or chance (FINANCE, Books)."""
    return f"{month:%Y-%m}/{member}/{kind}"


def drafts(
    pools: Sequence[SplitPool],
    stopped: Sequence[StoppedPool],
    buyers: Mapping[str, Buyer],
    host: str,
) -> list[Draft]:
    """The month's invoices and the host's share, by member code, the rated invoice first.

    A buyer's fault stops that member's invoices; a stopped pool stops every invoice that would
    have had a line of it. Both stay listed with what is known of them.
    """
    lines: dict[tuple[str, str], list[Line]] = {}
    for pool in pools:
        for member, line in _lines(pool, host):
            kind = HOST if member == host else line.of_invoice
            lines.setdefault((member, kind), []).append(line)
    for gap in stopped:
        for member, kind in gap.invoices:
            lines.setdefault((member, HOST if member == host else kind), [])
    order = {HOST: 0, RATED: 0, OUTSIDE: 1}
    keys = sorted(lines, key=lambda key: (key[0], order[key[1]]))
    return [_draft(buyers[member], kind, lines[member, kind], stopped) for member, kind in keys]


def vat_groups(lines: Iterable[Line]) -> tuple[VatGroup, ...]:
    """VAT per category and rate on the sum of its lines, the highest rate first; reasons joined."""

    def group(line: Line) -> tuple[str, int]:
        return line.category, -(line.percent or 0)

    found = []
    for _key, same in groupby(sorted(lines, key=group), key=group):
        members = list(same)
        base_ore = sum(line.net_ore for line in members)
        percent = members[0].percent
        reason = "; ".join(dict.fromkeys(line.reason for line in members if line.reason))
        amount_ore = vat_ore(base_ore, percent or 0)
        found.append(VatGroup(members[0].category, percent, base_ore, amount_ore, reason))
    return tuple(sorted(found, key=lambda g: -(g.percent or 0)))


def bookings(draft: Draft, accounts: Mapping[str, str]) -> list[Amount]:
    """How an invoice, or the host's own share, is booked: what is owed against what is shared."""
    host = draft.kind == HOST
    owed = accounts["own_share" if host else "receivable"]
    shared = accounts["shared_costs"]
    lines = [Amount(owed, draft.member, draft.payable_ore)]
    lines += [Amount(shared, draft.member, -line.net_ore, line.pool) for line in draft.lines]
    lines += [
        Amount(accounts[f"vat_{group.percent}"], draft.member, -group.vat_ore)
        for group in draft.vat
        if group.percent
    ]
    return lines


def _lines(pool: SplitPool, host: str) -> Iterable[tuple[str, Line]]:
    terms, outcome = pool.terms, pool.outcome
    shares = dict(outcome.shares)
    if host in shares or outcome.leftover_ore:
        shares[host] = shares.get(host, 0) + outcome.leftover_ore
    for member, net_ore in shares.items():
        line = Line(
            terms.basis.pool,
            terms.place,
            "share",
            net_ore,
            terms.category,
            terms.percent,
            terms.reason,
        )
        yield member, line
    for member, net_ore in terms.basis.contributions.items():
        yield member, _contribution(terms, net_ore)


def _contribution(terms: PoolMonth, net_ore: int) -> Line:
    # A contribution is given, not paid for a supply, so it stands outside VAT (demo-year, rule 2).
    reason = "Bidrag till gemensam kostnad, ingen omsättning"
    return Line(terms.basis.pool, terms.place, "contribution", net_ore, "O", None, reason)


def _draft(buyer: Buyer, kind: str, lines: Sequence[Line], stopped: Sequence[StoppedPool]) -> Draft:
    ordered = tuple(sorted(lines, key=lambda line: (line.place, line.kind)))
    if kind == HOST:
        return Draft(buyer.code, buyer.name, HOST, ordered, HOST)
    gaps = (gap for gap in stopped if (buyer.code, kind) in gap.invoices)
    faults = buyer.faults + tuple(fault for gap in gaps for fault in gap.faults)
    status = BLOCKED if faults else READY
    return Draft(buyer.code, buyer.name, kind, ordered, status, faults, "", vat_groups(ordered))
