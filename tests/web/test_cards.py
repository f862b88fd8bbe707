"""Pages of the shared cards: looking up, giving out, replacing, blocking; what is never shown."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from consortium.cards.queries import counts, looks
from consortium.core.words import Say
from consortium.core.work import Works
from tests.cards.making import PATRON, make_card
from tests.conftest import OPERATOR
from tests.web.browsing import Surfer
from tests.web.test_emedia import FORM, row_of

# The rooms' own tests run on both; here one is enough.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# 2, 2080 and the serial 1: doubled 4 + 0 + 0 + 0 + 0 + 0 + 2, the others 2 + 8: 16, so 4 is added.
FIRST, FIRST_SHOWN = "22080000000014", "2 2080 0000 0001 4"
# With the serial 2 the doubled ones are 4 + 4: 18, so 2 is added.
SECOND, SECOND_SHOWN = "22080000000022", "2 2080 0000 0002 2"
HERE = {"reason": "at_the_counter"}


@pytest.fixture
def world(works: Works) -> Works:
    """Falun's first card, FIRST, is given to PATRON, born in 1984."""
    with works.writing(OPERATOR) as work:
        make_card(work)
    return works


@pytest.fixture
def falun(as_role: Callable[..., Surfer]) -> Surfer:
    return as_role("counter", "2080")


@pytest.fixture
def mora(as_role: Callable[..., Surfer]) -> Surfer:
    return as_role("counter", "2062")


def look(surfer: Surfer, number: str = FIRST, **given: str) -> TestResponse:
    return surfer.post("/kort/sok", {"number": number, **HERE, **given}, at="/kort")


def addresses(page: str) -> str:
    """Every address that a page leads to."""
    return " ".join(re.findall(r'(?:href|action)="([^"]*)"', page))


def looked(works: Works) -> list[tuple[str, str]]:
    with works.reading(OPERATOR) as work:
        return [(row.looked_by, row.reason) for row in looks(work, FIRST)]


def test_the_counter_begins_here(falun: Surfer, say: Say) -> None:
    assert say("Look up a card") in falun.get("/").text


def test_a_look_shows_the_card_and_is_recorded(falun: Surfer, world: Works, say: Say) -> None:
    answer = look(falun, "2 2080-0000 0001 4")
    assert answer.status_code == 200
    assert FIRST_SHOWN in answer.text
    assert PATRON in answer.text
    assert "<dd>1984</dd>" in answer.text
    assert say("Valid") in answer.text
    assert say("{digit}, as it should be", digit="4") in answer.text
    assert looked(world) == [("counter.2080", "at_the_counter")]
    seen = row_of(answer.text, "2026-11-24\u00a012:00")
    assert seen[1:] == ["counter.2080", say("The patron is here")]


def test_no_address_has_the_number(falun: Surfer) -> None:
    found = look(falun)
    assert "0000001" not in addresses(found.text)
    blocked = falun.post("/kort/sparra", {"number": FIRST, "block": "lost"}, at="/kort")
    assert (blocked.status_code, blocked.location) == (303, "/kort")
    shown = falun.get("/kort")
    assert FIRST_SHOWN in shown.text
    assert "0000001" not in addresses(shown.text)


def test_a_card_is_shown_once_after_a_post(falun: Surfer, world: Works) -> None:
    page = falun.send("/kort/sparra", {"number": FIRST, "block": "lost"}, at="/kort").text
    assert PATRON in page
    assert PATRON not in falun.get("/kort").text
    assert looked(world) == [("counter.2080", "at_the_counter")]


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("22080000000015", 422),  # its last digit should be 4
        ("2208000000001", 422),
        ("", 422),
        ("22080000000097", 404),  # right (4 + 9 + 10: 23, so 7), but never given out
    ],
)
def test_what_is_no_card_shows_none_and_keeps_what_was_typed(
    falun: Surfer, world: Works, say: Say, number: str, status: int
) -> None:
    answer = look(falun, number)
    assert answer.status_code == status
    assert say("No card to show") in answer.text
    assert f'value="{number}"' in answer.text
    assert '<option value="at_the_counter" selected>' in answer.text
    assert PATRON not in answer.text
    assert looked(world) == []


def test_a_wrong_check_digit_is_told_at_its_field(falun: Surfer, say: Say) -> None:
    page = look(falun, "22080000000015").text
    said = "{number} is no card number: it is not 14 digits or its last digit does not fit"
    assert say(said, number="22080000000015") in page
    assert '<a href="#number">' in page
    assert 'aria-invalid="true"' in page


def test_a_look_needs_a_reason(falun: Surfer, world: Works) -> None:
    answer = look(falun, reason="")
    assert answer.status_code == 422
    assert '<a href="#reason">' in answer.text
    assert looked(world) == []


def test_another_municipality_sees_that_a_card_is_valid_but_not_whose(
    mora: Surfer, world: Works, say: Say
) -> None:
    page = look(mora).text
    assert FIRST_SHOWN in page
    assert say("Valid") in page
    assert "<dd>Falun</dd>" in page
    assert PATRON not in page
    assert "1984" not in page.replace(say("With four digits, as 1984."), "")
    assert 'action="/kort/sparra"' not in page
    assert 'action="/kort/ersatt"' not in page
    assert say("Who has looked") not in page
    assert looked(world) == [("counter.2062", "at_the_counter")]


@pytest.mark.parametrize("deed", ["sparra", "hav", "ersatt"])
def test_another_municipality_changes_nothing(mora: Surfer, world: Works, deed: str) -> None:
    given = {"number": FIRST, "block": "lost", "checked": "ja"}
    assert mora.post(f"/kort/{deed}", given, at="/kort").status_code == 403
    with world.reading(OPERATOR) as work:
        assert counts(work)["2080"].valid == 1


def test_a_card_is_given_out_and_its_number_shown(falun: Surfer, world: Works, say: Say) -> None:
    given = {"member": "2080", "name": "Testlåntagare 2", "birth_year": "2001"}
    answer = falun.post("/kort", given, at="/kort")
    assert (answer.status_code, answer.location) == (303, "/kort")
    page = falun.get(answer.location).text
    assert say("The card is given out") in page
    assert f'<span class="pan">{SECOND_SHOWN}</span>' in page
    assert "Testlåntagare 2" in page
    with world.reading(OPERATOR) as work:
        assert counts(work)["2080"].valid == 2


def test_a_faulty_patron_keeps_what_was_typed(falun: Surfer, world: Works, say: Say) -> None:
    given = {"member": "2080", "name": "Testlåntagare 2", "birth_year": "1884"}
    answer = falun.post("/kort", given, at="/kort")
    assert answer.status_code == 422
    assert say("Nothing was saved") in answer.text
    assert say("Nobody with a card is born in {year}", year=1884) in answer.text
    assert 'value="Testlåntagare 2"' in answer.text
    with world.reading(OPERATOR) as work:
        assert counts(work)["2080"].valid == 1


def test_cards_are_given_out_for_ones_own_municipality_only(mora: Surfer) -> None:
    page = mora.get("/kort").text
    assert '<option value="2062">Mora</option>' in page
    assert '<option value="2080">' not in page
    given = {"member": "2080", "name": "Testlåntagare 2", "birth_year": "2001"}
    assert mora.post("/kort", given, at="/kort").status_code == 403


def test_a_block_can_be_taken_back_at_once(falun: Surfer, say: Say) -> None:
    given = {"number": FIRST, "block": "stolen", "look": "patron_asked"}
    page = falun.send("/kort/sparra", given, at="/kort").text
    assert say("The card is blocked at every library") in page
    assert say("Lift the block: {reason}", reason=say("Stolen")) in page
    assert '<option value="stolen">' not in page  # it cannot be blocked for that again
    lifted = falun.undo(page, at="/kort").text
    assert say("Undone: {event}", event=say("Card blocked")) in lifted
    assert say("Valid") in lifted


def test_a_card_is_replaced_once_that_is_confirmed(falun: Surfer, say: Say) -> None:
    refused = falun.post("/kort/ersatt", {"number": FIRST}, at="/kort")
    assert refused.status_code == 422
    page = falun.send("/kort/ersatt", {"number": FIRST, "checked": "ja"}, at="/kort").text
    assert say("The card is replaced") in page
    assert SECOND_SHOWN in page
    old = look(falun).text
    assert say("Replaced") in old
    assert 'action="/kort/ersatt"' not in old
    assert f'<input type="hidden" name="number" value="{SECOND}">' in old
    again = falun.post("/kort/ersatt", {"number": FIRST, "checked": "ja"}, at="/kort")
    assert again.status_code == 409


def test_who_only_counts_sees_counts_and_no_forms(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    manager = as_role("branch_manager", "2080")
    page = manager.get("/kort").text
    assert row_of(page, "Falun") == ["Falun", "1", "0", "1"]
    assert '<th scope="row">Mora</th>' not in page
    assert 'action="/kort' not in page
    assert look(manager).status_code == 403
    assert looked(world) == []


def test_the_whole_consortium_has_a_sum(as_role: Callable[..., Surfer], say: Say) -> None:
    page = as_role("auditor").get("/kort").text
    assert row_of(page, "Mora") == ["Mora", "0", "0", "0"]
    assert row_of(page, say("Sum")) == [say("Sum"), "1", "0", "1"]


def test_every_form_has_its_token_and_a_post_without_it_changes_nothing(
    falun: Surfer, world: Works
) -> None:
    forms = FORM.findall(look(falun).text)
    assert sum('action="/kort' in form for form in forms) == 4  # look up, block, replace, give out
    assert all('name="csrf_token"' in form for form in forms)
    answer = falun.client.post("/kort/sparra", data={"number": FIRST, "block": "lost"})
    assert answer.status_code == 400
    with world.reading(OPERATOR) as work:
        assert counts(work)["2080"].blocked == 0


def test_a_browser_that_asks_again_for_a_look_comes_back_to_the_page(falun: Surfer) -> None:
    answer = falun.client.get("/kort/sok")
    assert (answer.status_code, answer.location) == (303, "/kort")
