"""Papers drawn at random: sound but for what their texts and numbers may do."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st
from stdnum import ean, luhn

from consortium.billing.formats.paper import Paper, PaperLine, Party, VatGroup

Kind = tuple[str, int | None]
RATED: Sequence[Kind] = (("S", 25), ("S", 12), ("S", 6), ("E", None))
OUTSIDE: Sequence[Kind] = (("O", None),)
ORE = st.one_of(st.integers(-300, 300), st.integers(-(10**13), 10**13))
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """An invoice or a credit note; a text may be blank, which makes it faulty."""
    kinds = draw(st.sampled_from([RATED, OUTSIDE]))
    lines = tuple(_lines(draw, kinds))
    groups = _groups(lines)
    net_ore = sum(line.net_ore for line in lines)
    vat_ore = sum(group.vat_ore for group in groups)
    issued_on, days = draw(DAYS), draw(st.integers(0, 90))
    about = st.tuples(TEXTS, st.just(issued_on - timedelta(days)))
    number = draw(st.from_regex("[0-9]{1,12}", fullmatch=True))
    return Paper(
        number=draw(TEXTS),
        issued_on=issued_on,
        due_on=issued_on + timedelta(days),
        terms_days=days,
        period_from=issued_on,
        period_to=issued_on + timedelta(draw(st.integers(0, 366))),
        seller=draw(_parties()),
        buyer=draw(_parties()),
        buyer_reference=draw(TEXTS),
        bankgiro=_checked(draw(st.from_regex("[1-9][0-9]{5,6}", fullmatch=True))),
        ocr=_checked(number),
        lines=lines,
        vat=groups,
        net_ore=net_ore,
        vat_ore=vat_ore,
        payable_ore=net_ore + vat_ore,
        why=(),
        example=draw(st.booleans()),
        document=draw(st.sampled_from(["invoice", "credit_note"])),
        credits=tuple(draw(st.lists(about, max_size=3))),
        note=draw(TEXTS),
        f_tax=draw(st.booleans()),
    )


def _lines(draw: st.DrawFn, kinds: Sequence[Kind]) -> list[PaperLine]:
    made = []
    for position in range(1, draw(st.integers(1, 6)) + 1):
        category, percent = draw(st.sampled_from(kinds))
        reason = "" if category == "S" else draw(TEXTS) + "!"
        texts = draw(TEXTS), draw(TEXTS) + ".", draw(TEXTS)
        made.append(PaperLine(position, *texts, draw(ORE), category, percent, reason))
    return made


def _groups(lines: Sequence[PaperLine]) -> tuple[VatGroup, ...]:
    bases: dict[Kind, int] = {}
    for line in lines:
        kind = line.category, line.percent
        bases[kind] = bases.get(kind, 0) + line.net_ore
    return tuple(
        VatGroup(category, percent, base, _half_up(base, percent or 0), "" if percent else "Skäl")
        for (category, percent), base in bases.items()
    )


def _half_up(base_ore: int, percent: int) -> int:
    exact = Decimal(base_ore) * percent / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@st.composite
def _parties(draw: st.DrawFn) -> Party:
    organisation = _checked(draw(st.from_regex("2[0-9]{8}", fullmatch=True)))
    gln = draw(st.from_regex("[0-9]{12}", fullmatch=True))
    endpoint = draw(
        st.sampled_from([("0007", organisation), ("0088", gln + str(ean.calc_check_digit(gln)))])
    )
    names = [draw(TEXTS) for _each in range(5)]
    return Party("2080", names[0] + "?", organisation, f"SE{organisation}01", *endpoint, *names[1:])


def _checked(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)
