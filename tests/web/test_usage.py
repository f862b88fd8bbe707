"""The import of usage: a file is tried, seen, and only then taken in."""

import hashlib
import io
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from consortium.core.errors import NotFound
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.documents.queries import document
from consortium.emedia.importing import import_usage
from consortium.emedia.queries import usage
from consortium.emedia.registering import know_customer
from tests.conftest import OPERATOR
from tests.emedia.making import make_pot, report, sheet
from tests.web.browsing import TOKEN, Surfer
from tests.web.test_emedia import FORM, row_of

PAGE = "/import/usage"
# As a spreadsheet of an older Windows saves it: the no-break space of 1 204 is the byte A0.
WINDOWS = sheet(
    "e-books;2026-01;2080;1\u00a0204", "e-books;2026-02;2080;900", "film;2026-03;2081;10"
).decode()
Loans = list[tuple[str, str, int]]
BEFORE: Loans = [("e-books", "2080", 1000), ("e-books", "2080", 900)]


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        used = sheet("e-books;2026-01;2080;1000", "e-books;2026-02;2080;900")
        import_usage(work, used, "usage.csv")
    return works


def attempt(surfer: Surfer, content: bytes, name: str = "usage.csv", **fields: str) -> TestResponse:
    """Send a file to be tried, without following."""
    token = TOKEN.search(surfer.get(PAGE).text)
    assert token
    given = {**fields, "csrf_token": token[1], "file": (io.BytesIO(content), name)}
    return surfer.client.post(PAGE, data=given, headers={"Referer": f"http://localhost{PAGE}"})


def loans(works: Works) -> Loans:
    with works.reading(OPERATOR) as work:
        return [(row.supplier.code, row.member.code, row.loans) for row in usage(work, 2026)]


def is_kept(works: Works, content: bytes) -> bool:
    try:
        with works.reading(OPERATOR) as work:
            document(work, hashlib.sha256(content).hexdigest())
    except NotFound:
        return False
    return True


def confirm(surfer: Surfer, review: str) -> TestResponse:
    """Post the form that the review offers, with its hidden fields."""
    page = surfer.get(review).text
    form = next(form for form in FORM.findall(page) if 'name="seen"' in form)
    parts = [part.partition('" value="') for part in form.split('name="')[1:]]
    given = {name: rest.partition('"')[0] for name, _found, rest in parts}
    return surfer.post(review.partition("?")[0], given, at=review)


def test_a_file_of_windows_is_tried_seen_and_taken_in(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    content = WINDOWS.encode("cp1252")
    surfer = as_role("coordinator")
    answer = attempt(surfer, content, "användning.csv")
    assert answer.status_code == 303
    page = surfer.get(answer.location).text
    figures = [part.partition("</dd>")[0] for part in page.split("</dt><dd>")[1:]]
    # 1 204 + 900 loans of e-books and 10 of film, before it 1 000 + 900: × 18,505 and × 25.
    assert figures == ["1", "1", "1", "39\u00a0184,52\u00a0kr", "+4\u00a0025,02"]
    assert say("{amount} before", amount="35\u00a0159,50\u00a0kr") in page
    assert loans(world) == BEFORE
    done = confirm(surfer, answer.location)
    assert (done.status_code, done.location) == (303, "/import")
    page = surfer.get(done.location).text
    told = "{name} is imported: {new} new rows, {changed} changed"
    assert say(told, name="användning.csv", new=1, changed=1) in page
    assert loans(world) == [
        ("e-books", "2080", 1204),
        ("e-books", "2080", 900),
        ("film", "2081", 10),
    ]


def test_a_file_taken_in_twice_changes_nothing_more(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    review = attempt(surfer, WINDOWS.encode("cp1252")).location
    confirm(surfer, review)
    page = surfer.get(review).text
    assert say("The file changes nothing") in page
    assert 'name="seen"' not in page


def test_of_a_faulty_file_every_fault_is_told_and_nothing_is_saved(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    content = (
        sheet(
            "e-books;2026-01;2080;1100",
            "e-böcker;2026-01;2080;1",
            "film;2026-13;2080;1",
            "film;2026-03;2999;många",
        )
        .decode()
        .encode("cp1252")
    )
    surfer = as_role("coordinator")
    answer = attempt(surfer, content, "fel.csv")
    page = surfer.get(answer.location).text
    for told in (
        say("There is no supplier {code}", code="e-böcker"),
        say("Add the supplier first or write its code"),
        say("{value} is no month", value="2026-13"),
        say("Write it as 2026-10"),
        say("{value} is no whole number", value="många"),
        say("{count} rows have faults: nothing of the file can be taken in", count=3),
    ):
        assert told in page
    assert 'name="seen"' not in page
    assert loans(world) == BEFORE


def test_faulty_rows_are_fetched_mended_and_sent_again(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("coordinator")
    rows = ("e-books;2026-01;2080;1100", "film;2026-13;2080;1", "=film;2026-03;2999;5")
    review = attempt(surfer, sheet(*rows), "fel.csv").location
    fetched = surfer.client.get(review.replace("?", "/fel?form=csv&"))
    header, *wrong = fetched.data.decode("utf-8-sig").splitlines()
    assert header == "supplier;month;municipality;loans;Fel"
    no_month = say("{value} is no month", value="2026-13")
    assert wrong[0] == f"film;2026-13;2080;1;month: {no_month}. {say('Write it as 2026-10')}."
    assert wrong[1].startswith("'=film;2026-03;2999;5;")
    mended = fetched.data.replace(b"2026-13", b"2026-03").replace(b"'=film", b"film")
    again = attempt(surfer, mended.replace(b"2999", b"2081"), "igen.csv").location
    assert confirm(surfer, again).status_code == 303
    assert loans(world)[2:] == [("film", "2080", 1), ("film", "2081", 5)]


def test_many_faults_are_paged(as_role: Callable[..., Surfer], say: Say) -> None:
    surfer = as_role("coordinator")
    rows = [f"film;2026-01;2080;fel{number}" for number in range(300)]
    review = attempt(surfer, sheet(*rows)).location
    page = surfer.get(review + "&visa=faulty").text
    assert page.count('<tr class="is-bad">') == 50
    assert say("{first}–{last} of {total}", first=1, last=50, total=300) in page
    assert surfer.get(review + "&visa=faulty&sida=6").text.count('<tr class="is-bad">') == 50


def test_without_a_file_the_form_says_so(as_role: Callable[..., Surfer], say: Say) -> None:
    answer = attempt(as_role("coordinator"), b"")
    assert answer.status_code == 422
    assert say("Choose a file that is not empty") in answer.text
    assert '<a href="#file">' in answer.text


def test_a_counter_report_needs_its_supplier_and_whose_it_is(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer, content = as_role("coordinator"), report()
    answer = attempt(surfer, content, "tr.json")
    assert answer.status_code == 422
    assert say("Choose the supplier whose report it is") in answer.text
    answer = attempt(surfer, content, "tr.json", supplier="film")
    assert answer.status_code == 422
    assert row_of(answer.text, "–")[1:] == [
        "Report_Header.Institution_ID",
        say("No municipality is known to the supplier by an id of the report"),
        say("Say which municipality it is of, or keep its id"),
    ]
    answer = attempt(surfer, content, "tr.json", supplier="film", member="2062")
    assert answer.status_code == 303
    confirm(surfer, answer.location)
    # Seven loans in January; February, which the report covers, has none.
    assert loans(world)[1:] == [("film", "2062", 7), ("e-books", "2080", 900), ("film", "2062", 0)]


def test_a_kept_customer_id_says_whose_a_report_is(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    with world.writing(OPERATOR) as work:
        know_customer(work, "film", "2081", "P1:falun")
    surfer = as_role("coordinator")
    answer = attempt(surfer, report(), "tr.json", supplier="film")
    confirm(surfer, answer.location)
    assert ("film", "2081", 7) in loans(world)


def test_a_file_whose_records_have_changed_since_is_not_taken_in(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("coordinator")
    review = attempt(surfer, sheet("film;2026-03;2081;10")).location
    page = surfer.get(review).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    with world.writing(OPERATOR) as work:
        import_usage(work, sheet("film;2026-03;2081;9"), "meanwhile.csv")
    given = {"name": "usage.csv", "seen": seen}
    answer = surfer.post(review.partition("?")[0], given, at=review)
    assert answer.status_code == 409
    assert say("The records have changed since you looked at the file") in answer.text
    assert ("film", "2081", 9) in loans(world)
    unknown = f"{PAGE}/{'0' * 64}?name=x"
    assert surfer.client.get(unknown).status_code == 404


def test_a_file_is_thrown_away(as_role: Callable[..., Surfer], world: Works) -> None:
    surfer, content = as_role("coordinator"), sheet("film;2026-03;2081;10")
    review = attempt(surfer, content).location
    assert is_kept(world, content)
    assert surfer.post(review.partition("?")[0] + "/kasta", {}, at=review).status_code == 303
    assert not is_kept(world, content)


def test_the_old_address_leads_to_the_new_one(as_role: Callable[..., Surfer], world: Works) -> None:
    answer = as_role("coordinator").client.get("/e-medier/import")
    assert (answer.status_code, answer.location) == (303, PAGE)


def test_who_may_not_change_e_media_cannot_import(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    surfer = as_role("branch_manager", "2062")
    assert surfer.get(PAGE).status_code == 403
    assert surfer.get("/e-medier/import").status_code == 403
    assert surfer.post(PAGE, {}).status_code in {403, 422}
    given = {"name": "x", "seen": "x"}
    assert surfer.post(f"{PAGE}/{'0' * 64}", given).status_code == 403


def test_a_post_without_its_token_saves_nothing(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    surfer, content = as_role("coordinator"), sheet("film;2026-03;2081;10")
    given = {"file": (io.BytesIO(content), "usage.csv")}
    assert surfer.client.post(PAGE, data=given).status_code == 400
    assert not is_kept(world, content)


def test_a_file_above_the_limit_is_refused(as_role: Callable[..., Surfer], say: Say) -> None:
    sent = {
        "data": b"x" * (10 * 1024 * 1024 + 1),
        "content_type": "multipart/form-data; boundary=b",
    }
    answer = as_role("coordinator").client.post(PAGE, **sent)
    assert answer.status_code == 413
    assert say("The limit is 10 MB. Nothing was saved.") in answer.text
