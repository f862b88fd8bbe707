import pytest
from flask import Flask

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.work import Works
from tests.web.browsing import Surfer, add_account, signed_in


@pytest.mark.parametrize(
    ("path", "field", "value", "shown"),
    [
        ("tema", "tema", "dark", 'data-theme="dark"'),
        ("tema", "tema", "light", 'data-theme="light"'),
        ("sprak", "lang", "en", '<html lang="en"'),
        ("sprak", "lang", "sv", '<html lang="sv"'),
        ("genvagar", "genvagar", "off", 'data-keys="off"'),
    ],
)
def test_a_choice_is_kept_and_leads_back(
    app: Flask, world: Works, path: str, field: str, value: str, shown: str
) -> None:
    add_account(world, "ekonom", ("finance", None))
    surfer = signed_in(app, "ekonom")
    answer = surfer.post(f"/installningar/{path}", {field: value}, at="/medlemmar/2062")
    assert (answer.status_code, answer.location) == (303, "/medlemmar/2062")
    assert shown in surfer.get("/medlemmar").text


def test_what_nobody_offers_is_not_kept(app: Flask) -> None:
    surfer = Surfer(app.test_client())
    surfer.post("/installningar/tema", {"tema": 'x" onload="'}, at="/logga-in")
    surfer.post("/installningar/sprak", {"lang": "xx"}, at="/logga-in")
    page = surfer.get("/logga-in").text
    assert '<html lang="sv">' in page
    assert "data-theme" not in page
    surfer.client.set_cookie("sprak", "../../etc")
    assert '<html lang="sv">' in surfer.get("/logga-in").text


def test_only_pages_of_this_site_are_gone_back_to(app: Flask) -> None:
    surfer = Surfer(app.test_client())
    for strange in ("http://evil.example/x", "http://localhost//evil.example", "http://[", ""):
        surfer.get("/logga-in")
        token = surfer.post("/installningar/tema", {"tema": "dark"}, at="/logga-in")
        assert token.location == "/logga-in"
        data = {"tema": "dark", "csrf_token": _token(surfer)}
        answer = surfer.client.post(
            "/installningar/tema", data=data, headers={"Referer": strange} if strange else {}
        )
        assert (answer.status_code, answer.location) == (303, "/")


def test_the_automatic_theme_is_the_absence_of_a_choice(app: Flask) -> None:
    surfer = Surfer(app.test_client())
    surfer.post("/installningar/tema", {"tema": "dark"}, at="/logga-in")
    surfer.post("/installningar/tema", {"tema": "auto"}, at="/logga-in")
    assert surfer.client.get_cookie("tema") is None


def test_a_person_with_several_roles_acts_in_one_at_a_time(app: Flask, world: Works) -> None:
    add_account(world, "bada", ("finance", None), ("administrator", None))
    surfer = signed_in(app, "bada")
    assert surfer.client.get("/").location == "/installningar"
    assert surfer.get("/konton").status_code == 200
    assert surfer.post("/installningar/roll", {"roll": "finance"}).location == "/"
    assert surfer.client.get("/").location != "/installningar"
    assert surfer.get("/konton").status_code == 403
    surfer.post("/installningar/roll", {"roll": "auditor"}, at="/medlemmar")  # not held
    assert surfer.get("/granskningsspar").status_code == 403


def test_cookies_are_secure_where_the_settings_say_so(settings: Settings, world: Works) -> None:
    web = settings.web.model_copy(update={"secure_cookies": True})
    app = create_app(settings.model_copy(update={"web": web}), world)
    client = app.test_client()
    page = client.get("/logga-in", base_url="https://localhost")
    assert "Secure" in page.headers["Set-Cookie"]


def _token(surfer: Surfer) -> str:
    return surfer.get("/logga-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
