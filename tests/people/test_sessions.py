"""Sessions and tokens hold for as long as they were given for, and no longer than their account."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Works
from consortium.measures.entering import add_measure
from consortium.people.admitting import Terms, give_token, restore_token, revoke_token
from consortium.people.attempts import Doorstep, note_attempt
from consortium.people.changing import close_account
from consortium.people.forgetting import forget_comings
from consortium.people.queries import actor_of_token, own_sessions, presence
from consortium.people.rules import INVITATION, PASSWORD
from consortium.people.sessions import begin_session, end_own_session, leave_session
from consortium.people.signing_in import sign_in, sign_out_everywhere
from consortium.people.tables import Account, ApiToken, FailedAttempt, OneTimeLink, SignedIn
from jobs.upkeep import keep_up
from tests.conftest import NOON, OPERATOR, Clock
from tests.jobs.worlds import running
from tests.making import make_members
from tests.people.making import PHRASE, VISITOR, make_account

EKONOM = Actor("ekonom")
MONTH = timedelta(days=30)


def begun(works: Works, terms: Terms = Terms()) -> str:  # noqa: B008 (frozen, with nothing in it)
    with works.writing(OPERATOR) as work:
        return begin_session(work, make_account(work, terms=terms), 10)


def lets_in(works: Works, secret: str) -> bool:
    with works.reading(VISITOR) as work:
        return presence(work, secret) is not None


def test_a_session_says_who_came_and_until_when(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        account = make_account(work, ("counter", "2062"), ("auditor", None))
        secret = begin_session(work, account, 10)
    with works.reading(VISITOR) as work:
        found = presence(work, secret)
        kept = work.session.exec(select(SignedIn)).one()
    assert found is not None
    assert (found.username, found.title) == ("ekonom", "Ekonom")
    assert found.grants == (("counter", "2062"), ("auditor", None))
    assert found.ends_at == NOON + timedelta(hours=10)
    assert kept.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(kept)


def test_a_session_ends_at_its_second(works: Works, clock: Clock) -> None:
    secret = begun(works)
    clock.now = NOON + timedelta(hours=10, seconds=-1)
    assert lets_in(works, secret)
    clock.now = NOON + timedelta(hours=10)
    assert not lets_in(works, secret)


def test_every_session_has_a_secret_of_its_own(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        first = begin_session(work, account, 10)
        second = begin_session(work, account, 10, instead_of=first)
    assert first != second
    assert [lets_in(works, secret) for secret in (first, second)] == [False, True]
    assert not lets_in(works, second[:-1])
    assert not lets_in(works, "")


def test_leaving_ends_this_session_and_no_other(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        one, other = begin_session(work, account, 10), begin_session(work, account, 10)
    with works.writing(EKONOM) as work:
        leave_session(work, one)
        leave_session(work, "unknown")
    assert [lets_in(works, secret) for secret in (one, other)] == [False, True]
    with works.writing(EKONOM) as work:
        sign_out_everywhere(work, work.session.exec(select(Account)).one())
    assert not lets_in(works, other)


def test_a_seed_that_has_changed_ends_a_session_whose_row_was_missed(works: Works) -> None:
    secret = begun(works)
    with works.writing(OPERATOR) as work:
        work.session.exec(select(Account)).one().session_seed = "0" * 32
    assert not lets_in(works, secret)


def test_one_ends_ones_own_sessions_only(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        secrets = [begin_session(work, make_account(work), 10)]
        other = make_account(work, username="other")
        secrets.append(begin_session(work, other, 10))
    clock.forward(minutes=1)
    with works.writing(OPERATOR) as work:
        begin_session(work, work.session.exec(select(Account)).first() or other, 1)
    with works.writing(EKONOM) as work:
        newest, first = own_sessions(work)
        assert (newest.begun_at, first.begun_at) == (NOON + timedelta(minutes=1), NOON)
        end_own_session(work, first.id)
        assert [row.id for row in own_sessions(work)] == [newest.id]
    assert [lets_in(works, secret) for secret in secrets] == [False, True]
    for unknown in (2, 99):  # the other's, and none
        with pytest.raises(NotFound), works.writing(EKONOM) as work:
            end_own_session(work, unknown)


@pytest.mark.parametrize(
    ("terms", "at", "opens"),
    [
        # 24 and 26 November begin at 23:00 UTC the evening before
        (Terms(from_on=date(2026, 11, 25)), datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC), False),
        (Terms(from_on=date(2026, 11, 25)), datetime(2026, 11, 24, 23, 0, tzinfo=UTC), True),
        (Terms(ends_on=date(2026, 11, 24)), datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC), True),
        (Terms(ends_on=date(2026, 11, 24)), datetime(2026, 11, 24, 23, 0, tzinfo=UTC), False),
    ],
)
def test_the_first_and_last_day_are_included_at_every_door(
    works: Works, clock: Clock, terms: Terms, at: datetime, opens: bool
) -> None:
    clock.now = at - timedelta(hours=1)
    secret = begun(works, terms)
    with works.writing(OPERATOR) as work:
        account = work.session.exec(select(Account)).one()
        token = give_token(work, account, "ledger", at + timedelta(days=9))
    clock.now = at
    with works.writing(VISITOR) as work:
        found = (
            presence(work, secret) is not None,
            actor_of_token(work, token) is not None,
            sign_in(work, "ekonom", PHRASE) is not None,
        )
    assert found == (opens, opens, opens)


def test_a_closed_account_is_out_at_once(works: Works) -> None:
    secret = begun(works)
    with works.writing(OPERATOR) as work:
        account = work.session.exec(select(Account)).one()
        token = give_token(work, account, "ledger", NOON + timedelta(days=9))
        close_account(work, "ekonom")
    with works.reading(VISITOR) as work:
        assert presence(work, secret) is None
        assert actor_of_token(work, token) is None


def test_a_token_has_a_part_of_the_rights_of_its_account(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        account = make_account(work, ("branch_manager", "2062"), ("finance", None))
        ends_at = NOON + timedelta(days=9)
        some = give_token(work, account, "some", ends_at, ["crates.handle", "billing.see"])
        every = give_token(work, account, "every", ends_at)
        with pytest.raises(Invalid) as refused:
            give_token(work, account, " ", NOON, ["billing.see", "cards.handle"])
    with works.reading(VISITOR) as work:
        actor, whole = actor_of_token(work, some), actor_of_token(work, every)
    assert actor is not None
    assert whole is not None
    assert actor.rights == {"crates.handle": frozenset({"2062"}), "billing.see": None}
    assert "costs.change" in whole.rights
    assert [fault.at for fault in refused.value.faults] == ["label", "until", "rights"]


def test_a_tokens_right_goes_with_the_role(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        account = make_account(work, ("counter", "2062"))
        secret = give_token(work, account, "x", NOON + timedelta(days=9), ["crates.handle"])
        kept = work.session.exec(select(ApiToken)).one()
        kept.rights = ["crates.handle", "people.change"]  # as if it had been allowed
    with works.reading(VISITOR) as work:
        actor = actor_of_token(work, secret)
    assert actor is not None
    assert actor.rights == {"crates.handle": frozenset({"2062"})}


def test_a_token_lasts_two_years_at_most(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        give_token(work, account, "x", NOON + timedelta(days=731))
        with pytest.raises(Invalid):
            give_token(work, account, "x", NOON + timedelta(days=731, seconds=1))


def test_a_token_is_revoked_and_that_is_taken_back(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        secret = give_token(work, make_account(work), "ledger", NOON + timedelta(days=1))
        token_id = work.session.exec(select(ApiToken.id)).one()
        revoke_token(work, token_id)
        assert actor_of_token(work, secret) is None
        with pytest.raises(Conflict):
            revoke_token(work, token_id)
        restore_token(work, token_id)
        assert actor_of_token(work, secret) is not None
        with pytest.raises(Conflict):
            restore_token(work, token_id)
        revoke_token(work, token_id)
        entries = work.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    facts = {
        "token": token_id,
        "label": "ledger",
        "rights": [],
        "until": "2026-11-25T11:00:00+00:00",
    }
    kinds = ["given", "revoked", "restored", "revoked"]
    assert [(e.event, e.subject, e.facts) for e in entries[1:]] == [
        (f"people.token_{kind}", "ekonom", facts) for kind in kinds
    ]
    assert secret not in str(entries)
    clock.forward(days=1)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        restore_token(work, token_id)
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        revoke_token(work, 99)
    for actor in (EKONOM, Actor("ekonom", {"settings.see": None})):
        with pytest.raises(Forbidden), works.writing(actor) as work:
            revoke_token(work, token_id)


def test_what_is_over_is_deleted_at_its_second(works: Works, clock: Clock) -> None:
    """Sessions and links 30 days after their end or use, wrong tries after a day."""
    with works.writing(OPERATOR) as work:
        account = make_account(work)
        begin_session(work, account, 10)  # ends by itself at 22:00
        leave_session(work, begin_session(work, account, 10))  # ended now
        for purpose, used in ((INVITATION, None), (PASSWORD, NOON)):
            work.session.add(
                OneTimeLink(
                    account_id=account.id,
                    purpose=purpose,
                    secret_sha256=purpose,
                    expires_at=NOON + timedelta(hours=10),
                    used_at=used,
                )
            )
        note_attempt(work, Doorstep("web", "a" * 64))

    def left(at: datetime) -> list[int]:
        clock.now = at
        with works.writing(OPERATOR) as work:
            forget_comings(work)
            kinds = (SignedIn, OneTimeLink, FailedAttempt)
            return [len(work.session.exec(select(kind)).all()) for kind in kinds]

    assert left(NOON + timedelta(days=1, seconds=-1)) == [2, 2, 1]
    assert left(NOON + timedelta(days=1)) == [2, 2, 0]
    assert left(NOON + MONTH - timedelta(seconds=1)) == [2, 2, 0]
    assert left(NOON + MONTH) == [1, 1, 0]
    assert left(NOON + MONTH + timedelta(hours=10, seconds=-1)) == [1, 1, 0]
    assert left(NOON + MONTH + timedelta(hours=10)) == [0, 0, 0]


def test_the_nightly_job_deletes_what_is_over(works: Works, clock: Clock, tmp_path: Path) -> None:
    begun(works)
    with works.writing(OPERATOR) as work:
        for code in ("crates_sent", "crates_received"):
            add_measure(work, code, (code, code), "låda")
    clock.forward(days=31)
    keep_up(running(works, tmp_path), date(2026, 12, 25))
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(SignedIn)).all() == []
