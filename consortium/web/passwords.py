"""Pages for who has no password or has forgotten it: a link by e-mail, and what it opens.

The link's secret stands in the address it was sent with and then only in the body of the post;
neither page tells another site where it was opened from.
"""

from typing import Final

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consortium.core.errors import Forbidden, Invalid, NotFound
from consortium.core.words import mark
from consortium.http.asking import Form, Line, form_of, settings, works
from consortium.people.inviting import ask_for_password, choose_password, holder_of
from consortium.people.passwords import NewPassword
from consortium.people.rules import INVITATION, PASSWORD
from consortium.web.addresses import see
from consortium.web.asking import VISITOR, Pages
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done

NO_REFERRER: Final = {"Referrer-Policy": "no-referrer"}

pages = Pages("passwords", __name__, "/", right=None)


class Asking(Form):
    """name: a user name or an e-mail address."""

    name: Line = ""


class Choosing(Form):
    """What the link's page posts; passwords are taken as they were typed."""

    purpose: Line = ""
    secret: Line = ""


@pages.get("/glomt-losenord")
def forgotten() -> ResponseReturnValue:
    return _asking()


@pages.post("/glomt-losenord")
def ask() -> ResponseReturnValue:
    """The same answer whether there is such an account or not."""
    try:
        name = form_of(Asking, {"name": request.form.get("name", "")}).name
    except Invalid as problem:
        return _asking(problem)
    with works().writing(VISITOR) as work:
        ask_for_password(work, name, settings().web)
    done(
        told(mark("If there is such an account, a letter is on its way")),
        told(mark("It goes to the e-mail address of the account and holds for 30 minutes.")),
    )
    return see(url_for("web.signing_in.ask"))


@pages.get("/inbjudan/<secret>")
def invited(secret: str) -> ResponseReturnValue:
    return _choosing(secret, INVITATION)


@pages.get("/losenord/<secret>")
def reset(secret: str) -> ResponseReturnValue:
    return _choosing(secret, PASSWORD)


@pages.post("/losenord")
def choose() -> ResponseReturnValue:
    """Choose the password; what a browser says about where it comes from is not asked for."""
    form = form_of(Choosing, {name: request.form.get(name, "") for name in ("purpose", "secret")})
    new = NewPassword(request.form.get("password", ""), request.form.get("again", ""))
    try:
        with works().writing(VISITOR) as work:
            choose_password(work, form.secret, form.purpose, new, settings().web)
    except (Invalid, NotFound) as problem:
        return _choosing(form.secret, form.purpose, problem)
    done(told(mark("Your password is chosen")), told(mark("Sign in with it.")))
    return see(url_for("web.signing_in.ask"))


def _asking(problem: Invalid | None = None) -> ResponseReturnValue:
    web = settings().web
    if not web.local_sign_in:
        raise Forbidden(
            "Passwords are not used here", remedy="Sign in the way the sign-in page shows"
        )
    return with_faults("passwords/forgotten.html", problem, can_send=bool(web.address))


def _choosing(
    secret: str, purpose: str, problem: Invalid | NotFound | None = None
) -> ResponseReturnValue:
    username = ""
    try:
        with works().reading(VISITOR) as work:
            username = holder_of(work, secret, purpose).username
    except NotFound as dead:
        problem = dead
    page, status = with_faults(
        "passwords/choose.html", problem, username=username, secret=secret, purpose=purpose
    )
    return page, status, NO_REFERRER
