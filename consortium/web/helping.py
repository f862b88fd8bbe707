"""Pages of help: one for each role and each thing that everyone does, in Swedish and English."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from flask import render_template

from consortium.core.errors import NotFound
from consortium.core.words import mark
from consortium.reports.finding import HelpPage
from consortium.web.asking import Pages, visit
from consortium.web.language import language, told

pages = Pages("help", __name__, "/hjalp", right="")

TITLES: Final = {
    "borja": mark("Beginning"),
    "administrator": mark("For administrators"),
    "coordinator": mark("For coordinators"),
    "finance": mark("For finance officers"),
    "branch_manager": mark("For branch managers"),
    "counter": mark("For library staff"),
    "auditor": mark("For auditors"),
    "driver": mark("For drivers"),
    "import": mark("Importing and exporting"),
    "tangentbord": mark("Keyboard"),
    "personuppgifter": mark("Personal data"),
}
"""Page → its title, in the order of the contents; its text is templates/help/<language>/<page>."""

FOLDER: Final = Path(__file__).parent / "templates"
_TAG: Final = re.compile(r"<[^>]+>|\{[%#].*?[%#]\}|\{\{.*?\}\}", re.DOTALL)


@pages.get("")
def index() -> str:
    return render_template("help/index.html", names=_names(), own=visit().role)


@pages.get("/<page>")
def show(page: str) -> str:
    if page not in TITLES:
        raise NotFound("There is no page of help called {page}", page=page)
    return render_template(
        "help/show.html",
        title=told(TITLES[page]),
        text=f"help/{language()}/{page}.html",
        names=_names(),
        open_page=page,
    )


def help_pages() -> tuple[HelpPage, ...]:
    """Every page of help in the reader's language, for the search."""
    return _read(language())


def _names() -> dict[str, str]:
    return {page: told(title) for page, title in TITLES.items()}


@cache
def _read(spoken: str) -> tuple[HelpPage, ...]:
    """The pages as plain words. Within a request, as `told` speaks that request's language."""
    return tuple(
        HelpPage(page, told(title), _words_of(FOLDER / "help" / spoken / f"{page}.html"))
        for page, title in TITLES.items()
    )


def _words_of(path: Path) -> str:
    return " ".join(_TAG.sub(" ", path.read_text(encoding="utf-8")).split())
