"""What each role may open, finds in its menu and starts with."""

import re
from collections.abc import Callable

from flask import Flask

from consortium.core.work import Works
from consortium.people.rules import ROLES
from consortium.web import PAGES
from consortium.web.nav import MENU, ROLE_NAMES, START
from tests.web.browsing import Surfer, add_account, signed_in

ADDRESSES = (
    "/bibliotek",
    "/stangningar",
    "/matvarden",
    "/medlemmar",
    "/avtal",
    "/granskningsspar",
    "/konton",
    "/installningar",
)
OPEN = {  # as the roles' rights (people/rules.py) and the issue of the pages have it
    "administrator": set(ADDRESSES),
    "coordinator": {"/bibliotek", "/stangningar", "/matvarden", "/medlemmar", "/avtal"},
    "finance": {"/bibliotek", "/stangningar", "/matvarden", "/medlemmar", "/avtal"},
    "branch_manager": {"/bibliotek", "/stangningar", "/matvarden", "/medlemmar", "/avtal"},
    "counter": {"/bibliotek", "/stangningar"},
    "auditor": {*ADDRESSES[:6]},
}
STARTS = {  # as DESIGN, section 1, has it; finance begins at the runs where one is open
    "administrator": "/installningar",
    "coordinator": "/imorgon",
    "finance": "/fordelning",
    "branch_manager": "/delade-resurser",
    "counter": "/kort",
    "auditor": "/granskningsspar",
}


def test_each_role_opens_its_pages_and_no_others(as_role: Callable[..., Surfer]) -> None:
    for role, opened in OPEN.items():
        surfer = as_role(role, "2062" if role in {"branch_manager", "counter"} else None)
        found = {path: surfer.client.get(path).status_code for path in ADDRESSES}
        assert found == {path: 200 if path in opened else 403 for path in ADDRESSES}, role
        start = surfer.get("/")
        assert (start.status_code, start.request.path) == (200, STARTS[role])
        page = start.text
        menu = re.findall(r'<li><a href="([^"]+)"', page)
        assert {path: surfer.client.get(path).status_code for path in menu} == dict.fromkeys(
            menu, 200
        )
        assert f'href="{STARTS[role]}" aria-current="page"' in page, role


def test_the_menu_is_right_about_what_roles_may_open() -> None:
    needed = {pages.name: pages.right for pages in PAGES}
    for entry in (entry for group in MENU for entry in group.entries):
        right = needed[entry.page.partition(".")[0]]
        for role in entry.roles:
            assert not right or right in ROLES[role], (entry, role)
    assert set(START) == set(ROLE_NAMES) == set(ROLES)


def test_a_page_without_an_entry_marks_the_one_it_lies_under(
    as_role: Callable[..., Surfer],
) -> None:
    finance = as_role("finance")
    for path, entry in {
        "/budget/system": "/budget",
        "/budget/dialog/2027": "/budget",
        "/fordelning/system/nycklar": "/fordelning",
        "/bokforing/manad/2026-10": "/bokforing",
        "/vardkommun": "/vardkommun",
    }.items():
        page = finance.client.get(path).text
        assert re.findall(r'<li><a href="([^"]+)" aria-current="page"', page) == [entry], path
    assert 'aria-current="page"' not in finance.client.get("/mitt-konto").text.partition("<main")[0]


def test_all_addresses_of_pages_are_behind_sign_in(app: Flask) -> None:
    client = app.test_client()
    free = {"/", "/logga-in", "/glomt-losenord", "/inbjudan/1", "/losenord/1", "/tillganglighet"}
    free |= {"/logga-in/openid", "/logga-in/openid/svar"}  # not there without a provider
    free |= {"/kalender/1.ics"}  # its secret stands in the address; a wrong one is not there
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("web.") or "GET" not in (rule.methods or ()):
            continue
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        answer = client.get(path)
        if path not in free:
            assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/logga-in")


def test_an_account_without_roles_is_told_so(app: Flask, world: Works) -> None:
    add_account(world, "ny")
    surfer = signed_in(app, "ny")
    answer = surfer.client.get("/")
    assert answer.status_code == 403
    assert surfer.client.get("/medlemmar").status_code == 403


def test_a_manager_sees_the_own_municipality_only(as_role: Callable[..., Surfer]) -> None:
    surfer = as_role("branch_manager", "2062")
    for path in ("/medlemmar", "/bibliotek", "/matvarden/population"):
        page = surfer.get(path).text
        main = page[page.index("<main") :]
        assert "Mora" in main
        assert "Borlänge" not in main
    assert surfer.get("/medlemmar/2080").status_code == 403
    assert surfer.get("/bibliotek/falu-stadsbibliotek").status_code == 403
    assert surfer.get("/bibliotek/mora-bibliotek").status_code == 200
