"""Pages of the accounts: opening, changing, closing, inviting, tokens; and whom they are for."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlmodel import select

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.messages.tables import Letter
from consortium.people.overview import account_view
from consortium.people.queries import actor_of_token
from consortium.people.rules import ROLES
from consortium.people.tables import Account, ApiToken
from consortium.web.tokens import ROOMS, VERBS
from tests.conftest import NOON, OPERATOR
from tests.web.browsing import PHRASE, Surfer, add_account, signed_in
from tests.web.page_check import faults_of_page

NEW = {
    "username": "vikarie.mora",
    "title": "Vikarie",
    "email": "vikarie@mora.example",
    "role1": "counter",
    "member1": "2062",
    "role2": "driver",
    "member2": "",
    "role3": "",
    "from_on": "2026-11-24",
    "ends_on": "2026-12-24",
}
DOORS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/konton/nytt", NEW),
    ("/konton/ekonom", {"title": "x"}),
    ("/konton/ekonom/stang", {}),
    ("/konton/ekonom/oppna", {}),
    ("/konton/ekonom/logga-ut", {}),
    ("/konton/ekonom/bjud-in", {}),
    ("/konton/ekonom/nycklar/ny", {"label": "x", "until": "2026-12-24"}),
    ("/konton/ekonom/nycklar/1/aterkalla", {}),
    ("/konton/ekonom/nycklar/1/ateruppta", {}),
)


@pytest.fixture
def app(settings: Settings, world: Works) -> Flask:
    """A service that knows its own address, and an account beside the administrator's."""
    add_account(world, "ekonom", ("finance", None))
    web = settings.web.model_copy(update={"address": "https://drift.example.se"})
    return create_app(settings.model_copy(update={"web": web}), world)


@pytest.fixture
def admin(as_role: Callable[..., Surfer]) -> Surfer:
    return as_role("administrator")


def undo(surfer: Surfer, page: str) -> int:
    """Press Undo in the toast of `page`; the status of the page that it leads to."""
    toast = page[page.index('id="toast"') :]
    action = re.search(r'action="([^"]+)"', toast)
    assert action, "there is no undo"
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', toast))
    return surfer.send(action[1], hidden, at="/konton").status_code


def standing(works: Works, username: str) -> str:
    with works.reading(OPERATOR) as work:
        return account_view(work, username).state


@pytest.mark.parametrize(
    "role", ["coordinator", "finance", "branch_manager", "counter", "auditor", "driver"]
)
def test_nobody_but_an_administrator_reaches_any_of_it(
    as_role: Callable[..., Surfer], role: str, world: Works
) -> None:
    surfer = as_role(role, "2062" if role in {"branch_manager", "counter"} else None)
    for path in ("", "/nytt", "/ekonom", "/ekonom/nycklar/ny"):
        assert surfer.get(f"/konton{path}").status_code == 403
    for path, given in DOORS:
        assert surfer.post(path, given, at="/mitt-konto").status_code == 403
    assert standing(world, "ekonom") == "open"


def test_an_account_is_opened_invited_and_taken_back(admin: Surfer, world: Works, say: Say) -> None:
    assert 'name="invite"' in admin.get("/konton/nytt").text
    sent = admin.send("/konton/nytt", NEW | {"invite": "1"}, at="/konton/nytt")
    assert sent.request.path == "/konton/vikarie.mora"
    assert say("The invitation is on its way.") in sent.text
    assert 'value="vikarie@mora.example"' in sent.text
    assert say("Without a password yet") in sent.text
    with world.reading(OPERATOR) as work:
        letter = work.session.exec(select(Letter)).one()
        assert (letter.to_address, letter.fleeting) == ("vikarie@mora.example", True)
        assert account_view(work, "vikarie.mora").grants == [("counter", "2062"), ("driver", None)]
    plain = admin.send("/konton/nytt", NEW | {"username": "annan"}, at="/konton/nytt")
    assert undo(admin, plain.text) == 200
    assert standing(world, "annan") == "closed"


def test_what_is_wrong_is_told_with_what_was_typed(admin: Surfer, world: Works, say: Say) -> None:
    wrong = NEW | {"username": "ekonom mora", "email": "mora", "ends_on": "2026-11-23"}
    answer = admin.post("/konton/nytt", wrong | {"role2": "king"}, at="/konton/nytt")
    assert answer.status_code == 422
    page = answer.text
    assert 'value="ekonom mora"' in page
    assert '<option value="2062" selected>' in page
    for field in ("username", "email", "ends_on"):
        assert f'<a href="#{field}">' in page
    taken = admin.post("/konton/nytt", NEW | {"username": "ekonom"}, at="/konton/nytt")
    assert taken.status_code == 409
    assert say("There is an account {username} already", username="ekonom") in taken.text
    without = NEW | {"email": "", "invite": "1"}
    assert admin.post("/konton/nytt", without, at="/konton/nytt").status_code == 409
    assert admin.get("/konton/vikarie.mora").status_code == 404  # both or neither


def test_a_change_holds_at_once_and_can_be_undone(
    app: Flask, admin: Surfer, world: Works, say: Say
) -> None:
    other = signed_in(app, "ekonom")
    given = {"title": "Revisor", "role1": "auditor", "ends_on": "2026-11-24"}
    page = admin.send("/konton/ekonom", given, at="/konton/ekonom").text
    assert say("The account {name} is changed", name="ekonom") in page
    assert say("Auditor") in other.get("/medlemmar").text
    assert undo(admin, page) == 200
    with world.reading(OPERATOR) as work:
        view = account_view(work, "ekonom")
    assert (view.grants, view.account.title, view.account.ends_on) == (
        [("finance", None)],
        "Kansliet",
        None,
    )
    same = {"title": "Kansliet", "role1": "finance"}
    assert say("Nothing was changed") in admin.send("/konton/ekonom", same, at="/konton").text


def test_closing_ends_the_sessions_and_is_undone(app: Flask, admin: Surfer, world: Works) -> None:
    other = signed_in(app, "ekonom")
    page = admin.send("/konton/ekonom/stang", {}, at="/konton/ekonom").text
    assert other.client.get("/medlemmar").status_code == 303
    assert Surfer(app.test_client()).sign_in("ekonom").status_code == 422
    assert undo(admin, page) == 200
    assert Surfer(app.test_client()).sign_in("ekonom").status_code == 303


def test_sessions_are_ended_without_closing(app: Flask, admin: Surfer, say: Say) -> None:
    other = signed_in(app, "ekonom")
    page = admin.send("/konton/ekonom/logga-ut", {}, at="/konton/ekonom").text
    assert say("{name} is signed out everywhere", name="ekonom") in page
    assert other.client.get("/medlemmar").status_code == 303
    assert Surfer(app.test_client()).sign_in("ekonom").status_code == 303


def test_the_last_administrator_and_oneself_are_kept(admin: Surfer, say: Say) -> None:
    own = "/konton/administrator.all"
    assert say("This is your own account: another administrator closes it.") in admin.get(own).text
    assert admin.post(f"{own}/stang", {}, at=own).status_code == 409
    lost = admin.post(own, {"title": "x", "role1": "finance"}, at=own)
    assert lost.status_code == 409
    assert "data-error-summary" in lost.text
    assert admin.get("/konton").status_code == 200


def test_the_list_says_how_it_stands_and_is_filtered(admin: Surfer, world: Works, say: Say) -> None:
    for username in ("stangd", "snart", "last", "slut", "ny"):
        add_account(world, username, ("counter", "2062"))
    with world.writing(OPERATOR) as work:
        rows = {row.username: row for row in work.session.exec(select(Account))}
        rows["stangd"].active = False
        rows["snart"].ends_on = NOON.date() + timedelta(days=30)
        rows["last"].locked_until = NOON + timedelta(minutes=5)
        rows["slut"].ends_on = NOON.date() - timedelta(days=1)
        rows["ny"].password_hash = ""
        rows["ny"].email = "ny.anstalld@mora.example"

    def found(query: str) -> list[str]:
        return re.findall(r'<th scope="row"><a href="/konton/([^"]+)"', admin.get(query).text)

    everyone = ["administrator.all", "ekonom", "last", "ny", "slut", "snart", "stangd"]
    assert found("/konton") == everyone
    assert found("/konton?visa=open") == ["administrator.all", "ekonom", "snart"]
    for state, name in {
        "closed": "stangd",
        "soon": "snart",
        "locked": "last",
        "ended": "slut",
        "invited": "ny",
    }.items():
        assert found(f"/konton?visa={state}") == [name]
    assert found("/konton?sok=ANSTALLD") == ["ny"]
    assert say("No account fits the search") in admin.get("/konton?visa=waiting").text
    assert admin.get("/konton?visa=queens").status_code == 422


def test_the_list_has_pages_of_fifty(admin: Surfer, world: Works) -> None:
    for number in range(60):
        add_account(world, f"konto{number:02}", ("finance", None))
    first, second = admin.get("/konton").text, admin.get("/konton?sida=2").text
    assert "konto47<" in first  # administrator.all and ekonom come before
    assert "konto48<" not in first
    assert "konto59<" in second


def test_an_invitation_is_sent_again(admin: Surfer, world: Works, say: Say) -> None:
    refused = admin.post("/konton/ekonom/bjud-in", {}, at="/konton/ekonom")
    assert refused.status_code == 409
    assert say("The account has no e-mail address") in refused.text
    given = {"title": "", "role1": "finance", "email": "ekonom@x.example"}
    admin.send("/konton/ekonom", given, at="/konton/ekonom")
    page = admin.send("/konton/ekonom/bjud-in", {}, at="/konton/ekonom").text
    assert say("An invitation to {name} is on its way", name="ekonom") in page
    assert "2026-12-01\u00a012:00" in page  # seven days after noon of 24 November
    with world.reading(OPERATOR) as work:
        assert "https://drift.example.se/inbjudan/" in work.session.exec(select(Letter)).one().body


def test_without_an_address_of_its_own_the_service_invites_nobody(
    settings: Settings, world: Works, say: Say
) -> None:
    app = create_app(settings, world)
    add_account(world, "admin", ("administrator", None))
    surfer = signed_in(app, "admin")
    assert 'name="invite"' not in surfer.get("/konton/nytt").text
    assert "web.address" in surfer.get("/konton/nytt").text
    answer = surfer.post("/konton/nytt", NEW | {"invite": "1"}, at="/konton/nytt")
    assert answer.status_code == 409
    assert "web.address" in answer.text


def test_a_token_is_shown_once_with_the_rights_it_has(
    admin: Surfer, world: Works, say: Say
) -> None:
    form = admin.get("/konton/ekonom/nycklar/ny").text
    assert 'value="billing.issue"' in form
    assert 'value="people.change"' not in form  # not the account's own
    given = {"label": "Ekonomisystemet", "until": "2026-12-24", "right": ["billing.see"]}
    answer = admin.post("/konton/ekonom/nycklar/ny", given, at="/konton/ekonom/nycklar/ny")
    assert answer.status_code == 200
    secret = answer.text.partition('id="token" value="')[2].partition('"')[0]
    with world.reading(OPERATOR) as work:
        actor = actor_of_token(work, secret)
        token = work.session.exec(select(ApiToken)).one()
    assert actor is not None
    assert actor.rights == {"billing.see": None}
    assert token.expires_at == datetime(2026, 12, 24, 23, 0, tzinfo=UTC)  # its last day is whole
    page = admin.get("/konton/ekonom").text
    assert "Ekonomisystemet" in page
    assert secret not in page
    revoked = admin.send(f"/konton/ekonom/nycklar/{token.id}/aterkalla", {}, at="/konton/ekonom")
    with world.reading(OPERATOR) as work:
        assert actor_of_token(work, secret) is None
    assert undo(admin, revoked.text) == 200
    with world.reading(OPERATOR) as work:
        assert actor_of_token(work, secret) is not None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": "", "until": "2026-12-24"}, "label"),
        ({"label": "x", "until": "2026-11-23"}, "until"),
        ({"label": "x", "until": "2029-01-01"}, "until"),
        ({"label": "x", "until": "i morgon"}, "until"),
    ],
)
def test_a_token_that_cannot_be_is_refused_at_its_field(
    admin: Surfer, given: dict[str, str], field: str
) -> None:
    answer = admin.post("/konton/ekonom/nycklar/ny", given, at="/konton/ekonom/nycklar/ny")
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    more = {"label": "x", "until": "2026-12-24", "right": "people.change"}
    assert admin.post("/konton/ekonom/nycklar/ny", more, at="/konton").status_code == 422


def test_every_right_has_words_for_its_checkbox() -> None:
    for right in set().union(*ROLES.values()):
        room, verb = right.split(".")
        assert room in ROOMS, right
        assert verb in VERBS, right


def test_the_pages_pass_the_check(served: tuple[Flask, str], browser: Browser) -> None:
    app, address = served
    cookie = signed_in(app, "all").client.get_cookie("session")
    assert cookie is not None
    paths = ("/konton/nytt", "/konton/all", "/konton/all/nycklar/ny", "/mitt-konto")
    cookies = {"session": cookie.value}
    found = {path: faults_of_page(browser, address + path, cookies) for path in paths}
    found["visitor"] = faults_of_page(browser, f"{address}/glomt-losenord", {})
    found["dead"] = faults_of_page(browser, f"{address}/inbjudan/x", {}, status=404)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_no_page_shows_a_hash(admin: Surfer) -> None:
    for path in ("/konton", "/konton/ekonom", "/mitt-konto"):
        page = admin.get(path).text
        assert "argon2" not in page
        assert PHRASE not in page
