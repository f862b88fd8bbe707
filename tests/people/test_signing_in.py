import hashlib
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from consortium.core.errors import Forbidden, Invalid
from consortium.core.work import Actor, Work, Works
from consortium.members.tables import Member
from consortium.people.admitting import give_token, open_account
from consortium.people.queries import account_of_token, actor_of
from consortium.people.rules import LOCK_MINUTES, MOST_FAILURES, ROLES
from consortium.people.signing_in import sign_in, sign_out_everywhere
from consortium.people.tables import Account, ApiToken
from tests.conftest import OPERATOR, Clock
from tests.making import make_members

PHRASE = "ett-långt-lösenord"


def make_account(work: Work, *roles: tuple[str, str | None]) -> Account:
    return open_account(work, "Ekonom", "Ekonom", PHRASE, roles or (("finance", None),))


def attempts(works: Works, password: str, times: int = 1) -> list[bool]:
    found = []
    for _ in range(times):
        with works.writing(Actor("")) as work:
            found.append(sign_in(work, " EKONOM ", password) is not None)
    return found


def test_passwords_are_kept_as_argon2id_at_the_librarys_cost() -> None:
    kept = PasswordHasher().hash(PHRASE)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, second recommended


def test_the_right_password_opens_and_a_wrong_one_does_not(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        assert PHRASE not in account.password_hash
    assert attempts(works, PHRASE) == [True]
    assert attempts(works, PHRASE + "x") == [False]
    with works.writing(Actor("")) as work:
        assert sign_in(work, "nobody", PHRASE) is None


def test_too_many_wrong_ones_shut_the_account_for_a_while(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work)
    assert attempts(works, "wrong", MOST_FAILURES) == [False] * MOST_FAILURES
    assert attempts(works, PHRASE) == [False]
    clock.now += timedelta(minutes=LOCK_MINUTES, seconds=1)
    assert attempts(works, PHRASE) == [True]


def test_signing_in_starts_the_count_again(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work)
    attempts(works, "wrong", MOST_FAILURES - 1)
    assert attempts(works, PHRASE) == [True]
    attempts(works, "wrong", MOST_FAILURES - 1)
    assert attempts(works, PHRASE) == [True]


def test_signing_out_everywhere_changes_the_seed_of_sessions(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        before = account.session_seed
        sign_out_everywhere(work, account)
        assert account.session_seed != before


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


def test_a_token_acts_until_it_expires_or_is_revoked(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        secret = give_token(work, account, "ledger", work.now + timedelta(days=1))
    with works.reading(OPERATOR) as work:
        kept = work.session.exec(select(ApiToken)).one()
        assert kept.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
        found = account_of_token(work, secret)
        assert found is not None
        assert found.username == "ekonom"
        assert account_of_token(work, secret + "x") is None
    clock.now += timedelta(days=1)
    with works.reading(OPERATOR) as work:
        assert account_of_token(work, secret) is None


def test_only_who_may_opens_accounts(works: Works) -> None:
    with pytest.raises(Forbidden), works.writing(Actor("ekonom", {"billing.see": None})) as work:
        make_account(work)
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Member)).all() == []
