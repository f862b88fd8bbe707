"""An OpenID Connect provider of the tests' own: whoever comes is signed in as its `person`."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "consortium", "a secret with : and %"
AS_SENT = "a%20secret%20with%20%3A%20and%20%25"  # RFC 6749, 2.3.1: form-encoded, then Basic


@dataclass
class Provider:
    """person: the claims of the ID token. spoil: what the token is made with instead.

    extra: what only the userinfo address tells.
    """

    now: float = field(default_factory=time.time)
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "1"})
    extra: dict[str, Any] = field(default_factory=dict)
    spoil: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    stranger: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    issuer: str = ""
    address: str = ""

    def app(self) -> Flask:
        made = Flask("provider")
        made.add_url_rule("/.well-known/openid-configuration", view_func=self.discovery)
        made.add_url_rule("/authorize", view_func=self.authorize)
        made.add_url_rule("/token", view_func=self.token, methods=["POST"])
        made.add_url_rule("/keys", view_func=self.keys)
        made.add_url_rule("/userinfo", view_func=self.userinfo)
        return made

    def discovery(self) -> Response:
        here = request.host_url.rstrip("/")
        return jsonify(
            issuer=self.issuer or here,
            authorization_endpoint=f"{here}/authorize",
            token_endpoint=f"{here}/token",
            jwks_uri=f"{here}/keys",
            userinfo_endpoint=f"{here}/userinfo",
        )

    def authorize(self) -> Any:
        asked = request.args.to_dict()
        if (asked["response_type"], asked["client_id"]) != ("code", CLIENT):
            return "wrong client", 400
        code = f"code {len(self.codes)}"
        self.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    def token(self) -> Any:
        proof = request.authorization
        named = proof is not None and (proof.username, proof.password) == (CLIENT, AS_SENT)
        asked = self.codes.pop(request.form["code"], None)
        if not named or asked is None or asked["redirect_uri"] != request.form["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        claims = {
            "iss": request.host_url.rstrip("/"),
            "aud": CLIENT,
            "iat": int(self.now),
            "exp": int(self.now) + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.spoil,
        }
        held = {name: value for name, value in claims.items() if value is not None}
        return jsonify(id_token=self._signed(held), access_token="access", token_type="Bearer")

    def keys(self) -> Response:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def userinfo(self) -> Response:
        assert request.headers["Authorization"] == "Bearer access"
        return jsonify(**{"sub": self.person["sub"], **self.extra})

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "HS256":  # signed by what everyone may know: the public key
            signed = f"{_part(json.dumps({'alg': 'HS256'}))}.{_part(json.dumps(claims))}"
            known = self.key.as_pem(private=False)
            proof = hmac.new(known, signed.encode(), hashlib.sha256).digest()
            return f"{signed}.{base64.urlsafe_b64encode(proof).rstrip(b'=').decode()}"
        if self.algorithm == "none":
            head, body = (_part(text) for text in ('{"alg":"none"}', json.dumps(claims)))
            return f"{head}.{body}."
        key = self.stranger or self.key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key, algorithms=["RS256"])


def _part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
