"""The page of the search: straight to an exact number, groups, the empty state, what it escapes."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from flask import Flask
from playwright.sync_api import Browser

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.crates.registering import register_crates
from consortium.measures.entering import add_measure
from consortium.reports.finding import Fit, Hit
from consortium.web.finding import KINDS, address_of
from consortium.web.language import COOKIE
from tests.billing.worlds import issue_month, make_small
from tests.conftest import OPERATOR
from tests.web.browsing import Surfer, add_account, signed_in
from tests.web.page_check import choose, faults_at, window

FIND: Final = "/sok"
HIT: Final = re.compile(r'<li><a href="([^"]+)">([^<]+)</a>')


@pytest.fixture
def coordinator(world: Works, as_role: Callable[..., Surfer]) -> Surfer:
    with world.writing(OPERATOR) as work:
        register_crates(work, "falu-stadsbibliotek", 3)
    return as_role("coordinator")


def find(surfer: Surfer, wanted: str) -> list[tuple[str, str]]:
    """Address and title of each hit on the page, in their order."""
    answer = surfer.client.get(FIND, query_string={"q": wanted})
    assert answer.status_code == 200
    return HIT.findall(answer.text.partition("<main")[2])


def test_an_exact_number_of_a_crate_leads_straight_to_it(coordinator: Surfer) -> None:
    for wanted in ("LD000002", "ld 000002", "000002"):
        answer = coordinator.client.get(FIND, query_string={"q": wanted})
        assert (answer.status_code, answer.location) == (303, "/lador/LD000002"), wanted
    assert find(coordinator, "2")[0] == ("/lador/LD000002", "LD000002")  # not exact: a list


def test_an_exact_number_of_an_invoice_leads_straight_to_it(
    works: Works, settings: Settings
) -> None:
    make_small(works)
    numbers = {invoice.number for invoice in issue_month(works)}
    assert "20260001" in numbers  # Mora's
    app = create_app(settings, works)
    add_account(works, "office", ("finance", None))
    add_account(works, "borlange", ("branch_manager", "2081"))
    answer = signed_in(app, "office").client.get(f"{FIND}?q=20260001")
    assert (answer.status_code, answer.location) == (303, "/fakturor/20260001")
    assert find(signed_in(app, "borlange"), "20260001") == []


def test_what_is_found_has_an_address(app: Flask) -> None:
    with app.test_request_context():
        found = {kind: address_of(Hit(kind, "x1", "", Fit.HOLDS)) for kind in KINDS}
    assert found == {
        "invoice": "/fakturor/x1",
        "crate": "/lador/x1",
        "member": "/medlemmar/x1",
        "branch": "/bibliotek/x1",
        "plan": "/imorgon?datum=x1",
        "measure": "/matvarden/x1",
        "pool": "/fordelning/x1",
        "help": "/hjalp/x1",
    }


def test_hits_stand_in_groups_and_lead_to_their_pages(coordinator: Surfer) -> None:
    assert find(coordinator, "mora") == [
        ("/medlemmar/2062", "Mora"),
        ("/bibliotek/mora-bibliotek", "Mora bibliotek"),
    ]
    assert find(coordinator, "folkmängd")[0] == ("/matvarden/population", "Folkmängd")
    assert ("/hjalp/tangentbord", "Tangentbord") in find(coordinator, "tangentbord")


def test_groups_with_an_exact_fit_stand_first(world: Works, coordinator: Surfer) -> None:
    with world.writing(OPERATOR) as work:
        add_measure(work, "falu", ("Falu", "Falu"), "st")
    assert find(coordinator, "falu") == [
        ("/matvarden/falu", "Falu"),
        ("/medlemmar/2080", "Falun"),
        ("/bibliotek/falu-stadsbibliotek", "Falu stadsbibliotek"),
    ]


def test_names_are_shown_in_the_readers_language(coordinator: Surfer) -> None:
    coordinator.client.set_cookie(COOKIE, "en")
    assert find(coordinator, "folkmängd") == [("/matvarden/population", "Population")]
    assert ("/hjalp/tangentbord", "Keyboard") in find(coordinator, "arrow keys")


def test_every_address_that_is_found_opens(coordinator: Surfer) -> None:
    for wanted in ("2", "mora", "ld", "bibliotek", "utlån", "kort", "lås"):
        for address, title in find(coordinator, wanted):
            assert coordinator.get(address).status_code == 200, (wanted, title)


def test_what_a_role_does_not_see_is_not_found(as_role: Callable[..., Surfer]) -> None:
    assert find(as_role("driver"), "mora") == [("/bibliotek/mora-bibliotek", "Mora bibliotek")]
    manager = as_role("branch_manager", "2062")
    assert find(manager, "borlänge") == []
    assert [address for address, _ in find(manager, "2")] == ["/medlemmar/2062"]


def test_nothing_found_and_nothing_asked(coordinator: Surfer, say: Say) -> None:
    nothing = coordinator.get(f"{FIND}?q=xyzzy").text
    assert say("Nothing fits {wanted}", wanted="xyzzy") in nothing
    assert 'value="xyzzy"' in nothing.partition("<main")[2]
    asked = coordinator.get(FIND).text.partition("<main")[2]
    assert 'class="empty"' not in asked
    assert "<output>" not in asked


def test_what_is_looked_for_is_only_text(coordinator: Surfer) -> None:
    page = coordinator.client.get(FIND, query_string={"q": '"><script>alert(1)</script>{{ 7*7 }}'})
    assert "<script>alert" not in page.text
    assert "{{ 7*7 }}" in page.text


def test_a_text_that_is_too_long_is_cut_short(coordinator: Surfer) -> None:
    assert find(coordinator, "x" * 5000) == []
    assert find(coordinator, "mora" + " " * 5000 + "x")[0] == ("/medlemmar/2062", "Mora")


def test_a_visitor_is_led_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get(f"{FIND}?q=mora")
    assert answer.location == "/logga-in?till=/sok?q%3Dmora"


def test_the_slash_leads_to_the_field_and_enter_finds(
    served: tuple[Flask, str], browser: Browser
) -> None:
    app, address = served
    cookie = signed_in(app, "all").client.get_cookie("session")
    assert cookie is not None
    session = {"session": cookie.value, COOKIE: "sv"}
    with window(browser, address, session) as opened:
        page = opened.page
        page.goto(f"{address}/bibliotek")
        page.keyboard.press("/")
        page.keyboard.type("mora")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}{FIND}?q=mora")
        page.get_by_role("link", name="Mora bibliotek").click()
        page.wait_for_url(f"{address}/bibliotek/mora-bibliotek")
        choose(page.context, address, {"genvagar": "off"})
        page.goto(f"{address}/bibliotek")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") != "q"
        for path in (FIND, f"{FIND}?q=mora", f"{FIND}?q=xyzzy"):
            assert faults_at(opened, address + path) == [], path
