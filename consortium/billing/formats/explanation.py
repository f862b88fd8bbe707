"""How each share on an invoice was worked out: costs, key, measures, the sum by hand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reportlab.lib.units import mm

from consortium.billing.formats.paper import Paper, ReadingRow, Why
from consortium.core.money import ORE_PER_KRONA, amount, kronor
from consortium.core.words import Say, mark
from consortium.documents.blocks import Block, Group, as_row, column, gap, row, stack, text
from consortium.documents.drawing import INK, INNER_WIDTH, LINE, STRONG_LINE, style
from consortium.documents.pens import Stroke
from consortium.documents.tagging import HEAD, NAMED

FACTS: Final = (INNER_WIDTH * 0.30, INNER_WIDTH * 0.70)
STEPS: Final = (INNER_WIDTH * 0.30, INNER_WIDTH * 0.44, INNER_WIDTH * 0.26)
COSTS: Final = tuple(INNER_WIDTH * part for part in (0.30, 0.34, 0.16, 0.20))
READINGS: Final = tuple(INNER_WIDTH * part for part in (0.22, 0.14, 0.34, 0.15, 0.15))
NAME_WIDTH: Final = INNER_WIDTH * 0.36
ABREAST: Final = 4  # readings beside each other in a table of every member
THIN, STRONG, FINAL = Stroke(0.4, LINE), Stroke(0.8, STRONG_LINE), Stroke(0.8, INK)
PADS: Final = (2.5, 2.5)

ROUNDINGS: Final = {
    "largest_remainder": mark(
        "Each share down to {unit}; what is then left goes, a step each, to the largest remainders"
    ),
    "half_up_residual_largest": mark(
        "Each share to {unit}, half up; the difference goes to the largest share"
    ),
    "half_up": mark("Each share to {unit}, half up; the difference is the host's"),
}


REDO: Final = mark(
    "Redo it: consortium export case {number} {line} > case.json, "
    "then consortium allocate case.json"
)


def rounding_words(key: Mapping[str, Any], say: Say) -> str:
    """How an allocation key (ALLOCATION: `key`) rounds, in one sentence."""
    rounding = key.get("rounding", {})
    unit_ore = int(rounding.get("unit_ore", 1))
    units = {1: say("whole öre"), ORE_PER_KRONA: say("whole kronor")}
    unit = units.get(unit_ore) or say("{count} öre", count=unit_ore)
    return say(ROUNDINGS[rounding.get("method", "largest_remainder")], unit=unit)


def explanation(paper: Paper, say: Say) -> list[Group]:
    """Each share of `paper` worked out step by step, on pages of their own."""
    if not paper.why:
        return []
    intro = say(
        "Each share can be worked out again by hand from these figures. "
        "Nothing is rounded before the last step."
    )
    title = say("How your share was worked out")
    head = (
        text(title, style(15, bold=True, tone="accent"), INNER_WIDTH, role="H2"),
        gap(5),
        text(intro, style(tone="muted"), INNER_WIDTH),
    )
    story = [Group((stack(*head),), anew=True)]
    for why in paper.why:
        story += _why(why, paper.number, say)
    return story


def _why(why: Why, number: str, say: Say) -> Iterator[Group]:
    title = text(why.title, style(11, bold=True), INNER_WIDTH, 200, role="H3")
    head, *rows = [*_facts(why, say)] or [gap(0)]
    yield Group((gap(9 * mm), stack(title, gap(4), head), *rows), together=True)
    yield from _costs(why, say)
    yield from _readings(why, say)
    yield _sum(why, number, say)


def _facts(why: Why, say: Say) -> Iterator[Block]:
    facts = [
        *why.facts,
        (say("The key holds"), why.key_valid),
        (say("Approved"), why.approved),
        (say("The clause reads"), why.clause_text),
    ]
    for name, value in facts:
        if value.strip():
            cells = (
                text(name, style(tone="muted"), column(FACTS, 0), 80),
                text(value, style(), FACTS[1], 1500),
            )
            yield as_row(row(FACTS, cells, (2, 1)), NAMED, FACTS)


def _costs(why: Why, say: Say) -> Iterator[Group]:
    """The documents that the cost rests on, and what they come to."""
    if not why.costs:
        return
    head = _head(COSTS, (say("Document"), say("Supplier"), say("Date"), say("Amount")))
    rows = [
        _row(COSTS, (cost.reference, cost.supplier, str(cost.on_date), amount(cost.amount_ore)))
        for cost in why.costs
    ]
    if why.more_costs:
        more = say("{count} more documents", count=why.more_costs)
        rows.append(_row(COSTS, (more, "", "", amount(why.more_costs_ore))))
    whole_ore = sum(cost.amount_ore for cost in why.costs) + why.more_costs_ore
    rows.append(_row(COSTS, (say("Together"), "", "", kronor(whole_ore)), last=True))
    yield _section(say("What the cost consists of"), head, rows)


def _readings(why: Why, say: Say) -> Iterator[Group]:
    """The measures that the key has read: the member's own, the sum, and each member's."""
    if not why.readings:
        return
    names = (say("Measure"), say("Date"), say("Source"), say("Yours"), say("All"))
    rows = [
        _row(READINGS, (each.measure, str(each.on_date), each.source, each.value, each.total), 2)
        for each in why.readings
    ]
    yield _section(say("What was measured"), _head(READINGS, names, figures=2), rows)
    known = [each for each in why.readings if each.everyone]
    for first in range(0, len(known), ABREAST):
        yield _everyone(known[first : first + ABREAST], say)


def _everyone(readings: Sequence[ReadingRow], say: Say) -> Group:
    """Every member's values, a column for each reading; a member that lacks one has a dash."""
    count = len(readings)
    widths = (NAME_WIDTH, *((INNER_WIDTH - NAME_WIDTH) / count for _ in readings))
    named = [f"{each.measure} {each.on_date}" for each in readings]
    values = [dict(each.everyone) for each in readings]
    members = dict.fromkeys(member for each in readings for member, _ in each.everyone)
    rows = [
        _row(widths, (member, *(known.get(member, "–") for known in values)), figures=count)
        for member in members
    ]
    head = _head(widths, (say("Member"), *named), figures=count)
    return _section(say("Every member's values"), head, rows)


def _sum(why: Why, number: str, say: Say) -> Group:
    head = _head(STEPS, (say("Step"), say("Calculation"), say("Amount")))
    rows = [_row(STEPS, (step.label, step.calculation, step.amount)) for step in why.steps]
    rows.append(_row(STEPS, (say("Exact, before rounding"), "", why.exact)))
    if why.rounding:
        rows.append(_row(STEPS, (say("Rounding"), why.rounding, "")))
    rows.append(_row(STEPS, (say("Your share"), "", kronor(why.share_ore)), last=True))
    small = style(6.5, tone="muted")
    digest = say("SHA-256 of the basis: {digest}", digest=why.snapshot.removeprefix("sha256:"))
    foot = [gap(4), text(digest, small, INNER_WIDTH)]
    if why.line:
        redo = say(REDO, number=number, line=why.line)
        foot.append(text(redo, small, INNER_WIDTH))
    return _section(say("The sum by hand"), head, rows, foot)


def _section(title: str, head: Block, rows: Sequence[Block], foot: Sequence[Block] = ()) -> Group:
    """A table under its own heading; the end of it keeps the last row."""
    first = (gap(10), stack(text(title, style(9, bold=True), INNER_WIDTH, role="H4"), gap(2), head))
    *most, last = rows
    if not most:
        return Group((*first[:-1], stack(first[-1], last, *foot)), together=True, head=head)
    blocks = (*first[:-1], stack(first[-1], most[0]), *most[1:], stack(last, *foot))
    return Group(blocks, together=True, head=head)


def _head(widths: Sequence[float], names: Sequence[str], figures: int = 1) -> Block:
    """The head of a table. figures: how many of its last columns are, so stand to the right."""
    first = len(names) - figures
    cells = (
        text(name, style(7.5, bold=True, tone="muted", align=_side(place, first)), width)
        for place, (name, width) in enumerate(zip(names, _rooms(widths), strict=True))
    )
    return as_row(row(widths, tuple(cells), below=STRONG), HEAD, widths)


def _row(
    widths: Sequence[float], texts: Sequence[str], figures: int = 1, *, last: bool = False
) -> Block:
    """A row of a table; last: the one that all comes to."""
    first = len(texts) - figures
    cells = []
    for place, (words, width) in enumerate(zip(texts, _rooms(widths), strict=True)):
        tone = "muted" if 0 < place < first else "ink"
        chosen = style(bold=last, align=_side(place, first), tone=tone)
        cells.append(text(words, chosen, width, 300) if words else gap(0))
    made = row(widths, cells, PADS, below=THIN, above=FINAL if last else None)
    return as_row(made, NAMED, widths)


def _rooms(widths: Sequence[float]) -> list[float]:
    return [column(widths, place) for place in range(len(widths))]


def _side(place: int, first: int) -> str:
    """Columns from `first` on are figures."""
    return "right" if place >= first else "left"
