"""Pages: signing in by an OpenID Connect provider (code flow with PKCE)."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.settings import Openid
from consortium.core.work import Actor
from consortium.http.asking import settings, works
from consortium.people import client
from consortium.people.openid import Asked, Identity, admit, identity_of, verified_claims
from consortium.people.sessions import begin_session
from consortium.web.addresses import local, see
from consortium.web.asking import VISITOR, Pages
from consortium.web.sessions import keep_session, kept_secret

KEPT: Final = "openid"
LASTS: Final = timedelta(minutes=10)
SCOPES: Final = "openid profile email"
DOORKEEPER: Final = Actor("openid", {"people.change": None})
"""Who opens, links and changes accounts by what the provider says."""

pages = Pages("openid", __name__, "/logga-in/openid", right=None)


@pages.get("")
def begin() -> Response:
    """Lead to the provider, with a state, a nonce and a challenge that only this browser keeps."""
    openid = _openid()
    provider = client.discover(settings().outgoing, openid.issuer)
    verifier = secrets.token_urlsafe(48)
    with works().reading(VISITOR) as work:
        now = work.now
    kept = {
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "verifier": verifier,
        "till": local(request.args.get("till")),
        "until": int((now + LASTS).timestamp()),
    }
    session[KEPT] = kept
    asked = {
        "response_type": "code",
        "client_id": openid.client_id,
        "redirect_uri": _own_address(),
        "scope": SCOPES,
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in provider.authorization_endpoint else "?"
    return redirect(provider.authorization_endpoint + joint + urlencode(asked), 303)


@pages.get("/svar")
def end() -> Response:
    """Begin a session for whom the provider vouches for. The answer is used once."""
    openid, kept = _openid(), session.pop(KEPT, None)
    with works().reading(VISITOR) as work:
        now = work.now
    _refuse_strange(kept, now)
    identity = _identity(openid, kept, now)
    hours = settings().web.session_hours
    with works().writing(DOORKEEPER) as work:
        account = admit(work, identity, openid)
        secret = begin_session(work, account, hours, openid=True, instead_of=kept_secret())
    keep_session(secret, work.now)
    return see(local(kept["till"]))


def _identity(openid: Openid, kept: Mapping[str, Any], now: datetime) -> Identity:
    """Who signed in, from the provider's answers; no work is open while it is asked."""
    outgoing = settings().outgoing
    provider = client.discover(outgoing, openid.issuer)
    by = {"redirect_uri": _own_address(), "code_verifier": kept["verifier"]}
    granted = client.redeem(outgoing, provider, openid, request.args.get("code", ""), by)
    asked = Asked(openid.issuer, openid.client_id, kept["nonce"], granted.access_token)
    keys = client.key_set(outgoing, provider)
    claims = verified_claims(granted.id_token, keys, asked, now)
    more = (
        client.userinfo(outgoing, provider, granted.access_token)
        if openid.claim not in claims
        else {}
    )
    return identity_of(claims, more, openid.claim)


def _openid() -> Openid:
    openid = settings().openid
    if not openid.issuer:
        raise NotFound("Signing in by another service is not set up")
    if not settings().web.address:
        raise Conflict(
            "The service does not know its own address", remedy="Set web.address in the settings"
        )
    return openid


def _own_address() -> str:
    """Where the provider sends the browser back; from the settings, never from the request."""
    return settings().web.address + url_for("web.openid.end")


def _refuse_strange(kept: Mapping[str, Any] | None, now: datetime) -> None:
    """Refuse an answer that this browser did not ask for, or asked for too long ago."""
    given = request.args.get("state", "")
    fits = kept is not None and hmac.compare_digest(str(kept["state"]).encode(), given.encode())
    if kept is None or not fits or datetime.fromtimestamp(kept["until"], UTC) < now:
        raise Invalid(
            "This sign-in was not begun here, or too long ago", remedy="Begin at the sign-in page"
        )
    if error := request.args.get("error"):
        raise Invalid("The sign-in service refused: {why}", why=error[:200], remedy="Begin again")
