"""Pages: signing in and out, and the way to one's start page."""

from typing import Any, Final

from flask import request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from consortium.core.errors import Fault, Forbidden, Invalid
from consortium.core.words import mark
from consortium.http.asking import Form, Line, form_of, settings, works
from consortium.http.places import doorstep
from consortium.people.attempts import seconds_to_wait
from consortium.people.sessions import begin_session, leave_session
from consortium.people.signing_in import sign_in
from consortium.web.addresses import local, see
from consortium.web.asking import VISITOR, Pages, asker, visit
from consortium.web.nav import start_page
from consortium.web.refusals import with_faults
from consortium.web.sessions import keep_session, kept_secret

WRONG: Final = mark("The user name or the password is not right")
AFTER_WRONG: Final = mark(
    "After several wrong passwords an account is shut for a quarter of an hour"
)
TOO_MANY_REQUESTS: Final = 429
SECONDS_A_MINUTE: Final = 60

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
def ask() -> ResponseReturnValue:
    till = local(request.args.get("till"))
    return see(till) if visit().signed_in else with_faults("signing_in.html", **_shown(till))


@pages.post("/logga-in")
def enter() -> ResponseReturnValue:
    """Begin a session. An unknown name, a wrong password and a shut account get the same answer."""
    till = local(request.form.get("till"))
    if not settings().web.local_sign_in:
        raise Forbidden(
            "Passwords are not used here", remedy="Sign in the way the sign-in page shows"
        )
    try:
        username = form_of(SignIn, {"username": request.form.get("username", "")}).username
    except Invalid:
        username = ""
    with works().writing(VISITOR) as work:
        step = doorstep("web")
        wait_s = seconds_to_wait(work, step)
        account = sign_in(work, username, request.form.get("password", ""), step)
        if account is not None:
            hours = settings().web.session_hours
            secret = begin_session(work, account, hours, instead_of=kept_secret())
    if wait_s:
        return too_many_wrong("signing_in.html", wait_s, **_shown(till))
    if account is None:
        wrong = Invalid(WRONG, at="username", remedy=AFTER_WRONG)
        return with_faults("signing_in.html", wrong, **_shown(till))
    keep_session(secret, work.now)
    return see(till)


@pages.post("/logga-ut")
def leave() -> Response:
    """End this session, so that a copy of its cookie opens nothing."""
    if visit().signed_in:
        with works().writing(asker()) as work:
            leave_session(work, kept_secret())
    session.clear()
    return see(url_for("web.signing_in.ask"))


def too_many_wrong(template: str, wait_s: int, **shown: Any) -> tuple[str, int, dict[str, str]]:
    """The form again where too many wrong tries came from this place: when to try again."""
    fault = Fault(
        "There were too many wrong tries from your network",
        facts={"minutes": -(-wait_s // SECONDS_A_MINUTE)},
        remedy="Try again in {minutes} min",
    )
    page, _status = with_faults(template, Invalid([fault]), **shown)
    return page, TOO_MANY_REQUESTS, {"Retry-After": str(wait_s)}


def _shown(till: str) -> dict[str, Any]:
    """by_password: whether passwords open. can_send: whether a link for a new one can be sent.

    by_openid: whether another service vouches for people, and what it is called.
    """
    web = settings().web
    return {
        "till": till,
        "by_password": web.local_sign_in,
        "can_send": web.local_sign_in and bool(web.address),
        "by_openid": bool(settings().openid.issuer),
        "openid_name": settings().openid.name,
    }
