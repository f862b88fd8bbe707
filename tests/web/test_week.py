"""The page of the week's stops: changed, added, taken away, and each of these taken back."""

import re
from collections.abc import Callable
from datetime import time

import pytest

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.transports.queries import WeeklyView, weekly_template
from consortium.transports.registering import drop_template_stop
from consortium.web.week import minutes, seconds_of, time_of
from tests.conftest import OPERATOR
from tests.transports.making import FALUN, MORA, make_transports
from tests.web.browsing import Surfer
from tests.web.transport_world import rows_of, words_of

AsRole = Callable[..., Surfer]
STOP = {
    "weekday": "2",
    "branch": MORA,
    "window_from": "09:30",
    "window_to": "15:00",
    "service_s": "7:30",
    "required": "nej",
    "skip_ore": "125,50",
}


@pytest.fixture
def world(works: Works) -> Works:
    """A stop from 8 to 16 for 10 minutes at each of four libraries, Monday to Friday."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
    return works


def stop_of(works: Works, weekday: int, slug: str) -> WeeklyView | None:
    with works.reading(OPERATOR) as work:
        stops = weekly_template(work)
    return next((each for each in stops if (each.weekday, each.slug) == (weekday, slug)), None)


def undo(surfer: Surfer, page: str) -> str:
    """Press Undo in the toast of a page; the page that follows."""
    return surfer.undo(page, at="/veckan").text


def test_the_week_and_the_vans_are_shown(world: Works, as_role: AsRole, say: Say) -> None:
    with world.writing(OPERATOR) as work:
        drop_template_stop(work, 4, MORA)
    surfer = as_role("auditor")
    page = surfer.get("/veckan").text
    rows = {row[0]: row[1:] for row in rows_of(page, 'id="stops"')}
    assert rows["Mora bibliotek Mora"] == ["08:00–16:00 10 min"] * 4 + ["–"]
    assert len(rows) == 4
    sums = page[page.index("<tfoot>") :].partition("</tfoot>")[0]
    assert re.findall(r"<td>(\d)</td>", sums) == ["4", "4", "4", "4", "3"]
    # 20 crates, 7 to 17, ten hours, 4,50 a km and 380 an hour
    costs = ["4,50", "380,00", "0,00"]
    pause = "30 min efter 5 h 0 min"
    van = ["Bil 1", "Depån", "20", "07:00–17:00", "10 h 0 min", pause, *costs]
    assert rows_of(surfer.get("/veckan/bilar").text, 'id="vans"') == [van]


def test_a_stop_is_changed_and_changed_back(world: Works, as_role: AsRole, say: Say) -> None:
    surfer = as_role("coordinator")
    form = surfer.get(f"/veckan?dag=2&bibliotek={MORA}").text
    assert say("Take the stop away") in form
    assert 'name="window_from" type="time" value="08:00"' in form
    page = surfer.send("/veckan", STOP, at="/veckan").text
    changed = stop_of(world, 2, MORA)
    assert changed is not None
    assert (changed.window, changed.service_s) == ((time(9, 30), time(15)), 450)
    assert (changed.required, changed.skip_ore) == (False, 12_550)
    assert (
        say("The stop of {name} on {weekday} is changed", name="Mora bibliotek", weekday="onsdag")
        in page
    )
    assert "09:30–15:00" in page
    assert say("may be left out") in page
    undo(surfer, page)
    back = stop_of(world, 2, MORA)
    assert back is not None
    assert (back.window, back.service_s, back.required) == ((time(8), time(16)), 600, True)


def test_saving_what_stands_changes_nothing(world: Works, as_role: AsRole, say: Say) -> None:
    surfer = as_role("coordinator")
    surfer.post("/veckan", STOP, at="/veckan")
    page = surfer.send("/veckan", STOP, at="/veckan").text
    assert say("Nothing was changed") in page
    assert 'class="toast' not in page


def test_a_stop_is_taken_away_and_comes_back(world: Works, as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    surfer.post("/veckan", STOP, at="/veckan")
    before = stop_of(world, 2, MORA)
    page = surfer.send("/veckan/ta-bort", {"weekday": "2", "branch": MORA}, at="/veckan").text
    assert stop_of(world, 2, MORA) is None
    undo(surfer, page)
    assert stop_of(world, 2, MORA) == before


def test_a_stop_is_added_and_taken_back(world: Works, as_role: AsRole, say: Say) -> None:
    with world.writing(OPERATOR) as work:
        drop_template_stop(work, 2, MORA)
    surfer = as_role("coordinator")
    page = surfer.send("/veckan", STOP, at="/veckan").text
    assert say("{name} has a stop on {weekday}", name="Mora bibliotek", weekday="onsdag") in page
    assert stop_of(world, 2, MORA) is not None
    undo(surfer, page)
    assert stop_of(world, 2, MORA) is None


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"window_to": "09:30"}, "window_to", "The window must end after it begins"),
        ({"window_from": "halv tio"}, "window_from", "Write a time of day, as 08:30"),
        ({"service_s": "en kvart"}, "service_s", "Write minutes, as 8 or 8:30"),
        ({"skip_ore": "-1"}, "skip_ore", "A cost is 0 or more"),
        ({"weekday": "5"}, "weekday", "Crates travel from Monday to Friday"),
        ({"branch": "depan"}, "branch", "A depot is no stop: routes begin and end there"),
        ({"branch": ""}, "branch", "Fill in this field"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    world: Works, as_role: AsRole, say: Say, change: dict[str, str], field: str, text: str
) -> None:
    before = stop_of(world, 2, MORA)
    answer = as_role("coordinator").post("/veckan", STOP | change, at="/veckan")
    assert answer.status_code == 422
    assert f'<a href="#{field}">{say(text)}' in answer.text
    assert f'id="{field}-e"' in answer.text
    typed = (STOP | change)["service_s"]
    assert f'name="service_s" type="text" value="{typed}"' in answer.text
    assert stop_of(world, 2, MORA) == before


def test_what_is_not_there_is_not_taken_away(world: Works, as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    given = {"weekday": "2", "branch": MORA}
    assert surfer.post("/veckan/ta-bort", given, at="/veckan").status_code == 303
    assert surfer.post("/veckan/ta-bort", given, at="/veckan").status_code == 404
    assert surfer.post("/veckan", STOP | {"branch": "okänt"}, at="/veckan").status_code == 404


@pytest.mark.parametrize("role", ["branch_manager", "auditor", "administrator", "finance"])
def test_others_only_read(world: Works, as_role: AsRole, say: Say, role: str) -> None:
    surfer = as_role(role, "2062" if role == "branch_manager" else None)
    page = surfer.get(f"/veckan?dag=2&bibliotek={FALUN}").text
    assert say("Only a coordinator changes the week.") in words_of(page)
    assert '<form method="post"' not in page[page.index("<main") :]
    assert surfer.post("/veckan", STOP).status_code == 403
    assert surfer.post("/veckan/ta-bort", {"weekday": "2", "branch": MORA}).status_code == 403
    assert stop_of(world, 2, MORA) is not None


@pytest.mark.parametrize(
    ("text", "seconds"), [("8", 480), ("8:30", 510), ("0", 0), (" 0:05 ", 5), ("120", 7200)]
)
def test_minutes_are_read_and_written(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds
    assert minutes(seconds) == text.strip()


@pytest.mark.parametrize("text", ["", "-8", "8,5", "8:60", "8:3", "99999", "åtta"])
def test_what_are_no_minutes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write minutes"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("text", "at"), [("08:30", time(8, 30)), ("8.05", time(8, 5)), ("23:59", time(23, 59))]
)
def test_times_are_read(text: str, at: time) -> None:
    assert time_of(text) == at


@pytest.mark.parametrize("text", ["", "24:00", "8", "08:60", "08:30:15", "8:3"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write a time of day"):
        time_of(text)
