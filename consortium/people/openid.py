"""Who an OpenID Connect provider says has signed in, and the account that opens for them."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlmodel import col, func, select

from consortium.core.errors import Forbidden, Invalid
from consortium.core.settings import Openid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.people.admitting import Terms, grant_faults, open_account
from consortium.people.changing import Particulars, change_account, particulars
from consortium.people.queries import opens
from consortium.people.rules import Grant, digest_of, grants_of, name_faults
from consortium.people.tables import Account

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""Signatures by the provider's own key; `none` and shared secrets are not among them."""

SLACK_S: Final = 60
DENIED: Final = mark("Ask the administrator of the consortium for an account with a role")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sign-in was begun with, and what its answer must fit."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for. subject: `iss sub`, never given to another (Core 1.0, 5.7).

    email: empty unless the provider says that it is verified. values: of the claim that gives
    roles.
    """

    subject: str
    name: str = ""
    email: str = ""
    values: frozenset[str] = frozenset()


def verified_claims(
    id_token: str, keys: Mapping[str, Any], asked: Asked, now: datetime
) -> Mapping[str, Any]:
    """The claims of an ID token that holds (Core 1.0, section 3.1.3.7); Invalid where it does not.

    Signature by one of the provider's keys, issuer, audience, authorized party, times (with a
    minute's slack), nonce, and the access token's digest where there is one.
    """
    try:
        known = KeySet.import_key_set(cast("Any", keys))
        token = jwt.decode(id_token, known, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": asked.issuer},
                "aud": {"essential": True, "value": asked.client_id},
                "nonce": {"essential": True, "value": asked.nonce},
            },
            params={
                "nonce": asked.nonce,
                "client_id": asked.client_id,
                "access_token": asked.access_token,
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=SLACK_S)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Invalid(
            "The sign-in service's answer does not hold: {why}",
            why=str(error)[:200],
            remedy="Begin again; if it goes on, ask the administrator of the consortium",
        ) from error
    return dict(claims)


def identity_of(claims: Mapping[str, Any], more: Mapping[str, Any], claim: str) -> Identity:
    """The identity in an ID token. more: claims of the userinfo address, of the same subject."""
    if more and not hmac.compare_digest(str(more.get("sub")).encode(), str(claims["sub"]).encode()):
        raise Invalid("The sign-in service answered for two different people")
    known = {**more, **claims}
    held = known.get(claim, ())
    verified = known.get("email_verified") in (True, "true")
    return Identity(
        subject=f"{claims['iss']} {claims['sub']}",
        name=str(known.get("preferred_username") or "").strip().lower(),
        email=str(known.get("email") or "").strip() if verified else "",
        values=frozenset([held] if isinstance(held, str) else map(str, held or ())),
    )


def roles_of(identity: Identity, openid: Openid) -> tuple[Grant, ...]:
    """The roles that the setting `openid.roles` gives for what the claim says."""
    given = (openid.roles[value] for value in sorted(identity.values) if value in openid.roles)
    return tuple(dict.fromkeys(grant for text in given for grant in grants_of(text)))


def admit(work: Work, identity: Identity, openid: Openid) -> Account:
    """The account of an identity: the one it belongs to, else the one with its verified e-mail.

    Where the setting says so an account is opened for whoever has a role. Where `openid.roles` is
    set the roles follow the claim at every sign-in. Forbidden where no account opens today, or no
    role is left.
    """
    work.require("people.change")
    roles = roles_of(identity, openid)
    if openid.roles and not roles:
        raise Forbidden("Your sign-in gives no role here", remedy=DENIED)
    if faults := grant_faults(work, roles):
        raise Invalid(faults)
    account = _known(work, identity) or _opened(work, identity, openid, roles)
    if not opens(work, account):
        raise Forbidden("Your account is not open today", remedy=DENIED)
    if account.openid is None:
        account.openid = identity.subject
        work.audit("people.openid_linked", account.username)
    _follow(work, account, roles)
    account.failures, account.locked_until, account.signed_in_at = 0, None, work.now
    work.audit("people.signed_in", account.username, by="openid")
    return account


def _known(work: Work, identity: Identity) -> Account | None:
    own = select(Account).where(Account.openid == identity.subject).with_for_update()
    if found := work.session.exec(own).first():
        return found
    if not identity.email:
        return None
    same = func.lower(Account.email) == identity.email.lower()
    rows = select(Account).where(same, col(Account.openid).is_(None)).with_for_update()
    found_by_email = work.session.exec(rows).all()
    return found_by_email[0] if len(found_by_email) == 1 else None


def _opened(work: Work, identity: Identity, openid: Openid, roles: tuple[Grant, ...]) -> Account:
    if not (openid.create_accounts and roles):
        raise Forbidden("No account here belongs to your sign-in", remedy=DENIED)
    free = work.session.exec(select(Account.id).where(Account.username == identity.name)).first()
    fits = identity.name and free is None and not list(name_faults(identity.name))
    username = identity.name if fits else f"openid-{digest_of(identity.subject)[:16]}"
    return open_account(work, username, username, "", roles, Terms(email=identity.email))


def _follow(work: Work, account: Account, roles: tuple[Grant, ...]) -> None:
    """Let the account have the roles of the claim, where the setting maps any."""
    now = particulars(work, account)
    if roles and set(roles) != set(now.roles):
        change_account(work, account.username, Particulars(now.title, roles, now.terms))
