"""The figures of an invoice before it is sent: lines, VAT groups and sums, exact to the öre.

The EN 16931 rules let VAT and taxable bases be wrong by up to a krona. A rule's own name stands
where it has one (EN 16931: `BR-…`; Sweden: `SE-R-…`).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from consortium.billing.formats.paper import Paper, PaperLine, VatGroup
from consortium.core.errors import Fault
from consortium.core.money import kronor, vat_ore

RATES: Final = (25, 12, 6)  # SE-R-006

Kind = tuple[str, int | None]  # category and percent


def figure_faults(paper: Paper) -> Iterator[Fault]:
    """What is wrong with lines, VAT groups and sums; places as in `checking.faults_of`."""
    yield from _line_faults(paper)
    yield from _mixing_faults(paper)
    yield from _group_faults(paper)
    yield from _sum_faults(paper)


def _line_faults(paper: Paper) -> Iterator[Fault]:
    if not paper.lines:
        yield Fault("The invoice has no lines", "lines", remedy="Bill something, or drop it")
    for index, line in enumerate(paper.lines):
        at = f"lines[{index}]"
        if line.position != index + 1:
            yield Fault(
                "Line {position} stands where line {place} should",
                f"{at}.position",
                {"position": line.position, "place": index + 1},
                "Number the lines 1, 2, 3 … in their order",
            )
        if not line.text.strip():
            yield Fault("The line does not say what it is for", f"{at}.text", remedy="Name it")
        yield from _treatment_faults(line, at)


def _treatment_faults(line: PaperLine, at: str) -> Iterator[Fault]:
    """Category, rate and reason of one line fit each other (BR-E-10, BR-O-10)."""
    if line.category not in {"S", "E", "O"}:
        yield Fault(
            "There is no VAT category {category}",
            f"{at}.category",
            {"category": line.category},
            "Use S (rated), E (exempt) or O (outside VAT)",
        )
    if line.category == "S" and line.percent not in RATES:
        yield Fault(
            "A rated line has 25, 12 or 6 per cent VAT",
            f"{at}.percent",
            remedy="Set the rate of the pool, or make it exempt or outside VAT",
        )
    if line.category in {"E", "O"} and line.percent is not None:
        yield Fault(
            "A line without VAT has a rate of {percent} per cent",
            f"{at}.percent",
            {"percent": line.percent},
            "Leave the rate out, or make the line rated",
        )
    if line.category in {"E", "O"} and not line.reason.strip():
        yield Fault(
            "Nothing says why no VAT is charged",
            f"{at}.reason",
            remedy="Write the reason in the VAT setting of the pool",
        )


def _mixing_faults(paper: Paper) -> Iterator[Fault]:
    """`O` stands alone on its invoice (BR-O-11, BR-O-12)."""
    categories = {line.category for line in paper.lines} | {g.category for g in paper.vat}
    if "O" in categories and len(categories) > 1:
        yield Fault(
            "What is outside VAT stands beside what is not",
            "lines",
            remedy="Make two invoices of it",
        )


def _group_faults(paper: Paper) -> Iterator[Fault]:
    """One group a category and rate (BR-E-01), exact base, VAT half up on it, a reason."""
    bases = Counter[Kind]()
    for line in paper.lines:
        bases[line.category, line.percent] += line.net_ore
    seen = Counter((group.category, group.percent) for group in paper.vat)
    for index, group in enumerate(paper.vat):
        at = f"vat[{index}]"
        kind = (group.category, group.percent)
        if seen[kind] > 1:
            yield Fault(
                "The VAT group {group} stands {count} times",
                at,
                {"group": _named(kind), "count": seen[kind]},
                "Join them to one, with their reasons in one text",
            )
        elif kind not in bases:
            yield Fault(
                "No line belongs to the VAT group {group}",
                at,
                {"group": _named(kind)},
                "Leave the group out",
            )
        else:
            yield from _group_figure_faults(group, bases[kind], at)
    for kind in sorted(set(bases) - set(seen), key=_named):
        yield Fault(
            "The VAT group {group} is missing", "vat", {"group": _named(kind)}, "Add its sum"
        )


def _group_figure_faults(group: VatGroup, base_ore: int, at: str) -> Iterator[Fault]:
    if group.base_ore != base_ore:
        yield _wrong_sum(f"{at}.base_ore", group.base_ore, base_ore)
    expected_ore = vat_ore(base_ore, group.percent or 0)
    if group.vat_ore != expected_ore:
        yield _wrong_sum(f"{at}.vat_ore", group.vat_ore, expected_ore)
    if group.category in {"E", "O"} and not group.reason.strip():
        yield Fault(
            "Nothing says why no VAT is charged",
            f"{at}.reason",
            remedy="Write the reason in the VAT setting of the pool",
        )


def _sum_faults(paper: Paper) -> Iterator[Fault]:
    net_ore = sum(line.net_ore for line in paper.lines)
    tax_ore = sum(group.vat_ore for group in paper.vat)
    if paper.net_ore != net_ore:
        yield _wrong_sum("net_ore", paper.net_ore, net_ore)
    if paper.vat_ore != tax_ore:
        yield _wrong_sum("vat_ore", paper.vat_ore, tax_ore)
    if paper.payable_ore != net_ore + tax_ore:
        yield _wrong_sum("payable_ore", paper.payable_ore, net_ore + tax_ore)


def _wrong_sum(at: str, stated_ore: int, expected_ore: int) -> Fault:
    return Fault(
        "{stated} stands where the lines come to {expected}",
        at,
        {"stated": kronor(stated_ore), "expected": kronor(expected_ore)},
        "Make the invoice anew from its lines",
    )


def _named(kind: Kind) -> str:
    category, percent = kind
    return category if percent is None else f"{category} {percent} %"
