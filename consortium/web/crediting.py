"""Pages where an invoice is credited, whole or line by line."""

from http import HTTPStatus
from typing import Final

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.billing.crediting import credit_invoice
from consortium.core.errors import Conflict, Fault, Invalid, Problem
from consortium.core.money import kronor
from consortium.core.words import mark
from consortium.http.asking import Form, Line, fields_of, form_of, works
from consortium.http.parsing import ore_of
from consortium.reports.crediting import CreditPage, credit_page, credit_sums
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done

pages = Pages("crediting", __name__, "/fakturor", right="billing.issue")

AMOUNT: Final = "belopp-"
"""An input's name before the position of its line."""
TOO_MUCH: Final = mark("At most {amount} is left of this line")


class CreditForm(Form):
    """why: stands on the credit note. whole: `ja`, credit all that is left, whatever is written.

    Beside them `belopp-1` and on: kronor of each line, empty for nothing.
    """

    why: Line = ""
    whole: str = ""


@pages.get("/<number>/kreditera")
def ask(number: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        page = credit_page(work, number)
    return _shown(page, page.left if not problem else _readable(page), problem)


@pages.post("/<number>/kreditera/rakna")
def count(number: str) -> tuple[str, HTTPStatus]:
    """What the amounts that are written come to; nothing is changed."""
    with works().reading(asker()) as work:
        page = credit_page(work, number)
    try:
        amounts = _amounts(page)
    except Invalid as problem:
        return _shown(page, _readable(page), problem)
    return _shown(page, amounts, None, counted=True)


@pages.post("/<number>/kreditera")
def credit(number: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(CreditForm, request.form)
        with works().writing(asker()) as work:
            amounts = None if form.whole else _amounts(credit_page(work, number))
            note = credit_invoice(work, number, form.why, amounts)
    except Invalid as problem:
        return ask(number, Invalid([_placed(fault) for fault in problem.faults]))
    except Conflict as problem:
        return ask(number, problem)
    done(
        told(mark("Credit note {number} is issued"), number=note.number),
        told(mark("It gives back {amount} of invoice {invoice}, and is sent as that was."),
             amount=kronor(-note.payable_ore), invoice=number),
    )  # fmt: skip
    return see(url_for("web.invoices.show", number=note.number))


def _shown(
    page: CreditPage,
    amounts: dict[int, int],
    problem: Problem | None,
    *,
    counted: bool = False,
) -> tuple[str, HTTPStatus]:
    written = fields_of(request.form, AMOUNT) if problem or counted else {}
    return with_faults(
        "invoices/credit.html",
        problem,
        page=page,
        sums=credit_sums(page, amounts),
        whole=credit_sums(page, page.left),
        written={int(place): text for place, text in written.items() if place.isdecimal()},
        why=request.form.get("why", ""),
    )


def _amounts(page: CreditPage) -> dict[int, int]:
    """Position → net öre as written; Invalid at each field that cannot be, or is too much."""
    faults, amounts = [], {}
    written = fields_of(request.form, AMOUNT)
    for position, left_ore in page.left.items():
        text, field = written.get(str(position), "").strip(), f"{AMOUNT}{position}"
        try:
            amounts[position] = ore_of(text) if text else 0
        except ValueError as error:
            faults.append(Fault(str(error), field))
            continue
        if not _fits(amounts[position], left_ore):
            faults.append(Fault(TOO_MUCH, field, {"amount": kronor(left_ore)}))
    if faults:
        raise Invalid(faults)
    return amounts


def _readable(page: CreditPage) -> dict[int, int]:
    """As `_amounts`, with nothing where a field cannot be read or is too much."""
    amounts = {}
    for place, text in fields_of(request.form, AMOUNT).items():
        try:
            amounts[int(place)] = ore_of(text)
        except ValueError:
            continue
    left = page.left.items()
    return {at: amounts[at] for at, ore in left if at in amounts and _fits(amounts[at], ore)}


def _fits(ore: int, left_ore: int) -> bool:
    return not ore or (ore * left_ore > 0 and abs(ore) <= abs(left_ore))


def _placed(fault: Fault) -> Fault:
    """A fault of the use case at the field that it is about."""
    if not fault.at.startswith("lines["):
        return fault
    position = fault.at.removeprefix("lines[").removesuffix("]")
    return Fault(fault.text, f"{AMOUNT}{position}", fault.facts, fault.remedy)
