"""The yearly cost report on paper: the answer first, then per pool, why, and what comes."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from babel.dates import format_date
from reportlab.lib.units import mm

from consortium.billing.formats.report import (
    ORE,
    PoolYear,
    YearReport,
    coming_year,
    kronor_of,
    name_of,
    number_of,
    percent_of,
    sentences,
    settled,
    signed_kronor,
    signed_whole,
    whole_of,
    whole_or_dash,
)
from consortium.core.words import Say, mark
from consortium.documents.blocks import (
    Block,
    Box,
    Group,
    as_row,
    column,
    gap,
    item,
    row,
    stack,
    text,
)
from consortium.documents.drawing import (
    ACCENT,
    INK,
    INNER_WIDTH,
    LANGUAGE,
    LINE,
    SOFT,
    STRONG_LINE,
    Sheet,
    style,
)
from consortium.documents.pens import Stroke
from consortium.documents.tagging import HEAD, NAMED
from consortium.documents.typesetting import typeset

EXAMPLE: Final = mark("Example: made-up figures, not a real report")
INDENT: Final = 10.0
ANSWERS: Final = tuple((INNER_WIDTH - INDENT) * part for part in (0.22, 0.34, 0.22, 0.22))
PAID: Final = tuple(INNER_WIDTH * part for part in (0.30, 0.16, 0.16, 0.15, 0.23))
BUDGET: Final = tuple(INNER_WIDTH * part for part in (0.30, 0.16, 0.16, 0.15, 0.23))
BAR: Final = 4.0  # how high a bar is
BULLET: Final = 10.0
BELOW: Final = 5 * mm
THIN, STRONG, FINAL = Stroke(0.4, LINE), Stroke(0.8, STRONG_LINE), Stroke(0.8, INK)
PADS: Final = (3, 3)


def report_pdf(report: YearReport, say: Say) -> bytes:
    """`report` as PDF in the language of `say`; the same report and words give the same bytes."""
    title = say("What {member} paid in {year}", member=report.member, year=report.year)
    sheet = Sheet(
        title=title,
        author=report.consortium,
        say=say,
        mark=say(EXAMPLE) if report.example else "",
        running=title,
        foot=(
            report.consortium,
            say("Reckoned on {day} from what is invoiced and booked", day=str(report.made_on)),
        ),
        made_on=report.made_on,
    )
    story = [_head(title, report, say), *_paid(report, say), *_why(report, say)]
    story += [*_coming(report, say), *_budget(report, say)]
    return typeset(sheet, story)


def _head(title: str, report: YearReport, say: Say) -> Group:
    blocks = [
        text(title, style(20, bold=True, tone="accent"), INNER_WIDTH, role="H1"),
        gap(6),
        text(_period(report, say), style(10, tone="muted"), INNER_WIDTH),
        gap(BELOW),
        _answers(report, say),
        gap(BELOW),
    ]
    return Group(tuple(blocks))


def _period(report: YearReport, say: Say) -> str:
    first, last = (
        format_date(date(report.year, month, 1), "LLLL", locale=say(LANGUAGE))
        for month in report.months
    )
    period = first if first == last else f"{first}–{last}"
    said = say("Shared library costs, {period} {year}.", period=period, year=report.year)
    return f"{said} {say('Amounts without VAT, in whole kronor.')}"


def _answers(report: YearReport, say: Say) -> Block:
    """The figures that one remembers."""
    change_ore = report.now_ore - report.before_ore
    change = signed_kronor(change_ore) if report.has_before else "–"
    if report.has_before and report.before_ore > 0:
        change += f" ({_signed_percent(Fraction(change_ore, report.before_ore))})"
    facts = (
        (say("Paid in {year}", year=report.year), kronor_of(report.now_ore)),
        (say("Against {year}", year=report.year - 1), change),
        (say("Per inhabitant"), _per_inhabitant(report)),
        (say("Part of the whole"), percent_of(report.share) if report.share is not None else "–"),
    )
    cells = []
    for place, (name, value) in enumerate(facts):
        width = column(ANSWERS, place)
        words = text(name, style(8, tone="muted"), width)
        cells.append(item(stack(words, text(value, style(11.5, bold=True), width))))
    inside = row(ANSWERS, cells, (8, 9))
    return Block(inside.height, box=Box(INNER_WIDTH, 3, SOFT), parts=((INDENT, 0, inside),))


def _paid(report: YearReport, say: Say) -> Iterator[Group]:
    """Pool by pool, this year's bar above last year's."""
    most_ore = max(max(abs(pool.now_ore or 0), abs(pool.before_ore or 0)) for pool in report.pools)
    years = str(report.year), str(report.year - 1)
    names = (
        say("Cost pool"),
        *(f"{year} (kr)" for year in years),
        say("Change (kr)"),
        say("{now} above {before}", now=years[0], before=years[1]),
    )
    head = _head_row(PAID, names)
    rows = [
        _row(
            PAID,
            (
                name_of(pool, say),
                whole_or_dash(pool.now_ore),
                whole_or_dash(pool.before_ore),
                _change(report, pool.change_ore),
            ),
            figure=_bars(pool, most_ore, years, say),
        )
        for pool in report.pools
    ]
    sums = (
        whole_of(report.now_ore),
        whole_of(report.before_ore) if report.has_before else "–",
        _change(report, report.now_ore - report.before_ore),
    )
    rows.append(_row(PAID, (say("Sum"), *sums), last=True))
    yield _section(say("What it went to"), head, rows)


def _change(report: YearReport, change_ore: int) -> str:
    return signed_whole(change_ore) if report.has_before else "–"


def _bars(pool: PoolYear, most_ore: int, years: tuple[str, str], say: Say) -> Block:
    width = PAID[-1] - 10
    words = say(
        "{pool}: {now} in {year}, {before} in {year_before}",
        pool=name_of(pool, say),
        now=_or_dash(pool.now_ore),
        before=_or_dash(pool.before_ore),
        year=years[0],
        year_before=years[1],
    )
    amounts = (max(pool.now_ore or 0, 0), ACCENT), (max(pool.before_ore or 0, 0), STRONG_LINE)
    return _figure([(ore, most_ore, colour) for ore, colour in amounts], width, words)


def _why(report: YearReport, say: Say) -> Iterator[Group]:
    told = list(sentences(report, say)) or [say("There is no year before to compare with.")]
    yield from _told(say("What changed, and why"), told)


def _coming(report: YearReport, say: Say) -> Iterator[Group]:
    told = [settled(report, say), coming_year(report, say)]
    yield from _told(say("Settlement and next year"), [words for words in told if words])


def _told(title: str, told: Sequence[str]) -> Iterator[Group]:
    """Sentences as a list under its heading; nothing where there are none."""
    if not told:
        return
    heading = text(title, style(12, bold=True), INNER_WIDTH, role="H2")
    points = [item(_point(words, INNER_WIDTH - BULLET)) for words in told]
    blocks = [stack(heading, gap(4), points[0]), *points[1:], gap(BELOW)]
    yield Group(tuple(blocks), together=True)


def _point(words: str, width: float) -> Block:
    said = text(words, style(9), width, 700)
    dot = Block(3, box=Box(3, 1, ACCENT))
    return Block(said.height + 4, parts=((0, 4.5, dot), (BULLET, 0, said)))


def _budget(report: YearReport, say: Say) -> Iterator[Group]:
    """The pools' budgets beside what they cost, for all members together."""
    pools = [pool for pool in report.pools if pool.now_ore is not None]
    if not pools:
        return
    outcome = say("Outcome (kr)") if report.ended else say("So far (kr)")
    left = say("Below budget (kr)") if report.ended else say("Left (kr)")
    head = _head_row(
        BUDGET, (say("Cost pool"), say("Budget (kr)"), outcome, left, say("Outcome above budget"))
    )
    rows = [_budget_row(pool, say) for pool in pools]
    budget_ore = sum(pool.budget_ore for pool in pools)
    outcome_ore = sum(pool.outcome_ore for pool in pools)
    sums = (whole_of(budget_ore), whole_of(outcome_ore), whole_of(budget_ore - outcome_ore))
    rows.append(_row(BUDGET, (say("Sum"), *sums), last=True))
    yield _section(say("Budget and outcome of all members together"), head, rows)


def _budget_row(pool: PoolYear, say: Say) -> Block:
    name = name_of(pool, say)
    part = Fraction(pool.outcome_ore, pool.budget_ore) if pool.budget_ore else None
    words = say(
        "{pool}: {percent} of the budget is used",
        pool=name,
        percent=percent_of(part) if part is not None else "–",
    )
    most_ore = max(pool.budget_ore, pool.outcome_ore, 1)
    bars = [(max(pool.outcome_ore, 0), most_ore, ACCENT), (pool.budget_ore, most_ore, STRONG_LINE)]
    figures = (
        whole_of(pool.budget_ore),
        whole_of(pool.outcome_ore),
        whole_of(pool.budget_ore - pool.outcome_ore),
    )
    return _row(BUDGET, (name, *figures), figure=_figure(bars, BUDGET[-1] - 10, words))


def _figure(bars: Sequence[tuple[int, int, Any]], width: float, words: str) -> Block:
    """Bars below each other, each as long as its part of the most."""
    parts = []
    for place, (ore, most_ore, colour) in enumerate(bars):
        if ore > 0:
            bar = Block(BAR, box=Box(width * ore / most_ore, 0, colour))
            parts.append((10.0, 1 + place * (BAR + 1), bar))
    return Block(2 * BAR + 3, parts=tuple(parts), role="Figure", alt=words)


def _section(title: str, head: Block, rows: Sequence[Block]) -> Group:
    heading = text(title, style(12, bold=True), INNER_WIDTH, role="H2")
    blocks = (stack(heading, gap(3), head, rows[0]), *rows[1:], gap(BELOW))
    return Group(blocks, together=True, head=head)


def _head_row(widths: Sequence[float], names: Sequence[str]) -> Block:
    """The head of a table whose first column is names, its last one drawn, the others figures."""
    cells = []
    for place, name in enumerate(names):
        side = "right" if 0 < place < len(names) - 1 else "left"
        shown = text(name, style(7.5, bold=True, tone="muted", align=side), column(widths, place))
        drawn = place == len(names) - 1
        cells.append(Block(shown.height, parts=((10.0, 0, shown),)) if drawn else shown)
    return as_row(row(widths, cells, below=STRONG), HEAD, widths)


def _row(
    widths: Sequence[float],
    texts: Sequence[str],
    figure: Block | None = None,
    *,
    last: bool = False,
) -> Block:
    cells = [
        text(words, style(9, bold=last, align="right" if place else "left"), column(widths, place))
        for place, words in enumerate(texts)
    ]
    drawn = figure or gap(0)
    made = row(widths, [*cells, drawn], PADS, below=THIN, above=FINAL if last else None)
    return as_row(made, NAMED, widths)


def _or_dash(amount_ore: int | None) -> str:
    return "–" if amount_ore is None else kronor_of(amount_ore)


def _signed_percent(part: Fraction) -> str:
    return f"+{percent_of(part)}" if part > 0 else percent_of(part)


def _per_inhabitant(report: YearReport) -> str:
    each_ore = report.each_ore
    return "–" if each_ore is None else f"{number_of(each_ore / ORE, 2)}\u00a0kr"
