"""Next year's budget goes to the members: figures, letters, answers, decision."""

from datetime import date

import pytest
from sqlmodel import select

from consortium.agreements.tables import Agreement
from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.settings import Web
from consortium.core.work import Actor, Works
from consortium.costs.agreeing import change_budget
from consortium.costs.consulting import (
    comment,
    decide_round,
    reopen_round,
    send_round,
    withdraw_comment,
)
from consortium.costs.figures import by_member, differences, digest_of
from consortium.costs.opening import open_year
from consortium.costs.rounds import answers, comments, figures_scope, rounds, without_address
from consortium.members.joining import Address, change_address
from consortium.messages.tables import Letter
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR
from tests.costs.test_opening import SHARES

WEB = Web(address="https://bibliotek.example")
REPLY = date(2026, 12, 15)
MORA = Actor("chef.mora", {name: frozenset({"2062"}) for name in ("costs.see", "budget.comment")})


def make_round(works: Works) -> int:
    make_small(works)
    with works.writing(OPERATOR) as work:
        open_year(work, 2027)
    with works.writing(OPERATOR) as work:
        return send_round(work, 2027, REPLY, "Välkomna med svar.", WEB).id


def test_a_version_freezes_what_each_member_would_bear_beside_the_year_before(
    works: Works,
) -> None:
    make_round(works)
    with works.writing(OPERATOR) as work:
        change_budget(work, "office", 2027, 1)
    with works.reading(OPERATOR) as work:
        (sent,) = rounds(work, 2027)
        rows = by_member(sent.figures, None, None)
    assert {row.code: row.total.now_ore for row in rows} == {
        code: 2 * ore for code, ore in SHARES.items()
    }
    assert {row.total.change_ore for row in rows} == {0}
    assert {row.total.moved_ore for row in rows} == {None}
    assert sent.sha256 == digest_of(sent.figures)


def test_a_new_version_replaces_the_one_before_and_is_compared_with_it(works: Works) -> None:
    make_round(works)
    with works.writing(OPERATOR) as work:
        change_budget(work, "office", 2027, 240_000_00)
        send_round(work, 2027, REPLY, "", WEB)
    with works.reading(OPERATOR) as work:
        second, first = rounds(work, 2027)
        assert [(row.version, row.state) for row in (first, second)] == [
            (1, "replaced"),
            (2, "sent"),
        ]
        rows = {row.code: row for row in by_member(second.figures, first.figures, None)}
    # 20 000,00 kr a month in three: 666 666,67 öre each, two öre left for the two lower codes
    office = {"2062": 12 * 666_667, "2080": 12 * 666_667, "2081": 12 * 666_666}
    for code, ore in office.items():
        assert rows[code].pools["office"].now_ore == ore
        assert rows[code].pools["office"].moved_ore == ore - SHARES[code]
        assert rows[code].total.now_ore == ore + SHARES[code]
        assert rows[code].total.change_ore == ore - SHARES[code]
    assert differences(second.figures, first.figures) == [("office", 120_000_01, 240_000_00)]


def test_every_member_with_an_address_gets_a_letter_with_the_link(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        open_year(work, 2027)
        change_address(work, "2062", Address("REF", "0007", "2120002213"))
        sent = send_round(work, 2027, REPLY, "Välkomna med svar.", WEB)
        assert [row.name for row in without_address(work, sent)] == ["Mora"]
    with works.reading(OPERATOR) as work:
        letters = work.session.exec(select(Letter).order_by(Letter.to_address)).all()
        assert [row.to_address for row in letters] == [
            "faktura@2080.example",
            "faktura@2081.example",
        ]
        assert "https://bibliotek.example/budget/dialog/2027" in letters[0].body
        assert "2026-12-15" in letters[0].body
        assert "Välkomna med svar." in letters[0].body


def test_a_member_answers_for_itself_alone_and_the_latest_answer_holds(works: Works) -> None:
    round_id = make_round(works)
    with works.writing(MORA) as work:
        comment(work, round_id, "2062", "asks", "Varför mer?")
        last = comment(work, round_id, "2062", "agrees", "")
    with pytest.raises(Forbidden), works.writing(MORA) as work:
        comment(work, round_id, "2080", "agrees", "")
    with works.writing(OPERATOR) as work:
        comment(work, round_id, "2081", "objects", "För dyrt.")
    with works.reading(MORA) as work:
        (sent,) = rounds(work, 2027)
        assert [a.member.code for a in answers(work, sent)] == ["2062"]
        assert [written.stance for _member, written in comments(work, sent)] == ["asks", "agrees"]
    with works.reading(OPERATOR) as work:
        board = {a.member.code: a.comment and a.comment.stance for a in answers(work, sent)}
        assert board == {"2062": "agrees", "2080": None, "2081": "objects"}
    with works.writing(MORA) as work:
        withdraw_comment(work, last.id)
        (answer,) = answers(work, rounds(work, 2027)[0])
        assert answer.comment
        assert answer.comment.stance == "asks"


def test_an_objection_needs_words(works: Works) -> None:
    round_id = make_round(works)
    with pytest.raises(Invalid) as refused, works.writing(MORA) as work:
        comment(work, round_id, "2062", "objects", " ")
    assert [fault.at for fault in refused.value.faults] == ["text"]


def test_a_replaced_or_decided_version_takes_no_answers_and_no_successor(works: Works) -> None:
    first = make_round(works)
    with works.writing(OPERATOR) as work:
        second = send_round(work, 2027, REPLY, "", WEB).id
    with pytest.raises(Conflict), works.writing(MORA) as work:
        comment(work, first, "2062", "agrees", "")
    with works.writing(OPERATOR) as work:
        decided = decide_round(work, second, date(2026, 11, 20), "Direktionen § 12: antas.")
        assert decided.state == "decided"
    for step in (
        lambda work: comment(work, second, "2062", "agrees", ""),
        lambda work: send_round(work, 2027, REPLY, "", WEB),
        lambda work: decide_round(work, second, date(2026, 11, 20), "Igen"),
    ):
        with pytest.raises(Conflict), works.writing(OPERATOR) as work:
            step(work)
    with works.writing(OPERATOR) as work:
        reopen_round(work, second)
        comment(work, second, "2062", "agrees", "")


def test_figures_are_the_members_own_unless_the_agreement_opens_them(works: Works) -> None:
    make_round(works)
    with works.writing(OPERATOR) as work:
        agreement = work.session.exec(select(Agreement)).one()
    with works.reading(MORA) as work:
        assert figures_scope(work) == frozenset({"2062"})
        (sent,) = rounds(work, 2027)
        assert [row.code for row in by_member(sent.figures, None, figures_scope(work))] == ["2062"]
    with works.writing(OPERATOR) as work:
        agreement.open_figures = True
        work.session.add(agreement)
    with works.reading(MORA) as work:
        assert figures_scope(work) is None


def test_a_year_that_is_not_open_cannot_be_sent(works: Works) -> None:
    make_small(works)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        send_round(work, 2027, REPLY, "", WEB)
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        send_round(work, 2027, date(2026, 11, 24), "", WEB)
