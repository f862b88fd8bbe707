"""Pages of the votes: who has how many, why, and what it takes to decide with those present."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.agreements.queries import whole_agreements
from consortium.core.errors import Conflict, Fault, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.key_filling import fields_of
from consortium.costs.key_forms import Read, read_form
from consortium.costs.key_places import acted, field_of
from consortium.costs.voting import (
    Ballot,
    Votes,
    VotingTerms,
    fewest,
    majority,
    rules,
    set_rule,
    votes,
    votes_by,
)
from consortium.http.answers import STATUS
from consortium.http.asking import Day, Filled, Form, Whole, form_of, works
from consortium.http.parsing import day_of
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.key_fields import asked_fields, at_fields, choices, offered, rows_of
from consortium.web.key_trial import begun
from consortium.web.language import language, told
from consortium.web.periods import today
from consortium.web.refusals import with_faults, worded
from consortium.web.showing import number
from consortium.web.toasts import offer_undo
from consortium.web.vote_fields import TAKES, as_amounts, as_votes, of_votes, rule_in_words

pages = Pages("voting", __name__, "/rostetal", right="agreements.see")

PRESENT: Final = "narvarande"
SHARED_OUT: Final = ("lika", "matt", "blandning")
"""The ways of splitting that make sense of votes; a key of another kind is told as it is."""
DECIMALS: Final = 2


class RuleForm(Form):
    """body: who votes. votes: in all. clause: on which it rests. from_on: the first day."""

    body: Filled
    votes: Whole
    clause: Filled
    from_on: Day


class SaveForm(RuleForm):
    sure: Filled


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who is there: members' codes, their votes, and how many of them a decision needs."""

    present: frozenset[str]
    votes: int
    needed: int
    fewest: int | None
    is_most: bool


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    """The votes of a body on a day, with what the members who are ticked can decide."""
    day, problem, table = _day(), None, None
    with works().reading(asker()) as work:
        known = rules(work)
        bodies = list(dict.fromkeys(rule.body for rule, _clause in known))
        body = request.args.get("organ", "") or (bodies[0] if bodies else "")
        if body:
            try:
                table = votes(work, body, day)
            except (Conflict, Invalid) as found:
                problem = found
        names = dict(offered(work, []).measures)
    page, _status = with_faults(
        "voting/index.html",
        None,
        known=[(rule, clause, rule_in_words(rule.key, names)) for rule, clause in known],
        bodies=[(each, each) for each in bodies],
        body=body,
        day=day,
        table=table,
        meeting=_meeting(table) if table else None,
        majority=majority(table.total) if table else 0,
        why=_why,
        in_decimals=_in_decimals,
        problems=[worded(fault) for fault in problem.faults] if problem else [],
        edits={rule.id: _address(fields_of(rule.key), rule) for rule, _clause in known},
    )
    return page, STATUS[type(problem)] if problem else HTTPStatus.OK


@pages.get("/roster.csv")
def table_file() -> Response:
    """The votes of a body on a day, a row for each party."""
    day = _day()
    with works().reading(asker()) as work:
        known = [rule.body for rule, _clause in rules(work)]
        body = request.args.get("organ", "") or (known[0] if known else "")
        ballots = votes(work, body, day).ballots if body else ()
    header = ["member", "name", "votes", "exact", "percent"]
    rows = [[b.code, b.name, b.votes, b.exact, b.percent] for b in ballots]
    return csv_file(f"rostetal-{day.isoformat()}.csv", csv_text(header, rows))


@pages.get("/regel")
def edit(problem: Problem | None = None) -> Answer | tuple[str, HTTPStatus]:
    """A rule that is tried: its key in a form whose state is the address, and the votes by it."""
    asked = as_amounts(asked_fields())
    given = {name: request.args.get(name, "") for name in RuleForm.model_fields}
    given["from_on"] = given["from_on"] or today().isoformat()
    with works().reading(asker()) as work:
        shown = offered(work, [])
        fields = begun(asked or {"d1.tar": "rest", "d1.sort": "matt"}, shown)
        read = read_form(acted(fields, request.args.get("gor", "")))
        if problem is None and asked and ("gor" in request.args or read.fields != asked):
            return see(url_for("web.voting.edit", **_kept(given, as_votes(read.fields))))
        table, faults = _tried(work, given, read)
        numbers = [(c.number, c.number) for whole in whole_agreements(work) for c in whole.clauses]
    lists = choices()
    lists["kinds"] = [kind for kind in lists["kinds"] if kind[0] in SHARED_OUT]
    lists["takes"] = [(take, told(text)) for take, text in TAKES.items()]
    err = at_fields(tuple(of_votes(faults))) if given["body"] else {}
    page, _status = with_faults(
        "voting/edit.html",
        problem,
        given=given,
        fields=as_votes(read.fields),
        err=err,
        offered=shown,
        rows_of=rows_of,
        table=table,
        majority=majority(table.total) if table else 0,
        clauses=numbers,
        kept=_kept(given, as_votes(read.fields)),
        amount_label=told(mark("Votes")),
        in_decimals=_in_decimals,
        **lists,
    )
    failed = type(problem) if problem else (Invalid if err else None)
    return page, STATUS[failed] if failed else HTTPStatus.OK


@pages.post("/regel", right="costs.change")
def save() -> Answer | tuple[str, HTTPStatus]:
    """Let the rule in the address hold from its day on, as the members have decided."""
    try:
        form = form_of(SaveForm, {**request.args, "sure": request.form.get("sure", "")})
        read = _whole(read_form(as_amounts(asked_fields())))
        with works().writing(asker()) as work:
            set_rule(work, _terms(form, read))
    except (Invalid, Conflict, NotFound) as problem:
        return edit(problem)
    offer_undo(
        told(mark("The votes of {body} have a new rule"), body=form.body),
        work.audited,
        told(mark("It holds from {day}."), day=form.from_on.isoformat()),
    )
    return see(url_for("web.voting.index", organ=form.body, dag=form.from_on.isoformat()))


def _whole(read: Read) -> Read:
    if read.faults:
        raise Invalid(of_votes(list(read.faults)))
    return read


def _terms(form: RuleForm, read: Read) -> VotingTerms:
    return VotingTerms(form.body, form.from_on, form.votes, form.clause, read.key)


def _tried(work: Work, given: Mapping[str, str], read: Read) -> tuple[Votes | None, list[Fault]]:
    faults = list(read.faults)
    try:
        table = votes_by(work, _terms(form_of(RuleForm, given), read))
    except (Invalid, NotFound, Conflict) as problem:
        return None, faults + [_at_field(fault, read) for fault in problem.faults]
    return (None if faults else table), faults


def _at_field(fault: Fault, read: Read) -> Fault:
    at = field_of(fault, read.key, ()) if fault.at.startswith("key.") else fault.at
    return Fault(fault.text, at, fault.facts, fault.remedy)


def _day() -> date:
    """The day that the address names; today where it names none that can be."""
    try:
        return day_of(request.args.get("dag", ""))
    except ValueError:
        return today()


def _meeting(table: Votes) -> Meeting | None:
    """What those who are ticked can decide; None where nobody has said who is there."""
    ticked = frozenset(request.args.getlist(PRESENT))
    there = [ballot for ballot in table.ballots if ballot.code in ticked]
    if not there:
        return None
    count = sum(ballot.votes for ballot in there)
    needed = majority(count)
    return Meeting(
        frozenset(ballot.code for ballot in there),
        count,
        needed,
        fewest([ballot.votes for ballot in there], needed),
        count >= majority(table.total),
    )


def _why(ballot: Ballot) -> str:
    """How a party's votes came about: each part, and what rounding did."""
    steps = []
    for entry in ballot.trace:
        if "weight" in entry and "of" in entry:
            steps.append(
                f"{_in_decimals(entry['take_ore'])} × {_in_decimals(entry['weight'])}"
                f" ÷ {_in_decimals(entry['of'])} = {_in_decimals(entry['amount'])}"
            )
        else:
            steps.append(_in_decimals(entry["amount"]))
    rounded = told(
        mark("{exact} votes become {votes}"), exact=_in_decimals(ballot.exact), votes=ballot.votes
    )
    return f"{'; '.join(steps)}. {rounded}."


def _in_decimals(exact: str) -> str:
    """A whole number as it is, a fraction with two decimals, half up."""
    value = Fraction(exact)
    if value.denominator == 1:
        return number(value.numerator, language())
    hundredths = (value * 10**DECIMALS + Fraction(1, 2)).__floor__()
    whole, rest = divmod(abs(hundredths), 10**DECIMALS)
    sign = "-" if hundredths < 0 else ""
    return number(f"{sign}{whole}.{rest:02}", language())


def _address(fields: Mapping[str, str], rule: Any) -> str:
    given = {"body": rule.body, "votes": str(rule.votes), "clause": "", "from_on": ""}
    return url_for("web.voting.edit", **_kept(given, as_votes(fields)))


def _kept(given: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, Any]:
    return {**{name: text for name, text in given.items() if text}, **fields}
