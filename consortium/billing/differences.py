"""Settlement: each member's share of what a pool came to, less what it has borne. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from consortium.billing.periods import invoice_key
from consortium.billing.rules import (
    CONTRIBUTION,
    HOST,
    SETTLED,
    Buyer,
    Draft,
    Line,
    PoolMonth,
    SplitPool,
    StoppedPool,
    contribution_line,
    finish,
    pool_lines,
    share_line,
    sort_key,
)

Borne = Mapping[str, Mapping[tuple[str, bool], int]]
"""What was invoiced less what was credited, or booked as the host's own share, in öre.

By pool code; then by member code and whether it was given beside the key.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A member and a pool's days. actual_ore: its share of what they came to, and what it gives.

    line: what it still owes (negative: is owed), as it stands on an invoice.
    """

    member: str
    actual_ore: int
    line: Line
    given: bool

    @property
    def invoiced_ore(self) -> int:
        return self.actual_ore - self.line.net_ore


def differences(pool: SplitPool, borne: Borne, host: str) -> list[Difference]:
    """Every member's difference in a pool's days; they sum to the cost less all that was borne.

    Nothing is rounded: shares are whole öre already, and the host has what is left over.
    """
    terms = pool.terms
    owed: dict[tuple[str, bool], int] = {}
    for member, line in pool_lines(pool, host):
        key = member, line.kind == CONTRIBUTION
        owed[key] = owed.get(key, 0) + line.net_ore
    paid = borne.get(terms.basis.pool, {})
    found = []
    for member, given in sorted({*owed, *paid}):
        actual_ore = owed.get((member, given), 0)
        net_ore = actual_ore - paid.get((member, given), 0)
        found.append(Difference(member, actual_ore, _line(terms, net_ore, given=given), given))
    return found


def settlement_drafts(
    name: str,
    found: Iterable[Difference],
    host: str,
    buyers: Mapping[str, Buyer],
    stopped: Sequence[StoppedPool],
) -> list[Draft]:
    """The invoices and credit notes of a settlement, lines of 0 öre left out.

    name: the settlement's, in keys. A pool that cannot be split stops all of it, since a year is
    settled once.
    """
    lines: dict[tuple[str, str], list[Line]] = {}
    for row in found:
        if row.line.net_ore:
            kind = HOST if row.member == host else row.line.of_invoice
            lines.setdefault((row.member, kind), []).append(row.line)
    gaps = tuple(fault for pool in stopped for fault in pool.faults)
    made = []
    for (member, kind), of_invoice in lines.items():
        buyer = buyers[member]
        key = invoice_key(name, member, kind)
        draft = Draft(key, member, buyer.name, kind, tuple(of_invoice), "")
        made.append(finish(draft, buyer.faults + gaps))
    return sorted(made, key=sort_key)


def _line(terms: PoolMonth, net_ore: int, *, given: bool) -> Line:
    if given:
        return replace(contribution_line(terms, net_ore), kind=SETTLED)
    return share_line(terms, SETTLED, net_ore)
