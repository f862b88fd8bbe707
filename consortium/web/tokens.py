"""Pages of an account's tokens: one is given, shown once, and can be revoked."""

from collections.abc import Iterable
from datetime import time
from typing import Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from consortium.core.days import DAY, instant_of
from consortium.core.errors import Invalid
from consortium.core.words import mark
from consortium.http.asking import Day, Filled, Form, form_of, works
from consortium.people.admitting import give_token, restore_token, revoke_token
from consortium.people.overview import account_by_name
from consortium.people.queries import actor_of
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import undoable

MIDNIGHT: Final = time(0)
ROOMS: Final = {
    "agreements": mark("Agreements"),
    "audit": mark("Audit trail"),
    "billing": mark("Invoices"),
    "branches": mark("Libraries"),
    "budget": mark("Budget"),
    "cards": mark("Cards"),
    "costs": mark("Costs"),
    "crates": mark("Crates"),
    "emedia": mark("E-media"),
    "ledger": mark("Bookkeeping"),
    "measures": mark("Measures"),
    "members": mark("Members"),
    "people": mark("Accounts"),
    "settings": mark("Settings"),
    "transports": mark("Transports"),
}
VERBS: Final = {
    "approve": mark("approve"),
    "change": mark("change"),
    "comment": mark("answer"),
    "count": mark("count"),
    "drive": mark("drive"),
    "handle": mark("handle"),
    "issue": mark("issue"),
    "lock": mark("lock"),
    "personal": mark("see what is personal"),
    "plan": mark("plan"),
    "prepare": mark("prepare"),
    "receive": mark("take in payments"),
    "see": mark("see"),
}
"""A right is `room.verb`; one that is not here shows its own name."""

pages = Pages("tokens", __name__, "/konton", right="people.change")


class TokenForm(Form):
    """label: what it is for. until: its last day. Rights stand as checkboxes, `right`."""

    label: Filled
    until: Day


@pages.get("/<username>/nycklar/ny")
def new(username: str, problem: Invalid | None = None) -> ResponseReturnValue:
    with works().reading(asker()) as work:
        held = actor_of(work, account_by_name(work, username)).rights
    return with_faults(
        "accounts/new_token.html",
        problem,
        username=username,
        rights=_named(held),
        chosen=request.form.getlist("right"),
    )


@pages.post("/<username>/nycklar/ny")
def give(username: str) -> ResponseReturnValue:
    """Give a token. Its secret is in this answer and nowhere else: the post does not redirect."""
    try:
        form = form_of(TokenForm, request.form)
        with works().writing(asker()) as work:
            account = account_by_name(work, username)
            rights = request.form.getlist("right")
            ends_at = instant_of(form.until + DAY, MIDNIGHT)
            secret = give_token(work, account, form.label, ends_at, rights)
    except Invalid as problem:
        return new(username, problem)
    return render_template(
        "accounts/token.html",
        username=username,
        label=form.label,
        until=form.until,
        secret=secret,
        rights=_named(rights),
    )


@pages.post("/<username>/nycklar/<int(max=2147483647):token_id>/aterkalla")
def revoke(username: str, token_id: int) -> Response:
    with works().writing(asker()) as work:
        token = revoke_token(work, token_id)
    said = told(mark("The token {label} is revoked"), label=token.label)
    undoable(said, url_for(".restore", username=username, token_id=token_id))
    return see(url_for("web.accounts.show", username=username))


@pages.post("/<username>/nycklar/<int(max=2147483647):token_id>/ateruppta")
def restore(username: str, token_id: int) -> Response:
    with works().writing(asker()) as work:
        token = restore_token(work, token_id)
    said = told(mark("The token {label} holds again"), label=token.label)
    undoable(said, url_for(".revoke", username=username, token_id=token_id))
    return see(url_for("web.accounts.show", username=username))


def _named(rights: Iterable[str]) -> list[tuple[str, str]]:
    """Rights with what they are called, in the order of that."""
    named = [(right, _name(*right.split(".", 1))) for right in rights]
    return sorted(named, key=lambda pair: pair[1])


def _name(room: str, verb: str) -> str:
    return f"{told(ROOMS.get(room, room))}: {told(VERBS.get(verb, verb))}"
