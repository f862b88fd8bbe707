"""Pages of the payments: the list, the bank's files, what waits to be placed, and one payment."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.core.errors import Conflict, Fault, Invalid, Problem
from consortium.core.money import decimal
from consortium.core.words import mark
from consortium.documents.queries import document
from consortium.http.asking import Form, Line, Whole, fields_of, form_of, works
from consortium.http.paging import PAGE_SIZE, cursor_of, cursor_pager, pager, paging_of
from consortium.http.parsing import ore_of
from consortium.payments.candidates import candidates, pay_backs, to_place
from consortium.payments.importing import BANK_XML
from consortium.payments.placing import pay_back, place, take_back, withdraw_pay_back
from consortium.payments.queries import (
    NEWEST,
    TO_DO,
    Wanted,
    found_payments,
    listed_payments,
    payment_file,
    payment_files,
    payments_to_do,
    pays_of,
    shown_payment,
    states,
)
from consortium.web.addresses import referrer, see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, sheet_file
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("payments", __name__, "/betalningar", right="billing.see")

PAYMENT: Final = "<int(max=2147483647):payment_id>"
AT_ONCE: Final = 25
EMPTY_ROWS: Final = 2
STATES: Final = {
    "matched": ("ok", mark("Placed")),
    "part": ("accent", mark("Part payment")),
    "over": ("warn", mark("Something is left")),
    "review": ("warn", mark("To be placed")),
    "duplicate": ("line", mark("Told twice")),
    "reversed": ("line", mark("Went back")),
}
"""State → the kind of its badge, and what it is called."""
WAYS: Final = {
    "reference": mark("by the reference"),
    "amount": mark("by payer and amount"),
    "credit": mark("set off"),
    "hand": mark("by hand"),
}
COLUMNS: Final = (
    "payment",
    "booked_on",
    "amount_ore",
    "reference",
    "payer",
    "payer_account",
    "state",
    "invoice",
)


class PayBackForm(Form):
    """paid: the payment of which something is left. out: the payment out."""

    paid: Whole
    out: Whole


class MoreForm(Form):
    """A row of the placing form whose invoice is written by hand."""

    number: Line = ""
    amount: Line = ""


@pages.app_template_filter("plain_kronor")
def plain_kronor(amount_ore: int) -> str:
    """Öre as a form's field has them: `-1234,50`."""
    return decimal(amount_ore).replace(".", ",")


def state_names() -> dict[str, tuple[str, str]]:
    return {state: (kind, told(text)) for state, (kind, text) in STATES.items()}


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    """Payments, the newest first; `lage` chooses a state and `fil` a bank's file."""
    wanted = _wanted()
    cursor = cursor_of(request.args.get("vidare"), NEWEST)
    actor = asker()
    with works().reading(actor) as work:
        page = listed_payments(work, wanted, cursor, PAGE_SIZE)
        pays, counts = pays_of(work, [row.id for row in page.rows]), states(work, wanted.file)
        whole = work.scope("billing.see") is None
        file = payment_file(work, wanted.file) if wanted.file and whole else None
    kept: dict[str, Any] = {"lage": wanted.state or None, "fil": wanted.file}
    total = counts.get(wanted.state, 0) if wanted.state else sum(counts.values())
    return with_faults(
        "payments/index.html",
        rows=page.rows,
        pays=pays,
        names=state_names(),
        counts=counts,
        wanted=wanted,
        file=file,
        whole=whole,
        to_do=sum(counts.get(state, 0) for state in TO_DO),
        kept=kept,
        pages=cursor_pager(page, lambda text: url_for(".index", **kept, vidare=text), total),
    )


@pages.get("/betalningar.csv")
def table() -> Response:
    """Every payment that the address chooses, without pages."""
    with works().reading(asker()) as work:
        rows = found_payments(work, _wanted())
        pays = pays_of(work, [row.id for row in rows])
    lines = [
        (
            row.key,
            row.booked_on,
            row.amount_ore,
            row.reference,
            row.payer,
            row.payer_account,
            row.state,
            "+".join(pay.number for pay in pays[row.id]),
        )
        for row in rows
    ]
    return csv_file("betalningar.csv", csv_text(COLUMNS, lines))


@pages.get("/filer")
def files() -> tuple[str, HTTPStatus]:
    """The bank's files that were taken in, the latest first."""
    paging = paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        rows, total = payment_files(work, paging.offset, paging.size)
    return with_faults(
        "payments/files.html",
        rows=rows,
        pages=pager(paging, total, lambda number: url_for(".files", sida=number)),
    )


@pages.get("/filer/<int(max=2147483647):file_id>")
def fetch(file_id: int) -> Response:
    """A bank's file as it was taken in."""
    with works().reading(asker()) as work:
        row = payment_file(work, file_id)
        kept = document(work, row.sha256)
    ending = "xml" if kept.media_type == BANK_XML else "txt"
    return sheet_file(f"bankfil-{file_id}.{ending}", kept.content, kept.media_type)


@pages.get("/att-placera")
def review() -> tuple[str, HTTPStatus]:
    """What waits for a person, the earliest first, each with what it may pay."""
    paging = paging_of(request.args.get("sida"), AT_ONCE)
    with works().reading(asker()) as work:
        found, total = payments_to_do(work, paging.offset, paging.size)
        rows = to_place(work, found)
    return with_faults(
        "payments/review.html",
        rows=rows,
        names=state_names(),
        pages=pager(paging, total, lambda number: url_for(".review", sida=number)),
    )


@pages.get(f"/{PAYMENT}")
def show(payment_id: int, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """One payment: what the bank told, what it pays, and a form to place what is left."""
    with works().reading(asker()) as work:
        shown = shown_payment(work, payment_id)
        whole = work.scope("billing.see") is None
        may_pay = candidates(work, shown.payment, shown.left_ore) if whole else []
        pairs = pay_backs(work, shown.payment) if whole and shown.left_ore else []
    return with_faults(
        "payments/show.html",
        problem,
        shown=shown,
        payment=shown.payment,
        names=state_names(),
        ways={way: told(text) for way, text in WAYS.items()},
        candidates=may_pay,
        pairs=pairs,
        empty_rows=range(EMPTY_ROWS),
    )


@pages.post(f"/{PAYMENT}/placera", right="billing.receive")
def put(payment_id: int) -> Answer | tuple[str, HTTPStatus]:
    """Place what is left of a payment on the invoices whose fields are filled in."""
    try:
        amounts = _amounts()
        with works().writing(asker()) as work:
            place(work, payment_id, amounts)
    except (Invalid, Conflict) as problem:
        return show(payment_id, _placed_at_fields(problem))
    offer_undo(told(mark("Placed on {numbers}"), numbers=", ".join(amounts)), work.audited)
    on_list = request.form.get("lista") == "ja"
    return see(referrer() if on_list else url_for("web.payments.show", payment_id=payment_id))


@pages.post(f"/{PAYMENT}/tillbaka", right="billing.receive")
def put_back(payment_id: int) -> Answer:
    """Take back what a payment pays of an invoice."""
    form = form_of(MoreForm, request.form)
    with works().writing(asker()) as work:
        take_back(work, payment_id, {form.number: _ore(form.amount, "amount")})
    offer_undo(told(mark("No longer placed on {number}"), number=form.number), work.audited)
    return see(url_for("web.payments.show", payment_id=payment_id))


@pages.post(f"/{PAYMENT}/aterbetald", right="billing.receive")
def paid_back(payment_id: int) -> Answer:
    """Say that a payment out paid back what was paid too much."""
    form = form_of(PayBackForm, request.form)
    with works().writing(asker()) as work:
        pay_back(work, form.paid, form.out)
    offer_undo(told(mark("What was paid too much is paid back")), work.audited)
    return see(url_for("web.payments.show", payment_id=payment_id))


@pages.post(f"/{PAYMENT}/inte-aterbetald", right="billing.receive")
def not_paid_back(payment_id: int) -> Answer:
    """Say that a payment out paid nothing back after all."""
    with works().writing(asker()) as work:
        withdraw_pay_back(work, payment_id)
    offer_undo(told(mark("The payment out pays nothing back any more")), work.audited)
    return see(url_for("web.payments.show", payment_id=payment_id))


def _wanted() -> Wanted:
    state, file = request.args.get("lage", ""), request.args.get("fil", "")
    known = file.isascii() and file.isdecimal() and len(file) < len("2147483647")
    return Wanted(state if state in STATES else "", int(file) if known else None)


def _amounts() -> dict[str, int]:
    """The form's amounts by the invoices' numbers; fields that are empty are left out."""
    given = {n: text for n, text in fields_of(request.form, "belopp-").items() if text.strip()}
    found = {number: _ore(text, f"belopp-{number}") for number, text in given.items()}
    for row in range(EMPTY_ROWS):
        number = request.form.get(f"nummer{row}", "").strip()
        text = request.form.get(f"summa{row}", "").strip()
        if number and text:
            found[number] = found.get(number, 0) + _ore(text, f"summa{row}")
        elif number or text:
            at = f"summa{row}" if number else f"nummer{row}"
            raise Invalid(mark("Write both the invoice's number and an amount"), at=at)
    return found


def _ore(text: str, at: str) -> int:
    try:
        return ore_of(text)
    except ValueError as error:
        raise Invalid(str(error), at=at) from error


def _placed_at_fields(problem: Problem) -> Problem:
    """The same refusal, with each fault at the field of its invoice."""
    rows = {request.form.get(f"nummer{row}", "").strip(): row for row in range(EMPTY_ROWS)}
    placed = [_at_field(fault, rows) for fault in problem.faults]
    return type(problem)(placed)


def _at_field(fault: Fault, rows: dict[str, int]) -> Fault:
    if f"belopp-{fault.at}" in request.form:
        return replace(fault, at=f"belopp-{fault.at}")
    return replace(fault, at=f"nummer{rows[fault.at]}") if fault.at in rows else fault
