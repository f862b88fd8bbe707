"""Sheets of measured ways: other units, both ways, and what cannot be."""

from consortium.core.work import Work, Works
from consortium.exchange.kinds import kind_of
from consortium.exchange.tables import ImportBatch
from consortium.exchange.taking import Sent, take_in, try_sheet
from consortium.exchange.undoing import undo_import
from consortium.transports.leg_lists import LegFilter, legs_page
from tests.conftest import OPERATOR
from tests.exchange.worlds import make_everything

FALUN, MORA, BORLANGE = "Falu stadsbibliotek", "Mora bibliotek", "Borlänge bibliotek"
MATRIX = kind_of("matrix")


def take(work: Work, text: str) -> ImportBatch:
    sent = Sent(text.encode(), "matris.csv")
    return take_in(work, try_sheet(work, MATRIX, sent), sent)


def ways(works: Works) -> dict[tuple[str, str], tuple[int, int]]:
    with works.reading(OPERATOR) as work:
        rows, _total = legs_page(work, LegFilter())
    return {(row.origin, row.destination): (row.duration_s, row.distance_m) for row in rows}


def test_a_way_back_is_only_what_was_said_of_it_and_comes_back_as_it_was(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
    before = ways(works)
    assert before == {(FALUN, MORA): (4_301, 89_500)}
    text = (
        "from,to,seconds,km,both_ways\n"
        "Mora bibliotek,Falu stadsbibliotek,4000,90,ja\n"
        "Falu stadsbibliotek,Borlänge bibliotek,1500,24.0,nej\n"
    )
    with works.writing(OPERATOR) as work:
        batch = take(work, text)
        assert (batch.new, batch.changed) == (1, 1)
        again = try_sheet(work, MATRIX, Sent(text.encode(), "again"))
        assert again.counts["unchanged"] == 2
    assert ways(works) == {
        (MORA, FALUN): (4_000, 90_000),
        (FALUN, MORA): (4_000, 90_000),
        (FALUN, BORLANGE): (1_500, 24_000),
    }
    with works.writing(OPERATOR) as work:
        undo_import(work, batch.id)
    assert ways(works) == before


def test_every_fault_has_its_cell(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
    text = (
        "Från;Till;Minuter;Sekunder;Km;Båda hållen\n"
        "Falu stadsbibliotek;Borlänge bibliotek;25;1500;24;ja\n"
        "Borlänge bibliotek;Falu stadsbibliotek;25;;24;\n"
        "Falu stadsbibliotek;Mora bibliotek;70;70;90;\n"
        "Mora bibliotek;Borlänge bibliotek;;;-1;kanske\n"
        "Ingenstans;Mora bibliotek;5;;24;\n"
        "Mora bibliotek;Mora;5;;24;\n"
        "Mora bibliotek;Falu stadsbibliotek;5;;;\n"
    )
    with works.reading(OPERATOR) as work:
        tried = try_sheet(work, MATRIX, Sent(text.encode(), "matris.csv"))
    assert [(fault.at, fault.text[:20]) for fault in tried.faults] == [
        ("row 3, Från", "Another row gives th"),
        ("row 4, Minuter", "The two columns do n"),
        ("row 5, Km", "{value} is no number"),
        ("row 5, Båda hållen", "{value} is neither y"),
        ("row 6, Från", "No branch is called "),
        ("row 7, Till", "The way leads back t"),
        ("row 8, Km", "It is not said how l"),
    ]
