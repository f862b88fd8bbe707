"""An invoice's paper: all that will stand on it, made of plain values at issue. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from consortium.billing.formats.paper import Paper, PaperLine, Party, Why
from consortium.billing.formats.payment import ocr
from consortium.billing.rules import Draft, Line, SplitPool
from consortium.core.money import kronor
from consortium.core.words import Say, mark
from consortium.costs.explaining import explain

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


@dataclass(frozen=True, slots=True)
class Sale:
    """What every invoice of a run has in common. measures: code → name, for the explanation."""

    seller: Party
    bankgiro: str
    issued_on: date
    due_on: date
    period: tuple[date, date]
    example: bool
    measures: Mapping[str, str]
    say: Say


def paper_of(
    draft: Draft,
    pools: Sequence[SplitPool],
    sale: Sale,
    buyer: tuple[Party, str],
    invoice_number: str,
) -> Paper:
    """The paper of a draft. buyer: the party and its reference."""
    by_code = {pool.terms.basis.pool: pool for pool in pools}
    lines = tuple(
        _line(position, line, by_code[line.pool], sale)
        for position, line in enumerate(draft.lines, 1)
    )
    whys = tuple(
        _why(by_code[line.pool], draft.member, sale) for line in draft.lines if line.kind == "share"
    )
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
        lines=lines,
        vat=draft.vat,
        net_ore=draft.net_ore,
        vat_ore=draft.vat_ore,
        payable_ore=draft.payable_ore,
        why=whys,
        example=sale.example,
    )


def _line(position: int, line: Line, pool: SplitPool, sale: Sale) -> PaperLine:
    say, terms = sale.say, pool.terms
    month = say(MONTHS[sale.period[0].month - 1])
    name = f"{terms.name}, {month} {sale.period[0].year}"
    if line.kind == "contribution":
        text, note = say("Contribution: {name}", name=name), ""
    else:
        text = name
        note = say("Share by {clause}: {key}", clause=terms.clause, key=terms.key_name)
    return PaperLine(
        position, terms.name, text, note, line.net_ore, line.category, line.percent, line.reason
    )


def _why(pool: SplitPool, member: str, sale: Sale) -> Why:
    say, terms, outcome = sale.say, pool.terms, pool.outcome
    told = explain(outcome, member, sale.measures, say)
    given_ore = sum(terms.basis.contributions.values())
    facts = [(say("Cost of the month"), kronor(outcome.cost_ore))]
    if given_ore:
        facts.append((say("Contributions taken off"), kronor(-given_ore)))
        facts.append((say("Left to share"), kronor(outcome.split_ore)))
    facts += [
        (say("Allocation key"), terms.key_name),
        (say("Clause"), terms.clause),
        (say("Share of the pool"), f"{told.percent} %"),
    ]
    return Why(terms.name, tuple(facts), told.steps, told.exact, told.share_ore, told.snapshot)
