"""Population is fetched from a server that answers as Statistics Sweden's PxWebApi 2 does.

The answer is made by the published form (JSON-stat 2.0) of the real figures of 31 December 2024.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.settings import Settings
from consortium.core.work import Actor, Work, Works
from consortium.measures.entering import add_measure, enter_values, lock_values
from consortium.measures.fetching import ask_fetch, fetches
from consortium.measures.formats.pxweb import Question, values_of
from consortium.measures.queries import values
from consortium.measures.tables import MeasureFetch
from jobs.fetching import fetch_year
from jobs.running import Running
from jobs.worker import run_next
from tests.conftest import OPERATOR, Clock
from tests.making import make_members
from tests.messages.receiving import Receiver, Reply, receiving

DALARNA = {"2062": 20540, "2080": 59945, "2081": 51425}
YEAR_END = date(2024, 12, 31)
QUESTION = Question("TAB638", "BE0101N1", "2024", ("2062", "2080", "2081"))


def answer(found: dict[str, int], *, sparse: bool = False, **changed: Any) -> dict[str, Any]:
    """An answer of three dimensions, one of them the regions."""
    cells: Any = list(found.values())
    if sparse:
        cells = {str(place): value for place, value in enumerate(cells) if value is not None}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängden efter region, tabellinnehåll och år",
        "source": "SCB",
        "updated": "2025-02-21T07:00:00Z",
        "id": ["Region", "ContentsCode", "Tid"],
        "size": [len(found), 1, 1],
        "dimension": {
            "Region": {
                "label": "region",
                "category": {
                    "index": {code: place for place, code in enumerate(found)},
                    "label": dict.fromkeys(found, "kommun"),
                },
            },
            "ContentsCode": {
                "category": {
                    "index": {"BE0101N1": 0},
                    "label": {"BE0101N1": "Folkmängd"},
                    "unit": {"BE0101N1": {"base": "antal", "decimals": 0}},
                }
            },
            "Tid": {"category": {"index": ["2024"], "label": {"2024": "2024"}}},
        },
        "value": cells,
        **changed,
    }


def body(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode()


@pytest.fixture
def scb() -> Iterator[Receiver]:
    with receiving() as receiver:
        receiver.replies = [Reply(200, {"Content-Type": "application/json"}, body(answer(DALARNA)))]
        yield receiver


@pytest.fixture
def running(works: Works, settings: Settings, scb: Receiver) -> Running:
    given = settings.model_dump()
    given["measures"]["source"] = f"{scb.address}/api/v2"
    given["outgoing"]["allowed"] = ["127.0.0.1"]
    with works.writing(OPERATOR) as work:
        make_members(work)
        add_measure(work, "population", ("Folkmängd", "Population"), "invånare")
    return Running(works, Settings.model_validate(given))


def ask(works: Works, year: int = 2024) -> None:
    with works.writing(OPERATOR) as work:
        ask_fetch(work, "population", year)


def known(work: Work) -> dict[str, tuple[str, str]]:
    rows = values(work, "population")
    return {m.code: (v.value, v.source) for m, v in rows if v.on_date == YEAR_END}


def latest(running: Running) -> MeasureFetch:
    with running.works.reading(OPERATOR) as work:
        return fetches(work, "population", 1)[0]


def test_the_population_of_all_members_comes_with_its_source(
    running: Running, scb: Receiver
) -> None:
    ask(running.works)
    assert latest(running).state == "waiting"
    while run_next(running):
        pass
    asked = latest(running)
    assert (asked.state, asked.count, asked.trouble) == ("done", 3, "")
    with running.works.reading(OPERATOR) as work:
        source = "SCB, statistikdatabasen, TAB638"
        assert known(work) == {code: (str(n), source) for code, n in DALARNA.items()}
    (request,) = scb.received
    place = urlsplit(request.path)
    assert (request.method, place.path) == ("GET", "/api/v2/tables/TAB638/data")
    assert parse_qs(place.query) == {
        "lang": ["sv"],
        "outputFormat": ["json-stat2"],
        "valueCodes[Region]": ["2062,2080,2081"],
        "valueCodes[ContentsCode]": ["BE0101N1"],
        "valueCodes[Tid]": ["2024"],
    }


def test_what_is_the_same_is_left_with_its_source(running: Running) -> None:
    with running.works.writing(OPERATOR) as work:
        enter_values(work, "population", YEAR_END, {"2062": "20540", "2080": "1"}, "Egen lista")
    ask(running.works)
    while run_next(running):
        pass
    assert latest(running).count == 2
    with running.works.reading(OPERATOR) as work:
        assert known(work)["2062"] == ("20540", "Egen lista")
        assert known(work)["2080"] == ("59945", "SCB, statistikdatabasen, TAB638")
    ask(running.works)
    while run_next(running):
        pass
    assert (latest(running).state, latest(running).count) == ("done", 0)


def test_locked_values_are_never_overwritten(running: Running) -> None:
    with running.works.writing(OPERATOR) as work:
        enter_values(work, "population", YEAR_END, {"2062": "20541"}, "Egen lista")
        lock_values(work, "population", YEAR_END)
    ask(running.works)
    while run_next(running):
        pass
    asked = latest(running)
    assert asked.state == "failed"
    assert "2024-12-31" in asked.trouble
    assert "låst" in asked.trouble
    with running.works.reading(OPERATOR) as work:
        assert known(work) == {"2062": ("20541", "Egen lista")}


def test_locked_values_that_are_the_same_are_no_conflict(running: Running) -> None:
    with running.works.writing(OPERATOR) as work:
        given = {code: str(number) for code, number in DALARNA.items()}
        enter_values(work, "population", YEAR_END, given, "Egen lista")
        lock_values(work, "population", YEAR_END)
    ask(running.works)
    while run_next(running):
        pass
    assert (latest(running).state, latest(running).count) == ("done", 0)


def test_out_of_reach_is_told_and_tried_again(
    running: Running, scb: Receiver, clock: Clock
) -> None:
    scb.replies = [Reply(503), *scb.replies]
    ask(running.works)
    while run_next(running):
        pass
    asked = latest(running)
    assert asked.state == "waiting"
    assert "503" in asked.trouble
    with pytest.raises(Conflict), running.works.writing(OPERATOR) as work:
        ask_fetch(work, "population", 2024)
    clock.forward(hours=2)
    while run_next(running):
        pass
    assert (latest(running).state, latest(running).count) == ("done", 3)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(404), "TAB638"),
        (Reply(200, {}, b"<html>"), "JSON"),
        (Reply(200, {}, body(answer({"2062": 20540, "2080": 59945}))), "2081"),
    ],
)
def test_an_answer_of_no_use_is_told_and_changes_nothing(
    running: Running, scb: Receiver, reply: Reply, said: str
) -> None:
    scb.replies = [reply]
    ask(running.works)
    while run_next(running):
        pass
    assert latest(running).state == "failed"
    assert said in latest(running).trouble
    with running.works.reading(OPERATOR) as work:
        assert known(work) == {}


def test_who_may_not_and_what_cannot_be_asked_for(running: Running) -> None:
    with pytest.raises(Forbidden), running.works.writing(Actor("x")) as work:
        ask_fetch(work, "population", 2024)
    with pytest.raises(Invalid, match="is not over"), running.works.writing(OPERATOR) as work:
        ask_fetch(work, "population", 2026)
    with running.works.writing(OPERATOR) as work:
        add_measure(work, "loans", ("Utlån", "Loans"), "lån")
    with pytest.raises(Invalid, match="no public source"), running.works.writing(OPERATOR) as work:
        ask_fetch(work, "loans", 2024)


def test_the_first_of_march_asks_by_itself_where_the_settings_say_so(running: Running) -> None:
    fetch_year(running, date(2025, 3, 1))
    with running.works.reading(OPERATOR) as work:
        assert fetches(work, "population", 1) == []
    given = running.settings.model_dump()
    given["measures"]["fetch_yearly"] = True
    yearly = Running(running.works, Settings.model_validate(given))
    for _twice in range(2):
        fetch_year(yearly, date(2025, 3, 1))
    with running.works.reading(OPERATOR) as work:
        (asked,) = fetches(work, "population", 9)
    assert asked.on_date == YEAR_END


EXPECTED = {code: str(number) for code, number in DALARNA.items()}


def test_answers_are_read_in_every_form_of_the_standard() -> None:
    assert values_of(body(answer(DALARNA)), QUESTION) == EXPECTED
    assert values_of(body(answer(DALARNA, sparse=True)), QUESTION) == EXPECTED
    wide = answer(DALARNA)  # other regions, another year, another order of dimensions
    wide["id"], wide["size"] = ["Tid", "Region", "ContentsCode"], [2, 4, 1]
    wide["dimension"]["Tid"]["category"] = {"index": ["2023", "2024"]}
    wide["dimension"]["Region"]["category"] = {"index": ["20", "2081", "2062", "2080"]}
    wide["value"] = [1, 2, 3, 4, 287_000, 51425, 20540, 59945]
    assert values_of(body(wide), QUESTION) == EXPECTED


@pytest.mark.parametrize(
    "changed",
    [
        {"class": "collection"},
        {"id": ["Region"], "size": [3]},
        {"size": [3, 1]},
        {"size": ["3", 1, 1]},
        {"value": [20540, 59945]},
        {"value": None},
        {"value": [20540, None, 51425]},
        {"value": [20540, "59945", 51425]},
        {"dimension": {}},
        {"id": ["Region", "ContentsCode", "Tid", "Kon"], "size": [3, 1, 1, 2]},
    ],
)
def test_what_is_no_answer_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        values_of(body(answer(DALARNA) | changed), QUESTION)


def test_the_real_figures_are_those_of_the_published_file() -> None:
    path = Path(__file__).parents[3] / "shared" / "data" / "dalarna-population.csv"
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
        found = {line.split(",")[0]: line.split(",")[3] for line in lines if ",2024-12-31," in line}
        assert EXPECTED.items() <= found.items()
