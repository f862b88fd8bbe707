"""An invoice's paper: all that will stand on it, made of plain values at issue. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from consortium.billing.differences import Difference
from consortium.billing.formats.paper import CostRow, Paper, PaperLine, Party, ReadingRow, Why
from consortium.billing.formats.payment import ocr
from consortium.billing.rules import CREDIT_NOTE, SETTLED, SHARE, Draft, Line, SplitPool, vat_groups
from consortium.core.money import kronor
from consortium.core.words import Say, mark
from consortium.costs.explaining import Explanation, explain

MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)


PoolDays = tuple[str, date]
"""A pool's code and the first day of what is shared."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a pool's shares of some days rest on, worded once for all that pay them.

    facts: what stands above the sum, but for the member's own. costs: the foremost documents; empty
    where a budget is shared. more: how many others there are and what they come to in öre.
    key_valid, approved: of the key's version. rounding: its rule in words. readings: measure, date,
    source, total, and each member's value (code → as readers write it).
    """

    facts: tuple[tuple[str, str], ...]
    costs: tuple[CostRow, ...]
    more: tuple[int, int]
    clause: str
    key_valid: str
    approved: str
    rounding: str
    readings: tuple[tuple[str, date, str, str, Mapping[str, str]], ...]
    names: Mapping[str, str]
    everyone: bool

    def readings_of(self, member: str) -> tuple[ReadingRow, ...]:
        """The measures as the key has read them for one member."""
        return tuple(
            ReadingRow(
                measure,
                on,
                source,
                of_members.get(member, ""),
                total,
                tuple((self.names[code], value) for code, value in of_members.items())
                if self.everyone
                else (),
            )
            for measure, on, source, total, of_members in self.readings
        )


@dataclass(frozen=True, slots=True)
class Sale:
    """What every invoice of a run has in common. measures: code → name, for the explanation.

    pools, evidence: by pool and first day. differences: of a settlement, by member and line.
    preceding: member and kind → number and date of the invoices that a settlement is about.
    """

    seller: Party
    bankgiro: str
    issued_on: date
    due_on: date
    period: tuple[date, date]
    example: bool
    f_tax: bool
    measures: Mapping[str, str]
    pools: Mapping[PoolDays, SplitPool]
    evidence: Mapping[PoolDays, Evidence]
    say: Say
    differences: Mapping[tuple[str, PoolDays, bool], Difference] = field(default_factory=dict)
    preceding: Mapping[tuple[str, str], tuple[tuple[str, date], ...]] = field(default_factory=dict)


def paper_of(draft: Draft, sale: Sale, buyer: tuple[Party, str], invoice_number: str) -> Paper:
    """The paper of a draft. buyer: the party and its reference.

    One whose sum is negative is a credit note: its amounts are turned, so that what is given back
    stands with plus.
    """
    turned = draft.document == CREDIT_NOTE
    shown, vat = draft.lines, draft.vat
    if turned:
        shown = tuple(replace(line, net_ore=-line.net_ore) for line in shown)
        vat = vat_groups(shown)
    net_ore, tax_ore = sum(line.net_ore for line in shown), sum(group.vat_ore for group in vat)
    return Paper(
        number=invoice_number,
        issued_on=sale.issued_on,
        due_on=sale.due_on,
        terms_days=(sale.due_on - sale.issued_on).days,
        period_from=sale.period[0],
        period_to=sale.period[1],
        seller=sale.seller,
        buyer=buyer[0],
        buyer_reference=buyer[1],
        bankgiro=sale.bankgiro,
        ocr=ocr(invoice_number),
        lines=tuple(_line(place, line, sale) for place, line in enumerate(shown, 1)),
        vat=vat,
        net_ore=net_ore,
        vat_ore=tax_ore,
        payable_ore=net_ore + tax_ore,
        why=tuple(
            _why(place, line, draft.member, sale)
            for place, line in enumerate(draft.lines, 1)
            if _is_share(line, sale)
        ),
        example=sale.example,
        document=draft.document,
        credits=sale.preceding.get((draft.member, draft.kind), ()) if turned else (),
        f_tax=sale.f_tax,
    )


def _is_share(line: Line, sale: Sale) -> bool:
    """Whether a key made it; what is given beside the key needs no explanation."""
    return line.kind == SHARE or (line.kind == SETTLED and not _is_given(line, sale))


def _is_given(line: Line, sale: Sale) -> bool:
    terms = sale.pools[line.pool, line.month].terms
    return line.kind == SETTLED and line.reason != terms.reason


def _line(position: int, line: Line, sale: Sale) -> PaperLine:
    say, terms = sale.say, sale.pools[line.pool, line.month].terms
    note = say("Share by {clause}: {key}", clause=terms.clause, key=terms.key_name)
    if line.kind == SETTLED:
        name = f"{terms.name}, {_days_of(line, terms.basis.month, say)}"
        text = say("Settlement: {name}", name=name)
        if _is_given(line, sale):
            text, note = say("Settlement of a contribution: {name}", name=name), ""
    else:
        month = say(MONTHS[line.month.month - 1])
        text = f"{terms.name}, {month} {line.month.year}"
        if line.kind != SHARE:
            text, note = say("Contribution: {name}", name=text), ""
    return PaperLine(
        position, terms.name, text, note, line.net_ore, line.category, line.percent, line.reason
    )


def _days_of(line: Line, last: int, say: Say) -> str:
    """The year, or the months of it through `last` (1–12), that a settlement's line is about."""
    first = line.month.month
    if (first, last) == (1, len(MONTHS)):
        return str(line.month.year)
    return f"{say(MONTHS[first - 1])}–{say(MONTHS[last - 1])} {line.month.year}"


def _why(position: int, line: Line, member: str, sale: Sale) -> Why:
    pool, evidence = sale.pools[line.pool, line.month], sale.evidence[line.pool, line.month]
    say, outcome = sale.say, pool.outcome
    found = sale.differences.get((member, (line.pool, line.month), False))
    told = explain(outcome, member, sale.measures, say) if member in outcome.rows else None
    more, more_ore = evidence.more
    return Why(
        _title(line, pool, sale),
        (*evidence.facts, _part(told, say), *_settled(found, say)),
        told.steps if told else (),
        told.exact if told else "0",
        told.share_ore if told else 0,
        outcome.result["snapshot"],
        costs=evidence.costs,
        more_costs=more,
        more_costs_ore=more_ore,
        clause_text=evidence.clause,
        key_valid=evidence.key_valid,
        approved=evidence.approved,
        readings=evidence.readings_of(member),
        rounding=evidence.rounding,
        line=position,
    )


def _title(line: Line, pool: SplitPool, sale: Sale) -> str:
    one_month = sale.period[0].month == sale.period[1].month
    if line.kind == SETTLED or one_month:
        return pool.terms.name
    return f"{pool.terms.name}, {sale.say(MONTHS[line.month.month - 1])} {line.month.year}"


def pool_facts(pool: SplitPool, say: Say, *, actual: bool) -> tuple[tuple[str, str], ...]:
    """What stands above every sum of a pool. actual: what it came to is shared, not its budget."""
    terms, outcome = pool.terms, pool.outcome
    given_ore = sum(terms.basis.contributions.values())
    cost = say("What it came to") if actual else say("Cost of the month")
    facts = [(cost, kronor(outcome.cost_ore))]
    if given_ore:
        facts.append((say("Contributions taken off"), kronor(-given_ore)))
        facts.append((say("Left to share"), kronor(outcome.split_ore)))
    facts += [
        (say("Allocation key"), terms.key_name),
        (say("Clause"), terms.clause),
    ]
    return tuple(facts)


def _part(told: Explanation | None, say: Say) -> tuple[str, str]:
    return say("Share of the pool"), f"{told.percent if told else 0} %"


def _settled(found: Difference | None, say: Say) -> Sequence[tuple[str, str]]:
    """What a settlement compares: the share, what was invoiced of it, and the difference."""
    if found is None:
        return ()
    return (
        (say("Share of what it came to"), kronor(found.actual_ore)),
        (say("Invoiced before, less credits"), kronor(found.invoiced_ore)),
        (say("Difference"), kronor(found.line.net_ore)),
    )
