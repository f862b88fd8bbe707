"""Pages of the members, as offices use them."""

from collections.abc import Callable
from datetime import date
from html import unescape

import pytest

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.members.joining import Address, change_address
from consortium.members.queries import member_by_code, membership_of
from tests.conftest import OPERATOR
from tests.web.browsing import Surfer

MORA = {
    "buyer_reference": "KULT4137",
    "endpoint_scheme": "0007",
    "endpoint_id": "2120002213",
    "delivery": "access_point",
    "email": "",
    "street": "Box 1",
    "postcode": "792 80",
    "city": "Mora",
}


def test_the_list_says_who_can_be_invoiced(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("auditor")
    assert say("All {count} can be invoiced.", count=3) in surfer.get("/medlemmar").text
    with world.writing(OPERATOR) as work:
        change_address(work, "2062", Address(delivery="email"))
    page = surfer.get("/medlemmar").text
    assert say("{count} of {total} cannot be invoiced yet.", count=1, total=3) in page
    missing = say("{what} missing", what=say("Buyer reference"))
    assert page.count(missing) == 1
    assert say("{what} missing", what=say("E-mail")) in page
    assert say("{what} missing", what=say("E-invoice address")) in page  # each is kept as XML too


def test_a_change_is_saved_shown_and_taken_back(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    page = surfer.send("/medlemmar/2062", MORA, at="/medlemmar/2062")
    changed = say("The billing details of {name} are changed", name="Mora")
    assert changed in page.text
    assert _address(world) == MORA
    assert changed not in surfer.get("/medlemmar/2062").text  # said once
    surfer.undo(page.text, at="/medlemmar/2062")
    assert _address(world)["buyer_reference"] == "REF2062"
    assert _address(world)["email"] == "faktura@2062.example"


def test_saving_what_is_there_changes_nothing(as_role: Callable[..., Surfer], say: Say) -> None:
    surfer = as_role("finance")
    surfer.send("/medlemmar/2062", MORA, at="/medlemmar/2062")
    again = surfer.send("/medlemmar/2062", MORA, at="/medlemmar/2062")
    assert say("Nothing was changed") in again.text
    assert 'class="toast' not in again.text


def test_faults_stand_at_their_fields_and_what_was_typed_stays(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    typed = MORA | {"endpoint_id": "123 <4>", "email": "ingen", "buyer_reference": "NY"}
    answer = surfer.post("/medlemmar/2062", typed, at="/medlemmar/2062")
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert f"<title>{say('Error')}: Mora" in page
    scheme = say("An address in scheme 0007 is an organisation number")
    assert f'<a href="#endpoint_id">{scheme}' in page
    assert f'<a href="#email">{say("{email} is no e-mail address", email="ingen")}' in page
    described = 'aria-describedby="endpoint_id-e" aria-invalid="true"'
    assert f'value="123 &lt;4&gt;" {described}' in answer.text
    assert 'value="NY"' in answer.text
    assert 'value="REF2062"' not in answer.text
    assert _address(world)["buyer_reference"] == "REF2062"


@pytest.mark.parametrize(
    "typed",
    [MORA | {"delivery": "pigeon"}, MORA | {"endpoint_scheme": "9999"}, MORA | {"city": "x" * 201}],
)
def test_what_the_form_does_not_offer_is_refused(
    as_role: Callable[..., Surfer], typed: dict[str, str]
) -> None:
    surfer = as_role("finance")
    assert surfer.post("/medlemmar/2062", typed, at="/medlemmar/2062").status_code == 422


def test_who_may_not_change_sees_no_form_and_is_refused(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("branch_manager", "2062")
    page = surfer.get("/medlemmar/2062").text
    assert "REF2062" in page
    assert 'name="buyer_reference"' not in page
    assert say("An administrator or a finance officer changes these details.") in page
    assert surfer.post("/medlemmar/2062", MORA, at="/medlemmar/2062").status_code == 403
    assert _address(world)["buyer_reference"] == "REF2062"


def test_the_page_reads_in_english_too(as_role: Callable[..., Surfer]) -> None:
    surfer = as_role("finance")
    surfer.client.set_cookie("sprak", "en")
    page = surfer.get("/medlemmar/2080").text
    assert '<html lang="en"' in page
    assert "How Falun is billed" in page
    assert "Host municipality: Falun" in page


def _address(works: Works) -> dict[str, str]:
    with works.reading(OPERATOR) as work:
        member = member_by_code(work, "2062")
    return {name: getattr(member, name) for name in MORA}


def test_a_last_day_is_recorded_refused_and_taken_back(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer, at = as_role("finance"), "/medlemmar/2062"
    early = surfer.post(f"{at}/sista-dag", {"to_on": "2025-12-31"}, at=at)
    assert early.status_code == 422
    page = surfer.send(f"{at}/sista-dag", {"to_on": "2026-08-31"}, at=at).text
    assert _last_day(world) == date(2026, 8, 31)
    surfer.undo(page, at=at)
    assert _last_day(world) is None


def _last_day(world: Works) -> date | None:
    with world.reading(OPERATOR) as work:
        membership = membership_of(work, member_by_code(work, "2062"))
        assert membership is not None
        return membership.to_on
