"""A whole year worked by hand, from the words of the rules: shares nothing with the product.

Run as a program it writes the figures beside `year.json`. Population is that of Statistics Sweden,
31 December 2024; all else is made up. Whole öre and fractions only.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from tests.stories.whole_year.splits import Key, half_up, slice_of_year, split

HERE = Path(__file__).parent / "whole_year"


@dataclass(frozen=True)
class Line:
    """öre of a pool's month (1–12). given: beside the key. vat: percent, None where outside."""

    pool: str
    month: int
    member: str
    given: bool
    ore: int
    vat: int | None


@dataclass(frozen=True)
class Paper:
    """An invoice or credit note. of: the month it bills, `credit`, `leaving` or `settlement`."""

    number: str
    on: date
    of: str
    member: str
    kind: str
    lines: tuple[Line, ...]

    @property
    def net_ore(self) -> int:
        return sum(line.ore for line in self.lines)

    def vat_ore(self, percent: int) -> int:
        base = sum(line.ore for line in self.lines if line.vat == percent)
        size = half_up(Fraction(abs(base) * percent, 100))
        return size if base >= 0 else -size

    @property
    def payable_ore(self) -> int:
        return self.net_ore + self.vat_ore(25) + self.vat_ore(6)

    @property
    def document(self) -> str:
        return "credit_note" if self.payable_ore < 0 else "invoice"


@dataclass
class Year:
    """The year as it goes on. own: what the host has borne itself, of pool and month."""

    given: Mapping[str, Any]
    papers: list[Paper] = field(default_factory=list)
    own: Counter[tuple[str, int]] = field(default_factory=Counter)
    settled: list[tuple[str, ...]] = field(default_factory=list)

    def paper(self, on: date, of: str, member: str, kind: str, lines: Iterable[Line]) -> Paper:
        place = 1 + sum(paper.on.year == on.year for paper in self.papers)
        made = Paper(f"{on.year}{place:04}", on, of, member, kind, tuple(lines))
        self.papers.append(made)
        return made

    def borne(self, pool: str, months: tuple[int, int]) -> Counter[tuple[str, bool]]:
        """Invoiced less credited, and the host's own: member and whether given → öre."""
        found: Counter[tuple[str, bool]] = Counter()
        for paper in self.papers:
            for line in paper.lines:
                if line.pool == pool and months[0] <= line.month <= months[1]:
                    found[line.member, line.given] += line.ore
        for (code, month), ore in self.own.items():
            if code == pool and months[0] <= month <= months[1]:
                found[self.given["host"], False] += ore
        return found


def played(given: Mapping[str, Any]) -> Year:
    """The year month by month, with what happened in it, to its settlement."""
    year = Year(given)
    for month in range(1, 13):
        bill(year, month, date(2026, month, 2))
        if month == 5:  # 1 234,56 kr of Borlänge's part of the system in May
            part_credit(year, date(2026, 5, 20), ("2081", 5, "system"), 123_456)
        if month == 7:  # Ludvika's July: another reference, so credited whole and issued again
            wrong = next(p for p in year.papers if (p.of, p.member) == ("2026-07", "2085"))
            credit(year, date(2026, 7, 10), wrong)
            year.paper(date(2026, 7, 10), "2026-07", "2085", "rated", wrong.lines)
        if month == 9:
            settle(year, date(2026, 9, 15), "leaving", 8, only="2034")
        if month == 10:  # the region gives 1 000 kr less in October, until the settlement
            part_credit(year, date(2026, 10, 21), ("20", 10, "transports"), 100_000)
    settle(year, date(2027, 2, 10), "settlement", 12)
    return year


def bill(year: Year, month: int, on: date) -> None:
    lines: list[Line] = []
    for pool in year.given["pools"]:
        budget = slice_of_year(pool["budget_ore"], month, month)
        lines += pool_lines(year.given, pool, (month, month), budget)
    put(year, on, f"2026-{month:02}", lines)


def settle(year: Year, on: date, of: str, last: int, only: str = "") -> None:
    """Share of what was spent in each key's days, less what was borne; lines of 0 are left out."""
    lines: list[Line] = []
    for pool in year.given["pools"]:
        for key in pool["keys"]:
            first, to = int(key["from"][5:7]), min(int(key["to"][5:7]), last)
            if first > last:
                continue
            months = first, to
            spent = sum(accrued(year.given, pool["code"], m, on) for m in range(first, to + 1))
            owed = {
                (line.member, line.given): line
                for line in pool_lines(year.given, pool, months, spent)
            }
            borne = year.borne(pool["code"], months)
            for member, beside in sorted({*owed, *borne}):
                if only and member != only:
                    continue
                share = owed[member, beside].ore if (member, beside) in owed else 0
                less = borne[member, beside]
                vat = None if beside else vat_of(pool)
                lines.append(Line(pool["code"], first, member, beside, share - less, vat))
                told = (of, pool["code"], f"{first}", member, f"{int(beside)}")
                year.settled.append((*told, f"{share}", f"{less}", f"{share - less}"))
    put(year, on, of, [line for line in lines if line.ore])


def put(year: Year, on: date, of: str, lines: Sequence[Line]) -> None:
    """Invoices by member, what has VAT first; the host's own share is booked only."""
    for member in sorted({line.member for line in lines}):
        mine = [line for line in lines if line.member == member]
        if member == year.given["host"]:
            year.own.update({(line.pool, line.month): 0 for line in mine})
            for line in mine:
                year.own[line.pool, line.month] += line.ore
            continue
        for kind in ("rated", "outside"):
            some = [line for line in mine if (line.vat is None) == (kind == "outside")]
            if some:
                year.paper(on, of, member, kind, some)


def part_credit(year: Year, on: date, what: tuple[str, int, str], ore: int) -> None:
    """Credit öre of a member's line of a month and pool."""
    member, month, pool = what
    for paper in list(year.papers):
        for line in paper.lines:
            if (line.member, line.month, line.pool) == what and paper.of == f"2026-{month:02}":
                back = Line(pool, month, member, line.given, -ore, line.vat)
                year.paper(on, "credit", member, paper.kind, [back])


def credit(year: Year, on: date, paper: Paper) -> None:
    back = [Line(x.pool, x.month, x.member, x.given, -x.ore, x.vat) for x in paper.lines]
    year.paper(on, "credit", paper.member, paper.kind, back)


def pool_lines(
    given: Mapping[str, Any], pool: Key, months: tuple[int, int], cost: int
) -> list[Line]:
    """Who bears what of `cost` of the months; the host has what rounding leaves."""
    code, vat = pool["code"], vat_of(pool)
    gifts = {
        gift["from"]: slice_of_year(gift["amount_ore"], *months)
        for gift in pool.get("contributions", [])
    }
    amount = cost - sum(gifts.values())
    shares = split(given, pool, months, amount)
    shares[given["host"]] += amount - sum(shares.values())
    lines = [Line(code, months[0], member, False, ore, vat) for member, ore in shares.items()]
    return lines + [Line(code, months[0], who, True, ore, None) for who, ore in gifts.items()]


def accrued(given: Mapping[str, Any], pool: str, month: int, on: date) -> int:
    """What of the costs known on a day weighs on a month: equal parts of the months touched."""
    total = 0
    for cost in given["costs"]:
        if cost["pool"] != pool or cost["on"] > on.isoformat():
            continue
        first, last = cost.get("from", cost["on"]), cost.get("to", cost["on"])
        begin = int(first[:4]) * 12 + int(first[5:7])
        count = int(last[:4]) * 12 + int(last[5:7]) - begin + 1
        place = 2026 * 12 + month - begin + 1
        if 1 <= place <= count:
            ore = cost["amount_ore"]
            total += floor(Fraction(place * ore, count)) - floor(Fraction((place - 1) * ore, count))
    return total


def vat_of(pool: Key) -> int | None:
    return None if pool["vat"] == "outside" else int(pool["vat"])


def tables(year: Year) -> dict[str, list[Sequence[object]]]:
    """The figures as tables: invoices, shares by month, the two settlements, balances."""
    codes = sorted(row["code"] for row in year.given["members"])
    pools = [pool["code"] for pool in year.given["pools"]]
    host = year.given["host"]
    shares: list[Sequence[object]] = [("month", "pool", *codes)]
    for month in range(1, 13):
        before = Year(year.given)
        bill(before, month, date(2026, month, 2))
        for pool in pools:
            of = Counter[str]()
            for paper in before.papers:
                of.update({x.member: x.ore for x in paper.lines if x.pool == pool})
            of[host] += before.own[pool, month]
            shares.append((f"2026-{month:02}", pool, *(of[code] for code in codes)))
    papers: list[Sequence[object]] = [
        ("number", "issued_on", "of", "document", "member", "kind", "net", "vat", "payable")
    ]
    for p in year.papers:
        vat = p.payable_ore - p.net_ore
        papers.append(
            (p.number, p.on, p.of, p.document, p.member, p.kind, p.net_ore, vat, p.payable_ore)
        )
    settled = [("of", "pool", "month", "member", "given", "actual", "invoiced", "difference")]
    return {
        "shares": shares,
        "invoices": papers,
        "settlements": [*settled, *year.settled],
        "balances": balances(year),
    }


def balances(year: Year) -> list[Sequence[object]]:
    """What each account comes to at the end, debit positive; shared costs by pool."""
    accounts, found = year.given["accounts"], Counter[tuple[str, str]]()
    for paper in year.papers:
        found[accounts["receivable"], ""] += paper.payable_ore
        for percent in (25, 6):
            found[accounts[f"vat_{percent}"], ""] -= paper.vat_ore(percent)
        for line in paper.lines:
            found[accounts["shared_costs"], line.pool] -= line.ore
    for (pool, _month), ore in year.own.items():
        found[accounts["own_share"], ""] += ore
        found[accounts["shared_costs"], pool] -= ore
    return [("account", "pool", "ore"), *((*key, ore) for key, ore in sorted(found.items()))]


def written(table: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def read_year() -> dict[str, Any]:
    given: dict[str, Any] = json.loads((HERE / "year.json").read_text(encoding="utf-8"))
    return given


if __name__ == "__main__":
    for name, table in tables(played(read_year())).items():
        (HERE / f"{name}.csv").write_text(written(table), encoding="utf-8")
