"""Pages: how one wants to see them, kept in cookies, and in which role, in the session."""

from datetime import timedelta
from typing import Final

from flask import request, session
from werkzeug.wrappers import Response

from consortium.core.words import LANGUAGES
from consortium.http.asking import settings
from consortium.web import language
from consortium.web.addresses import START, referrer, see
from consortium.web.asking import Pages, visit
from consortium.web.layout import KEYS_COOKIE, THEME_COOKIE, THEMES

YEAR: Final = timedelta(days=365)

pages = Pages("preferences", __name__, "/installningar", right=None)


@pages.post("/tema")
def choose_theme() -> Response:
    chosen = request.form.get("tema", "")
    return _keep(THEME_COOKIE, chosen if chosen in THEMES else "")


@pages.post("/sprak")
def choose_language() -> Response:
    chosen = request.form.get("lang", "")
    return _keep(language.COOKIE, chosen if chosen in LANGUAGES else "")


@pages.post("/genvagar")
def choose_keys() -> Response:
    return _keep(KEYS_COOKIE, "off" if request.form.get("genvagar") == "off" else "")


@pages.post("/roll")
def choose_role() -> Response:
    chosen = request.form.get("roll", "")
    if chosen in visit().roles:
        session["role"] = chosen
    return see(START)


def _keep(name: str, value: str) -> Response:
    """Back to the page one came from, with the choice in a cookie; an empty one is forgotten."""
    answer = see(referrer())
    if value:
        answer.set_cookie(
            name,
            value,
            max_age=YEAR,
            secure=settings().web.secure_cookies,
            httponly=True,
            samesite="Lax",
        )
    else:
        answer.delete_cookie(name, samesite="Lax")
    return answer
