"""Pages of a key that is tried: every part of it in a form whose state is the page's address."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from consortium.agreements.queries import whole_agreements
from consortium.billing.queries import runs
from consortium.core import casefile
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import Conflict, Fault, Invalid, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.agreeing import KeyRule, set_key
from consortium.costs.key_filling import fields_of, plain
from consortium.costs.key_forms import Read, read_form
from consortium.costs.key_places import acted
from consortium.costs.queries import key_versions, participants, pool_of_year, pool_years
from consortium.http.answers import STATUS
from consortium.http.asking import Filled, Form, Month, form_of, works
from consortium.members.queries import members
from consortium.reports.comparing import Compared, Side, side_ore
from consortium.reports.keys import key_in_force
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, json_file
from consortium.web.key_fields import (
    asked_fields,
    choices,
    key_fields,
    offered,
    rows_of,
)
from consortium.web.key_trial import (
    On,
    address_of,
    asked_order,
    by_whole_year,
    compared_on,
    filled,
    kept_period,
    limited,
    sort_addresses,
    tried_on,
)
from consortium.web.key_words import parts_in_words, terms_in_words
from consortium.web.language import language, told
from consortium.web.periods import asked_period, month_choices, month_title, year_choices
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("key_editor", __name__, "/fordelning", right="costs.see")

LONGEST_FILE: Final = 100_000  # characters of a key's JSON
NO_KEY: Final = mark("This is no allocation key")
GIVE_KEY: Final = mark("Give the key as it stands in a case: parts, and what holds for all of them")
NO_NAME: Final = mark("Give the key a name")


class SaveForm(Form):
    """from_on: the month from which the key holds. sure: the box that says it is decided."""

    from_on: Month
    clause: Filled
    sure: Literal["ja"]


@pages.get("/<code>/nyckel")
def edit(code: str, problem: Problem | None = None) -> Answer | tuple[str, HTTPStatus]:
    """The form, filled in by the address, else with the key in force; and what it would do."""
    year, month = asked_period()
    asked = asked_fields()
    with works().reading(asker()) as work:
        pool = pool_of_year(work, code, year)
        shown = offered(
            work, [(p.code, p.name) for p in participants(work, pool, date(year, month, 1))]
        )
        on = On(code, year, month)
        read = read_form(acted(filled(work, on, asked, shown), request.args.get("gor", "")))
        if problem is None and asked and ("gor" in request.args or read.fields != asked):
            return see(address_of(code, read.fields))
        tried = tried_on(work, on, read, begun=not asked)
        aside = _aside(work, on, read, dict(shown.measures))
    answer, _status = with_faults(
        "keys/edit.html",
        problem,
        pool=pool,
        name=pool.name if language() == "sv" else pool.name_en,
        tried=tried,
        fields=read.fields,
        err=tried.faults,
        offered=shown,
        rows_of=rows_of,
        by_year=by_whole_year(),
        order=asked_order(),
        sort_addresses=sort_addresses(code, read.fields),
        months=month_choices(),
        month=month,
        title=month_title(date(year, month, 1)),
        period=kept_period(),
        raw=key_text(read.key),
        **choices(),
        **aside,
    )
    failed = Invalid if tried.faults and not tried.begun else None
    kind = type(problem) if problem else failed
    return answer, STATUS[kind] if kind else HTTPStatus.OK


@pages.get("/<code>/nyckel.csv")
def table(code: str) -> Response:
    """What the tried key would do, a row for each member."""
    year, month = asked_period()
    with works().reading(asker()) as work:
        compared = compared_on(work, On(code, year, month), read_form(asked_fields()))
    header = [
        "member",
        "name",
        "now_ore",
        "tried_ore",
        "change_ore",
        "change_percent",
        "inhabitants",
    ]
    rows = [[*figures(row), _text(row.people)] for row in compared.ordered(asked_order())]
    return csv_file(f"provad-nyckel-{code}-{year}.csv", csv_text(header, rows))


@pages.get("/<code>/nyckel.json")
def file(code: str) -> Response:
    """The tried key as a file, as it stands in a case."""
    read = read_form(asked_fields())
    if read.faults:
        raise Invalid(list(read.faults))
    return json_file(f"nyckel-{code}.json", key_text(read.key))


@pages.post("/<code>/nyckel/fil")
def read_file(code: str) -> Answer | tuple[str, HTTPStatus]:
    """A key or a case as JSON, pasted or sent, becomes the state of the form."""
    year, _month = asked_period()
    sent = request.files.get("fil")
    text = request.form.get("json", "")
    if sent and sent.filename:
        text = sent.read(LONGEST_FILE + 1).decode("utf-8", "replace")
    try:
        fields = _fields_of_text(text)
    except Invalid as problem:
        return edit(code, problem)
    with works().reading(asker()) as work:
        pool_of_year(work, code, year)
    return see(address_of(code, read_form(fields).fields))


@pages.post("/<code>/nyckel/spara", right="costs.change")
def save(code: str) -> Answer | tuple[str, HTTPStatus]:
    """Let the key in the address be the pool's from a month on, as the members have decided."""
    year, _month = asked_period()
    try:
        form = form_of(SaveForm, request.form)
        read = read_form(asked_fields())
        _require_whole(read)
        rule = KeyRule(read.key, form.clause, form.from_on, read.previous_ore)
        with works().writing(asker()) as work:
            tried = Side(code, year, rule.key, rule.previous_ore, written=True)
            side_ore(work, tried, range(form.from_on.month, MONTHS_A_YEAR + 1))
            set_key(work, code, year, rule)
    except (Invalid, Conflict) as problem:
        return edit(code, problem)
    offer_undo(
        told(mark("The pool has a new key from {month}"), month=month_title(form.from_on)),
        work.audited,
        str(read.key["name"]),
    )
    return see(url_for("web.keys.versions", code=code, ar=year))


def _require_whole(read: Read) -> None:
    faults = list(read.faults)
    if "name" not in read.key:
        faults.append(Fault(NO_NAME, "namn"))
    if faults:
        raise Invalid(faults)


def figures(row: Compared) -> list[object]:
    """A row of a comparison as a file has it: öre, and percent with four decimals."""
    percent = "" if row.change is None else f"{float(row.change * 100):.4f}"
    return [row.code, row.name, row.one_ore, row.other_ore, row.change_ore, percent]


def key_text(key: Mapping[str, Any]) -> str:
    """A key as people read JSON."""
    return json.dumps(key, ensure_ascii=False, indent=2) + "\n"


def _text(exact: object) -> str:
    return "" if exact is None else str(exact)


def _aside(work: Work, on: On, read: Read, names: Mapping[str, str]) -> dict[str, Any]:
    """What stands beside the form: the key in words, clauses, and the months that are free."""
    pool = pool_of_year(work, on.code, on.year)
    taken = [version.from_on for version, _clause in key_versions(work, pool)]
    taken += [run.month for run in runs(work) if run.state == "issued"]
    last = max((day.month for day in taken if day.year == on.year), default=0)
    return {
        "words": _words(read.key, names, {member.code: member.name for member in members(work)}),
        "in_force": key_in_force(work, on.code, on.year, on.month),
        "clauses": [
            (clause.number, clause.number)
            for whole in whole_agreements(work)
            for clause in whole.clauses
        ],
        "open_months": [
            (f"{on.year}-{number:02}", name) for number, name in month_choices() if number > last
        ],
        "years": year_choices(pool_years(work), on.year),
        "limited": limited(read.key),
    }


def _words(
    key: Mapping[str, Any], names: Mapping[str, str], people: Mapping[str, str]
) -> list[str]:
    """The key in sentences; empty where it is not whole yet."""
    try:
        said = [f"{part.take} {part.split}" for part in parts_in_words(key, names)]
        return said + terms_in_words(key, people)
    except (KeyError, ValueError, ArithmeticError):
        return []


def _fields_of_text(text: str) -> dict[str, str]:
    if not text.strip() or len(text) > LONGEST_FILE:
        raise Invalid("Choose a file with a key, or paste it", at="json")
    try:
        value = casefile.parse(text, floats=False)
    except Invalid as problem:
        raise Invalid([replace(fault, at="json") for fault in problem.faults]) from problem
    key = value.get("key", value) if isinstance(value, dict) else None
    previous_ore = value.get("previous_ore") if isinstance(value, dict) else None
    try:
        fields = fields_of(key, previous_ore)  # type: ignore[arg-type]
        lost = read_form(fields).key != plain(key)  # type: ignore[arg-type]
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, StopIteration) as error:
        raise Invalid(NO_KEY, at="json", remedy=GIVE_KEY) from error
    if not key["parts"]:  # type: ignore[index]
        raise Invalid("The key has no parts", at="json", remedy="Give at least one")
    if lost:
        raise Invalid(
            "The key holds something that the form does not know, so it would be lost",
            at="json",
            remedy="Try it with consortium allocate, which names every fault",
        )
    return key_fields(MultiDict(fields))
