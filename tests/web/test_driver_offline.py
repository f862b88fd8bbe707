"""The driver's page in a real browser, with the net gone and back: what was noted is there once.

No camera is needed. The page is served at 127.0.0.1, which browsers take for a secure place.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import select

from consortium.app import create_app
from consortium.core.db import open_engine
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.crates.tables import CrateEvent
from consortium.transports.tables import RouteEvent
from tests.conftest import OPERATOR, Clock
from tests.web.browsing import signed_in
from tests.web.driven_world import make_driven
from tests.web.serving import serving

SCANS = 50
CONTROLLED = "() => !!navigator.serviceWorker.controller"
WAITING = "n => +document.getElementById('net').dataset.waiting === n"
TIMES = ".legs [data-eta], .legs [data-eta-end]"
RECEIVED = "n => +document.getElementById('net').dataset.received === n"
AGAIN = """async () => {
  const db = await new Promise(done => {
    const asked = indexedDB.open('kor', 1); asked.onsuccess = () => done(asked.result); });
  const t = db.transaction('notes', 'readwrite'), notes = t.objectStore('notes');
  const all = await new Promise(done => {
    const asked = notes.getAll(); asked.onsuccess = () => done(asked.result); });
  all.forEach(note => notes.put({ ...note, state: 'waiting' }));
  await new Promise(done => { t.oncomplete = done; }); db.close(); return all.length; }"""
"""Lets the phone believe that nothing of what it has sent was answered."""


@dataclass
class Counted:
    """The application, and how many requests have reached it."""

    inner: Any
    requests: int = 0

    def __call__(self, environment: Any, start: Any) -> Any:
        self.requests += 1
        return self.inner(environment, start)


@pytest.fixture
def served(
    empty_sqlite: Path, tmp_path: Path, clock: Clock
) -> Iterator[tuple[Flask, str, list[str]]]:
    shutil.copy(empty_sqlite, tmp_path / "driven.db")
    works = Works(open_engine(f"sqlite:///{tmp_path / 'driven.db'}"), clock)
    codes = make_driven(works, clock, SCANS)
    chosen = {"home": tmp_path, "web": {"secret_key": "test" * 8, "idle_minutes": 60}}
    app = create_app(Settings.model_validate(chosen), works)
    app.wsgi_app = Counted(app.wsgi_app)  # type: ignore[assignment,method-assign]  # as Flask says
    with serving(app) as address:
        yield app, address, codes
    works.engine.dispose()


@pytest.fixture
def phone(served: tuple[Flask, str, list[str]], browser: Browser) -> Iterator[Page]:
    """The page on a phone, once its worker has taken hold of it."""
    app, address, _codes = served
    driver = signed_in(app, "forare")
    driver.post("/kor/bilar", {"bil": "van1"}, "/kor")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="sv-SE")
    for name in ("session", "bil"):
        cookie = driver.client.get_cookie(name)
        assert cookie is not None
        context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/kor")
    page.wait_for_function(CONTROLLED)
    yield page
    context.close()


def net(context: BrowserContext, *, there: bool) -> None:
    context.set_offline(not there)


def events_of(app: Flask) -> tuple[list[str], list[str]]:
    """Names of the crates' events and kinds of the route's notes, as the service has them."""
    works: Works = app.extensions["works"]
    with works.reading(OPERATOR) as work:
        scans = [row.event for row in work.session.exec(select(CrateEvent))]
        notes = [row.kind for row in work.session.exec(select(RouteEvent))]
    return scans, notes


def times_of(app: Flask) -> list[str]:
    """When the service itself expects the van at its stops, and back."""
    driver = signed_in(app, "forare")
    driver.post("/kor/bilar", {"bil": "van1"}, "/kor")
    return re.findall(r"data-eta(?:-end)?>([\d:]+)<", driver.get("/kor").text.partition("legs")[2])


def test_fifty_scans_without_net_are_fifty_events_however_often_they_are_sent(
    served: tuple[Flask, str, list[str]], phone: Page
) -> None:
    app, _address, codes = served
    net(phone.context, there=False)
    before = app.wsgi_app.requests  # type: ignore[attr-defined]
    phone.click("button[value=depart]:visible")
    for code in codes:
        phone.keyboard.type(f"{code}\n")
    phone.wait_for_function(WAITING, arg=SCANS + 1)
    assert "Ingen täckning, 51 väntar" in phone.inner_text("#net")
    assert events_of(app) == ([], [])
    phone.reload()  # from what the phone has kept, and with all that was noted
    phone.wait_for_function(WAITING, arg=SCANS + 1)
    assert phone.inner_text("section.place:visible .muted >> nth=0").startswith("Stopp 1 av 4")
    assert app.wsgi_app.requests == before  # type: ignore[attr-defined]
    net(phone.context, there=True)
    phone.wait_for_function(RECEIVED, arg=SCANS + 1)
    first = events_of(app)
    assert (len(first[0]), len(set(first[0])), first[1]) == (SCANS, SCANS, ["depart"])
    assert phone.eval_on_selector_all(TIMES, "all => all.map(x => x.textContent)") == times_of(app)
    assert phone.evaluate(AGAIN) == SCANS + 1
    phone.reload()
    phone.wait_for_function(RECEIVED, arg=SCANS + 1)
    assert sorted(events_of(app)[0]) == sorted(first[0])


def test_a_session_that_has_ended_keeps_the_notes_until_somebody_signs_in(
    served: tuple[Flask, str, list[str]], phone: Page, clock: Clock
) -> None:
    app, address, codes = served
    net(phone.context, there=False)
    phone.keyboard.type(f"{codes[0]}\n")
    phone.keyboard.type("LD999999\n")
    phone.wait_for_function(WAITING, arg=2)
    clock.now += timedelta(hours=3)
    net(phone.context, there=True)
    phone.wait_for_selector("#sign-in:visible")
    assert events_of(app) == ([], [])
    driver = signed_in(app, "forare")
    cookie = driver.client.get_cookie("session")
    assert cookie is not None
    phone.context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    phone.click("#send")
    phone.wait_for_function(RECEIVED, arg=1)
    assert "Det finns ingen låda LD999999" in phone.inner_text("#queue")  # stays until dismissed
    assert len(events_of(app)[0]) == 1
    phone.click("#queue-list button")
    phone.wait_for_function("() => !document.querySelector('#queue-list li')")
