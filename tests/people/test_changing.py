"""Accounts are changed, closed and opened again; there is always an administrator left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry, AuditValue
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.people.admitting import Terms, open_account
from consortium.people.changing import (
    Particulars,
    change_account,
    close_account,
    particulars,
    particulars_before,
    reopen_account,
)
from consortium.people.overview import State, account_lines, account_view, counts, fitting
from consortium.people.queries import presence
from consortium.people.sessions import begin_session
from consortium.people.signing_in import sign_in
from consortium.people.tables import Account
from tests.conftest import NOON, OPERATOR, Clock
from tests.making import make_members
from tests.people.making import ADMINISTRATOR, PHRASE, VISITOR, make_account

TODAY = date(2026, 11, 24)
ADMIN = Actor("admin", {"people.change": None})


def account_of(work: Work, username: str) -> Account:
    return work.session.exec(select(Account).where(Account.username == username)).one()


def entries(works: Works) -> list[AuditEntry]:
    with works.reading(OPERATOR) as work:
        return list(work.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all())


def test_an_account_is_opened_with_its_days_and_address(works: Works) -> None:
    terms = Terms("vikarie@mora.example", date(2026, 12, 1), date(2027, 3, 31))
    with works.writing(OPERATOR) as work:
        make_members(work)
        roles = [("counter", "2062"), ("counter", "2062"), ("driver", None)]
        account = open_account(work, " Vikarie.Mora ", " Vikarie ", "", roles, terms)
        assert particulars(work, account) == Particulars(
            "Vikarie", (("counter", "2062"), ("driver", None)), terms
        )
        assert (account.username, account.password_hash) == ("vikarie.mora", "")
    entry = entries(works)[-1]
    assert (entry.event, entry.subject) == ("people.account_opened", "vikarie.mora")
    assert entry.facts == {"roles": "counter:2062, driver"}
    with works.reading(OPERATOR) as work:
        value = work.session.exec(select(AuditValue)).one()
    assert (value.entry_id, value.name, value.value) == (entry.id, "email", "vikarie@mora.example")


@pytest.mark.parametrize(
    ("username", "terms", "roles", "places"),
    [
        ("ny.rätt_1-2@mora", Terms(), [("finance", None)], []),
        ("med blank", Terms(), [], ["username"]),
        ("a/b", Terms(), [], ["username"]),
        ("cli:root", Terms(), [], ["username"]),
        ("nytt", Terms(), [], ["username"]),
        ("x" * 64, Terms(), [], []),
        ("x" * 65, Terms(), [], ["username"]),
        ("x", Terms("mora"), [], ["email"]),
        ("x", Terms("a@b.se\nBcc: all@b.se"), [], ["email"]),
        ("x", Terms("a@b.se, c@d.se"), [], ["email"]),
        ("x", Terms(from_on=TODAY, ends_on=TODAY), [], []),
        ("x", Terms(from_on=TODAY, ends_on=TODAY - timedelta(days=1)), [], ["ends_on"]),
        ("x", Terms(), [("administrator", "2062")], ["roles"]),
        ("x", Terms(), [("finance", "9999"), ("king", None)], ["roles", "roles"]),
    ],
)
def test_what_an_account_cannot_be(
    works: Works,
    username: str,
    terms: Terms,
    roles: list[tuple[str, str | None]],
    places: list[str],
) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        with pytest.raises(Invalid) if places else nullcontext() as refused:
            open_account(work, username, "", "", roles, terms)
    if refused:
        assert [fault.at for fault in refused.value.faults] == places
        assert "a@b.se" not in str(refused.value)


def test_a_user_name_is_given_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        make_account(work, username="EKONOM")
    assert refused.value.faults[0].at == "username"


def test_a_change_is_told_before_and_after_without_the_address_and_taken_back(
    works: Works,
) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        terms = Terms("gammal@mora.example", ends_on=date(2026, 12, 31))
        make_account(work, ("finance", None), ("counter", "2062"), terms=terms)
        before = particulars(work, account_of(work, "ekonom"))
        new = Particulars("Controller", (("auditor", None),), Terms("ny@mora.example", TODAY))
        change_account(work, "ekonom", new)
        assert particulars(work, account_of(work, "ekonom")) == new
        change_account(work, "ekonom", new)  # nothing to tell
    entry = entries(works)[-1]
    assert entry.event == "people.account_changed"
    assert entry.facts == {
        "title": ["Ekonom", "Controller"],
        "roles": ["counter:2062, finance", "auditor"],
        "from_on": ["", "2026-11-24"],
        "ends_on": ["2026-12-31", ""],
    }
    assert "mora.example" not in str([entry.facts for entry in entries(works)])
    with works.writing(OPERATOR) as work:
        value = work.session.exec(select(AuditValue).where(AuditValue.entry_id == entry.id)).one()
        assert value.value == ["gammal@mora.example", "ny@mora.example"]
        back = particulars_before(work, "ekonom", entry.facts, {value.name: value.value})
        assert set(back.roles) == set(before.roles)
        assert (back.title, back.terms) == (before.title, before.terms)
        change_account(work, "ekonom", back)
    assert entries(works)[-1].facts["title"] == ["Controller", "Ekonom"]


def test_closing_is_taken_back_by_opening_again(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        secret = begin_session(work, make_account(work), 10)
    with works.writing(ADMIN) as work:
        close_account(work, "ekonom")
    with works.writing(VISITOR) as work:
        assert sign_in(work, "ekonom", PHRASE) is None
    with pytest.raises(Conflict), works.writing(ADMIN) as work:
        close_account(work, "ekonom")
    with works.writing(ADMIN) as work:
        reopen_account(work, "ekonom")
        assert presence(work, secret) is None  # what has ended has ended
    with pytest.raises(Conflict), works.writing(ADMIN) as work:
        reopen_account(work, "ekonom")
    with works.writing(VISITOR) as work:
        assert sign_in(work, "ekonom", PHRASE) is not None
    told = [(entry.actor, entry.event) for entry in entries(works)[1:3]]
    assert told == [("admin", "people.account_closed"), ("admin", "people.account_reopened")]


def test_an_account_that_wrong_passwords_shut_is_opened_at_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work).locked_until = NOON + timedelta(minutes=9)
        reopen_account(work, "ekonom")
        assert sign_in(work, "ekonom", PHRASE) is not None


def change_days(ends_on: date | None, from_on: date | None = None) -> Callable[[Work], object]:
    new = Particulars("", (ADMINISTRATOR,), Terms(from_on=from_on, ends_on=ends_on))
    return lambda work: change_account(work, "admin", new)


LOSSES: list[Callable[[Work], object]] = [
    lambda work: close_account(work, "admin"),
    lambda work: change_account(work, "admin", Particulars("", (("finance", None),), Terms())),
    change_days(TODAY - timedelta(days=1)),
    change_days(date(2027, 6, 30)),  # ended later is ended, too
    change_days(None, TODAY + timedelta(days=1)),
]


@pytest.mark.parametrize("lose", LOSSES)
def test_the_last_administrator_stays(works: Works, lose: Callable[[Work], object]) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work, ADMINISTRATOR, username="admin")
        make_account(work, ADMINISTRATOR, username="closed").active = False
        make_account(work, ADMINISTRATOR, username="invited").password_hash = ""
        make_account(work, ADMINISTRATOR, username="over", terms=Terms(ends_on=date(2026, 11, 23)))
        make_account(work, ADMINISTRATOR, username="later", terms=Terms(from_on=date(2027, 1, 1)))
        make_account(work, ADMINISTRATOR, username="short", terms=Terms(ends_on=TODAY))
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        lose(work)
    with works.writing(OPERATOR) as work:
        make_account(work, ADMINISTRATOR, username="second")
        lose(work)


def test_an_administrator_for_a_time_may_be_the_last_only_until_closed(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        terms = Terms(ends_on=date(2027, 1, 31))
        make_account(work, ADMINISTRATOR, username="admin", terms=terms)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        close_account(work, "admin")


def test_nobody_shuts_themselves_out(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        for username in ("admin", "second"):
            make_account(work, ADMINISTRATOR, username=username)
    for lose in (*LOSSES[:3], LOSSES[4]):
        with pytest.raises(Conflict), works.writing(ADMIN) as work:
            lose(work)
    with works.writing(ADMIN) as work:
        LOSSES[3](work)  # a last day to come is one's own to set


def test_only_an_administrator_changes_accounts(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_account(work)
    uses: list[Callable[[Work], object]] = [
        lambda work: close_account(work, "ekonom"),
        lambda work: reopen_account(work, "ekonom"),
        lambda work: change_account(work, "ekonom", Particulars("", (), Terms())),
        lambda work: account_view(work, "ekonom"),
        account_lines,
    ]
    for use in uses:
        with pytest.raises(Forbidden), works.writing(Actor("x", {"settings.see": None})) as work:
            use(work)
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        close_account(work, "nobody")


def test_how_it_stands_with_each_account(works: Works, clock: Clock) -> None:
    kinds = {
        "open": Terms("o@x.se", TODAY, TODAY),
        "soon": Terms(ends_on=TODAY + timedelta(days=30)),
        "far": Terms(ends_on=TODAY + timedelta(days=31)),
        "ended": Terms(ends_on=TODAY - timedelta(days=1)),
        "waiting": Terms(from_on=TODAY + timedelta(days=1)),
        "locked": Terms(),
        "closed": Terms(),
        "invited": Terms(),
    }
    with works.writing(OPERATOR) as work:
        for username, terms in kinds.items():
            make_account(work, username=username, terms=terms)
        account_of(work, "locked").locked_until = NOON + timedelta(seconds=1)
        account_of(work, "closed").active = False
        account_of(work, "invited").password_hash = ""
        lines = account_lines(work)
    found = {line.account.username: (line.state, line.ends_soon) for line in lines}
    expected = {name: (State(name), False) for name in kinds if name not in {"soon", "far"}}
    assert found == expected | {
        "open": (State.OPEN, True),
        "soon": (State.OPEN, True),
        "far": (State.OPEN, False),
    }
    assert counts(lines)["open"] == 3
    assert counts(lines)["soon"] == 2
    assert [line.account.username for line in fitting(lines, "soon", "")] == ["open", "soon"]
    assert [line.account.username for line in fitting(lines, "", "O@X")] == ["open"]
    clock.forward(seconds=1)
    with works.reading(OPERATOR) as work:
        assert account_view(work, "locked").state == State.OPEN


def test_two_administrators_cannot_close_each_other_at_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        for username in ("admin", "second"):
            make_account(work, ADMINISTRATOR, username=username)
    ready = Barrier(2)

    def close(by: str, username: str) -> bool:
        ready.wait()
        try:
            with works.writing(Actor(by, {"people.change": None})) as work:
                close_account(work, username)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, ("admin", "second"), ("second", "admin")))
    assert sorted(done) == [False, True]
