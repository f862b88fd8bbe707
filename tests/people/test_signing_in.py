"""Passwords that open, the locks that count wrong ones, and what cannot be a password."""

import hashlib
from datetime import timedelta
from unicodedata import normalize

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.members.tables import Member
from consortium.people.admitting import give_token, open_account
from consortium.people.attempts import Doorstep, note_attempt, seconds_to_wait
from consortium.people.passwords import COMMON, NewPassword, choice_faults, password_faults
from consortium.people.queries import actor_of, actor_of_token, presence
from consortium.people.rules import ROLES
from consortium.people.sessions import begin_session
from consortium.people.signing_in import change_password, sign_in, sign_out_everywhere
from consortium.people.tables import Account, ApiToken, FailedAttempt
from tests.conftest import NOON, OPERATOR, Clock
from tests.making import make_members
from tests.people.making import PHRASE, VISITOR, attempts, make_account

WEB, API = Doorstep("web", "a" * 64), Doorstep("api", "a" * 64)
ELSEWHERE = Doorstep("web", "b" * 64)
EKONOM = Actor("ekonom")


def test_passwords_are_kept_as_argon2id_at_the_librarys_cost() -> None:
    kept = PasswordHasher().hash(PHRASE)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, second recommended


def test_the_right_password_opens_and_a_wrong_one_does_not(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        assert PHRASE not in account.password_hash
    assert attempts(works, PHRASE) == [True]
    assert attempts(works, normalize("NFD", PHRASE)) == [True]  # as another keyboard sends it
    assert attempts(works, PHRASE + "x") == [False]
    with works.writing(VISITOR) as work:
        assert sign_in(work, "nobody", PHRASE) is None


def test_an_account_without_a_password_opens_with_none(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        open_account(work, "ekonom", "", "", [("finance", None)])
    for given in ("", PHRASE, "x" * 1000):
        assert attempts(works, given) == [False]


def test_eight_wrong_ones_shut_the_account_for_a_quarter(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work)
    assert attempts(works, "wrong", 8) == [False] * 8
    assert attempts(works, PHRASE) == [False]
    clock.now = NOON + timedelta(minutes=14, seconds=59)
    assert attempts(works, PHRASE) == [False]
    clock.now = NOON + timedelta(minutes=15)
    assert attempts(works, PHRASE) == [True]


def test_signing_in_starts_the_count_again(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work)
    for _ in range(2):
        attempts(works, "wrong", 7)
        assert attempts(works, PHRASE) == [True]


def test_thirty_wrong_ones_from_a_place_refuse_all_from_there(works: Works, clock: Clock) -> None:
    """The first comes at noon, one each ten seconds: the thirtieth at 12:04:50."""
    with works.writing(OPERATOR) as work:
        make_account(work)
    for count in range(30):
        with works.writing(VISITOR) as work:
            assert seconds_to_wait(work, WEB) == 0
            if count % 2:
                assert sign_in(work, f"nobody{count}", "wrong", WEB) is None
            else:
                note_attempt(work, API)
        clock.forward(seconds=10)
    clock.now = NOON + timedelta(minutes=4, seconds=50)
    with works.reading(VISITOR) as work:
        assert seconds_to_wait(work, WEB) == seconds_to_wait(work, API) == 610
        assert seconds_to_wait(work, ELSEWHERE) == 0
        assert len(work.session.exec(select(FailedAttempt)).all()) == 30
    assert attempts(works, PHRASE, step=WEB) == [False]
    assert attempts(works, "wrong", step=WEB) == [False]  # nor is it counted
    assert attempts(works, PHRASE, step=ELSEWHERE) == [True]
    clock.now = NOON + timedelta(minutes=14, seconds=59, milliseconds=500)
    with works.reading(VISITOR) as work:
        assert seconds_to_wait(work, WEB) == 1
    clock.now = NOON + timedelta(minutes=15)  # the first is a quarter old
    with works.reading(VISITOR) as work:
        assert seconds_to_wait(work, WEB) == 0
    assert attempts(works, PHRASE, step=WEB) == [True]
    assert attempts(works, "wrong", step=WEB) == [False]
    with works.reading(VISITOR) as work:
        assert seconds_to_wait(work, WEB) == 10  # until the second is


def test_what_succeeds_counts_for_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work)
    assert attempts(works, PHRASE, 40, WEB) == [True] * 40
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(FailedAttempt)).all() == []


def test_changing_ones_password_asks_for_the_old_and_ends_all_sessions(works: Works) -> None:
    new = NewPassword("ett-annat-lösenord", "ett-annat-lösenord")
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        secrets = [begin_session(work, account, 10) for _ in range(2)]
    with works.writing(EKONOM) as work:
        assert change_password(work, "wrong", new, WEB) is None
    with works.reading(OPERATOR) as work:
        assert all(presence(work, secret) for secret in secrets)
        assert len(work.session.exec(select(FailedAttempt)).all()) == 1
    with works.writing(EKONOM) as work:
        assert change_password(work, PHRASE, new, WEB) is not None
    with works.reading(OPERATOR) as work:
        assert [presence(work, secret) for secret in secrets] == [None, None]
        entries = work.session.exec(select(AuditEntry)).all()
        assert entries[-1].event == "people.password_chosen"
    assert attempts(works, PHRASE) + attempts(works, new.typed) == [False, True]


def test_wrong_old_passwords_shut_the_account_as_at_sign_in(works: Works) -> None:
    new = NewPassword("ett-annat-lösenord", "ett-annat-lösenord")
    with works.writing(OPERATOR) as work:
        make_account(work)
    for _ in range(8):
        with works.writing(EKONOM) as work:
            assert change_password(work, "wrong", new) is None
    with works.writing(EKONOM) as work:
        assert change_password(work, PHRASE, new) is None
    assert attempts(works, PHRASE) == [False]


def test_signing_out_everywhere_changes_the_seed_of_sessions(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        before = account.session_seed
        sign_out_everywhere(work, account)
        assert account.session_seed != before
    with pytest.raises(Forbidden), works.writing(Actor("revisor")) as work:
        sign_out_everywhere(work, work.session.exec(select(Account)).one())


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elva tecken", "The password is too short"),  # 11
        ("tolv tecken!", ""),  # 12
        ("ab" * 128, ""),  # 256
        ("ab" * 128 + "c", "The password is too long"),
        ("aaaaaaaaaaaa", "The password is one character again and again"),
        ("bibliotekschef", "The password is the user name"),
        ("BibliotekschefBibliotekschef", "The password is the user name"),
        ("bibliotekschef-och-mer", ""),
        ("Bibliotek2026", "The password is one that many use"),
        ("PASSWORD1234", "The password is one that many use"),
    ],
)
def test_what_cannot_be_a_password(password: str, said: str) -> None:
    found = [fault.text for fault in password_faults(password, "bibliotekschef")]
    assert found == ([said] if said else [])


def test_common_passwords_are_only_listed_where_the_length_would_let_them_in() -> None:
    assert len(COMMON) > 60
    assert all(len(one) >= 12 and one == one.casefold() for one in COMMON)


def test_a_password_is_typed_twice() -> None:
    faults = list(choice_faults(NewPassword("kort", "korp"), "ekonom"))
    assert [fault.at for fault in faults] == ["password", "again"]


def test_every_fault_of_an_account_is_told(works: Works) -> None:
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        open_account(work, " ", "", "short", [("queen", None)])
    assert [fault.at for fault in refused.value.faults] == ["roles", "username", "password"]


def test_a_right_reaches_what_its_roles_give_it_for(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        roles = (("branch_manager", "2080"), ("branch_manager", "2062"), ("auditor", None))
        actor = actor_of(work, make_account(work, *roles))
    assert actor.rights["crates.handle"] == frozenset({"2080", "2062"})
    assert actor.rights["billing.see"] is None  # the auditor sees all
    assert not actor.may("billing.issue")


def test_no_reader_may_change() -> None:
    assert all(right.rpartition(".")[2] in {"see", "count"} for right in ROLES["auditor"])


def test_a_token_acts_until_it_expires(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        secret = give_token(work, account, "ledger", work.now + timedelta(days=1))
    with works.reading(OPERATOR) as work:
        kept = work.session.exec(select(ApiToken)).one()
        assert kept.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
        assert kept.given_at == NOON
        found = actor_of_token(work, secret)
        assert found is not None
        assert found.name == "ekonom"
        assert actor_of_token(work, secret + "x") is None
    clock.now = NOON + timedelta(days=1, seconds=-1)
    with works.reading(OPERATOR) as work:
        assert actor_of_token(work, secret) is not None
    clock.now = NOON + timedelta(days=1)
    with works.reading(OPERATOR) as work:
        assert actor_of_token(work, secret) is None


def test_only_who_may_opens_accounts(works: Works) -> None:
    with pytest.raises(Forbidden), works.writing(Actor("ekonom", {"billing.see": None})) as work:
        make_account(work)
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Member)).all() == []
