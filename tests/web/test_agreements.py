from collections.abc import Callable

from consortium.core.words import Say
from tests.web.browsing import Surfer

CLAUSE = {"number": "§ 9", "text": "Ny punkt.", "from_on": "2026-01-01"}


def test_an_administrator_records_an_agreement_and_a_clause_and_takes_them_back(
    as_role: Callable[..., Surfer], say: Say
) -> None:
    surfer = as_role("administrator")
    given = {"title": "Tilläggsavtal", "from_on": "2026-03-01", "parties": ["2080", "2062"]}
    page = surfer.send("/avtal", given, at="/avtal").text
    assert "Tilläggsavtal</h2>" in page
    assert "Mora, Falun" in page
    assert say("Undo") in page
    added = surfer.send("/avtal/1/punkter", CLAUSE, at="/avtal").text
    assert "Ny punkt." in added
    assert "Ny punkt." not in surfer.undo(added, at="/avtal").text


def test_figures_are_opened_and_closed_again(as_role: Callable[..., Surfer], say: Say) -> None:
    surfer = as_role("administrator")
    box = 'name="opened" value="ja" checked'
    assert box not in surfer.get("/avtal").text
    page = surfer.send("/avtal/1/siffror", {"opened": "ja"}, at="/avtal").text
    assert box in page
    assert say("Members may see what each other pays.") in as_role("auditor").get("/avtal").text
    assert box not in surfer.undo(page, at="/avtal").text


def test_what_is_missing_is_named_and_what_was_written_stays(
    as_role: Callable[..., Surfer], say: Say
) -> None:
    surfer = as_role("administrator")
    empty = surfer.post("/avtal", {"title": "Utan parter", "from_on": "2026-03-01"}, at="/avtal")
    assert empty.status_code == 422
    assert say("An agreement needs parties") in empty.text
    assert 'value="Utan parter"' in empty.text
    wrong = surfer.post("/avtal/1/punkter", CLAUSE | {"from_on": "i går"}, at="/avtal")
    assert wrong.status_code == 422
    assert 'value="Ny punkt."' in wrong.text
    missing = surfer.post("/avtal/77/punkter", CLAUSE, at="/avtal")
    assert missing.status_code == 404


def test_who_may_not_change_agreements_sees_no_forms(as_role: Callable[..., Surfer]) -> None:
    surfer = as_role("finance")
    page = surfer.get("/avtal").text
    assert "/avtal/1/punkter" not in page
    assert surfer.post("/avtal", {"title": "x"}, at="/mitt-konto").status_code == 403
