"""What every template knows: words, who asks, the menu, and how values are shown."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, Final

from flask import Flask, g, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from consortium.core.days import swedish_day
from consortium.core.words import mark
from consortium.web import showing
from consortium.web.asking import known_visit
from consortium.web.language import language, told
from consortium.web.nav import ROLE_NAMES, menu
from consortium.web.toasts import take_said

NAME: Final = mark("Library operations")
THEME_COOKIE, KEYS_COOKIE = "tema", "genvagar"
THEMES: Final = frozenset({"light", "dark"})
BY_LANGUAGE: Final = ("amount", "kronor", "change", "number", "percent", "weekday")
AS_IS: Final = ("clock", "moment", "organisation_number")


def dress(app: Flask) -> None:
    """Give the templates of `app` their filters and the frame of a page."""
    for name in BY_LANGUAGE:
        app.add_template_filter(_in_language(getattr(showing, name)), name)
    for name in AS_IS:
        app.add_template_filter(getattr(showing, name), name)
    app.add_template_filter(_near, "near")
    app.add_template_global(day_tag)
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """The names that base.html and the macros use. Never asks the database."""
    visit = known_visit()
    theme = request.cookies.get(THEME_COOKIE, "")
    return {
        "_": told,
        "csrf": csrf,
        "said": take_said,
        "lang": language(),
        "theme": theme if theme in THEMES else "",
        "keys": "off" if request.cookies.get(KEYS_COOKIE) == "off" else "",
        "static": url_for("static", filename=""),
        "site": (visit.plate.name if visit else "") or told(NAME),
        "visit": visit,
        "signed_in": visit is not None and visit.signed_in,
        "role_names": ROLE_NAMES,
        "nav": menu(visit.role) if visit and visit.signed_in else [],
        "request_id": g.get("request_id", ""),
        "may": visit.actor.may if visit else _nothing,
    }


def csrf() -> Markup:
    """The hidden field of every form that posts, the same in all forms of a page."""
    found: Markup | None = g.get("csrf_field")
    if found is None:
        field = Markup('<input type="hidden" name="csrf_token" value="{}">')
        found = g.csrf_field = field.format(generate_csrf())
    return found


@lru_cache(4096)
def day_tag(day: date) -> Markup:
    """A date as in a table over time, for programs and people alike; tables have hundreds."""
    return Markup('<time datetime="{0}">{0}</time>').format(day.isoformat())


def _nothing(_right: str, _member: str | None = None) -> bool:
    return False


def _in_language(show: Callable[..., str]) -> Callable[..., str]:
    def shown(value: Any, *details: Any) -> str:
        return show(value, language(), *details)

    return shown


def _near(day: date) -> str:
    visit = known_visit()
    today = swedish_day(visit.now) if visit else day
    return showing.near_day(day, today, language())
