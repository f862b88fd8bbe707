"""One's own account: the password, and where one is signed in."""

import re

from flask import Flask
from playwright.sync_api import Browser, expect

from consortium.core.words import Say
from consortium.core.work import Works
from tests.conftest import Clock
from tests.web.browsing import PHRASE, Surfer, add_account, signed_in

NEW = "ett-annat-lösenord"


def change(surfer: Surfer, old: str = PHRASE, new: str = NEW, again: str = NEW) -> int:
    given = {"old": old, "password": new, "again": again}
    return surfer.post("/mitt-konto/losenord", given, at="/mitt-konto").status_code


def ends(page: str) -> list[str]:
    """The sessions that the page offers to end."""
    return re.findall(r'action="(/mitt-konto/sessioner/\d+/avsluta)"', page)


def test_changing_the_password_ends_the_other_sessions(app: Flask, world: Works, say: Say) -> None:
    add_account(world, "bada", ("finance", None), ("auditor", None))
    here, there = signed_in(app, "bada"), signed_in(app, "bada")
    here.post("/installningar/roll", {"roll": "auditor"}, at="/mitt-konto")
    assert change(here) == 303
    page = here.get("/mitt-konto")
    assert page.status_code == 200
    assert say("Your password is changed") in page.text
    assert f"<strong>{say('Auditor')}</strong>" in page.text  # the role one acts in stays
    assert there.client.get("/medlemmar").status_code == 303
    assert Surfer(app.test_client()).sign_in("bada").status_code == 422
    assert Surfer(app.test_client()).sign_in("bada", NEW).status_code == 303


def test_what_is_wrong_with_a_password_is_told(app: Flask, world: Works, say: Say) -> None:
    add_account(world, "ekonom", ("finance", None))
    surfer = signed_in(app, "ekonom")
    assert change(surfer, new="kort", again="kort") == 422
    assert change(surfer, again=NEW + "x") == 422
    given = {"old": "fel", "password": NEW, "again": NEW}
    wrong = surfer.post("/mitt-konto/losenord", given, at="/mitt-konto")
    assert wrong.status_code == 422
    assert say("The password you have now is not right") in wrong.text
    assert NEW not in wrong.text
    assert change(surfer) == 303


def test_guessing_the_old_password_is_no_way_around_the_locks(app: Flask, world: Works) -> None:
    add_account(world, "ekonom", ("finance", None))
    surfer = signed_in(app, "ekonom")
    for _count in range(8):
        assert change(surfer, old="fel") == 422
    assert change(surfer) == 422  # right, but the account is shut
    assert Surfer(app.test_client()).sign_in("ekonom").status_code == 422
    for _count in range(22):
        assert change(surfer, old="fel") == 422
    assert change(surfer) == 429
    assert surfer.get("/mitt-konto").status_code == 200  # the session goes on


def test_one_sees_ones_sessions_and_ends_one(
    app: Flask, world: Works, clock: Clock, say: Say
) -> None:
    add_account(world, "ekonom", ("finance", None))
    add_account(world, "annan", ("finance", None))
    there = signed_in(app, "ekonom")
    clock.forward(minutes=5)
    here, other = signed_in(app, "ekonom"), signed_in(app, "annan")
    page = here.get("/mitt-konto").text
    rows = page[page.index("<tbody>") : page.index("</tbody>")]
    assert rows.index("2026-11-24\u00a012:05") < rows.index("2026-11-24\u00a012:00")
    assert "2026-11-24\u00a022:05" in rows  # ten hours
    assert rows.count(say("This browser")) == 1
    newest, first = ends(page)
    (others,) = ends(other.get("/mitt-konto").text)
    assert here.post(others, {}, at="/mitt-konto").status_code == 404
    assert say("That session is ended") in here.send(first, {}, at="/mitt-konto").text
    assert there.client.get("/medlemmar").status_code == 303
    assert ends(here.get("/mitt-konto").text) == [newest]
    assert here.post(newest, {}, at="/mitt-konto").location == "/logga-in"
    assert here.client.get("/medlemmar").status_code == 303
    assert other.client.get("/medlemmar").status_code == 200


def test_one_signs_out_everywhere(app: Flask, world: Works) -> None:
    add_account(world, "ekonom", ("finance", None))
    here, there = signed_in(app, "ekonom"), signed_in(app, "ekonom")
    assert here.post("/mitt-konto/logga-ut-overallt", {}, at="/mitt-konto").status_code == 303
    for surfer in (here, there):
        assert surfer.client.get("/medlemmar").status_code == 303


def test_a_page_left_open_says_when_its_session_ends_and_stays(
    browser: Browser, served: tuple[Flask, str], say: Say, clock: Clock
) -> None:
    """An hour without a page: the notice comes after 58 minutes, and staying starts it anew."""
    app, address = served
    cookie = signed_in(app, "all").client.get_cookie("session")
    assert cookie is not None
    context = browser.new_context()
    context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    page = context.new_page()
    page.clock.install()
    page.goto(f"{address}/mitt-konto")
    toast = page.locator("#toast")
    stay = toast.get_by_role("button", name=say("Stay signed in"))
    page.clock.fast_forward("57:59")
    expect(stay).to_have_count(0)
    page.clock.fast_forward("00:02")
    text = say("You will soon be signed out, for nothing has been opened for a while.")
    expect(toast).to_contain_text(text)
    expect(page.locator("#say")).to_have_text(text)
    clock.forward(minutes=58)
    stay.click()
    expect(stay).to_have_count(0)
    page.clock.fast_forward("58:01")
    expect(stay).to_have_count(1)
    clock.forward(hours=2)
    stay.click()
    expect(page).to_have_url(re.compile("/logga-in"))
    context.close()
