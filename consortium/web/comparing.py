"""Pages that set two ways of sharing a pool side by side: keys, versions, pools, years."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from flask import Response, render_template, request

from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.core.workbooks import write_workbook
from consortium.costs.key_forms import Read, read_form
from consortium.costs.queries import key_versions, pool_of_year, pool_years, pools
from consortium.exchange.exporting import MEDIA
from consortium.http.answers import STATUS
from consortium.http.asking import works
from consortium.reports.comparing import Beside, Side, beside
from consortium.reports.keys import key_in_force, previous_ore_of
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, sheet_file
from consortium.web.key_editor import figures
from consortium.web.key_fields import Options, asked_fields
from consortium.web.key_trial import (
    On,
    asked_months,
    asked_order,
    by_whole_year,
    kept_period,
    side_of,
    sort_addresses,
)
from consortium.web.language import language, told
from consortium.web.periods import asked_period, month_choices, month_title, year_choices
from consortium.web.refusals import worded

pages = Pages("comparing", __name__, "/fordelning", right="costs.see")

FROM: Final = mark("From {day}: {key}")
NOW, TRIED = "gallande", "prov"
VERSION, POOL, YEAR = "version:", "pool:", "ar:"
YEAR_DIGITS: Final = 4
HEADER: Final = ("member", "name", "a_ore", "b_ore", "change_ore", "change_percent")


@dataclass(frozen=True, slots=True)
class Asked:
    """The two sides as the address names them. read: the tried key in it, where there is one."""

    on: On
    one: str
    other: str
    read: Read | None

    @property
    def fields(self) -> Mapping[str, str]:
        return self.read.fields if self.read else {}


@pages.get("/<code>/jamfor")
def show(code: str) -> tuple[str, HTTPStatus]:
    asked, problem, compared = _asked(code), None, None
    with works().reading(asker()) as work:
        pool = pool_of_year(work, code, asked.on.year)
        options = _options(work, asked)
        years = year_choices(pool_years(work), asked.on.year)
        try:
            compared = _compared(work, asked)
        except (Invalid, Conflict, NotFound) as found:
            problem = found
    names = dict(options)
    page = render_template(
        "keys/compare.html",
        pool=pool,
        name=pool.name if language() == "sv" else pool.name_en,
        asked=asked,
        options=options,
        one=names.get(asked.one, asked.one),
        other=names.get(asked.other, asked.other),
        beside=compared,
        problems=[worded(fault) for fault in problem.faults] if problem else [],
        order=asked_order(),
        sort_addresses=sort_addresses(
            code, asked.fields, "comparing.show", a=asked.one, b=asked.other
        ),
        period=kept_period(),
        by_year=by_whole_year(),
        months=month_choices(),
        years=years,
        title=month_title(date(asked.on.year, asked.on.month, 1)),
    )
    return page, STATUS[type(problem)] if problem else HTTPStatus.OK


@pages.get("/<code>/jamfor.csv")
def table(code: str) -> Response:
    return csv_file(f"{_file_name(code)}.csv", csv_text(HEADER, _rows(code)))


@pages.get("/<code>/jamfor.xlsx")
def workbook(code: str) -> Response:
    content = write_workbook(told(mark("Comparison")), HEADER, _rows(code))
    return sheet_file(f"{_file_name(code)}.xlsx", content, MEDIA["xlsx"])


def _rows(code: str) -> list[list[object]]:
    asked = _asked(code)
    with works().reading(asker()) as work:
        compared = _compared(work, asked)
    return [figures(row) for row in compared.ordered(asked_order())]


def _file_name(code: str) -> str:
    return f"jamforelse-{code}-{asked_period()[0]}"


def _asked(code: str) -> Asked:
    fields = asked_fields()
    read = read_form(fields) if any(name.startswith("d") for name in fields) else None
    other = request.args.get("b", "") or (TRIED if read else NOW)
    return Asked(On(code, *asked_period()), request.args.get("a", "") or NOW, other, read)


def _compared(work: Work, asked: Asked) -> Beside:
    sides = [_side(work, asked, name) for name in (asked.one, asked.other)]
    return beside(work, sides[0], sides[1], asked_months(asked.on.month))


def _side(work: Work, asked: Asked, name: str) -> Side:
    """What a name in the address stands for; NotFound where it is nothing."""
    on = asked.on
    kind, _colon, what = name.partition(":")
    if name == TRIED and asked.read:
        if asked.read.faults:
            raise Invalid(list(asked.read.faults))
        return side_of(work, on, asked.read)
    if name == NOW:
        return Side(on.code, on.year)
    if f"{kind}:" == YEAR and what.isdecimal() and len(what) == YEAR_DIGITS:
        return Side(on.code, int(what))
    found = _of_pool(work, on, what) if f"{kind}:" == POOL else _of_version(work, on, what)
    if found is None:
        raise NotFound("There is no such key to compare with", remedy="Choose one in the list")
    return found


def _of_pool(work: Work, on: On, pool: str) -> Side | None:
    version = key_in_force(work, pool, on.year, on.month)
    if version is None:
        return None
    before = previous_ore_of(work, on.code, on.year, on.month)
    return Side(on.code, on.year, version.key, before)


def _of_version(work: Work, on: On, day: str) -> Side | None:
    for version, _clause in key_versions(work, pool_of_year(work, on.code, on.year)):
        if version.from_on.isoformat() == day:
            return Side(on.code, on.year, version.key, version.previous_ore)
    return None


def _options(work: Work, asked: Asked) -> Options:
    """What can be chosen on either side: name in the address, text in the reader's language."""
    on, swedish = asked.on, language() == "sv"
    found = [(NOW, told(mark("The keys in force")))]
    if asked.read:
        found.append((TRIED, told(mark("The key that is tried"))))
    found += [
        (
            f"{VERSION}{version.from_on.isoformat()}",
            told(
                mark("From {day}: {key}"), day=version.from_on.isoformat(), key=_named(version.key)
            ),
        )
        for version, _clause in key_versions(work, pool_of_year(work, on.code, on.year))
    ]
    for pool in pools(work, on.year):
        if pool.code != on.code and key_in_force(work, pool.code, on.year, on.month):
            name = pool.name if swedish else pool.name_en
            found.append((f"{POOL}{pool.code}", told(mark("The key of {pool}"), pool=name)))
    for year in pool_years(work):
        if year != on.year and on.code in {pool.code for pool in pools(work, year)}:
            found.append((f"{YEAR}{year}", told(mark("The year {year}"), year=year)))
    return found


def _named(key: Mapping[str, object]) -> str:
    return str(key.get("name", ""))
