"""Links by e-mail: each chooses a password once, in time, for what it was sent for."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.settings import Web
from consortium.core.work import Actor, Work, Works
from consortium.messages.tables import Letter
from consortium.people.admitting import Terms
from consortium.people.changing import Particulars, change_account, close_account
from consortium.people.inviting import ask_for_password, choose_password, holder_of, invite
from consortium.people.overview import account_view
from consortium.people.passwords import NewPassword
from consortium.people.queries import presence
from consortium.people.rules import INVITATION, PASSWORD, digest_of
from consortium.people.sessions import begin_session
from consortium.people.signing_in import sign_in
from consortium.people.tables import Account, OneTimeLink
from tests.conftest import NOON, OPERATOR, Clock
from tests.people.making import VISITOR, make_account

WEB = Web(address="https://drift.example.se")
NEW = NewPassword("ett-nytt-lösenord", "ett-nytt-lösenord")
LINK = re.compile(r"https://drift\.example\.se/(inbjudan|losenord)/([\w-]{43})\n")
TERMS = Terms("Ekonom@mora.example")


def letters(works: Works) -> list[tuple[str, str, str]]:
    """Of each letter: to whom, and the last parts of the link in it."""
    with works.reading(OPERATOR) as work:
        found = work.session.exec(select(Letter).order_by(col(Letter.id))).all()
    assert all(letter.fleeting for letter in found)
    links = [LINK.findall(letter.body) for letter in found]
    return [(letter.to_address, *link) for letter, (link,) in zip(found, links, strict=True)]


def choose(works: Works, secret: str, purpose: str, new: NewPassword = NEW) -> Account:
    with works.writing(VISITOR) as work:
        return choose_password(work, secret, purpose, new, WEB)


def invited(works: Works) -> str:
    with works.writing(OPERATOR) as work:
        make_account(work, terms=TERMS).password_hash = ""
        invite(work, "ekonom", WEB)
    ((_to, _path, secret),) = letters(works)
    return secret


def asked(works: Works, name: str = "ekonom") -> None:
    with works.writing(VISITOR) as work:
        ask_for_password(work, name, WEB)


def test_an_invitation_opens_the_account_once(works: Works) -> None:
    secret = invited(works)
    assert letters(works) == [("Ekonom@mora.example", "inbjudan", secret)]
    with works.reading(OPERATOR) as work:
        kept = work.session.exec(select(OneTimeLink)).one()
        assert kept.secret_sha256 == digest_of(secret)
        assert account_view(work, "ekonom").invited_until == NOON + timedelta(days=7)
    assert choose(works, secret, INVITATION).username == "ekonom"
    with works.writing(VISITOR) as work:
        assert sign_in(work, "ekonom", NEW.typed) is not None
    with pytest.raises(NotFound):
        choose(works, secret, INVITATION)
    with works.reading(OPERATOR) as work:
        told = work.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [(entry.event, entry.facts) for entry in told[1:3]] == [
        ("people.invited", {"link": kept.id}),
        ("people.password_chosen", {"by": "invitation"}),
    ]
    assert "mora.example" not in str([entry.facts for entry in told])
    assert secret not in str([(entry.facts, entry.subject) for entry in told])


@pytest.mark.parametrize(
    ("purpose", "lasts"), [(INVITATION, timedelta(days=7)), (PASSWORD, timedelta(minutes=30))]
)
def test_a_link_is_too_old_at_its_second(
    works: Works, clock: Clock, purpose: str, lasts: timedelta
) -> None:
    if purpose == INVITATION:
        secret = invited(works)
    else:
        with works.writing(OPERATOR) as work:
            make_account(work, terms=TERMS)
        asked(works)
        ((_to, path, secret),) = letters(works)
        assert path == "losenord"
    clock.now = NOON + lasts
    with pytest.raises(NotFound):
        choose(works, secret, purpose)
    clock.now = NOON + lasts - timedelta(seconds=1)
    choose(works, secret, purpose)


def test_a_link_of_another_purpose_and_a_made_up_one_open_nothing(works: Works) -> None:
    secret = invited(works)
    for given, purpose in ((secret, PASSWORD), (secret, ""), (secret[:-1], INVITATION)):
        with pytest.raises(NotFound):
            choose(works, given, purpose)
        with pytest.raises(NotFound), works.reading(VISITOR) as work:
            holder_of(work, given, purpose)
    choose(works, secret, INVITATION)


def test_a_password_that_cannot_be_one_uses_no_link(works: Works) -> None:
    secret = invited(works)
    with pytest.raises(Invalid) as refused:
        choose(works, secret, INVITATION, NewPassword("kort", "annat"))
    assert [fault.at for fault in refused.value.faults] == ["password", "again"]
    choose(works, secret, INVITATION)


def test_a_forgotten_password_ends_sessions_and_opens_what_was_shut(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work, terms=TERMS)
        account.locked_until = NOON + timedelta(minutes=10)
        session = begin_session(work, account, 10)
    asked(works, " EKONOM@MORA.example ")
    asked(works)
    (_to, _path, first), (_to, _path, second) = letters(works)
    choose(works, first, PASSWORD)
    with works.writing(VISITOR) as work:
        assert presence(work, session) is None
        assert sign_in(work, "ekonom", NEW.typed) is not None
    with pytest.raises(NotFound):  # one that was used makes the others useless
        choose(works, second, PASSWORD)


def test_three_links_an_hour_and_no_more(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work, terms=TERMS)
    for minutes in (0, 10, 20, 30):
        clock.now = NOON + timedelta(minutes=minutes)
        asked(works)
    assert len(letters(works)) == 3
    clock.now = NOON + timedelta(minutes=59, seconds=59)
    asked(works)
    assert len(letters(works)) == 3
    clock.now = NOON + timedelta(minutes=60)
    asked(works)
    asked(works)
    assert len(letters(works)) == 4


def test_who_cannot_use_a_password_gets_no_letter(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        for username in ("closed", "openid", "without"):
            make_account(work, username=username, terms=TERMS)
        ended = Terms("e@x.se", ends_on=NOON.date() - timedelta(days=1))
        make_account(work, username="ended", terms=ended)
        rows = {row.username: row for row in work.session.exec(select(Account))}
        rows["closed"].active = False
        rows["openid"].openid, rows["openid"].password_hash = "https://id.example 1", ""
        rows["without"].email = ""
    for name in ("closed", "openid", "without", "ended", "nobody", "", " ", "%"):
        asked(works, name)
    assert letters(works) == []


def test_a_new_invitation_makes_the_one_before_useless(works: Works) -> None:
    first = invited(works)
    with works.writing(OPERATOR) as work:
        invite(work, "ekonom", WEB)
    second = letters(works)[1][2]
    with pytest.raises(NotFound):
        choose(works, first, INVITATION)
    choose(works, second, INVITATION)


def test_a_link_to_an_address_that_was_wrong_opens_nothing(works: Works) -> None:
    secret = invited(works)
    with works.writing(OPERATOR) as work:
        change_account(work, "ekonom", Particulars("", (("finance", None),), Terms("ny@x.se")))
    with pytest.raises(NotFound):
        choose(works, secret, INVITATION)


def test_a_link_to_a_closed_account_opens_nothing(works: Works) -> None:
    secret = invited(works)
    with works.writing(OPERATOR) as work:
        close_account(work, "ekonom")
    with pytest.raises(NotFound):
        choose(works, secret, INVITATION)


@pytest.mark.parametrize("web", [Web(), Web(address=WEB.address, local_sign_in=False)])
def test_without_an_address_or_passwords_nothing_is_sent(works: Works, web: Web) -> None:
    secret = invited(works)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        invite(work, "ekonom", web)
    assert ("web.address" in str(refused.value)) == web.local_sign_in
    with pytest.raises(Conflict), works.writing(VISITOR) as work:
        ask_for_password(work, "ekonom", web)
    with pytest.raises(Conflict), works.writing(VISITOR) as work:
        choose_password(work, secret, INVITATION, NEW, web)
    assert len(letters(works)) == 1


def test_who_cannot_be_invited(works: Works) -> None:
    def refuse(error: type[Exception], username: str, actor: Actor = OPERATOR) -> None:
        with pytest.raises(error), works.writing(actor) as work:
            invite(work, username, WEB)

    def make(work: Work) -> None:
        make_account(work, username="without")
        make_account(work, username="closed", terms=TERMS).active = False

    with works.writing(OPERATOR) as work:
        make(work)
    refuse(Conflict, "without")
    refuse(Conflict, "closed")
    refuse(NotFound, "nobody")
    refuse(Forbidden, "without", Actor("x", {"settings.see": None}))
