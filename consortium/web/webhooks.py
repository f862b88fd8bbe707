"""Pages of the webhooks: who is told of what, whether it arrives, and the secret that proves it."""

from http import HTTPStatus
from typing import Final

from flask import make_response, request, session, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Invalid, Problem
from consortium.core.settings import secret_key
from consortium.core.words import mark
from consortium.http.asking import Filled, Form, form_of, settings, works
from consortium.http.paging import cursor_of, cursor_pager
from consortium.messages.hooks import (
    BY_AGE,
    add_webhook,
    deliveries,
    end_webhook,
    note_secret_shown,
    ping_webhook,
    resume_webhook,
    tell_again,
    webhook_to_see,
    webhooks,
)
from consortium.messages.rules import EVENTS, PING, secret_of, shown
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, undoable

pages = Pages("webhooks", __name__, "/webhookar", right="settings.see")

EVENT_WORDS: Final = {
    "invoice.issued": mark("An invoice is issued"),
    "plan.published": mark("A day's plan is published"),
    PING: mark("A trial"),
}
STATES: Final = {
    "waiting": ("accent", mark("Waiting")),
    "delivered": ("ok", mark("Delivered")),
    "failed": ("bad", mark("Failed")),
}
OUTER: Final = "<int(max=2147483647):webhook_id>"
NEW: Final = "new_webhook"


class WebhookForm(Form):
    address: Filled


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        rows = webhooks(work)
    return with_faults(
        "webhooks/index.html",
        problem,
        rows=rows,
        events=[(event, told(EVENT_WORDS[event])) for event in EVENTS],
        chosen=request.form.getlist("events") if problem else list(EVENTS),
        event_words=EVENT_WORDS,
    )


@pages.post("")
def add() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(WebhookForm, request.form)
        chosen = request.form.getlist("events")
        with works().writing(asker()) as work:
            webhook = add_webhook(work, form.address, chosen, settings().outgoing.allowed)
    except Invalid as problem:
        return index(problem)
    session[NEW] = webhook.id  # the next page shows its secret, once
    return see(url_for(".show", webhook_id=webhook.id))


@pages.get(f"/{OUTER}")
def show(webhook_id: int) -> Response:
    return _page(webhook_id, with_secret=session.pop(NEW, None) == webhook_id)


@pages.post(f"/{OUTER}/hemlighet")
def secret(webhook_id: int) -> Response:
    """The page with the secret on it: an answer to a post, so that no address shows it."""
    with works().writing(asker()) as work:
        note_secret_shown(work, webhook_id)
    return _page(webhook_id, with_secret=True)


@pages.post(f"/{OUTER}/prova")
def ping(webhook_id: int) -> Response:
    with works().writing(asker()) as work:
        ping_webhook(work, webhook_id)
    done(told(mark("A trial is on its way")), told(mark("Load the page again in a minute.")))
    return see(url_for(".show", webhook_id=webhook_id))


@pages.post(f"/{OUTER}/avsluta")
def end(webhook_id: int) -> Response:
    with works().writing(asker()) as work:
        end_webhook(work, webhook_id)
    undoable(told(mark("The webhook has ended")), url_for(".resume", webhook_id=webhook_id))
    return see(url_for(".show", webhook_id=webhook_id))


@pages.post(f"/{OUTER}/ateruppta")
def resume(webhook_id: int) -> Response:
    with works().writing(asker()) as work:
        resume_webhook(work, webhook_id)
    undoable(
        told(mark("The webhook is told again of what happens from now on")),
        url_for(".end", webhook_id=webhook_id),
    )
    return see(url_for(".show", webhook_id=webhook_id))


@pages.post("/leverans/<int(max=2147483647):delivery_id>/igen")
def again(delivery_id: int) -> Response:
    with works().writing(asker()) as work:
        delivery = tell_again(work, delivery_id)
    done(told(mark("It is sent again")), told(mark("Load the page again in a minute.")))
    return see(url_for(".show", webhook_id=delivery.webhook_id))


def _page(webhook_id: int, *, with_secret: bool) -> Response:
    cursor = cursor_of(request.args.get("vidare"), BY_AGE)
    with works().reading(asker()) as work:
        webhook = webhook_to_see(work, webhook_id)
        page = deliveries(work, webhook_id, cursor)
    text, status = with_faults(
        "webhooks/show.html",
        None,
        webhook=webhook,
        secret=shown(secret_of(secret_key(settings()), webhook.seed)) if with_secret else "",
        rows=page.rows,
        pages=cursor_pager(page, lambda text: url_for(".show", webhook_id=webhook.id, vidare=text)),
        states=STATES,
        event_words=EVENT_WORDS,
    )
    answer = make_response(text, status)
    if with_secret:
        answer.headers["Cache-Control"] = "no-store"
    return answer
