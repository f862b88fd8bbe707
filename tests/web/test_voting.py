"""Pages of the votes: the table, who is present, a rule tried, saved and taken back."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.costs.key_filling import fields_of
from consortium.costs.voting import VotingTerms, rules, set_rule
from tests.conftest import OPERATOR
from tests.making import FIRST
from tests.web.browsing import Surfer
from tests.web.conftest import LAST_YEAR
from tests.web.test_runs import words_of

SPLIT = {"kind": "measure", "measure": "population", "at": LAST_YEAR.isoformat()}
KEY = {"parts": [{"take": "rest", "split": SPLIT}]}
GIVEN = {"body": "Styrgruppen", "votes": "41", "clause": "§ 7.2", "from_on": "2026-01-01"}
RULE = f"/rostetal/regel?{urlencode({**GIVEN, **fields_of(KEY)})}"


@pytest.fixture
def decided(world: Works) -> Works:
    with world.writing(OPERATOR) as work:
        set_rule(work, VotingTerms("Styrgruppen", FIRST, 41, "§ 7.2", KEY))
    return world


def test_without_a_rule_the_page_says_what_to_do(as_role: Callable[..., Surfer], say: Say) -> None:
    page = as_role("auditor").get("/rostetal")
    assert page.status_code == 200
    assert say("No rule of votes is decided yet") in page.text
    assert as_role("driver").get("/rostetal").status_code == 403


def test_each_party_has_its_votes_and_sees_why(
    decided: Works, as_role: Callable[..., Surfer]
) -> None:
    said = words_of(as_role("branch_manager", "2062").get("/rostetal").text)
    assert "Antal röster totalt 41 Enkel majoritet 21" in said
    assert "Falun 19 18,63 45,4439 41 × 59 945 ÷ 131 910 = 18,63. 18,63 röster blir 19." in said
    assert "Borlänge 16 15,98" in said
    assert "Mora 6 6,38" in said
    text = as_role("auditor").get("/rostetal/roster.csv?dag=2026-11-24").text
    assert "2080,Falun,19,491549/26382,45.4439" in text


def test_those_present_see_what_they_can_decide(
    decided: Works, as_role: Callable[..., Surfer]
) -> None:
    auditor = as_role("auditor")
    said = words_of(auditor.get("/rostetal?narvarande=2062&narvarande=2081").text)
    assert "12 av 22 närvarande röster avgör" in said
    assert "2 av 3 parter är närvarande. Den som har flest röster kan avgöra ensam." in said
    assert "Majoritet av alla röster 21 av alla 41 röster är mer än hälften" in said
    said = words_of(auditor.get("/rostetal?narvarande=2080").text)
    assert "Ingen majoritet av alla röster 21 av alla 41" in said
    assert auditor.get("/rostetal?dag=2025-01-01").status_code == 409


def test_a_rule_is_tried_saved_and_taken_back(
    world: Works, as_role: Callable[..., Surfer], say: Say
) -> None:
    finance = as_role("finance")
    assert "Falun 19 18,63" in words_of(finance.get(RULE).text)
    at = "/rostetal/regel?" + RULE.partition("?")[2]
    assert finance.post(RULE, {}, at=at).status_code == 422
    page = finance.send(RULE, {"sure": "ja"}, at=at).text
    assert say("The votes of {body} have a new rule", body="Styrgruppen") in page
    with world.reading(OPERATOR) as work:
        ((rule, clause),) = rules(work)
    assert (rule.votes, rule.key, clause.number) == (41, KEY, "§ 7.2")
    assert rule.approved_by == "finance.all"
    assert finance.post(RULE, {"sure": "ja"}, at=at).status_code == 409
    finance.undo(page, "/rostetal")
    with world.reading(OPERATOR) as work:
        assert rules(work) == []
    assert as_role("coordinator").post(RULE, {"sure": "ja"}, at=at).status_code == 403


def test_a_part_of_the_votes_is_written_and_told_in_votes(
    world: Works, as_role: Callable[..., Surfer]
) -> None:
    one_each = {"take": {"amount_ore": 3}, "split": {"kind": "equal"}}
    terms = VotingTerms(
        "Styrgruppen", FIRST, 41, "§ 7.2", {"parts": [one_each, {"take": "rest", "split": SPLIT}]}
    )
    with world.writing(OPERATOR) as work:
        set_rule(work, terms)
    finance = as_role("finance")
    page = finance.get("/rostetal").text
    assert "3 röster lika mellan alla" in words_of(page)
    edit = unescape(re.search(r'href="(/rostetal/regel\?body=[^"]+)"', page)[1])  # type: ignore[index]
    assert "d1.varde=3&" in edit
    tried = finance.get(f"{edit}&{urlencode({'clause': '§ 7.2', 'from_on': '2026-01-01'})}")
    assert "Falun 18 18,27" in words_of(tried.text)  # 1 + 38 × 59 945 ÷ 131 910 = 18.27
    assert 'name="d1.varde" type="text" value="3"' in tried.text
    half = finance.get(edit.replace("d1.varde=3&", "d1.varde=1,5&"))
    assert half.status_code == 422
    assert '<a href="#d1.varde">Skriv ett heltal' in half.text


def test_faults_stand_at_their_fields(world: Works, as_role: Callable[..., Surfer]) -> None:
    finance = as_role("finance")
    wrong = {**GIVEN, "votes": "0", **fields_of(KEY)}
    answer = finance.get(f"/rostetal/regel?{urlencode(wrong)}")
    assert answer.status_code == 422
    assert '<a href="#votes">' in answer.text
    late = {"parts": [{"take": "rest", "split": SPLIT | {"at": "2019-12-31"}}]}
    answer = finance.get(f"/rostetal/regel?{urlencode({**GIVEN, **fields_of(late)})}")
    assert answer.status_code == 422
    assert '<a href="#d1.matt">' in answer.text
    assert finance.get("/rostetal/regel").status_code == 200
