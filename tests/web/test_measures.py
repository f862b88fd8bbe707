"""Pages of the measures: reading, entering and locking."""

from collections.abc import Callable
from datetime import date

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.measures.entering import enter_values
from consortium.measures.queries import measure_by_code, snapshot_of, values
from tests.conftest import OPERATOR
from tests.web.browsing import Surfer
from tests.web.conftest import POPULATION

NEW = {
    "on_date": "2026-06-30",
    "source": "Biblioteksstatistik",
    "value-2062": "1 200,5",
    "value-2080": "7",
    "value-2081": "",
}


def test_values_stand_by_member_and_date_with_their_sum(as_role: Callable[..., Surfer]) -> None:
    page = as_role("auditor").get("/matvarden/population").text
    assert "59\u00a0945" in page
    assert "131\u00a0910" in page  # 59 945 + 51 425 + 20 540
    assert 'datetime="2025-12-31"' in page
    assert 'name="on_date"' not in page


def test_one_municipality_sees_its_own_value_and_no_sum(as_role: Callable[..., Surfer]) -> None:
    page = as_role("branch_manager", "2062").get("/matvarden/population").text
    assert "20\u00a0540" in page
    assert "131\u00a0910" not in page
    assert "59\u00a0945" not in page


def test_entering_saves_what_was_filled_in(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    page = surfer.send("/matvarden/loans", NEW, at="/matvarden/loans").text
    assert say("{count} values were entered or changed", count=2) in page
    assert "1\u00a0200,5" in page
    assert _values(world, "loans") == {"2062": "1200.5", "2080": "7"}
    filled = surfer.get("/matvarden/loans?datum=2026-06-30").text
    assert 'name="value-2062" type="text" value="1200.5"' in filled
    assert 'value="Biblioteksstatistik"' in filled


def test_faults_keep_what_was_typed_and_save_nothing(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    typed = NEW | {"value-2081": "många", "source": " "}
    answer = surfer.post("/matvarden/loans", typed, at="/matvarden/loans")
    assert answer.status_code == 422
    assert say("{value} is no number that is 0 or more", value="många") in answer.text
    assert '<a href="#value-2081">' in answer.text
    assert '<a href="#source">' in answer.text
    assert 'value="1 200,5"' in answer.text
    empty = NEW | {name: "" for name in NEW if name.startswith("value-")}
    answer = surfer.post("/matvarden/loans", empty, at="/matvarden/loans")
    assert answer.status_code == 422
    assert say("Fill in at least one value") in answer.text
    strange = NEW | {"value-9999": "1"}
    assert surfer.post("/matvarden/loans", strange, at="/matvarden/loans").status_code == 422
    assert _values(world, "loans") == {}


def test_a_locked_date_takes_no_values(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("coordinator")
    late = NEW | {"on_date": "2025-12-31"}
    answer = surfer.post("/matvarden/population", late, at="/matvarden/population")
    assert answer.status_code == 409
    assert say("The values of {code} on {day} are locked", code="population", day="2025-12-31") in (
        answer.text
    )
    assert _values(world, "population") == POPULATION


def test_a_lock_needs_the_tick_and_then_stands(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    surfer.send("/matvarden/loans", NEW, at="/matvarden/loans")
    given = {"lock_date": "2026-06-30"}
    answer = surfer.post("/matvarden/loans/las", given, at="/matvarden/loans")
    assert answer.status_code == 422
    assert say("Fill in this field") in answer.text
    page = surfer.send("/matvarden/loans/las", given | {"checked": "ja"}, at="/matvarden/loans")
    assert say("The values of {day} are locked", day="2026-06-30") in page.text
    with world.reading(OPERATOR) as work:
        lock = snapshot_of(work, measure_by_code(work, "loans"), date(2026, 6, 30))
    assert lock is not None
    assert lock.sha256 in page.text
    assert say("Every date that has values is locked.") in page.text


def test_who_may_only_read_can_change_nothing(as_role: Callable[..., Surfer], world: Works) -> None:
    surfer = as_role("auditor")
    assert surfer.post("/matvarden/loans", NEW, at="/matvarden/loans").status_code == 403
    given = {"lock_date": "2025-12-31", "checked": "ja"}
    assert surfer.post("/matvarden/loans/las", given, at="/matvarden").status_code == 403
    assert _values(world, "loans") == {}


def test_many_dates_are_shown_six_at_a_time(as_role: Callable[..., Surfer], world: Works) -> None:
    with world.writing(OPERATOR) as work:
        for month in range(1, 9):
            enter_values(work, "loans", date(2026, month, 1), {"2062": str(month)}, "Räknat")
    surfer = as_role("auditor")
    page = surfer.get("/matvarden/loans").text
    assert page.count("<time datetime=") == 6
    assert 'datetime="2026-08-01"' in page
    older = surfer.get("/matvarden/loans?sida=2").text
    assert older.count("<time datetime=") == 2
    assert 'datetime="2026-01-01"' in older


def test_the_list_says_how_far_each_measure_reaches(
    as_role: Callable[..., Surfer], say: Say
) -> None:
    page = as_role("coordinator").get("/matvarden").text
    rows = page[page.index("<tbody>") :].split("<tr>")
    assert "population" in rows[1]
    assert say("Locked") in rows[1]
    assert ">3</td>" in rows[1]
    assert "loans" in rows[2]
    assert say("No values") in rows[2]


def _values(works: Works, code: str) -> dict[str, str]:
    with works.reading(OPERATOR) as work:
        return {member.code: value.value for member, value in values(work, code)}
