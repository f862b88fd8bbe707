"""The demo's money beside the keys: budget lines, a licence, a forecast, rates, the next budget."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from reportlab.lib.units import mm

from consortium.core.money import kronor
from consortium.core.settings import Web
from consortium.core.words import words
from consortium.core.work import Actor, Work
from consortium.costs.attaching import attach
from consortium.costs.budgeting import budget_lines, put_lines
from consortium.costs.consulting import comment, send_round
from consortium.costs.entries import NewLine
from consortium.costs.forecasting import NewForecast, make_forecast
from consortium.costs.opening import open_year
from consortium.costs.recording import NewCost, record_cost
from consortium.demo.figures import sheet
from consortium.documents.blocks import Group, gap, text
from consortium.documents.drawing import INNER_WIDTH, Sheet, style
from consortium.documents.typesetting import typeset
from consortium.payments.interest import half_year, next_half_year
from consortium.payments.rates import add_published_rates, rate_rows, set_rate

LICENCE_ORE: Final = 240_000_00
LICENCE_POOL: Final = "system"
LICENCE_SUPPLIER: Final = "Söktjänstleverantören (exempel)"
LICENCE_DAY: Final = (1, 15)
FORECAST_POOL: Final = "transports"
FORECAST: Final = NewForecast(
    date.min,
    1_315_000_00,
    "Exempel: drivmedlet har blivit dyrare och en bil hyrdes in i augusti",
)
NEXT_YEAR_PERCENT: Final = 103
"""What the lines of next year's budget are of this year's, in whole kronor."""
REPLY_DAYS: Final = 21
MESSAGE: Final = (
    "Exempel: raderna är uppräknade med tre procent. Säg till om något saknas före styrgruppens "
    "möte."
)
FINANCE: Final = Actor("ekonom", {"costs.change": None, "costs.see": None})
ANSWERS: Final = (
    ("2081", "demo", "agrees", "Exempel: vi godkänner förslaget."),
    ("2029", "bibliotekschef", "asks", "Exempel: vad ingår i raden för självbetjäning?"),
)
"""Member, who writes, and what is said; Leksand has the demo's account of a branch manager."""
ASSUMED: Final = "Exempel: antagen som halvåret före, inte hämtad från Riksbanken"


def line_up(work: Work, played: int) -> None:
    """Make each pool's budget of lines that come to what it is."""
    for code, lines in _lines().items():
        put_lines(work, code, played, lines)


def buy_licence(work: Work, until: date) -> None:
    """Record a licence of the whole year, paid in January, with the supplier's invoice attached."""
    paid_on = date(until.year, *LICENCE_DAY)
    if paid_on > until:
        return
    cost = NewCost(
        reference=f"licens-{until.year}",
        on_date=paid_on,
        supplier=LICENCE_SUPPLIER,
        text=f"Söktjänst, licens {until.year}",
        amount_ore=LICENCE_ORE,
        account="6820",
        from_on=date(until.year, 1, 1),
        to_on=date(until.year, 12, 31),
    )
    row = record_cost(work, LICENCE_POOL, until.year, cost)
    work.session.flush()
    attach(work, row.id, _supplier_invoice(cost), f"faktura-{cost.reference}.pdf")


def look_ahead(work: Work, today: date) -> None:
    """Say what the transports are going to cost; and of interest, what is known and assumed."""
    new = replace(FORECAST, on_date=today.replace(day=1))
    make_forecast(work, FORECAST_POOL, today.year, new)
    add_published_rates(work)
    latest = rate_rows(work)[0]
    first = next_half_year(latest.from_on)
    while first <= half_year(today):
        set_rate(work, first, latest.percent, ASSUMED)
        first = next_half_year(first)


def open_next_year(work: Work, year: int) -> None:
    """Open the year with this year's pools, and raise the lines of their budgets."""
    for pool in open_year(work, year):
        lines = [
            replace(_line(row.position, row.text, row.account), amount_ore=_raised(row.amount_ore))
            for row in budget_lines(work, pool)
        ]
        put_lines(work, pool.code, year, lines)


def consult(work: Work, year: int, web: Web) -> int:
    """Send the members next year's budget; returns the version's id, to be answered."""
    return send_round(work, year, work.today + timedelta(days=REPLY_DAYS), MESSAGE, web).id


def answerers() -> tuple[Actor, ...]:
    """Who answers, with the right to do so for their member."""
    return tuple(
        Actor(name, {"budget.comment": frozenset({code}), "costs.see": frozenset({code})})
        for code, name, _stance, _text in ANSWERS
    )


def answer(work: Work, round_id: int) -> None:
    """Answer the version that is out, as the actor at work would."""
    for code, name, stance, said in ANSWERS:
        if name == work.actor.name:
            comment(work, round_id, code, stance, said)


def _lines() -> dict[str, list[NewLine]]:
    found: dict[str, list[NewLine]] = {}
    for row in sheet("budget-lines.csv"):
        lines = found.setdefault(row["pool"], [])
        line = _line(len(lines) + 1, row["text"], row["account"])
        lines.append(replace(line, amount_ore=int(row["amount_ore"])))
    return found


def _line(position: int, said: str, account: str) -> NewLine:
    return NewLine(position, said, 0, account)


def _raised(amount_ore: int) -> int:
    return amount_ore * NEXT_YEAR_PERCENT // 10_000 * 100


def _supplier_invoice(cost: NewCost) -> bytes:
    """The paper of a cost, as a supplier might have sent it: one page that says it is made up."""
    title = f"Faktura {cost.reference}"
    around = Sheet(
        title=title,
        author=cost.supplier,
        say=words("sv"),
        mark="Exempel: påhittad faktura till demonstrationen",
        foot=(cost.supplier,),
        made_on=cost.on_date,
    )
    lines = (
        f"Från: {cost.supplier}",
        f"Datum: {cost.on_date.isoformat()}",
        f"Avser: {cost.text}, {cost.from_on} till {cost.to_on}",
        f"Belopp utan moms: {kronor(cost.amount_ore)}",
    )
    told = tuple(text(line, style(11), INNER_WIDTH) for line in lines)
    head = text(title, style(18, bold=True, tone="accent"), INNER_WIDTH, role="H1")
    return typeset(around, [Group((head, gap(6 * mm), *told))])
