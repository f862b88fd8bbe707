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

PAGE = "/e-medier/import"
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


def attempt(
    surfer: Surfer, content: bytes, name: str = "usage.csv", kind: str = "sheet", **fields: str
) -> TestResponse:
    """Send a file to be tried, without following."""
    token = TOKEN.search(surfer.get(PAGE).text)
    assert token
    given = {"kind": kind, **fields, "csrf_token": token[1], "file": (io.BytesIO(content), name)}
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
    form = next(form for form in FORM.findall(page) if f'action="{PAGE}/' in form)
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
    assert (done.status_code, done.location) == (303, "/e-medier?ar=2026")
    page = surfer.get(done.location).text
    assert say("{name} is imported", name="användning.csv") in page
    assert (
        say(
            "{new} new rows, {changed} changed, {unchanged} as they were.",
            new=1,
            changed=1,
            unchanged=1,
        )
        in page
    )
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
    assert f'action="{PAGE}/' not in page


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
    answer = attempt(as_role("coordinator"), content, "fel.csv")
    assert answer.status_code == 422
    told = [row_of(answer.text, number) for number in ("3", "4")]
    assert told == [
        [
            "3",
            "supplier",
            say("There is no supplier {code}", code="e-böcker"),
            say("Add the supplier first or write its code"),
        ],
        ["4", "month", say("{month} is no month", month="2026-13"), say("Write it as 2026-10")],
    ]
    assert say("{code} is no municipality of the consortium", code="2999") in answer.text
    assert say("{loans} is no whole number that is 0 or more", loans="många") in answer.text
    assert (
        say("{count} faults in {name}. Nothing of the file was saved", count=4, name="fel.csv")
        in answer.text
    )
    assert loans(world) == BEFORE
    assert not is_kept(world, content)


def test_only_so_many_faults_are_shown(as_role: Callable[..., Surfer], say: Say) -> None:
    rows = [f"film;2026-01;2080;fel{number}" for number in range(300)]
    page = attempt(as_role("coordinator"), sheet(*rows)).text
    assert page.count('<tr class="is-bad">') == 200
    assert (
        say("The first {count} of {total}.", count=200, total=599) in page
    )  # 299 rows say it again


def test_without_a_file_the_form_says_so(as_role: Callable[..., Surfer], say: Say) -> None:
    answer = attempt(as_role("coordinator"), b"")
    assert answer.status_code == 422
    assert say("Choose a file that is not empty") in answer.text
    assert '<a href="#file">' in answer.text


def test_a_counter_report_needs_its_supplier_and_whose_it_is(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer, content = as_role("coordinator"), report()
    answer = attempt(surfer, content, "tr.json", "counter")
    assert answer.status_code == 422
    assert say("Choose the supplier whose report it is") in answer.text
    answer = attempt(surfer, content, "tr.json", "counter", supplier="film")
    assert answer.status_code == 422
    assert row_of(answer.text, "–")[1:] == [
        "Report_Header.Institution_ID",
        say("No municipality is known to the supplier by an id of the report"),
        say("Say which municipality it is of, or keep its id"),
    ]
    answer = attempt(surfer, content, "tr.json", "counter", supplier="film", member="2062")
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
    answer = attempt(surfer, report(), "tr.json", "counter", supplier="film")
    confirm(surfer, answer.location)
    assert ("film", "2081", 7) in loans(world)


def test_a_file_that_has_become_faulty_is_not_taken_in(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("coordinator")
    review = attempt(surfer, sheet("film;2026-03;2081;10")).location
    wrong = review.replace("kind=sheet", "kind=counter").replace("supplier=", "supplier=film")
    answer = surfer.client.get(wrong)
    assert answer.status_code == 422
    unknown = f"{PAGE}/{'0' * 64}?kind=sheet&supplier=&member=&name=x"
    assert surfer.client.get(unknown).status_code == 404
    assert loans(world) == BEFORE


def test_who_may_not_change_e_media_cannot_import(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    surfer = as_role("branch_manager", "2062")
    assert surfer.get(PAGE).status_code == 403
    assert surfer.post(PAGE, {"kind": "sheet"}).status_code == 403
    assert surfer.post(f"{PAGE}/{'0' * 64}", {"kind": "sheet", "name": "x"}).status_code == 403


def test_a_post_without_its_token_saves_nothing(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    surfer, content = as_role("coordinator"), sheet("film;2026-03;2081;10")
    given = {"kind": "sheet", "file": (io.BytesIO(content), "usage.csv")}
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
