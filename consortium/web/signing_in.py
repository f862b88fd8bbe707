"""Pages: signing in and out, and the way to one's start page."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import request, session, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Forbidden, Invalid
from consortium.core.words import mark
from consortium.http.asking import Form, Line, form_of, settings, works
from consortium.people.queries import account_by_id
from consortium.people.signing_in import sign_in, sign_out_everywhere
from consortium.web.addresses import local, see
from consortium.web.asking import VISITOR, Pages, asker, visit
from consortium.web.nav import start_page
from consortium.web.refusals import with_faults

WRONG: Final = mark("The user name or the password is not right")
AFTER_WRONG: Final = mark(
    "After several wrong passwords an account is shut for a quarter of an hour"
)

pages = Pages("signing_in", __name__, "/", right=None)


class SignIn(Form):
    """password is taken as it was typed, blanks at its ends included."""

    username: Line = ""


@pages.get("/")
def home() -> Response:
    """The start page of the role one is signed in with."""
    if not visit().signed_in:
        return see(url_for("web.signing_in.ask"))
    start = start_page(visit().role)
    if start is None:
        raise Forbidden("Your account has no role yet", remedy="Ask the administrator for one")
    return see(start)


@pages.get("/logga-in")
def ask() -> Response | tuple[str, HTTPStatus]:
    till = local(request.args.get("till"))
    return see(till) if visit().signed_in else with_faults("signing_in.html", till=till)


@pages.post("/logga-in")
def enter() -> Response | tuple[str, HTTPStatus]:
    """Begin a session. An unknown name, a wrong password and a shut account get the same answer."""
    till = local(request.form.get("till"))
    try:
        username = form_of(SignIn, {"username": request.form.get("username", "")}).username
    except Invalid:
        username = ""
    with works().writing(VISITOR) as work:
        account = sign_in(work, username, request.form.get("password", ""))
    if account is None:
        wrong = Invalid(WRONG, at="username", remedy=AFTER_WRONG)
        return with_faults("signing_in.html", wrong, till=till)
    ends_at = work.now + timedelta(hours=settings().web.session_hours)
    session.clear()
    session.permanent = True
    session.update(account=account.id, seed=account.session_seed, until=int(ends_at.timestamp()))
    return see(till)


@pages.post("/logga-ut")
def leave() -> Response:
    """End every session of the account: a copy of this one's cookie must not outlive it."""
    if visit().signed_in:
        with works().writing(asker()) as work:
            sign_out_everywhere(work, account_by_id(work, session["account"]))
    session.clear()
    return see(url_for("web.signing_in.ask"))
