"""What replacing an issued run would do: what is credited, and what comes instead."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from consortium.billing.billed import invoices_of_run
from consortium.billing.crediting import Creditable, creditable
from consortium.billing.queries import cut_of, latest_run, runs
from consortium.billing.rules import BLOCKED, HOST, READY, Draft
from consortium.billing.tables import InvoiceRun
from consortium.billing.views import period_view
from consortium.core.errors import NotFound
from consortium.core.money import vat_ore
from consortium.core.work import Work
from consortium.members.queries import members
from consortium.reports.runs import require_whole


@dataclass(frozen=True, slots=True)
class Credited:
    """An invoice that is credited. left_ore: to pay, less what credit notes have taken back."""

    number: str
    name: str
    payable_ore: int
    left_ore: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a member is to pay for the period before and after. blocked: some of it is stopped."""

    code: str
    name: str
    before_ore: int
    after_ore: int
    blocked: bool

    @property
    def change_ore(self) -> int:
        return self.after_ore - self.before_ore


@dataclass(frozen=True, slots=True)
class Replacement:
    """An issued run, what is credited of it, and every member that pays before or after.

    open_run: another run of the period is open, so that none can be prepared.
    """

    old: InvoiceRun
    credited: tuple[Credited, ...]
    changes: tuple[Change, ...]
    open_run: bool

    @property
    def credited_ore(self) -> int:
        return sum(row.left_ore for row in self.credited)

    @property
    def after_ore(self) -> int:
        return sum(row.after_ore for row in self.changes)


def run_in_sequence(work: Work, cut: tuple[object, int], sequence: int) -> InvoiceRun:
    """A regular run by the first day and months of its period, and its place among its runs."""
    for run in runs(work):
        if (run.month, run.months) == cut and run.sequence == sequence and run.purpose == "regular":
            return run
    raise NotFound("There is no invoice run {id}", id=sequence)


def replacement(work: Work, old: InvoiceRun) -> Replacement:
    """What it would come to now to credit `old` whole and to bill its period anew."""
    require_whole(work)
    names = {member.id: member for member in members(work)}
    credited, before = [], dict[str, int]()
    for invoice in invoices_of_run(work, old.id):
        buyer, left_ore = names[invoice.member_id], payable_of(creditable(work, invoice))
        if left_ore:
            credited.append(Credited(invoice.number, buyer.name, invoice.payable_ore, left_ore))
            before[buyer.code] = before.get(buyer.code, 0) + left_ore
    drafts = period_view(work, cut_of(old), old.id).drafts
    newest = latest_run(work, old.month, old.months)
    return Replacement(
        old,
        tuple(credited),
        tuple(_changes({m.code: m.name for m in names.values()}, before, drafts)),
        newest is not None and newest.state in {"prepared", "approved"},
    )


def payable_of(lines: Iterable[Creditable]) -> int:
    """What is left of an invoice's lines, with VAT on the sum of each rate."""
    bases: dict[int, int] = defaultdict(int)
    for row in lines:
        bases[row.line.percent or 0] += row.left_ore
    return sum(base_ore + vat_ore(base_ore, percent) for percent, base_ore in bases.items())


def _changes(
    names: dict[str, str], before: dict[str, int], drafts: Iterable[Draft]
) -> Iterable[Change]:
    after: dict[str, int] = defaultdict(int)
    stopped = set()
    for draft in drafts:
        if draft.kind != HOST and draft.status in {READY, BLOCKED}:
            after[draft.member] += draft.payable_ore
        if draft.status == BLOCKED:
            stopped.add(draft.member)
    for code in sorted({*before, *after}):
        yield Change(code, names[code], before.get(code, 0), after[code], code in stopped)
