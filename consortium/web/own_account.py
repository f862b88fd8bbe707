"""Page of one's own account: password, and where one is signed in."""

from typing import Any

from flask import request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict, Invalid
from consortium.core.words import mark
from consortium.http.asking import settings, works
from consortium.http.places import doorstep
from consortium.people.attempts import seconds_to_wait
from consortium.people.passwords import NewPassword
from consortium.people.queries import grants_named, own_account, own_sessions
from consortium.people.sessions import begin_session, end_own_session
from consortium.people.signing_in import change_password, sign_out_everywhere
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker, visit
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.sessions import keep_session
from consortium.web.signing_in import too_many_wrong
from consortium.web.toasts import done

pages = Pages("own_account", __name__, "/mitt-konto", right="")


@pages.get("")
def index() -> ResponseReturnValue:
    return with_faults("own_account/index.html", None, **_shown())


@pages.post("/losenord")
def change() -> ResponseReturnValue:
    """Change the password: every session ends but this browser's, which begins anew."""
    if not settings().web.local_sign_in:
        raise Conflict("Passwords are not used here")
    new = NewPassword(request.form.get("password", ""), request.form.get("again", ""))
    try:
        with works().writing(asker()) as work:
            step = doorstep("web")
            wait_s = seconds_to_wait(work, step)
            account = change_password(work, request.form.get("old", ""), new, step)
            if account is not None:
                secret = begin_session(work, account, settings().web.session_hours)
    except Invalid as problem:
        return with_faults("own_account/index.html", problem, **_shown())
    if wait_s:
        return too_many_wrong("own_account/index.html", wait_s, **_shown())
    if account is None:
        wrong = Invalid("The password you have now is not right", at="old")
        return with_faults("own_account/index.html", wrong, **_shown())
    role = visit().role
    keep_session(secret, work.now)
    session["role"] = role
    done(
        told(mark("Your password is changed")),
        told(mark("You are signed out everywhere else.")),
    )
    return see(url_for(".index"))


@pages.post("/sessioner/<int(max=2147483647):session_id>/avsluta")
def end(session_id: int) -> Response:
    with works().writing(asker()) as work:
        end_own_session(work, session_id)
    if session_id == visit().session_id:
        session.clear()
        return see(url_for("web.signing_in.ask"))
    done(told(mark("That session is ended")))
    return see(url_for(".index"))


@pages.post("/logga-ut-overallt")
def end_all() -> Response:
    with works().writing(asker()) as work:
        sign_out_everywhere(work, own_account(work))
    session.clear()
    return see(url_for("web.signing_in.ask"))


def _shown() -> dict[str, Any]:
    with works().reading(asker()) as work:
        account = own_account(work)
        return {
            "account": account,
            "grants": grants_named(work, account),
            "sessions": own_sessions(work),
            "by_password": settings().web.local_sign_in and bool(account.password_hash),
        }
