"""Every page in Chromium, for every role, in both languages and both themes, in a real month.

The pages are drawn from the application's own addresses and from the links on its pages.
"""

import re
import shutil
from collections.abc import Iterator
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
from tests.conftest import Clock
from tests.slices import WHOLE
from tests.stories.test_every_page import KNOWING_MORE, addresses
from tests.stories.worlds import ROLES, make_november
from tests.web.browsing import Surfer, signed_in
from tests.web.page_check import choose, faults_at, window
from tests.web.serving import serving

VISITOR: Final = "visitor"
PART: Final = 1  # pages of each role and language in `make test`
LEAST_PAGES: Final = 4  # of a visitor: signing in, a lost password, the statement, what is not there
HREF: Final = re.compile(r'href="(/[^"#]*)"')
EACH: Final = {"web.help.show", "web.exchanging.choose"}
"""Views whose every link is a page of its own kind; of other views one example is enough."""


@pytest.fixture(scope="module")
def site(
    empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, str]]:
    home = tmp_path_factory.mktemp("site")
    shutil.copy(empty_sqlite, home / "site.db")
    works = Works(open_engine(f"sqlite:///{home / 'site.db'}"), Clock())
    make_november(works, home)
    chosen = {"home": home, "web": {"secret_key": "test" * 8}}
    app = create_app(Settings.model_validate(chosen), works)
    with serving(app) as address:
        yield app, address
    works.engine.dispose()


@pytest.mark.parametrize("role", [*ROLES, VISITOR])
def test_pages_pass_the_check(site: tuple[Flask, str], browser: Browser, role: str) -> None:
    app, address = site
    surfer = Surfer(app.test_client()) if role == VISITOR else signed_in(app, role)
    pages = list(pages_of(app, surfer))
    assert len(pages) >= LEAST_PAGES
    random, found, checked = Random(role), {}, 0
    cookie = surfer.client.get_cookie("session")
    session = {"session": cookie.value} if cookie else {}
    with window(browser, address, session) as opened:
        for language in LANGUAGES:
            choose(opened.page.context, address, {"sprak": language})
            for path, status in pages if WHOLE else random.sample(pages, PART):
                checked += 1
                if faults := faults_at(opened, address + path, status):
                    found[f"{path} {language}"] = faults
    assert not found, f"{len(found)} of {checked} pages: {found}"


def pages_of(app: Flask, surfer: Surfer) -> Iterator[tuple[str, int]]:
    """Each page that the surfer can open, one that is refused and one that is not there."""
    waiting = [*(path for path, _right in addresses(app)), *KNOWING_MORE]
    asked, views, refused = set(waiting), set[str](), False
    yield "/finns-inte", 404
    for path in waiting:  # grows on the way
        answer = surfer.client.get(path)
        text = answer.text if answer.mimetype == "text/html" else ""
        if answer.status_code == 403 and not refused:
            refused = True
            yield path, 403
        answer.close()
        if answer.status_code != 200 or not text:
            continue
        yield path, 200
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
