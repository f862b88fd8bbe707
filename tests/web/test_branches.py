"""Pages of the libraries and their closures."""

from collections.abc import Callable
from datetime import date

from consortium.branches.queries import closures
from consortium.branches.registering import NewBranch, register_branch
from consortium.core.words import Say
from consortium.core.work import Works
from tests.conftest import OPERATOR, Clock
from tests.making import WEEK
from tests.web.browsing import Surfer

DAYS = (date(2026, 1, 1), date(2027, 12, 31))


def test_the_list_shows_today_and_can_be_narrowed(
    as_role: Callable[..., Surfer], clock: Clock, say: Say
) -> None:
    surfer = as_role("coordinator")
    page = surfer.get("/bibliotek").text
    assert say("{count} places", count=4) in page
    assert page.count("08:00–18:00") == 4
    clock.forward(days=8)  # Wednesday 2 December: Mora is closed
    surfer = as_role("coordinator", "2062")
    assert '<span lang="sv">Inventering</span>' in surfer.get("/bibliotek").text
    surfer = as_role("auditor")
    page = surfer.get("/bibliotek?kommun=2081&typ=depot").text
    assert "Depån" in page
    assert "Borlänge bibliotek" not in page
    assert say("1 place") in page
    assert say("No library fits the choice") in surfer.get("/bibliotek?kommun=x").text


def test_the_list_has_pages_of_fifty(as_role: Callable[..., Surfer], world: Works) -> None:
    with world.writing(OPERATOR) as work:
        for number in range(49):
            place = NewBranch(f"Hållplats {number:02}", "2062", "bus_stop", "Mora", 61, 14)
            register_branch(work, place, WEEK)
    surfer = as_role("coordinator")
    first = surfer.get("/bibliotek").text
    assert first.count('<th scope="row">') == 50
    assert 'href="/bibliotek?sida=2"' in first
    second = surfer.get("/bibliotek?sida=2&kommun=").text
    assert second.count('<th scope="row">') == 3
    assert "51–53" in second
    narrowed = surfer.get("/bibliotek?typ=bus_stop").text
    assert 'rel="next"' not in narrowed


def test_a_library_shows_its_week_place_and_closures(
    as_role: Callable[..., Surfer], say: Say
) -> None:
    page = as_role("counter", "2062").get("/bibliotek/mora-bibliotek").text
    assert page.count("08:00") == 5
    assert page.count(say("Not staffed")) == 2
    assert "61.00704, 14.54316" in page
    assert 'datetime="2026-12-01"' in page
    assert "Inventering" in page
    assert "/stangningar?bibliotek" not in page  # no button for one who may not close


def test_closing_shows_undo_and_undo_opens_again(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("branch_manager", "2081")
    form = surfer.get("/stangningar?bibliotek=borlange-bibliotek").text
    assert '<option value="borlange-bibliotek" selected>' in form
    assert "falu-stadsbibliotek" not in form
    given = {
        "branch": "borlange-bibliotek",
        "from_on": "2026-12-07",
        "to_on": "2026-12-08",
        "reason": "Planering",
    }
    page = surfer.send("/stangningar", given, at="/stangningar").text
    said = "{name} is closed as you said; new plans are made"
    assert say(said, name="Borlänge bibliotek") in page
    assert _reasons(world) == ["Inventering", "Planering"]
    lifted = surfer.undo(page, at="/stangningar").text
    assert _reasons(world) == ["Inventering"]
    assert surfer.undo(page, at="/stangningar").status_code == 409  # lifted already
    surfer.undo(lifted, at="/stangningar")  # and back again: the toast closes it anew
    assert _reasons(world) == ["Inventering", "Planering"]


def test_faults_of_a_closure(as_role: Callable[..., Surfer], world: Works, say: Say) -> None:
    surfer = as_role("coordinator")
    given = {"branch": "mora-bibliotek", "from_on": "2026-12-09", "to_on": "snart", "reason": ""}
    answer = surfer.post("/stangningar", given, at="/stangningar")
    assert answer.status_code == 422
    assert say("Write a date as year-month-day, as 2026-11-24") in answer.text
    assert 'value="snart"' in answer.text
    answer = surfer.post("/stangningar", given | {"to_on": "2026-12-08"}, at="/stangningar")
    assert answer.status_code == 422
    for text in ("The last day is before the first", "A closure needs a reason"):
        assert say(text) in answer.text
    lost = given | {"branch": "okand", "to_on": "2026-12-09", "reason": "x"}
    assert surfer.post("/stangningar", lost, at="/stangningar").status_code == 404
    assert _reasons(world) == ["Inventering"]


def test_closures_respect_the_municipality(as_role: Callable[..., Surfer], world: Works) -> None:
    surfer = as_role("branch_manager", "2081")
    assert "Mora" not in surfer.get("/stangningar").text
    with world.reading(OPERATOR) as work:
        mora = closures(work, *DAYS)[0].id
    assert surfer.post(f"/stangningar/{mora}/lyft", {}, at="/stangningar").status_code == 403
    given = {"branch": "mora-bibliotek", "from_on": "2026-12-07", "to_on": "2026-12-07"}
    answer = surfer.post("/stangningar", given | {"reason": "x"}, at="/stangningar")
    assert answer.status_code == 403
    assert _reasons(world) == ["Inventering"]


def test_who_may_not_close_sees_no_form(as_role: Callable[..., Surfer], say: Say) -> None:
    page = as_role("counter", "2062").get("/stangningar").text
    main = page[page.index("<main") :]
    assert "Inventering" in main
    assert "<form" not in main
    assert say("A coordinator, or the manager of the library, closes it.") in main


def _reasons(works: Works) -> list[str]:
    with works.reading(OPERATOR) as work:
        return [closure.reason for closure in closures(work, *DAYS)]
