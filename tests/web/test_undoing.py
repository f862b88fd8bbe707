import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Browser
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.work import Works
from consortium.measures.entering import enter_values
from consortium.members.joining import Address, change_address
from consortium.members.queries import member_by_code
from tests.conftest import OPERATOR
from tests.making import FIRST
from tests.web.browsing import Surfer, signed_in
from tests.web.page_check import faults_of_page

Say = Callable[..., str]
ADDRESS = {
    "buyer_reference": "REF-NY",
    "endpoint_scheme": "0007",
    "endpoint_id": "2120002213",
    "delivery": "access_point",
    "email": "ny@2062.example",
    "street": "Box 1",
    "postcode": "792 00",
    "city": "Mora",
}
AT = "/medlemmar/2062"


def entry_id(world: Works, event: str) -> int:
    with world.reading(OPERATOR) as work:
        rows = select(AuditEntry.id).where(AuditEntry.event == event)
        found = work.session.exec(rows.order_by(col(AuditEntry.id).desc())).first()
    assert found is not None
    return found


def reference(world: Works) -> str:
    with world.reading(OPERATOR) as work:
        return member_by_code(work, "2062").buyer_reference


def test_a_toast_takes_a_change_back_and_the_next_toast_makes_it_again(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    page = surfer.send(AT, ADDRESS, at=AT).text
    assert reference(world) == "REF-NY"
    back = surfer.undo(page, at=AT)
    assert back.request.path == AT
    assert say("Undone: {event}", event=say("Billing details changed")) in back.text
    assert reference(world) == "REF2062"
    surfer.undo(back.text, at=AT)
    assert reference(world) == "REF-NY"


def test_a_second_undo_says_that_it_is_done_and_where_one_was(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    page = surfer.send(AT, ADDRESS, at=AT).text
    surfer.undo(page, at=AT)
    again = surfer.undo(page, at=AT)
    assert again.status_code == 409
    assert say("It has been taken back already") in again.text
    assert say("Nothing was changed.") in again.text
    assert f'href="{AT}"' in again.text


def test_what_stands_in_the_way_is_named_with_a_link_for_those_who_may_open_it(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    with world.writing(OPERATOR) as work:
        change_address(work, "2062", Address(buyer_reference="A"))
    first = entry_id(world, "members.address_changed")
    with world.writing(OPERATOR) as work:
        change_address(work, "2062", Address(buyer_reference="B"))
    second = entry_id(world, "members.address_changed")
    refused = as_role("administrator").post(f"/angra/{first}", {}, at=AT)
    assert refused.status_code == 409
    assert say("Billing details changed") in refused.text
    assert f'href="/granskningsspar/{second}"' in refused.text
    assert reference(world) == "B"
    refused = as_role("finance").post(f"/angra/{first}", {}, at=AT)
    assert refused.status_code == 409
    assert "/granskningsspar/" not in refused.text  # finance does not open the trail


def test_the_audit_trail_offers_undo_and_says_what_is_undone_and_why_not(
    app: Flask, as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    with world.writing(OPERATOR) as work:
        change_address(work, "2062", Address(buyer_reference="A"))
    number = entry_id(world, "members.address_changed")
    surfer = as_role("administrator")
    page = surfer.get("/granskningsspar").text
    assert f'action="/angra/{number}"' in page
    assert say("Undo this change") in surfer.get(f"/granskningsspar/{number}").text
    listed = surfer.send(f"/angra/{number}", {}, at="/granskningsspar")
    assert listed.request.path == "/granskningsspar"
    assert reference(world) == "REF2062"
    assert f'action="/angra/{number}"' not in listed.text
    shown = surfer.get(f"/granskningsspar/{number}").text
    assert say("Undone") in shown
    assert say("Undo this change") not in shown
    signing_in = surfer.get(f"/granskningsspar/{entry_id(world, 'people.signed_in')}").text
    assert say("A signing-in has happened") in signing_in


def test_an_auditor_sees_no_undo_and_what_right_it_takes(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    with world.writing(OPERATOR) as work:
        change_address(work, "2062", Address(buyer_reference="A"))
    number = entry_id(world, "members.address_changed")
    surfer = as_role("auditor")
    assert 'action="/angra/' not in surfer.get("/granskningsspar").text
    said = say("It takes the right {right} to take it back", right="members.change")
    assert said in surfer.get(f"/granskningsspar/{number}").text
    assert surfer.post(f"/angra/{number}", {}, at="/granskningsspar").status_code == 403
    assert reference(world) == "A"


def test_a_stranger_to_an_entry_is_told_that_there_is_none(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    with world.writing(OPERATOR) as work:
        change_address(work, "2062", Address(buyer_reference="A"))
    number = entry_id(world, "members.address_changed")
    surfer = as_role("driver")
    assert surfer.post(f"/angra/{number}", {}).status_code == 404
    assert surfer.post("/angra/2147483647", {}).status_code == 404
    assert surfer.post("/angra/2147483648", {}).status_code == 404
    assert reference(world) == "A"


def test_numbers_that_are_none_are_refused(as_role: Callable[..., Surfer], world: Works) -> None:
    with world.writing(OPERATOR) as work:
        enter_values(work, "loans", FIRST, {"2062": "1"}, "Egen")
    surfer, number = as_role("coordinator"), entry_id(world, "measures.entered")
    for others in ("x", "1 2147483648", "-1"):
        assert surfer.post(f"/angra/{number}", {"others": others}).status_code == 422


def test_what_is_gone_after_its_undo_leads_to_the_list(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("coordinator")
    given = {
        "code": "film",
        "name": "Viddla",
        "metric": "Unique_Title_Requests",
        "access_method": "Regular",
    }
    page = surfer.send("/e-medier/leverantorer", given, at="/e-medier").text
    assert say("{name} is added", name="Viddla") in page
    back = surfer.undo(page, at="/e-medier/leverantorer/film")
    assert (back.status_code, back.request.path) == (200, "/e-medier")
    assert re.search(r'class="toast', back.text)


def test_visitors_are_sent_to_sign_in(app: Flask) -> None:
    surfer = Surfer(app.test_client())
    answer = surfer.post("/angra/1", {}, at="/logga-in")
    assert answer.status_code == 303
    assert answer.location.startswith("/logga-in")


def test_in_a_browser_a_change_is_taken_back_from_its_toast(
    served: tuple[Flask, str], browser: Browser, say: Say
) -> None:
    app, address = served
    served_works: Works = app.extensions["works"]
    surfer = signed_in(app, "all")
    surfer.post("/installningar/roll", {"roll": "finance"})
    session = surfer.client.get_cookie("session")
    assert session is not None
    context = browser.new_context()
    context.add_cookies(
        [
            {"name": "session", "value": session.value, "url": address},
            {"name": "sprak", "value": "sv", "url": address},
        ]
    )
    page = context.new_page()
    page.goto(address + AT)
    page.fill("[name=buyer_reference]", "REF-NY")
    page.click("main form button.primary")
    page.wait_for_selector(".toast")
    assert reference(served_works) == "REF-NY"
    page.click(".toast button")
    page.wait_for_selector(f".toast:has-text('{say('Undone: {event}', event='')}')")
    assert page.input_value("[name=buyer_reference]") == "REF2062"
    assert reference(served_works) == "REF2062"
    context.close()


def test_an_entry_with_its_undo_passes_the_check(
    served: tuple[Flask, str], browser: Browser
) -> None:
    app, address = served
    served_works: Works = app.extensions["works"]
    with served_works.writing(OPERATOR) as work:
        change_address(work, "2062", Address(buyer_reference="A"))
    numbers = [
        entry_id(served_works, event) for event in ("members.address_changed", "members.joined")
    ]
    surfer = signed_in(app, "all")
    surfer.post("/installningar/roll", {"roll": "administrator"})
    session = surfer.client.get_cookie("session")
    assert session is not None
    cookies = {"session": session.value, "sprak": "sv"}
    for path in ("", *(f"/{number}" for number in numbers)):
        assert faults_of_page(browser, f"{address}/granskningsspar{path}", cookies) == []
