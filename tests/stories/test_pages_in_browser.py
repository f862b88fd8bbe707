"""Every page in Chromium, for every role, in both languages and both themes, in a real month.

The pages are drawn from the application's own addresses and from the links on its pages.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from random import Random
from typing import Final

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.exceptions import HTTPException

from consortium.app import create_app
from consortium.core.db import open_engine
from consortium.core.settings import Settings
from consortium.core.words import LANGUAGES
from consortium.core.work import Works
from consortium.web.language import COOKIE
from tests.conftest import Clock
from tests.slices import WHOLE
from tests.stories.test_every_page import KNOWING_MORE, addresses
from tests.stories.worlds import ROLES, make_money, make_november
from tests.web.browsing import TOKEN, Surfer, signed_in
from tests.web.page_check import choose, faults_at, window
from tests.web.serving import serving

VISITOR: Final = "visitor"
PART: Final = 2  # pages of each role in `make test`
ABSENT: Final = "/finns-inte"
LEAST_PAGES: Final = 4  # a visitor's: to sign in, a lost password, the statement, what is absent
HREF: Final = re.compile(r'href="(/[^"#]*)"')
EACH: Final = {"web.help.show", "web.exchanging.choose"}
"""Views whose every link is a page of its own kind; of other views one example is enough."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as someone sees it. main: its markup from `main` on, without the form's tokens."""

    path: str
    status: int
    main: str


@pytest.fixture(scope="module")
def site(
    empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, str]]:
    home = tmp_path_factory.mktemp("site")
    shutil.copy(empty_sqlite, home / "site.db")
    works = Works(open_engine(f"sqlite:///{home / 'site.db'}"), Clock())
    make_november(works, home)
    make_money(works, home)
    chosen = {"home": home, "web": {"secret_key": "test" * 8}}
    app = create_app(Settings.model_validate(chosen), works)
    with serving(app) as address:
        yield app, address
    works.engine.dispose()


@pytest.mark.parametrize(
    "role", [*ROLES, VISITOR] if WHOLE else ["coordinator", "finance", "driver", VISITOR]
)
def test_pages_pass_the_check(
    site: tuple[Flask, str], browser: Browser, checked: set[tuple[str, str]], role: str
) -> None:
    app, address = site
    surfer = Surfer(app.test_client()) if role == VISITOR else signed_in(app, role)
    cookie, random, found = surfer.client.get_cookie("session"), Random(role), {}
    with window(browser, address, {"session": cookie.value} if cookie else {}) as opened:
        for language in LANGUAGES if WHOLE else random.sample(LANGUAGES, 1):
            surfer.client.set_cookie(COOKIE, language)
            choose(opened.page.context, address, {COOKIE: language})
            pages = list(pages_of(app, surfer))
            assert len(pages) >= LEAST_PAGES
            for page in pages if WHOLE else random.sample(pages, PART):
                if (language, page.main) in checked:
                    continue
                checked.add((language, page.main))
                if faults := faults_at(opened, address + page.path, page.status):
                    found[f"{page.path} {language}"] = faults
    assert not found, f"{len(found)} pages, {len(checked)} checked until now: {found}"


@pytest.fixture(scope="module")
def checked() -> set[tuple[str, str]]:
    """Language and main part of the pages that are done. What is letter by letter the same for
    two roles is looked at once: the frame around it is seen on each role's other pages.
    """
    return set()


def pages_of(app: Flask, surfer: Surfer) -> Iterator[Shown]:
    """Each page that the surfer can open, one that is refused and one that is not there."""
    waiting = [ABSENT, *(path for path, _right in addresses(app)), *KNOWING_MORE]
    asked, views, statuses = set(waiting), set[str](), {404, 403}
    for path in waiting:  # grows on the way
        answer = surfer.client.get(path)
        text = answer.text if answer.mimetype == "text/html" else ""
        answer.close()
        if not text or answer.status_code not in {200, *statuses}:
            continue
        statuses.discard(answer.status_code)
        yield Shown(path, answer.status_code, TOKEN.sub("", text.partition("<main")[2]))
        for link in map(unescape, HREF.findall(text)):
            view = view_of(app, link)
            if link not in asked and view.startswith("web.") and view not in views:
                asked.add(link)
                waiting.append(link)
                if view not in EACH:
                    views.add(view)


def view_of(app: Flask, link: str) -> str:
    """The view that answers at an address of this site; empty where none does."""
    try:
        return str(app.url_map.bind("localhost").match(link.partition("?")[0])[0])
    except HTTPException:
        return ""
