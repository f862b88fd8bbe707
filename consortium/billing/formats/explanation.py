"""How each share on an invoice was worked out: figures, steps and the basis they rest on."""

from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, PageBreak, Spacer

from consortium.billing.formats.paper import Why
from consortium.core.money import kronor
from consortium.core.words import Say
from consortium.documents.drawing import (
    INK,
    INNER_WIDTH,
    fact_table,
    head_row,
    paragraph,
    ruled,
    style,
    table,
)


def explanation(shares: Sequence[Why], say: Say) -> list[Any]:
    """Each share worked out step by step, on pages of their own."""
    if not shares:
        return []
    intro = say(
        "Each share can be worked out again by hand from these figures. "
        "Nothing is rounded before the last step."
    )
    story = [
        PageBreak(),
        paragraph(say("How your share was worked out"), style(15, bold=True, tone="accent")),
        Spacer(0, 5),
        paragraph(intro, style(tone="muted")),
    ]
    return story + [KeepTogether(_why(why, say)) for why in shares]


def _why(why: Why, say: Say) -> list[Any]:
    digest = say("SHA-256 of the basis: {digest}", digest=why.snapshot.removeprefix("sha256:"))
    return [
        paragraph(why.title, style(11, bold=True, ahead=9 * mm), 200),
        Spacer(0, 4),
        fact_table(why.facts, INNER_WIDTH * 0.30, INNER_WIDTH),
        Spacer(0, 6),
        _steps(why, say),
        Spacer(0, 4),
        paragraph(digest, style(6.5, tone="muted")),
    ]


def _steps(why: Why, say: Say) -> Any:
    exact = say("Exact, before rounding")
    rows = [
        _step(step.label, step.calculation, paragraph(step.amount, style(align="right")))
        for step in why.steps
    ]
    rows.append(_step(exact, "", paragraph(why.exact, style(align="right"))))
    bold = style(bold=True)
    share = paragraph(kronor(why.share_ore), style(bold=True, align="right"))
    rows.append((paragraph(say("Your share"), bold), "", share))
    head = head_row((say("Step"), say("Calculation"), say("Amount")), right=(2,))
    return table(
        [head, *rows],
        [INNER_WIDTH * part for part in (0.30, 0.44, 0.26)],
        *ruled(),
        ("LINEABOVE", (0, -1), (-1, -1), 0.8, INK),
        heads=1,
    )


def _step(label: str, calculation: str, result: Any) -> tuple[Any, ...]:
    return (paragraph(label, style(), 200), paragraph(calculation, style(tone="muted")), result)
