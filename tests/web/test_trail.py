"""Pages of the audit trail: search, one entry with its proof, erasing, files to keep."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import func, select

from consortium.app import create_app
from consortium.core.audit import AuditEntry, AuditSeal, AuditValue
from consortium.core.sealing import head_of, note_verified, read_head, seal_all
from consortium.core.settings import Settings
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.web import trail
from tests.conftest import OPERATOR, Clock
from tests.web.browsing import Surfer

PAGE = "/granskningsspar"


def note(works: Works, event: str, subject: str, **more: Any) -> int:
    with works.writing(OPERATOR) as work:
        entry = work.audit(event, subject, **more)
        work.session.flush()
        return entry.id


def rows(text: str) -> str:
    return text.partition('<caption id="trail"')[2].partition("</table>")[0]


def test_it_is_searched_by_days_in_sweden(
    as_role: Callable[..., Surfer], world: Works, clock: Clock
) -> None:
    for minute, subject in ((58, "sent-24"), (62, "tidigt-25")):  # midnight is 23:00 UTC
        clock.now = datetime(2026, 11, 24, 22, tzinfo=UTC) + timedelta(minutes=minute)
        note(world, "tests.happened", subject)
    surfer = as_role("auditor")
    for days, expected in (
        ("fran=2026-11-25&till=2026-11-25", (False, True)),
        ("till=2026-11-24", (True, False)),
        ("fran=2026-11-24", (True, True)),
        ("fran=2026-11-26", (False, False)),
    ):
        found = rows(surfer.get(f"{PAGE}?handelse=tests&{days}").text)
        assert ("sent-24" in found, "tidigt-25" in found) == expected
    for edge in ("?till=9999-12-31", "?fran=0001-01-01"):
        assert "<tbody>" in surfer.get(PAGE + edge).text


def test_a_search_that_cannot_be_read_says_where(as_role: Callable[..., Surfer], say: Say) -> None:
    answer = as_role("auditor").get(PAGE + "?fran=igår&vem=anna")
    assert answer.status_code == 422
    assert say("Write a date as year-month-day, as 2026-11-24") in answer.text
    assert 'value="igår"' in answer.text
    assert 'value="anna"' in answer.text
    assert as_role("finance").get(PAGE).status_code == 403


def test_only_what_can_be_undone_is_asked_for_where_something_can(
    as_role: Callable[..., Surfer], world: Works, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    surfer = as_role("auditor")
    monkeypatch.setattr(trail, "UNDOABLE", frozenset())
    assert say("Only what can be undone") not in surfer.get(PAGE).text
    monkeypatch.setattr(trail, "UNDOABLE", frozenset({"tests.done"}))
    note(world, "tests.other", "annat")
    first = note(world, "tests.done", "taget-tillbaka")
    note(world, "tests.done", "kvar")
    note(world, "tests.undone", "taget-tillbaka", undoes=first)
    page = surfer.get(PAGE + "?angra=ja").text
    assert say("Only what can be undone") in page
    assert "kvar" in rows(page)
    assert "taget-tillbaka" not in rows(page)
    assert "annat" not in rows(page)


def test_an_entry_shows_its_facts_its_seal_and_what_undid_it(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("auditor")
    first = note(world, "tests.name_changed", "<b>", name=["Ö", "Å&"], empty=["", "x"])
    second = note(world, "tests.undone", "<b>", undoes=first)
    page = surfer.get(f"{PAGE}/{first}").text
    assert say("Not sealed yet. New entries are sealed within a minute.") in page
    assert '<span class="old">Ö</span> → <ins class="new">Å&amp;</ins>' in page
    assert "&lt;b&gt;" in page
    assert f'{say("Undone by")}</dt><dd><a href="{PAGE}/{second}">' in page
    assert (
        f'{say("Undoes")}</dt><dd><a href="{PAGE}/{first}">' in surfer.get(f"{PAGE}/{second}").text
    )
    seal_all(world, OPERATOR)
    with world.reading(OPERATOR) as work:
        link = work.session.exec(select(AuditSeal).where(AuditSeal.entry_id == first)).one()
    page = surfer.get(f"{PAGE}/{first}").text
    assert link.sha256 in page
    assert surfer.get(f"{PAGE}/999999").status_code == 404


def test_personal_facts_are_for_administrators_and_are_erased_by_them(
    as_role: Callable[..., Surfer], world: Works, clock: Clock, say: Say
) -> None:
    first = note(world, "tests.address_changed", "anna", personal={"email": ["a@b.se", "c@d.se"]})
    other = note(world, "tests.happened", "anna", personal={"name": "Anna"})
    seen = as_role("auditor").get(f"{PAGE}/{first}").text
    assert "a@b.se" not in seen
    assert say("Personal facts of this entry are shown to administrators only.") in seen
    surfer, at = as_role("administrator"), f"{PAGE}/{first}"
    page = surfer.get(at).text
    assert '<span class="old">a@b.se</span> → <ins class="new">c@d.se</ins>' in page
    assert f"{at}/radera" in page
    refused = surfer.post(f"{at}/radera", {"reach": "entry"}, at=at)
    assert refused.status_code == 422
    page = surfer.send(f"{at}/radera", {"reach": "entry", "checked": "ja"}, at=at).text
    assert say("{count} personal values are erased", count=1) in page
    assert f"{say('erased')}</span>" in page
    assert "a@b.se" not in page
    assert f"{at}/radera" not in page
    at = f"{PAGE}/{other}"
    surfer.send(f"{at}/radera", {"reach": "account", "checked": "ja"}, at=at)
    with world.reading(OPERATOR) as work:
        left = select(func.count()).where(AuditValue.erased_at == None)  # noqa: E711 (SQL)
        assert work.session.exec(left).one() == 0


def test_an_auditor_cannot_erase(as_role: Callable[..., Surfer], world: Works) -> None:
    entry = note(world, "tests.happened", "anna", personal={"name": "Anna"})
    answer = as_role("auditor").post(f"{PAGE}/{entry}/radera", {"reach": "entry", "checked": "ja"})
    assert answer.status_code == 403


def test_what_was_found_is_taken_out_as_a_table_without_formulas(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    entry = note(world, "tests.happened", "=1+1", personal={"name": "Hemlig"}, note='å;"b"')
    seal_all(world, OPERATOR)
    later = note(world, "tests.happened", "@x")
    answer = as_role("auditor").get(f"{PAGE}/granskningsspar.csv?handelse=tests.happened")
    assert 'filename="granskningsspar.csv"' in answer.headers["Content-Disposition"]
    head, *lines = csv.reader(answer.text.removeprefix("\ufeff").splitlines(), delimiter=";")
    table = [dict(zip(head, line, strict=True)) for line in lines]
    assert [row["entry"] for row in table] == [str(later), str(entry)]
    assert [row["subject"] for row in table] == ["'@x", "'=1+1"]
    assert json.loads(table[1]["facts"]) == {"note": 'å;"b"'}
    assert table[1]["at"] == "2026-11-24T11:00:00+00:00"
    assert (table[0]["seal"], len(table[1]["sha256"])) == ("", 64)
    assert "Hemlig" not in answer.text


def test_all_of_a_long_trail_is_taken_out(as_role: Callable[..., Surfer], world: Works) -> None:
    with world.writing(OPERATOR) as work:
        for _ in range(2100):
            work.audit("tests.happened")
    answer = as_role("auditor").get(f"{PAGE}/granskningsspar.csv?handelse=tests.happened")
    assert len(answer.text.splitlines()) == 2101


def test_the_page_tells_how_the_chain_stands_and_gives_its_head(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("auditor")
    assert surfer.get(f"{PAGE}/huvud.json").status_code == 404
    assert say("New entries are sealed within a minute.") in surfer.get(PAGE).text
    seal_all(world, OPERATOR)
    with world.reading(OPERATOR) as work:
        head = head_of(work)
        assert head is not None
        assert head.number == work.session.exec(select(func.count()).select_from(AuditEntry)).one()
    assert read_head(surfer.get(f"{PAGE}/huvud.json").text) == head
    for faults, said in ((0, say("nothing was changed")), (2, say("{count} faults", count=2))):
        with world.writing(OPERATOR) as work:
            note_verified(work, head.number, faults)
        page = surfer.get(PAGE).text
        assert said in page
        assert (say("The trail is not as it was written") in page) == bool(faults)


def test_pages_of_older_code_say_that_the_schema_is_newer(settings: Settings, world: Works) -> None:
    older = create_app(settings, Works(world.engine, world.clock, "0002"))
    for path in ("/logga-in", PAGE, "/api/v1/invoices"):
        answer = older.test_client().get(path)
        assert answer.status_code == 503, path
    assert "0002" in older.test_client().get("/logga-in").text
