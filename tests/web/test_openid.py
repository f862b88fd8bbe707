"""Signing in by an OpenID Connect provider that the tests start."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.people.admitting import Terms, open_account
from consortium.people.changing import close_account
from consortium.people.queries import accounts, grants
from tests.conftest import NOON, OPERATOR, Clock
from tests.people.provider import CLIENT, SECRET, Provider
from tests.web.serving import serving

ADDRESS = "https://bibliotek.example"
ROLES = {"bib-ekonomer": "finance", "bib-mora": "counter:2062", "bib-falun": "counter:2080"}


class Stay(HTTPRedirectHandler):
    """Lets a redirect be the answer."""

    def redirect_request(self, *_args: Any) -> None:
        return None


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider(now=NOON.timestamp())
    with serving(made.app()) as address:
        made.address = address
        yield made


def app_of(settings: Settings, works: Works, provider: Provider, **openid: Any) -> Flask:
    chosen = settings.model_dump() | {
        "web": {"address": ADDRESS, "secret_key": "test" * 8},
        "outgoing": {"allowed": ["127.0.0.1"]},
        "openid": {
            "issuer": provider.address,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "roles": ROLES,
        }
        | openid,
    }
    return create_app(Settings.model_validate(chosen), works)


def followed(client: FlaskClient, till: str = "") -> str:
    """Begins at the sign-in page and goes to the provider as a browser; where it is sent back."""
    begun = client.get("/logga-in/openid", query_string={"till": till})
    assert begun.status_code == 303, begun.text
    with pytest.raises(HTTPError) as answer:
        build_opener(Stay).open(begun.location)
    answer.value.close()
    assert answer.value.code == 302
    back = str(answer.value.headers["Location"])
    assert back.startswith(ADDRESS + "/logga-in/openid/svar?")
    return back.removeprefix(ADDRESS)


def sign_in(client: FlaskClient, till: str = "") -> TestResponse:
    return client.get(followed(client, till))


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/mitt-konto").status_code == 200


def held(works: Works, username: str) -> list[tuple[str, str | None]]:
    with works.reading(OPERATOR) as work:
        (account,) = [a for a in accounts(work) if a.username == username]
        return sorted(grants(work, account), key=str)


@pytest.fixture
def known(world: Works) -> Works:
    """An account with an e-mail address and a role of its own, and an administrator."""
    with world.writing(OPERATOR) as work:
        open_account(work, "chef", "Chef", "a long password", [("administrator", None)])
        terms = Terms(email="ekonom@falun.example")
        open_account(work, "ekonom", "Ekonom", "", [("auditor", None)], terms)
    return world


PERSON = {
    "sub": "77",
    "email": "Ekonom@falun.example",
    "email_verified": True,
    "groups": ["bib-ekonomer", "everyone"],
}


def test_the_first_sign_in_links_the_account_with_the_verified_address_and_gives_the_roles(
    settings: Settings, known: Works, provider: Provider
) -> None:
    provider.person = PERSON
    client = app_of(settings, known, provider).test_client()
    answer = sign_in(client, "/fakturor")
    assert (answer.status_code, answer.location) == (303, "/fakturor")
    assert is_signed_in(client)
    assert held(known, "ekonom") == [("finance", None)]


def test_the_next_sign_in_knows_the_subject_whatever_the_address(
    settings: Settings, known: Works, provider: Provider
) -> None:
    provider.person = PERSON
    app = app_of(settings, known, provider)
    sign_in(app.test_client())
    provider.person = PERSON | {"email": "new@falun.example", "groups": ["bib-mora", "bib-falun"]}
    client = app.test_client()
    assert sign_in(client).status_code == 303
    assert held(known, "ekonom") == [("counter", "2062"), ("counter", "2080")]


@pytest.mark.parametrize(
    "change",
    [
        {"email_verified": False},
        {"email": "nobody@falun.example"},
        {"groups": ["everyone"]},
        {"groups": None},
    ],
)
def test_who_has_no_account_or_no_role_is_refused(
    settings: Settings, known: Works, provider: Provider, change: dict[str, Any]
) -> None:
    provider.person = PERSON | change
    client = app_of(settings, known, provider).test_client()
    assert sign_in(client).status_code == 403
    assert not is_signed_in(client)
    assert held(known, "ekonom") == [("auditor", None)]


def test_an_account_that_is_shut_stays_shut(
    settings: Settings, known: Works, provider: Provider
) -> None:
    provider.person = PERSON
    with known.writing(OPERATOR) as work:
        close_account(work, "ekonom")
    client = app_of(settings, known, provider).test_client()
    assert sign_in(client).status_code == 403
    assert not is_signed_in(client)


def test_accounts_are_opened_where_the_setting_says_so(
    settings: Settings, known: Works, provider: Provider
) -> None:
    provider.person = {"sub": "9", "preferred_username": "Bibliotekarie", "groups": "bib-mora"}
    client = app_of(settings, known, provider, create_accounts=True).test_client()
    assert sign_in(client).status_code == 303
    assert is_signed_in(client)
    assert held(known, "bibliotekarie") == [("counter", "2062")]


def test_a_taken_name_is_not_taken_over(
    settings: Settings, known: Works, provider: Provider
) -> None:
    provider.person = {"sub": "9", "preferred_username": "chef", "groups": ["bib-mora"]}
    client = app_of(settings, known, provider, create_accounts=True).test_client()
    assert sign_in(client).status_code == 303
    assert held(known, "chef") == [("administrator", None)]
    with known.reading(OPERATOR) as work:
        assert [a.username[:7] for a in accounts(work) if a.openid] == ["openid-"]


def test_the_claim_may_stand_in_the_userinfo(
    settings: Settings, known: Works, provider: Provider
) -> None:
    provider.person = {name: value for name, value in PERSON.items() if name != "groups"}
    provider.extra = {"groups": ["bib-falun"]}
    client = app_of(settings, known, provider).test_client()
    assert sign_in(client).status_code == 303
    assert held(known, "ekonom") == [("counter", "2080")]
    provider.extra = {"groups": ["bib-falun"], "sub": "another"}
    assert sign_in(app_of(settings, known, provider).test_client()).status_code == 422


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"exp": int(NOON.timestamp()) - 61},
        {"iat": int(NOON.timestamp()) + 61},
        {"azp": "another"},
        {"sub": None},
        {"at_hash": "another"},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    settings: Settings, known: Works, provider: Provider, spoil: dict[str, Any]
) -> None:
    provider.person, provider.spoil = PERSON, spoil
    client = app_of(settings, known, provider).test_client()
    assert sign_in(client).status_code == 422
    assert not is_signed_in(client)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "stranger"])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    settings: Settings, known: Works, provider: Provider, algorithm: str
) -> None:
    provider.person = PERSON
    if algorithm == "stranger":
        provider.stranger = RSAKey.generate_key(2048, {"kid": "1"})
    else:
        provider.algorithm = algorithm
    client = app_of(settings, known, provider).test_client()
    assert sign_in(client).status_code == 422
    assert not is_signed_in(client)


def test_an_answer_is_used_once_and_only_by_the_browser_that_asked(
    settings: Settings, known: Works, provider: Provider, clock: Clock
) -> None:
    provider.person = PERSON
    app = app_of(settings, known, provider)
    client, other = app.test_client(), app.test_client()
    back = followed(client)
    assert other.get(back).status_code == 422
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert client.get(f"/logga-in/openid/svar?code={code}&state=guessed").status_code == 422
    assert client.get(back).status_code == 422  # the state was for one answer
    back = followed(client)
    clock.now += timedelta(minutes=10, seconds=1)
    assert client.get(back).status_code == 422
    assert not is_signed_in(client)


def test_a_provider_of_another_name_is_not_used(
    settings: Settings, known: Works, provider: Provider
) -> None:
    provider.issuer = "https://elsewhere.example"
    client = app_of(settings, known, provider).test_client()
    assert client.get("/logga-in/openid").status_code == 503


def test_only_this_site_is_gone_on_to(settings: Settings, known: Works, provider: Provider) -> None:
    provider.person = PERSON
    client = app_of(settings, known, provider).test_client()
    assert sign_in(client, "//elsewhere.example/").location == "/"


def test_without_a_provider_there_is_no_such_page(settings: Settings, known: Works) -> None:
    client = create_app(settings, known).test_client()
    assert client.get("/logga-in/openid").status_code == 404
    assert client.get("/logga-in/openid/svar?code=1&state=2").status_code == 404


def test_the_sign_in_page_offers_it_by_its_name(
    settings: Settings, known: Works, provider: Provider
) -> None:
    client = app_of(settings, known, provider, name="Falu kommuns inloggning").test_client()
    page = client.get("/logga-in").text
    assert "Falu kommuns inloggning" in page
    assert 'href="/logga-in/openid' in page
