"""Every page in Chromium, in Swedish: light and dark, wide, narrow and narrowest."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.web.browsing import signed_in
from tests.web.page_check import faults_of_page

PAGES = {
    "administrator": [
        "/installningar",
        "/medlemmar/2062",
        "/bibliotek",
        "/bibliotek/mora-bibliotek",
        "/stangningar",
        "/granskningsspar",
        "/konton",
    ],
    "finance": ["/medlemmar", "/matvarden", "/matvarden/population", "/avtal"],
}


@pytest.mark.parametrize("role", PAGES)
def test_pages_pass_the_check(served: tuple[Flask, str], browser: Browser, role: str) -> None:
    app, address = served
    surfer = signed_in(app, "all")
    surfer.post("/installningar/roll", {"roll": role})
    session = surfer.client.get_cookie("session")
    assert session is not None
    cookies = {"session": session.value, "sprak": "sv"}
    found = {path: faults_of_page(browser, address + path, cookies) for path in PAGES[role]}
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_pages_for_visitors_pass_the_check(served: tuple[Flask, str], browser: Browser) -> None:
    _app, address = served
    assert faults_of_page(browser, f"{address}/logga-in", {}) == []
    assert faults_of_page(browser, f"{address}/finns-inte", {}, status=404) == []


def test_the_check_finds_what_is_wrong(served: tuple[Flask, str], browser: Browser) -> None:
    app, address = served
    bad = '<title>x</title><h1 style="color:red">{}</h1><a href="#">b</a><table></table>'
    app.add_url_rule("/fel", "bad", lambda: bad.format("m" * 400))
    found = "\n".join(faults_of_page(browser, f"{address}/fel", {}))
    for expected in (
        "html lang",
        "0 main",
        "inline style",
        "dead link",
        "without caption",
        "almost empty",
    ):
        assert expected in found
    assert "axe " in found
    assert "sideways" in found
