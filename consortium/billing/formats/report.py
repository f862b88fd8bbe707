"""What a municipality paid in a year, to be read by those who decide: figures and sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from consortium.core.words import Say, mark

ORE: Final = 100
PERCENT: Final = 100
LANGUAGE: Final = mark("en")  # a catalogue says its own code here
TOLD: Final = 50_00  # öre: a pool that changed by less is not spoken of

STATES: Final = {
    "sent": mark("sent to the members, not decided"),
    "decided": mark("decided"),
}


@dataclass(frozen=True, slots=True)
class PoolYear:
    """A pool in a year and in the same months of the year before, without VAT, in öre.

    now_ore, before_ore: what the member paid, shares and contributions; None where the pool was
    not shared. whole_ore, whole_before_ore: what all members together paid. key, key_before: names
    of the keys in force in the last of the months. budget_ore, outcome_ore: of the whole pool's
    whole year.
    """

    code: str
    name: str
    name_en: str
    now_ore: int | None
    before_ore: int | None
    whole_ore: int
    whole_before_ore: int
    key: str
    key_before: str
    budget_ore: int
    outcome_ore: int

    @property
    def change_ore(self) -> int:
        return (self.now_ore or 0) - (self.before_ore or 0)


@dataclass(frozen=True, slots=True)
class Next:
    """What next year would cost the member. state: of STATES. version: of the consultation."""

    year: int
    amount_ore: int
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class YearReport:
    """A member's year. months: the first and the last month counted, 1–12.

    whole_ore: what all members paid together, to pools of which the member has no part as well.

    inhabitants, counted_on: folkmängd and its day, 0 and None where it is not known; with
    `before` those of the year before. settlement_ore: what the final settlement of the year came
    to, minus what the member got back; None before there is one. ended: the year is over.
    """

    code: str
    member: str
    consortium: str
    year: int
    months: tuple[int, int]
    pools: tuple[PoolYear, ...]
    whole_ore: int
    inhabitants: int
    counted_on: date | None
    inhabitants_before: int
    counted_before: date | None
    settlement_ore: int | None
    coming: Next | None
    ended: bool
    made_on: date
    example: bool

    @property
    def now_ore(self) -> int:
        return sum(pool.now_ore or 0 for pool in self.pools)

    @property
    def before_ore(self) -> int:
        return sum(pool.before_ore or 0 for pool in self.pools)

    @property
    def share(self) -> Fraction | None:
        """The member's part of what all members paid."""
        return Fraction(self.now_ore, self.whole_ore) if self.whole_ore else None

    @property
    def each_ore(self) -> Fraction | None:
        """What was paid for each inhabitant."""
        return Fraction(self.now_ore, self.inhabitants) if self.inhabitants else None

    @property
    def has_before(self) -> bool:
        return any(pool.before_ore is not None for pool in self.pools)


def change_parts(pool: PoolYear) -> tuple[int, int] | None:
    """How much of a change comes from the pool's cost, and how much from the member's part of it.

    The first is the change of the whole cost at the part that the member had before, half up to
    the öre; the second is the rest, so that both sum to the change. None without a year before.
    """
    if pool.now_ore is None or pool.before_ore is None or not pool.whole_before_ore:
        return None
    exact = Fraction(
        (pool.whole_ore - pool.whole_before_ore) * pool.before_ore, pool.whole_before_ore
    )
    by_cost_ore = (exact + Fraction(1, 2)).__floor__()
    return by_cost_ore, pool.change_ore - by_cost_ore


def sentences(report: YearReport, say: Say) -> Iterator[str]:
    """What changed and why, the largest change first; nothing but what the figures say."""
    if not report.has_before:
        return
    yield _whole_change(report, say)
    told = [pool for pool in report.pools if abs(pool.change_ore) >= TOLD]
    for pool in sorted(told, key=lambda each: -abs(each.change_ore)):
        yield " ".join(_of_pool(pool, say))
    if report.counted_on and report.counted_before and report.counted_on != report.counted_before:
        yield say(
            "The number of inhabitants went from {before} ({day_before}) to {now} ({day}).",
            before=number_of(Fraction(report.inhabitants_before)),
            day_before=str(report.counted_before),
            now=number_of(Fraction(report.inhabitants)),
            day=str(report.counted_on),
        )


def settled(report: YearReport, say: Say) -> str:
    """What the settlement of the year came to; empty before there is one."""
    if report.settlement_ore is None:
        return ""
    amount = kronor_of(abs(report.settlement_ore))
    if report.settlement_ore > 0:
        text = mark("The final costs of {year} came to {amount} more than was invoiced.")
    elif report.settlement_ore < 0:
        text = mark("The final costs of {year} came to {amount} less than was invoiced.")
    else:
        return say("The final costs of {year} came to what was invoiced.", year=report.year)
    return say(text, year=report.year, amount=amount)


def coming_year(report: YearReport, say: Say) -> str:
    """What next year's figures say; empty where there are none."""
    coming = report.coming
    if coming is None:
        return ""
    return say(
        "{year} is reckoned to cost {member} {amount}: version {version} of the figures, {state}.",
        year=coming.year,
        member=report.member,
        amount=kronor_of(coming.amount_ore),
        version=coming.version,
        state=say(STATES[coming.state]),
    )


def kronor_of(amount_ore: int | Fraction) -> str:
    """Whole kronor, half up by size, as Swedish readers write them."""
    return f"{number_of(Fraction(amount_ore) / ORE)}\u00a0kr"


def signed_kronor(amount_ore: int) -> str:
    """With plus before what is more."""
    return f"+{kronor_of(amount_ore)}" if amount_ore > 0 else kronor_of(amount_ore)


def percent_of(part: Fraction, decimals: int = 1) -> str:
    """A part of the whole in per cent."""
    return f"{number_of(part * PERCENT, decimals)}\u00a0%"


def whole_of(amount_ore: int) -> str:
    """As kronor_of, without the unit: for columns whose head says it."""
    return number_of(Fraction(amount_ore, ORE))


def whole_or_dash(amount_ore: int | None) -> str:
    return "–" if amount_ore is None else whole_of(amount_ore)


def signed_whole(amount_ore: int) -> str:
    return f"+{whole_of(amount_ore)}" if amount_ore > 0 else whole_of(amount_ore)


def number_of(value: Fraction, decimals: int = 0) -> str:
    units = (abs(value) * 10**decimals + Fraction(1, 2)).__floor__()
    whole, rest = divmod(units, 10**decimals)
    text = f"{whole:,}".replace(",", "\u00a0") + (f",{rest:0{decimals}}" if decimals else "")
    return f"\u2212{text}" if value < 0 and units else text


def _whole_change(report: YearReport, say: Say) -> str:
    change_ore = report.now_ore - report.before_ore
    facts = {"member": report.member, "amount": kronor_of(abs(change_ore)), "year": report.year - 1}
    if not change_ore:
        return say("{member} paid as much as in the same months of {year}.", **facts)
    text = (
        mark("{member} paid {amount} more than in the same months of {year}, {percent}.")
        if change_ore > 0
        else mark("{member} paid {amount} less than in the same months of {year}, {percent}.")
    )
    part = Fraction(abs(change_ore), report.before_ore) if report.before_ore > 0 else None
    return say(text, **facts, percent=percent_of(part) if part is not None else "–")


def _of_pool(pool: PoolYear, say: Say) -> Iterator[str]:
    name = name_of(pool, say)
    amount = kronor_of(abs(pool.change_ore))
    if pool.before_ore is None:
        yield say("{pool} is new and cost {amount}.", pool=name, amount=amount)
        return
    if pool.now_ore is None:
        yield say("{pool} is no longer shared: {amount} less.", pool=name, amount=amount)
        return
    more = mark("{pool}: {amount} more.") if pool.change_ore > 0 else mark("{pool}: {amount} less.")
    yield say(more, pool=name, amount=amount)
    parts = change_parts(pool)
    if parts:
        yield from _reasons(pool, parts, say)
    if pool.key_before and pool.key != pool.key_before:
        yield say(
            "Another key holds: {key}, before {before}.", key=pool.key, before=pool.key_before
        )


def _reasons(pool: PoolYear, parts: Sequence[int], say: Say) -> Iterator[str]:
    by_cost_ore, by_share_ore = parts
    if by_cost_ore:
        text = (
            mark("What all pay for it rose by {percent}, which makes {amount}.")
            if by_cost_ore > 0
            else mark("What all pay for it fell by {percent}, which makes {amount}.")
        )
        changed = Fraction(abs(pool.whole_ore - pool.whole_before_ore), pool.whole_before_ore)
        yield say(text, percent=percent_of(changed), amount=signed_kronor(by_cost_ore))
    if by_share_ore:
        yield say(
            "The municipality's part of it went from {before} to {now}, which makes {amount}.",
            before=percent_of(Fraction(pool.before_ore or 0, pool.whole_before_ore), 2),
            now=percent_of(Fraction(pool.now_ore or 0, pool.whole_ore or 1), 2),
            amount=signed_kronor(by_share_ore),
        )


def name_of(pool: PoolYear, say: Say) -> str:
    return pool.name_en if say(LANGUAGE) == "en" and pool.name_en else pool.name
