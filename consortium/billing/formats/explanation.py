"""How each share on an invoice was worked out: figures, steps and the basis they rest on."""

from collections.abc import Sequence
from typing import Final

from reportlab.lib.units import mm

from consortium.billing.formats.paper import Why
from consortium.core.money import kronor
from consortium.core.words import Say
from consortium.documents.drawing import INK, INNER_WIDTH, LINE, STRONG_LINE, style
from consortium.documents.pens import Stroke
from consortium.documents.typesetting import Block, Group, column, gap, row, stack, text

FACTS: Final = (INNER_WIDTH * 0.30, INNER_WIDTH * 0.70)
STEPS: Final = (INNER_WIDTH * 0.30, INNER_WIDTH * 0.44, INNER_WIDTH * 0.26)
THIN, STRONG, FINAL = Stroke(0.4, LINE), Stroke(0.8, STRONG_LINE), Stroke(0.8, INK)


def explanation(shares: Sequence[Why], say: Say) -> list[Group]:
    """Each share worked out step by step, on pages of their own."""
    if not shares:
        return []
    intro = say(
        "Each share can be worked out again by hand from these figures. "
        "Nothing is rounded before the last step."
    )
    title = say("How your share was worked out")
    head = (
        text(title, style(15, bold=True, tone="accent"), INNER_WIDTH),
        gap(5),
        text(intro, style(tone="muted"), INNER_WIDTH),
    )
    return [Group((stack(*head),), anew=True), *(_why(why, say) for why in shares)]


def _why(why: Why, say: Say) -> Group:
    digest = say("SHA-256 of the basis: {digest}", digest=why.snapshot.removeprefix("sha256:"))
    head = _head(say)
    title = text(why.title, style(11, bold=True), INNER_WIDTH, 200)
    facts = [
        row(
            FACTS,
            (
                text(name, style(tone="muted"), column(FACTS, 0), 80),
                text(value, style(), FACTS[1], 400),
            ),
            (2, 1),
        )
        for name, value in why.facts
    ]
    blocks = (
        gap(9 * mm),
        stack(title, gap(4)),
        *facts,
        stack(gap(6), head),
        *_steps(why, say),
        stack(gap(4), text(digest, style(6.5, tone="muted"), INNER_WIDTH)),
    )
    return Group(blocks, together=True, head=head)


def _head(say: Say) -> Block:
    names = (say("Step"), say("Calculation"), say("Amount"))
    cells = (
        text(name, style(7.5, bold=True, tone="muted", align=side), column(STEPS, place))
        for place, (name, side) in enumerate(zip(names, ("left", "left", "right"), strict=True))
    )
    return row(STEPS, tuple(cells), below=STRONG)


def _steps(why: Why, say: Say) -> list[Block]:
    steps = [_step(step.label, step.calculation, step.amount) for step in why.steps]
    steps.append(_step(say("Exact, before rounding"), "", why.exact))
    share = row(
        STEPS,
        (
            text(say("Your share"), style(bold=True), column(STEPS, 0)),
            gap(0),
            text(kronor(why.share_ore), style(bold=True, align="right"), STEPS[2]),
        ),
        (3.5, 3.5),
        above=FINAL,
        below=THIN,
    )
    return [*steps, share]


def _step(label: str, calculation: str, amount: str) -> Block:
    cells = (
        text(label, style(), column(STEPS, 0), 200),
        text(calculation, style(tone="muted"), column(STEPS, 1)),
        text(amount, style(align="right"), STEPS[2]),
    )
    return row(STEPS, cells, (3.5, 3.5), below=THIN)
