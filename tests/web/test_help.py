"""Pages of help and the accessibility statement: whole in both languages, true in their links."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.words import LANGUAGES
from consortium.core.work import Works
from consortium.people.rules import ROLES
from consortium.web.helping import FOLDER, TITLES
from consortium.web.language import COOKIE
from tests.conftest import OPERATOR
from tests.making import make_members
from tests.web.browsing import Surfer

HREF: Final = re.compile(r'href="(/[^"#?]*)')
SCRIPT: Final = (FOLDER.parent / "static" / "consortium.js").read_text("utf-8")
OF_ONE_MEMBER: Final = {"branch_manager", "counter"}


@pytest.fixture
def surfers(as_role: Callable[..., Surfer]) -> dict[str, Surfer]:
    """Someone in each role; the manager and the staff are those of Mora's library."""
    return {role: as_role(role, "2062" if role in OF_ONE_MEMBER else None) for role in ROLES}


def text_of(page: str) -> str:
    """The part of a page that is its own: what stands in `prose`."""
    return page.partition('<div class="prose">')[2].partition("</div>")[0]


def file_of(language: str, page: str) -> str:
    return (FOLDER / "help" / language / f"{page}.html").read_text("utf-8")


def test_every_role_has_a_page_of_help() -> None:
    assert set(ROLES) <= set(TITLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_a_page(language: str) -> None:
    files = {path.stem for path in (FOLDER / "help" / language).glob("*.html")}
    assert files == set(TITLES)


@pytest.mark.parametrize("page", TITLES)
def test_both_languages_have_the_same_parts(page: str) -> None:
    swedish, english = (file_of(language, page) for language in ("sv", "en"))
    for part in ("<h2>", "<li>", "<p>", "<ol>", "<kbd>"):
        assert swedish.count(part) == english.count(part), part
    links = [re.findall(r"url_for\('([^)]*)'\)", text) for text in (swedish, english)]
    assert links[0] == links[1]
    assert swedish.count("<h2>") >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_opens_for_whom_the_page_is_for(
    surfers: dict[str, Surfer], language: str
) -> None:
    wrong = []
    for page in TITLES:
        for role in [page] if page in ROLES else ROLES:
            surfer = surfers[role]
            surfer.client.set_cookie(COOKIE, language)
            text = text_of(surfer.get(f"/hjalp/{page}").text)
            assert "<h2>" in text
            wrong += [
                (page, role, href)
                for href in map(unescape, HREF.findall(text))
                if surfer.get(href).status_code != 200
            ]
    assert not wrong, wrong


@pytest.mark.parametrize("role", sorted(OF_ONE_MEMBER | {"finance", "driver"}))
def test_the_contents_begin_with_ones_own_role(surfers: dict[str, Surfer], role: str) -> None:
    own = surfers[role].get("/hjalp").text.partition('id="own"')[2].partition("</section>")[0]
    assert HREF.findall(own) == [f"/hjalp/{role}"]
    assert surfers[role].get(f"/hjalp/{role}").text.count('aria-current="page"') == 2


def test_a_page_that_is_not_there(surfers: dict[str, Surfer]) -> None:
    answer = surfers["driver"].get("/hjalp/finns-inte")
    assert answer.status_code == 404
    assert "finns-inte" in answer.text


def test_the_keyboard_page_has_every_shortcut_there_is() -> None:
    """The slash of consortium.js, and each letter that a template gives to a button or field."""
    assert "e.key === '/'" in SCRIPT
    letters = {
        letter.upper()
        for path in FOLDER.rglob("*.html")
        for letter in re.findall(r'data-key="(\w)"', path.read_text("utf-8"))
    }
    for language in LANGUAGES:
        told = set(re.findall(r"<kbd>(.)</kbd>", file_of(language, "tangentbord")))
        assert told == letters | {"/"}


def test_every_page_leads_to_help_and_search(surfers: dict[str, Surfer]) -> None:
    page = surfers["counter"].get("/mitt-konto").text
    foot = page.partition('<footer class="site-foot')[2]
    assert HREF.findall(foot) == ["/hjalp", "/tillganglighet"]
    head = page.partition("<main")[0]
    assert '<form class="search" role="search" action="/sok" method="get">' in head
    assert 'id="q" name="q" type="search"' in head


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_is_open_to_everyone(app: Flask, language: str) -> None:
    client = app.test_client()
    client.set_cookie(COOKIE, language)
    page = client.get("/tillganglighet")
    assert page.status_code == 200
    for part in ("2018:1937", "https://www.digg.se/tdosanmalan", 'datetime="2026-11-24"'):
        assert part in page.text
    assert 'href="/tillganglighet"' in client.get("/logga-in").text


def test_the_statement_has_the_same_parts_in_both_languages() -> None:
    folder = FOLDER / "statement"
    swedish, english = ((folder / f"{spoken}.html").read_text("utf-8") for spoken in LANGUAGES)
    for part in ("<h2>", "<li>", "<p>", "{% ", "{{ "):
        assert swedish.count(part) == english.count(part), part


def test_who_is_told_of_a_barrier(works: Works, settings: Settings) -> None:
    assert "samverkans administratör" in statement(works, settings, "")
    with works.writing(OPERATOR) as work:
        make_members(work)
    assert "värdkommunen, Falun" in statement(works, settings, "")
    by_letter = statement(works, settings, "tillganglighet@falun.example")
    assert 'href="mailto:tillganglighet@falun.example"' in by_letter
    by_page = statement(works, settings, "https://falun.example/brist")
    assert 'href="https://falun.example/brist"' in by_page


def statement(works: Works, settings: Settings, contact: str) -> str:
    web = settings.web.model_copy(update={"contact": contact})
    app = create_app(settings.model_copy(update={"web": web}), works)
    return app.test_client().get("/tillganglighet").text


@pytest.mark.parametrize("contact", ["javascript:alert(1)", "ftp://x.example", "a b@c.example"])
def test_an_impossible_contact_stops_the_start(contact: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="contact"):
        Settings.model_validate({"home": tmp_path, "web": {"contact": contact}})
