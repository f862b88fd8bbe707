"""Use cases: a link by e-mail lets its holder choose a password, once."""

import secrets
from datetime import timedelta
from typing import Final

from sqlmodel import col, func, or_, select

from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.settings import Web
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.members.queries import nameplate
from consortium.messages.sending import write_letter
from consortium.people.changing import void_links
from consortium.people.passwords import NewPassword, choice_faults
from consortium.people.queries import opens
from consortium.people.rules import (
    INVITATION,
    LINK_LASTS,
    LINKS_AN_HOUR,
    PASSWORD,
    digest_of,
    is_open,
)
from consortium.people.signing_in import set_password
from consortium.people.tables import Account, OneTimeLink

PATHS: Final = {INVITATION: "/inbjudan/", PASSWORD: "/losenord/"}
HOUR: Final = timedelta(hours=1)
LANGUAGE: Final = "sv"

INVITED: Final = mark("Choose a password for {site}")
INVITED_BODY: Final = mark(
    "An account is opened for you in {site}. Your user name is {username}.\n\n"
    "Choose a password here within 7 days:\n{link}\n\n"
    "The link works once. If this is not for you, you need do nothing.\n"
)
FORGOTTEN: Final = mark("New password for {site}")
FORGOTTEN_BODY: Final = mark(
    "Somebody asked for a new password for {username} in {site}.\n\n"
    "Choose it here within 30 minutes:\n{link}\n\n"
    "The link works once. If it was not you, you need do nothing: the old password holds.\n"
)
TEXTS: Final = {INVITATION: (INVITED, INVITED_BODY), PASSWORD: (FORGOTTEN, FORGOTTEN_BODY)}


def invite(work: Work, username: str, web: Web) -> OneTimeLink:
    """Write to the account's e-mail address with a link to choose a password, valid for 7 days.

    Links sent before open nothing any more. web: the settings; the link's host comes from there
    and never from a request, which anybody can write.
    """
    work.require("people.change")
    row = select(Account).where(Account.username == username).with_for_update()
    account = work.session.exec(row).first()
    if account is None:
        raise NotFound("There is no account {username}", username=username)
    _refuse_without_way(web)
    if not account.email:
        raise Conflict("The account has no e-mail address", at="email", remedy="Write one first")
    if not is_open(account.active, None, account.ends_on, work.today):
        raise Conflict("The account is closed or has ended", remedy="Open it first")
    void_links(work, account)
    link = _send(work, account, INVITATION, web)
    work.audit("people.invited", username, link=link.id)
    return link


def ask_for_password(work: Work, name: str, web: Web) -> None:
    """Write to whom a user name or an e-mail address belongs, with a link valid for 30 minutes.

    Says nothing about whether there is such an account, whether it opens, or whether its
    LINKS_AN_HOUR are used up.
    """
    _refuse_without_way(web)
    wanted = name.strip().lower()
    mine = or_(Account.username == wanted, func.lower(Account.email) == wanted)
    rows = select(Account).where(mine, Account.email != "").order_by(col(Account.id))
    for account in work.session.exec(rows.with_for_update()).all() if wanted else []:
        if opens(work, account) and not _by_openid_only(account) and not _used_up(work, account):
            link = _send(work, account, PASSWORD, web)
            work.audit("people.password_asked", account.username, link=link.id)


def holder_of(work: Work, secret: str, purpose: str, *, to_use: bool = False) -> Account:
    """Whose link this is; NotFound where it opens nothing, for whatever reason.

    purpose: `invitation` or `password`; a link of the other one opens nothing. to_use: the link is
    locked until the work ends.
    """
    link = select(OneTimeLink).where(OneTimeLink.secret_sha256 == digest_of(secret))
    found = work.session.exec(link.with_for_update() if to_use else link).first()
    if found is None or found.purpose != purpose or found.used_at or found.expires_at <= work.now:
        raise _dead()
    account = work.session.get_one(Account, found.account_id)
    if not is_open(account.active, None, account.ends_on, work.today):
        raise _dead()
    return account


def choose_password(work: Work, secret: str, purpose: str, new: NewPassword, web: Web) -> Account:
    """Give the link's account its password: every link and session of it ends."""
    _refuse_without_way(web)
    account = holder_of(work, secret, purpose, to_use=True)
    if faults := list(choice_faults(new, account.username)):
        raise Invalid(faults)
    void_links(work, account)
    set_password(work, account, new.typed)
    work.audit("people.password_chosen", account.username, by=purpose)
    return account


def _send(work: Work, account: Account, purpose: str, web: Web) -> OneTimeLink:
    secret = secrets.token_urlsafe(32)
    link = OneTimeLink(
        account_id=account.id,
        purpose=purpose,
        secret_sha256=digest_of(secret),
        expires_at=work.now + LINK_LASTS[purpose],
    )
    work.session.add(link)
    work.session.flush()
    say, (subject, body) = words(LANGUAGE), TEXTS[purpose]
    facts = {
        "site": nameplate(work).name or say(mark("Library operations")),
        "username": account.username,
        "link": f"{web.address}{PATHS[purpose]}{secret}",
    }
    text = say(subject, **facts), say(body, **facts)
    write_letter(work, f"{purpose}:{link.id}", account.email, text, fleeting=True)
    return link


def _refuse_without_way(web: Web) -> None:
    if not web.local_sign_in:
        raise Conflict(
            "Passwords are not used here", remedy="Sign in the way the sign-in page shows"
        )
    if not web.address:
        raise Conflict(
            "No letter with a link can be sent, for the service does not know its own address",
            remedy="Whoever runs the service sets web.address, as https://drift.example.se",
        )


def _used_up(work: Work, account: Account) -> bool:
    """Whether LINKS_AN_HOUR were asked for in the last hour."""
    asked = select(func.count()).where(
        OneTimeLink.account_id == account.id,
        OneTimeLink.purpose == PASSWORD,
        OneTimeLink.expires_at > work.now - HOUR + LINK_LASTS[PASSWORD],
    )
    return work.session.exec(asked).one() >= LINKS_AN_HOUR


def _by_openid_only(account: Account) -> bool:
    return account.openid is not None and not account.password_hash


def _dead() -> NotFound:
    return NotFound(
        "The link does not work: it is used, too old or not whole",
        remedy="Ask for a new one",
    )
