"""The accessibility statement, open to everyone: what holds, what does not, where to say so.

Its parts are those that DIGG asks for (lag 2018:1937 13 §, förordning 2018:1938,
https://www.digg.se/kunskap-och-stod/digital-tillganglighet/skapa-en-tillganglighetsredogorelse).
"""

from datetime import date
from typing import Final

from flask import render_template

from consortium.http.asking import settings
from consortium.web.asking import Pages
from consortium.web.language import language

pages = Pages("statement", __name__, "/tillganglighet", right=None)

ASSESSED_ON: Final = date(2026, 11, 24)
"""When all pages were last checked against the law's demands."""

CHANGED_ON: Final = date(2026, 11, 28)
"""When the statement last changed."""

AUTHORITY: Final = "https://www.digg.se/tdosanmalan"


@pages.get("")
def index() -> str:
    contact = settings().web.contact
    return render_template(
        "statement/index.html",
        text=f"statement/{language()}.html",
        contact=contact,
        contact_address=contact if "://" in contact else f"mailto:{contact}",
        assessed_on=ASSESSED_ON,
        changed_on=CHANGED_ON,
        authority=AUTHORITY,
    )
