"""The form of a new invoice run: what of a year it can bill, and what was chosen."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from flask import request
from werkzeug.datastructures import MultiDict

from consortium.billing.periods import LENGTHS, Cut, period_of, period_text
from consortium.core.errors import Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.queries import pools
from consortium.http.asking import Filled, Form, form_of
from consortium.members.queries import members
from consortium.web.language import language, told
from consortium.web.periods import period_title

GROUPS = (mark("Months"), mark("Quarters"), mark("The whole year"))


class NewRunForm(Form):
    """period: as addresses write it. Beside it `pools` and `members`, codes, none for all."""

    period: Filled
    stage: Literal["preliminary", "final"] = "preliminary"
    separate: Literal["", "ja"] = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a year offers. periods: groups of address and title; the others code and name.

    picked, sorted_out: the pools and members that were chosen in a form that was refused.
    """

    periods: list[tuple[str, list[tuple[str, str]]]]
    period: str
    pools: list[tuple[str, str]]
    members: list[tuple[str, str]]
    picked: frozenset[str]
    sorted_out: frozenset[str]


def choices_of(work: Work, year: int, month: date) -> Choices:
    """What a new run of `year` can be of, `month` chosen."""
    groups = []
    for name, length in zip(GROUPS, LENGTHS, strict=True):
        firsts = [date(year, month, 1) for month in range(1, 13, length)]
        named = [(period_text(day, length), period_title(day, length)) for day in firsts]
        groups.append((told(name), named))
    swedish = language() == "sv"
    return Choices(
        groups,
        period_text(month, 1),
        [(pool.code, pool.name if swedish else pool.name_en) for pool in pools(work, year)],
        [(member.code, member.name) for member in members(work)],
        frozenset(_codes(request.form, "pools")),
        frozenset(_codes(request.form, "members")),
    )


def asked_cut() -> Cut:
    """What the form that was posted asks to be billed."""
    form = form_of(NewRunForm, request.form)
    try:
        month, months = period_of(form.period)
    except ValueError as error:
        raise Invalid(
            "{period} is no month, quarter or year",
            at="period",
            remedy="Write it as 2026-11, 2026-k4 or 2026",
            period=form.period,
        ) from error
    return Cut(
        month,
        months,
        form.stage,
        bool(form.separate),
        frozenset(_codes(request.form, "pools")),
        frozenset(_codes(request.form, "members")),
    )


def asked_again(cut: Cut) -> dict[str, str]:
    """The fields of a form that asks for a run like one that there was."""
    return {
        "period": period_text(cut.month, cut.months),
        "stage": cut.stage,
        "separate": "ja" if cut.separate else "",
        "pools": " ".join(sorted(cut.pools)),
        "members": " ".join(sorted(cut.members)),
    }


def _codes(form: MultiDict[str, str], name: str) -> list[str]:
    """Codes of boxes that are ticked, or several in one field, with blanks between."""
    return " ".join(form.getlist(name)).split()
