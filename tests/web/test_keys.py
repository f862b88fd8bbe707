"""Pages of the keys: the editor, versions with their files, comparison, phasing in."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from consortium.core.words import Say
from consortium.core.work import Work, Works
from consortium.core.workbooks import read_workbook
from consortium.costs.agreeing import Vat, add_pool, set_vat
from consortium.costs.allocation import allocate
from consortium.costs.key_filling import fields_of
from consortium.costs.queries import key_versions, pool_of_year
from tests.conftest import OPERATOR
from tests.web.browsing import Surfer
from tests.web.test_runs import words_of
from tests.web.test_sharing import make_small_pool

MONTH = {"ar": "2026", "manad": "11", "period": "manad"}
TILLS: dict[str, Any] = {"kind": "measure", "measure": "tills", "at": "2025-12-31"}
MIXED = {
    "name": "Hälften lika",
    "parts": [
        {"take": {"percent": "50"}, "split": {"kind": "equal"}},
        {"take": "rest", "split": TILLS},
    ],
}


@pytest.fixture
def small(world: Works) -> Works:
    """1 000,00 kr a month of three by one measure, 50, 30 and 20; another has 10, 30 and 60."""
    with world.writing(OPERATOR) as work:
        make_small_pool(work)
    return world


def add_small(work: Work, year: int) -> None:
    add_pool(work, "small", year, ("Liten pool", "Small pool"), 1_200_000, everyone=True)
    set_vat(work, pool_of_year(work, "small", year), date(year, 1, 1), Vat("S", 25))


def asked(page: str, key: Any, **more: str) -> str:
    return f"/fordelning/small/{page}?{urlencode({**MONTH, **more, **fields_of(key)})}"


def test_the_editor_begins_with_the_key_in_force(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    page = as_role("auditor").get("/fordelning/small/nyckel?ar=2026&manad=11")
    assert page.status_code == 200
    assert 'name="namn" type="text" value="Efter tills"' in page.text
    assert '<option value="matt" selected>' in page.text
    assert "Summa 12 000,00 12 000,00 0,00 Stämmer" in words_of(page.text)
    assert "Spara som nyckel" not in page.text


def test_a_tried_key_shows_who_pays_more_and_less_to_the_ore(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    # Half equally: 166,66 2/3 each; half by 50, 30, 20: 250, 150, 100. Two öre go to the largest
    # remainders, which are alike, so to the larger shares.
    address = asked("nyckel", MIXED)
    said = words_of(as_role("finance").get(address).text)
    assert "Falun 500,00 416,67 −83,33 −16,7 %" in said
    assert "Borlänge 300,00 316,67 +16,67 +5,6 %" in said
    assert "Mora 200,00 266,66 +66,66 +33,3 %" in said
    assert "Summa 1 000,00 1 000,00 0,00 Stämmer" in said
    assert said.index("Falun 500,00") < said.index("Borlänge 300,00") < said.index("Mora 200,00")
    assert "Betalar mindre 1 Falun −83,33 Betalar mer 2 Mora +66,66" in said
    text = as_role("auditor").get(asked("nyckel.csv", MIXED)).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["member"], row["change_ore"]) for row in rows] == [
        ("2080", "-8333"),
        ("2081", "1667"),
        ("2062", "6666"),
    ]
    assert rows[2]["change_percent"] == "33.3300"


def test_what_each_inhabitant_pays_is_shown(small: Works, as_role: Callable[..., Surfer]) -> None:
    # Mora has 20 540 inhabitants: 12 × 266,66 kr = 3 199,92 kr, 15,58 öre each.
    said = words_of(as_role("finance").get(asked("nyckel", MIXED, period="ar")).text)
    assert "Mora 2 400,00 3 199,92 +799,92 +33,3 % 0,16 (+0,04)" in said


def test_the_address_is_the_state_and_another_person_sees_the_same(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    finance = as_role("finance")
    answer = finance.client.get(asked("nyckel", MIXED) + "&d1.dag=x&gor=%2Br")
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.location).query)
    assert "d1.dag" not in query  # not of a part that is split equally
    assert query["r1.bars"] == ["andra"]
    assert finance.client.get(answer.location).status_code == 422  # the discount is not whole yet
    whole = answer.location + "&r1.kommun=2062&r1.procent=50"
    assert "Mora 200,00 133,33" in words_of(finance.get(whole).text)  # half of 266,66 2/3
    assert "Mora 200,00 133,33" in words_of(as_role("auditor").get(whole).text)


def test_rows_are_added_and_taken_away_without_script(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    finance = as_role("finance")
    page = finance.get(asked("nyckel", MIXED) + "&gor=%2Bd").text
    assert 'id="d3.tar"' in page
    assert '<option value="rest" selected>' in page[page.index('id="d3.tar"') :]
    page = finance.get(asked("nyckel", MIXED) + "&gor=-d1").text
    assert 'id="d2.tar"' not in page


def test_every_fault_stands_at_its_field(
    small: Works, as_role: Callable[..., Surfer], say: Say
) -> None:
    key = {
        "parts": [
            {"take": {"percent": "130"}, "split": {"kind": "equal"}},
            {"take": "rest", "split": TILLS | {"at": "2019-12-31"}},
        ],
        "discounts": [{"member": "2080", "percent": "120", "borne_by": "others"}],
    }
    finance = as_role("finance")
    answer = finance.get(asked("nyckel", key))
    assert answer.status_code == 422
    for name in ("d1.tar", "d2.matt", "r1.procent"):
        assert f'<a href="#{name}">' in answer.text, name
        assert f'id="{name}-e"' in answer.text, name
    assert say("The discount is over 100 percent") in answer.text
    assert say("This key cannot be tried") in answer.text
    wrong = finance.get("/fordelning/small/nyckel?d1.tar=procent&d1.varde=en+del")
    assert wrong.status_code == 422
    assert say("Write a number, as 12,5") in wrong.text


def test_choosing_a_kind_shows_its_fields(small: Works, as_role: Callable[..., Surfer]) -> None:
    finance = as_role("finance")
    page = finance.get("/fordelning/small/nyckel?ar=2026&manad=11&d1.tar=egen&d1.sort=fast")
    assert page.text.count('<input class="in num" id="d1.kr.') == 3
    page = finance.get("/fordelning/small/nyckel?ar=2026&manad=11&d1.tar=rest&d1.sort=blandning")
    assert page.status_code == 200  # it begins as an even mix of two equal splits
    assert 'id="d1.till.sort"' in page.text
    assert "Falun 6 000,00 3 999,96" in words_of(page.text)  # 333,33 a month


def test_saving_needs_the_decision_and_notes_it(
    small: Works, as_role: Callable[..., Surfer], say: Say
) -> None:
    finance = as_role("finance")
    save, page = asked("nyckel/spara", MIXED), asked("nyckel", MIXED)
    answer = finance.post(save, {"from_on": "2026-12", "clause": "§ 7.2"}, at=page)
    assert answer.status_code == 422
    given = {"from_on": "2026-12", "clause": "§ 7.2", "sure": "ja"}
    said = finance.send(save, given, at=page).text
    assert say("The pool has a new key from {month}", month="december 2026") in said
    assert "Hälften lika" in said
    with small.reading(OPERATOR) as work:
        (first, _c), (second, clause) = key_versions(work, pool_of_year(work, "small", 2026))
        assert (first.to_on, second.from_on) == (date(2026, 11, 30), date(2026, 12, 1))
        assert (second.key, clause.number) == (MIXED, "§ 7.2")
        assert second.approved_by == "finance.all"
    assert finance.undo(said, "/fordelning/small/nycklar?ar=2026").status_code == 200
    with small.reading(OPERATOR) as work:
        assert len(key_versions(work, pool_of_year(work, "small", 2026))) == 1
    assert as_role("auditor").post(save, given, at=page).status_code == 403


def test_no_key_is_saved_that_cannot_split(small: Works, as_role: Callable[..., Surfer]) -> None:
    finance = as_role("finance")
    given = {"from_on": "2026-12", "clause": "§ 7.2", "sure": "ja"}
    for wrong in (
        {"parts": MIXED["parts"]},  # no name
        {"name": "X", "parts": [{"take": "rest", "split": TILLS | {"at": "2020-12-31"}}]},
        {"name": "X", "parts": []},
    ):
        answer = finance.post(asked("nyckel/spara", wrong), given, at=asked("nyckel", MIXED))
        assert answer.status_code == 422
    taken = given | {"from_on": "2026-01"}
    answer = finance.post(asked("nyckel/spara", MIXED), taken, at=asked("nyckel", MIXED))
    assert answer.status_code == 409
    with small.reading(OPERATOR) as work:
        assert len(key_versions(work, pool_of_year(work, "small", 2026))) == 1


def test_a_key_as_json_becomes_the_form_or_is_refused(
    small: Works, as_role: Callable[..., Surfer], say: Say
) -> None:
    finance = as_role("finance")
    at, to = asked("nyckel", MIXED), "/fordelning/small/nyckel/fil?ar=2026&manad=11&period=manad"
    page = finance.send(to, {"json": json.dumps({"key": MIXED})}, at=at).text
    assert "Mora 200,00 266,66" in words_of(page)
    for text in ("", "{", "[]", '{"parts": [1]}', '{"parts": []}', json.dumps(MIXED | {"x": 1})):
        answer = finance.post(to, {"json": text}, at=at)
        assert answer.status_code == 422, text
        assert 'id="json-e"' in answer.text, text
    sent = (io.BytesIO(json.dumps(MIXED).encode()), "nyckel.json")
    assert finance.post(to, {"fil": sent}, at=at).status_code == 303
    assert json.loads(finance.get(asked("nyckel.json", MIXED)).text) == MIXED


def test_a_version_tells_what_it_rests_on_and_its_case_splits_alone(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    auditor = as_role("auditor")
    said = words_of(auditor.get("/fordelning/small/nycklar?ar=2026").text)
    assert "Resten efter tills 2025-12-31" in said
    assert "2026-01-01 – 2026-12-31" in said
    assert "§ 7.2" in said
    assert "Kostnaden delas efter folkmängd." in said
    key = json.loads(auditor.get("/fordelning/small/nycklar/2026-01-01/nyckel.json").text)
    assert key["name"] == "Efter tills"
    case = json.loads(auditor.get("/fordelning/small/nycklar/2026-01-01/fall.json?manad=3").text)
    shares = {row["member"]: row["share_ore"] for row in allocate(case)["shares"]}
    assert shares == {"2080": 50_000, "2081": 30_000, "2062": 20_000}
    assert case["period"] == {"from": "2026-03-01", "to": "2026-03-31"}
    own = as_role("branch_manager", "2062")
    assert own.get("/fordelning/small/nycklar/2026-01-01/fall.json").status_code == 403
    assert auditor.get("/fordelning/small/nycklar/2026-02-01/fall.json").status_code == 404
    assert auditor.get("/fordelning/small/nycklar/igar/nyckel.json").status_code == 404


def test_two_keys_are_compared_and_taken_along(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    auditor = as_role("auditor")
    address = asked("jamfor", MIXED, a="version:2026-01-01", b="prov")
    assert "Mora 200,00 266,66 +66,66" in words_of(auditor.get(address).text)
    same = words_of(auditor.get("/fordelning/small/jamfor?ar=2026&a=gallande&b=gallande").text)
    assert "Mora 2 400,00 2 400,00 0,00" in same
    text = auditor.get(asked("jamfor.csv", MIXED)).text
    assert "2062,Mora,20000,26666,6666,33.3300" in text
    book = auditor.get(asked("jamfor.xlsx", MIXED, sort="namn")).data
    rows = list(read_workbook(book))
    assert rows[0][:5] == ["member", "name", "a_ore", "b_ore", "change_ore"]
    assert rows[1][:5] == ["2081", "Borlänge", "30000", "31667", "1667"]
    assert auditor.get("/fordelning/small/jamfor?ar=2026&b=version:2020-01-01").status_code == 404


def test_years_are_compared(small: Works, as_role: Callable[..., Surfer]) -> None:
    with small.writing(OPERATOR) as work:
        add_small(work, 2027)
    finance = as_role("finance")
    answer = finance.get("/fordelning/small/jamfor?ar=2026&b=ar:2027")
    assert answer.status_code == 409  # it has no key yet
    given = {"from_on": "2027-01", "clause": "§ 7.2", "sure": "ja"}
    at = asked("nyckel", MIXED, ar="2027", manad="1")
    assert "Mora – 266,66" not in words_of(finance.get(at).text)
    finance.send(asked("nyckel/spara", MIXED, ar="2027", manad="1"), given, at=at)
    said = words_of(finance.get("/fordelning/small/jamfor?ar=2026&b=ar:2027").text)
    assert "Mora 2 400,00 3 199,92 +799,92" in said


def test_a_municipality_tries_a_key_and_sees_itself(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    own = as_role("branch_manager", "2062")
    said = words_of(own.get(asked("nyckel", MIXED)).text)
    assert "Mora 200,00 266,66 +66,66" in said
    assert "De övriga tillsammans 800,00 733,34 −66,66" in said
    assert "Falun 500,00" not in said
    text = own.get(asked("jamfor.csv", MIXED)).text
    assert "2080" not in text


def test_a_change_is_phased_in_and_saved_for_the_years_that_are_there(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    with small.writing(OPERATOR) as work:
        add_small(work, 2027)
        add_small(work, 2028)
    finance = as_role("finance")
    new = {"name": "Lika", "parts": [{"take": "rest", "split": {"kind": "equal"}}]}
    address = asked("infasning", new, over="3", fran="2027")
    said = words_of(finance.get(address).text)
    # Mora from 200 to 333,33 1/3 of a thousand: 0.33 of the way 244,00, 0.67 of it 289,33 1/3. Of
    # three like shares the öre left over is Mora's, which has the lowest code.
    assert "Mora 200,00 244,00 289,33 333,34 +133,34" in said
    assert "1/3 = 0,33, 2/3 = 0,67" in said
    assert "2029" in said
    answer = finance.post(address, {"clause": "§ 7.2"}, at=address)
    assert answer.status_code == 422
    page = finance.send(address, {"clause": "§ 7.2", "sure": "ja"}, at=address).text
    assert "2027, 2028" in page
    with small.reading(OPERATOR) as work:
        keys = [key_versions(work, pool_of_year(work, "small", y))[0][0].key for y in (2027, 2028)]
    assert [key["parts"][0]["split"]["weight"] for key in keys] == ["0.33", "0.67"]
    finance.undo(page, "/fordelning/small/nycklar?ar=2027")
    with small.reading(OPERATOR) as work:
        assert key_versions(work, pool_of_year(work, "small", 2028)) == []


def test_a_limit_on_change_compares_with_the_keys_in_force_in_a_first_year(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    # Equally it would be 333,33 each of 1 000,00; within 10 % of 500, 300 and 200 it is 450,
    # 330 and 220, which come to 1 000.
    key = {
        "name": "Lika, högst 10 %",
        "parts": [{"take": "rest", "split": {"kind": "equal"}}],
        "limits": [{"member": "*", "max_change_percent": "10"}],
    }
    finance = as_role("finance")
    answer = finance.get(asked("nyckel", key))
    said = words_of(answer.text)
    assert "Var och en bär högst 10 % mer eller mindre än året före" in said
    assert "Falun 500,00 450,00 −50,00 −10,0 %" in said
    assert "Borlänge 300,00 330,00 +30,00" in said
    assert "Mora 200,00 220,00 +20,00" in said
    assert 'id="fg.2080" name="fg.2080" type="text" value="6000"' in answer.text
    own = words_of(as_role("branch_manager", "2062").get(asked("nyckel", key)).text)
    assert "Mora 200,00 220,00 +20,00" in own
    assert 'value="6000"' not in own  # what others paid stays theirs
