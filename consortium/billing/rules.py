"""Rules of invoicing: from the pools' outcomes to invoices, rows and bookings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

from consortium.billing.formats.paper import PaperLine, VatGroup
from consortium.billing.periods import Cut, invoice_key
from consortium.core.casefile import snapshot
from consortium.core.errors import Fault
from consortium.core.money import vat_ore
from consortium.costs.rules import Basis
from consortium.costs.splitting import Outcome
from consortium.ledger.rules import Amount

RATED, OUTSIDE, HOST = "rated", "outside", "host"
READY, BLOCKED, ISSUED = "ready", "blocked", "issued"
SHARE, CONTRIBUTION, SETTLED = "share", "contribution", "settlement"
INTEREST = "interest"
INVOICE, CREDIT_NOTE = "invoice", "credit_note"

GIVEN = "Bidrag till gemensam kostnad, ingen omsättning"
"""Why no VAT is charged on a contribution; stands on the invoice."""

_Which = tuple[str, str, str]
"""Which invoice a line goes on: member, kind, and the pool of one that has no other."""


@dataclass(frozen=True, slots=True)
class PoolMonth:
    """A pool's basis with the terms that stand on the invoice. category, percent, reason: VAT.

    from_on: the first day of the month, or of the key's days in a settlement; it is the row's that
    freezes it, no part of what is frozen.
    """

    from_on: date
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
        names = (name for name in self.__dataclass_fields__ if name not in {"basis", "from_on"})
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
    """One pool's share, or what is given to it, for one member.

    kind: `share`, `contribution`, `settlement`. month: the first day of what it is of. revision:
    1, and one more each time that the same was credited whole before.
    """

    pool: str
    place: int
    month: date
    kind: str
    net_ore: int
    category: str
    percent: int | None
    reason: str
    revision: int = 1

    @property
    def of_invoice(self) -> str:
        """Which of the two invoices it goes on: `O` shares none with a rated line (BR-O-11)."""
        return OUTSIDE if self.category == "O" else RATED


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice as it would be, or the host's own share (kind `host`, without VAT or number).

    key: what it bills, unique (`2026-11/2021/rated`). A draft whose sum is negative becomes a
    credit note.
    """

    key: str
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

    @property
    def document(self) -> str:
        return CREDIT_NOTE if self.payable_ore < 0 else INVOICE


def pool_month(frozen: Mapping[str, Any], from_on: date) -> PoolMonth:
    """What `PoolMonth.as_json` gave, read back; `from_on` as the row has it."""
    return PoolMonth(**{**frozen, "basis": Basis(**frozen["basis"]), "from_on": from_on})


def line_key(member: str, line: Line) -> str:
    """What a line bills, without its revision: `2026-11/2021/system/share`."""
    month = line.month.isoformat()[
        : len("2026-11")
    ]  # faster than a format, of which runs have thousands
    return f"{month}/{member}/{line.pool}/{line.kind}"


@dataclass(frozen=True, slots=True)
class Before:
    """What was billed before. invoices: key without its revision → how many. lines: likewise.

    standing: keys of lines that are issued and not credited whole; they are not billed again.
    """

    invoices: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    standing: frozenset[str] = frozenset()


def drafts(
    cut: Cut,
    pools: Sequence[SplitPool],
    stopped: Sequence[StoppedPool],
    buyers: Mapping[str, Buyer],
    host: str,
    before: Before,
) -> list[Draft]:
    """The period's invoices that are not issued, and the host's share, in the order of `sort_key`.

    A buyer's fault stops that member's invoices; a stopped pool stops every invoice that would
    have had a line of it. Both stay listed with what is known of them.
    """
    lines: dict[_Which, list[Line]] = {}
    for pool in pools:
        for member, line in pool_lines(pool, host):
            kind = HOST if member == host else line.of_invoice
            key = line_key(member, line)
            if member == host or (cut.takes_member(member) and key not in before.standing):
                which = member, kind, line.pool if cut.separate and kind != HOST else ""
                again = replace(line, revision=before.lines.get(key, 0) + 1)
                lines.setdefault(which, []).append(again)
    for gap in stopped:
        for member, kind in gap.invoices:
            if member == host:
                lines.setdefault((member, HOST, ""), [])
            elif cut.takes_member(member):
                lines.setdefault((member, kind, gap.code if cut.separate else ""), [])
    found = [_draft(cut.name, which, lines[which], (buyers, stopped, before)) for which in lines]
    return sorted(found, key=sort_key)


def sort_key(draft: Draft) -> tuple[str, int, int, str]:
    """By member, the rated invoice first, then by the first pool on it, what is issued first."""
    place = min((line.place for line in draft.lines), default=0)
    return draft.member, int(draft.kind == OUTSIDE), place, draft.number or "~"


def vat_groups(lines: Iterable[Line | PaperLine]) -> tuple[VatGroup, ...]:
    """VAT per category and rate on the sum of its lines, the highest rate first; reasons joined."""

    def group(line: Line | PaperLine) -> tuple[str, int]:
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


def pool_lines(pool: SplitPool, host: str) -> Iterable[tuple[str, Line]]:
    """Each member's line of a split pool, the host's with what is left over; then contributions."""
    terms, outcome = pool.terms, pool.outcome
    shares = dict(outcome.shares)
    if host in shares or outcome.leftover_ore:
        shares[host] = shares.get(host, 0) + outcome.leftover_ore
    for member, net_ore in shares.items():
        yield member, share_line(terms, SHARE, net_ore)
    for member, net_ore in terms.basis.contributions.items():
        yield member, contribution_line(terms, net_ore)


def share_line(terms: PoolMonth, kind: str, net_ore: int) -> Line:
    """A line of a share, under the pool's own VAT."""
    return Line(
        terms.basis.pool,
        terms.place,
        terms.from_on,
        kind,
        net_ore,
        terms.category,
        terms.percent,
        terms.reason,
    )


def contribution_line(terms: PoolMonth, net_ore: int) -> Line:
    """A contribution is given, not paid for a supply, so it stands outside VAT (demo-year, 2)."""
    place, month = terms.place, terms.from_on
    return Line(terms.basis.pool, place, month, CONTRIBUTION, net_ore, "O", None, GIVEN)


def finish(draft: Draft, faults: tuple[Fault, ...], number: str = "") -> Draft:
    """The draft with its lines in order, its VAT, and whether it can be issued."""
    ordered = tuple(sorted(draft.lines, key=lambda line: (line.place, line.month, line.kind)))
    if draft.kind == HOST:
        return replace(draft, lines=ordered, status=HOST)
    vat = vat_groups(ordered)
    if number:
        return replace(draft, lines=ordered, vat=vat, number=number)
    status = BLOCKED if faults else READY
    return replace(draft, lines=ordered, vat=vat, status=status, faults=faults)


def _draft(
    cut: str,
    which: _Which,
    lines: Sequence[Line],
    known: tuple[Mapping[str, Buyer], Sequence[StoppedPool], Before],
) -> Draft:
    buyers, stopped, before = known
    member, kind, pool = which
    buyer, stem = buyers[member], invoice_key(cut, member, kind, pool)
    key = invoice_key(cut, member, kind, pool, before.invoices.get(stem, 0) + 1)
    gaps = (
        gap for gap in stopped if (member, kind) in gap.invoices and (not pool or pool == gap.code)
    )
    faults = buyer.faults + tuple(fault for gap in gaps for fault in gap.faults)
    return finish(Draft(key, member, buyer.name, kind, tuple(lines), ""), faults)
