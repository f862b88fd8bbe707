"""Where requests come from: one digest for one place, whatever it writes of itself."""

import hashlib
import hmac

import pytest

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.http.places import doorstep, place_of

KEY = "test" * 8


def test_a_place_is_a_keyed_digest_of_the_address() -> None:
    expected = hmac.new(KEY.encode(), b"place 192.0.2.1", hashlib.sha256).hexdigest()
    assert place_of("192.0.2.1", KEY) == expected
    assert place_of("192.0.2.1", KEY + "x") != expected
    assert place_of("192.0.2.2", KEY) != expected
    assert place_of("", KEY) != place_of("unix:", KEY)


def test_what_one_subscriber_holds_of_ipv6_is_one_place() -> None:
    one = place_of("2001:db8:1:2::1", KEY)
    assert place_of("2001:db8:1:2:ffff:1:2:3", KEY) == one
    assert place_of("2001:db8:1:3::1", KEY) != one
    assert place_of("::ffff:192.0.2.1", KEY) == place_of("192.0.2.1", KEY)


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "127.0.0.1"), (1, "192.0.2.9"), (2, "192.0.2.8")]
)
def test_only_as_many_proxies_are_believed_as_there_are(
    settings: Settings, works: Works, proxies: int, seen: str
) -> None:
    web = settings.web.model_copy(update={"proxies": proxies})
    app = create_app(settings.model_copy(update={"web": web}), works)

    @app.get("/place")
    def place() -> str:
        return doorstep("web").place

    forged = {"X-Forwarded-For": "192.0.2.7, 192.0.2.8, 192.0.2.9"}
    assert app.test_client().get("/place", headers=forged).text == place_of(seen, KEY)
