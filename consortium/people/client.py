"""Client: an OpenID Connect provider (Core 1.0, Discovery 1.0): what it offers, and its answers."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from consortium.core.client import fetch
from consortium.core.errors import Unavailable
from consortium.core.settings import Openid, Outgoing

WELL_KNOWN: Final = "/.well-known/openid-configuration"
OK: Final = 200


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider does what; as its discovery document says (Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a code was exchanged for."""

    id_token: str
    access_token: str


def discover(outgoing: Outgoing, issuer: str) -> Provider:
    """The provider that calls itself `issuer`, and no other (Discovery 1.0, section 4.3)."""
    found = _asked(outgoing, "GET", issuer.rstrip("/") + WELL_KNOWN)
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != issuer or not all(isinstance(found.get(n), str) for n in needed):
        raise Unavailable(
            "{issuer} is no OpenID Connect provider, or one of another name",
            issuer=issuer,
            remedy="Write openid.issuer exactly as the provider's own document does",
        )
    return Provider(
        issuer=issuer,
        authorization_endpoint=found["authorization_endpoint"],
        token_endpoint=found["token_endpoint"],
        jwks_uri=found["jwks_uri"],
        userinfo_endpoint=str(found.get("userinfo_endpoint") or ""),
    )


def key_set(outgoing: Outgoing, provider: Provider) -> Mapping[str, Any]:
    """The keys that the provider signs with (RFC 7517)."""
    return _asked(outgoing, "GET", provider.jwks_uri)


def redeem(
    outgoing: Outgoing, provider: Provider, openid: Openid, code: str, by: Mapping[str, str]
) -> Granted:
    """Exchange a code (RFC 6749, 4.1.3). by: `redirect_uri` and `code_verifier` (RFC 7636)."""
    body = urlencode({"grant_type": "authorization_code", "code": code, **by}).encode()
    name, secret = quote(openid.client_id, safe=""), quote(openid.client_secret, safe="")
    proof = base64.b64encode(f"{name}:{secret}".encode()).decode()
    headers = {
        "Authorization": f"Basic {proof}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    found = _asked(outgoing, "POST", provider.token_endpoint, body, headers)
    return Granted(str(found.get("id_token") or ""), str(found.get("access_token") or ""))


def userinfo(outgoing: Outgoing, provider: Provider, access_token: str) -> Mapping[str, Any]:
    """More claims about who signed in (Core 1.0, section 5.3); none without such an address."""
    if not provider.userinfo_endpoint:
        return {}
    headers = {"Authorization": f"Bearer {access_token}"}
    return _asked(outgoing, "GET", provider.userinfo_endpoint, headers=headers)


def _asked(
    outgoing: Outgoing,
    method: str,
    url: str,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object that is answered; Unavailable where the answer is none."""
    answer = fetch(outgoing, method, url, content, headers)
    try:
        found = json.loads(answer.content) if answer.status == OK and answer.whole else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unavailable(
            "The sign-in service answered {status} and nothing that can be used",
            status=answer.status,
            remedy="Try again; if it goes on, ask the administrator of the consortium",
        )
    return found
