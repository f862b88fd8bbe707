"""Pages of the keys that are agreed: a pool's versions, their files, and phasing a new key in."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from flask import Response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.agreements.queries import whole_agreements
from consortium.core import casefile
from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.agreeing import KeyRule, set_key
from consortium.costs.blending import FEWEST, MOST, Step, phase
from consortium.costs.key_filling import fields_of
from consortium.costs.key_forms import read_form
from consortium.costs.queries import key_versions, month_of_pool, pool_of_year, pool_years
from consortium.http.answers import STATUS
from consortium.http.asking import Filled, Form, Whole, form_of, works
from consortium.http.parsing import day_of
from consortium.measures.queries import measures
from consortium.members.queries import members
from consortium.reports.comparing import Side, side_ore
from consortium.reports.keys import key_in_force, previous_ore_of
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import json_file
from consortium.web.key_fields import asked_fields
from consortium.web.key_trial import (
    address_of,
    asked_months,
    by_whole_year,
    kept_period,
    limited,
)
from consortium.web.key_words import parts_in_words, terms_in_words
from consortium.web.language import language, told
from consortium.web.periods import asked_period, month_choices, month_title, year_choices
from consortium.web.refusals import with_faults, worded
from consortium.web.toasts import offer_undo

pages = Pages("keys", __name__, "/fordelning", right="costs.see")

THREE: Final = "3"  # years over which a change is phased in where nothing else is asked for


class PhaseForm(Form):
    """over: years. fran: the first of them."""

    over: Whole
    fran: Whole


class SavePhaseForm(Form):
    clause: Filled
    sure: Filled


@dataclass(frozen=True, slots=True)
class Phased:
    """A step of a change. year: from which it holds. borne: member code → öre. pool: it is there.

    trouble: why it cannot be split.
    """

    step: Step
    year: int
    borne: Mapping[str, int]
    pool: bool
    trouble: str = ""


@pages.get("/<code>/nycklar")
def versions(code: str) -> str:
    """Every version of the pool's key in a year, in words, with what it rests on."""
    year, _month = asked_period()
    with works().reading(asker()) as work:
        pool = pool_of_year(work, code, year)
        names = {m.code: m.name if language() == "sv" else m.name_en for m in measures(work)}
        people = {member.code: member.name for member in members(work)}
        rows = key_versions(work, pool)
        whole = work.scope("costs.see") is None
        years, today = pool_years(work), work.today
    return render_template(
        "keys/versions.html",
        pool=pool,
        name=pool.name if language() == "sv" else pool.name_en,
        rows=[(v, c, _in_words(v.key, names, people)) for v, c in reversed(rows)],
        edits={v.id: address_of(code, fields_of(v.key)) for v, _clause in rows},
        today=today,
        whole=whole,
        months=month_choices(),
        years=year_choices(years, year),
    )


@pages.get("/<code>/nycklar/<day>/nyckel.json")
def key_file(code: str, day: str) -> Response:
    """The key of the version that begins on a day, as it stands in a case."""
    with works().reading(asker()) as work:
        version = _version(work, code, day)
    return json_file(f"nyckel-{code}-{day}.json", _text(version.key))


@pages.get("/<code>/nycklar/<day>/fall.json")
def case_file(code: str, day: str) -> Response:
    """The case of a month of a version (`manad`; else its first): what allocate reads.

    It holds the values of all members, so it is for who sees them all.
    """
    with works().reading(asker()) as work:
        work.require_whole("costs.see")
        version = _version(work, code, day)
        month = int(request.args.get("manad", "")) if _is_month() else version.from_on.month
        pool = pool_of_year(work, code, version.from_on.year)
        basis = month_of_pool(work, pool, month)
    return json_file(
        f"fall-{code}-{pool.year}-{month:02}.json", casefile.canonical(basis.case) + "\n"
    )


@pages.get("/<code>/infasning")
def phase_in(code: str, problem: Problem | None = None) -> Answer | tuple[str, HTTPStatus]:
    """The tried key of the address phased in over some years, a column of öre for each step."""
    year, month = asked_period()
    fields = asked_fields()
    given = {
        "over": request.args.get("over", THREE),
        "fran": request.args.get("fran", str(year + 1)),
    }
    if not fields:
        return see(url_for("web.key_editor.edit", code=code, **kept_period()))
    steps: list[Phased] = []
    with works().reading(asker()) as work:
        pool = pool_of_year(work, code, year)
        try:
            steps = _steps(work, code, fields, form_of(PhaseForm, given))
        except (Invalid, Conflict) as found:
            problem = problem or found
        scope = work.scope("costs.see")
        shown = [m for m in members(work) if scope is None or m.code in scope]
        numbers = [(c.number, c.number) for whole in whole_agreements(work) for c in whole.clauses]
    answer, _status = with_faults(
        "keys/phase.html",
        problem,
        pool=pool,
        name=pool.name if language() == "sv" else pool.name_en,
        fields=fields,
        given=given,
        steps=steps,
        rows=[m for m in shown if any(m.code in each.borne for each in steps)],
        whole=scope is None,
        clauses=numbers,
        period=kept_period(),
        by_year=by_whole_year(),
        title=month_title(date(year, month, 1)),
        fewest=FEWEST,
        most=MOST,
    )
    return answer, STATUS[type(problem)] if problem else HTTPStatus.OK


@pages.post("/<code>/infasning", right="costs.change")
def save_phase(code: str) -> Answer | tuple[str, HTTPStatus]:
    """Save the steps as versions of the years that have the pool, all or none."""
    try:
        form = form_of(SavePhaseForm, request.form)
        given = form_of(PhaseForm, request.args)
        saved = []
        with works().writing(asker()) as work:
            for each in _steps(work, code, asked_fields(), given):
                if each.step.share and each.pool:
                    first = date(each.year, 1, 1)
                    before = previous_ore_of(work, code, each.year, 1)
                    previous_ore = before if limited(each.step.key) else {}
                    rule = KeyRule(each.step.key, form.clause, first, previous_ore)
                    set_key(work, code, each.year, rule)
                    saved.append(str(each.year))
            _require_some(saved)
    except (Invalid, Conflict) as problem:
        return phase_in(code, problem)
    offer_undo(told(mark("The keys of {years} are saved"), years=", ".join(saved)), work.audited)
    return see(url_for("web.keys.versions", code=code, ar=saved[0]))


def _require_some(saved: list[str]) -> None:
    if not saved:
        raise Conflict(
            "None of the years has the pool yet",
            remedy="Open the next year first; this address keeps the steps",
        )


def _steps(work: Work, code: str, fields: Mapping[str, str], form: PhaseForm) -> list[Phased]:
    year, month = asked_period()
    read, version = read_form(fields), key_in_force(work, code, year, month)
    if read.faults:
        raise Invalid(list(read.faults))
    if version is None:
        raise Conflict("The pool has no key to begin from", remedy="Choose another month")
    with_pool = set()
    for each in range(form.fran, form.fran + form.over if form.over <= MOST else form.fran):
        with suppress(NotFound):
            with_pool.add(pool_of_year(work, code, each).year)
    before = previous_ore_of(work, code, year, month)
    phased = []
    for place, step in enumerate(phase(version.key, read.key, form.over)):
        holds = form.fran + place - 1
        borne, trouble = _borne(work, Side(code, year, step.key, before), month)
        phased.append(Phased(step, holds, borne, holds in with_pool, trouble))
    return phased


def _borne(work: Work, side: Side, month: int) -> tuple[Mapping[str, int], str]:
    try:
        return side_ore(work, side, asked_months(month)), ""
    except (Invalid, Conflict) as problem:
        return {}, " ".join(worded(fault) for fault in problem.faults)


def _version(work: Work, code: str, day: str) -> Any:
    try:
        from_on = day_of(day)
    except ValueError as error:
        raise NotFound("There is no key from {day}", day=day) from error
    for version, _clause in key_versions(work, pool_of_year(work, code, from_on.year)):
        if version.from_on == from_on:
            return version
    raise NotFound("There is no key from {day}", day=day)


def _is_month() -> bool:
    return request.args.get("manad", "") in {str(number) for number in range(1, 13)}


def _in_words(
    key: Mapping[str, Any], names: Mapping[str, str], people: Mapping[str, str]
) -> list[str]:
    parts = [
        f"{part.take} {part.split}" + (f": {'; '.join(part.brackets)}" if part.brackets else "")
        for part in parts_in_words(key, names)
    ]
    return parts + terms_in_words(key, people)


def _text(key: Mapping[str, Any]) -> str:
    return json.dumps(key, ensure_ascii=False, indent=2) + "\n"
