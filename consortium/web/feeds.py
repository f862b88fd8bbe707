"""Calendars: each library's stops at a secret address, which its staff can renew or withdraw."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Response, current_app, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.core.words import LANGUAGES, mark, words
from consortium.http.asking import settings, works
from consortium.transports.feeds import (
    calendar_of,
    feeds,
    renew_feed,
    token_of,
    withdraw_feed,
)
from consortium.transports.formats.calendar import MEDIA_TYPE, calendar_file
from consortium.web.addresses import see
from consortium.web.asking import VISITOR, Pages, asker
from consortium.web.language import language, told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("feeds", __name__, "/kalender", right="crates.handle")

MAX_AGE: Final = 300  # seconds that a calendar program may keep it without asking


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        rows = feeds(work)
    shown = [(row, "" if row.withdrawn else _address(row.branch.slug, row.version)) for row in rows]
    return with_faults("feeds/index.html", rows=shown)


@pages.get("/<token>.ics", right=None)
def calendar(token: str) -> Response:
    """The calendar, to whoever has the address; 304 where they have it as it is."""
    spoken = request.args.get("sprak", LANGUAGES[0])
    with works().reading(VISITOR) as work:
        found, changed = calendar_of(work, str(current_app.secret_key), token, _site())
    say = words(spoken if spoken in LANGUAGES else LANGUAGES[0])
    answer = Response(calendar_file(found, say), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.slug}.ics"'
    answer.headers["Cache-Control"] = f"private, max-age={MAX_AGE}"
    answer.last_modified = changed
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@pages.post("/<slug>/ny")
def renew(slug: str) -> Answer:
    with works().writing(asker()) as work:
        renew_feed(work, slug)
    offer_undo(
        told(mark("The calendar has a new address")),
        work.audited,
        told(mark("The address before shows nothing any more. Give the new one to your programs.")),
    )
    return see(url_for(".index") + f"#{slug}")


@pages.post("/<slug>/stang")
def withdraw(slug: str) -> Answer:
    with works().writing(asker()) as work:
        withdraw_feed(work, slug)
    offer_undo(told(mark("The address of the calendar is withdrawn")), work.audited)
    return see(url_for(".index") + f"#{slug}")


def _address(slug: str, version: int) -> str:
    token = token_of(str(current_app.secret_key), slug, version)
    spoken: dict[str, Any] = {} if language() == LANGUAGES[0] else {"sprak": language()}
    path = url_for(".calendar", token=token, **spoken)
    root = settings().web.address or request.host_url.rstrip("/")
    return root + path


def _site() -> str:
    """What makes a stop's UID one in the world; the same by whatever name a program asks."""
    return urlsplit(settings().web.address).hostname or "consortium.invalid"
