import pytest

from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Work, Works
from consortium.costs.changing import change_pool
from consortium.costs.recording import NewCost, record_cost
from consortium.exchange.exporting import export
from consortium.exchange.kinds import KINDS, kind_of
from consortium.exchange.tables import ImportBatch
from consortium.exchange.taking import Sent, take_in, try_sheet
from consortium.exchange.undoing import undo_import
from consortium.people.rules import ROLES
from tests.conftest import OPERATOR
from tests.exchange.worlds import COUNTED, make_everything

# Of each kind: a sheet with a new row and a changed one, and what is then exported of them.
SHEETS = {
    "members": (
        (
            "Kommunkod;Namn;Organisationsnummer;E-post\n"
            "2029;Leksand;212000-2189;f@leksand.example\n2062;Mora stad;212000-2213;ny@m.example"
        ),
        {"2029;Leksand;", "2062;Mora stad;"},
    ),
    "branches": (
        (
            "Adress;Namn;Kommunkod;Slag;Latitud;Longitud;Måndag;Andra namn\n"
            ";Orsa bibliotek;2062;filial;61,1;14,6;9-17;Orsa\n"
            "mora-bibliotek;Mora;2062;huvudbibliotek;61,00704;14,54316;08.00-18.30;"
        ),
        {"orsa-bibliotek;Orsa bibliotek;2062;filial;", "mora-bibliotek;Mora;2062;"},
    ),
    "closures": (
        (
            "Bibliotek;Från;Till;Skäl\n"
            "Bok;2026-12-01;2026-12-05;Inventering\nFalu stadsbibliotek;24/12 2026;6/1 2027;Jul"
        ),
        {
            "Mora bibliotek;2026-12-01;2026-12-05;Inventering",
            "Falu stadsbibliotek;2026-12-24;2027-01-06;Jul",
        },
    ),
    "measures": (
        (
            "Mätvärde;Kommunkod;Mätdatum;Värde;Källa\n"
            "population;2081;2025-12-31;51 425;SCB\npopulation;2062;2025-12-31;20541;SCB, rättad"
        ),
        {"population;2081;2025-12-31;51425;SCB", "population;2062;2025-12-31;20541;SCB, rättad"},
    ),
    "pools": (
        "Kod;År;Namn;Budget (kr)\ntransport;2026;Transporter;1 000,50\nsystem;2026;Systemet;5 kr",
        {"transport;2026;Transporter;Transporter;1000,50;ja", "system;2026;Systemet;System;5,00;"},
    ),
    "budget": (
        (
            "Kostnadspool;År;Rad;Text;Konto;Belopp (kr)\n"
            "premises;2026;2;Städning;6070;1 000,50\npremises;2026;1;Hyra;;3"
        ),
        {"premises;2026;2;Städning;6070;1000,50", "premises;2026;1;Hyra;;3,00"},
    ),
    "costs": (
        (
            "Kostnadspool;Referens;Datum;Belopp (kr)\n"
            "system;faktura 4712;2026-11-01;-7,5\nsystem;faktura 4711;2026-10-30;1000"
        ),
        {"system;faktura 4712;2026-11-01;;;-7,50", "system;faktura 4711;2026-10-30;'=Lev"},
    ),
    "usage": (
        "supplier;month;municipality;loans\nfilm;2026-03;2081;10\ne-books;2026-01;2080;99",
        {"film;2026-03;2081;10", "e-books;2026-01;2080;99"},
    ),
    "crates": (
        "Kod;Bibliotek\nLD000777;Mora\nld000001;Borlänge bibliotek",
        {"LD000777;Mora bibliotek;2026-11-24", "LD000001;Borlänge bibliotek;2026-11-24"},
    ),
    "matrix": (
        (
            "Från;Till;Minuter;Meter;Mätt\n"
            "Bok;Falu stadsbibliotek;70;88000;2026-11-23\n"
            "falu-stadsbibliotek;Mora bibliotek;70,5;89500;"
        ),
        {
            "Mora bibliotek;Falu stadsbibliotek;70;;88;;2026-11-23;nej",
            "Falu stadsbibliotek;Mora bibliotek;70,5;;89,5;;2026-11-20;nej",
        },
    ),
    "volumes": (
        (
            "Volymprov;Bibliotek;Datum;Skickade;Mottagna\n"
            "Veckan;Bok;2026-11-18;4;0\nVeckan;falu-stadsbibliotek;17/11 2026;5;2"
        ),
        {
            "Veckan;Mora bibliotek;2026-11-18;4;0",
            "Veckan;Falu stadsbibliotek;2026-11-17;5;2",
        },
    ),
    "people": (
        (
            "Användarnamn;Titel;Roller;Till\n"
            "forare1;Förare;förare;2026-12-31\nekonom.mora;Ekonomichef;ekonom, revisor;"
        ),
        {"forare1;Förare;;förare;;2026-12-31", "ekonom.mora;Ekonomichef;ekonom@mora.example;rev"},
    ),
}


def lines(work: Work, code: str) -> list[str]:
    written = export(work, kind_of(code)).written("csv").decode("utf-8-sig")
    return written.splitlines()[1:]


def take(work: Work, code: str, text: str) -> ImportBatch:
    sent = Sent(text.encode(), f"{code}.csv")
    return take_in(work, try_sheet(work, kind_of(code), sent), sent)


@pytest.mark.parametrize("code", KINDS)
def test_a_sheet_is_taken_in_and_back(works: Works, code: str) -> None:
    text, expected = SHEETS[code]
    with works.writing(OPERATOR) as work:
        make_everything(work)
    with works.writing(OPERATOR) as work:
        before = lines(work, code)
        batch = take(work, code, text)
        assert (batch.new, batch.changed, batch.unchanged) == (1, 1, 0)
    with works.reading(OPERATOR) as work:
        found = set(lines(work, code)) - set(before)
        assert all(any(line.startswith(begin) for line in found) for begin in expected), found
        assert len(found) == 2
        again = try_sheet(work, kind_of(code), Sent(text.encode(), "again"))
        assert again.counts["unchanged"] == 2, again.lines
    with works.writing(OPERATOR) as work:
        undo_import(work, batch.id)
    with works.reading(OPERATOR) as work:
        after = lines(work, code)
        if code == "people":  # accounts are closed, never deleted
            after = [line for line in after if not line.startswith("forare1;")]
        assert sorted(after) == sorted(before)


def test_an_import_is_taken_back_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
        batch = take(work, "pools", SHEETS["pools"][0])
        undo_import(work, batch.id)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        undo_import(work, batch.id)


def test_what_has_changed_since_is_not_taken_back(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
        batch = take(work, "pools", SHEETS["pools"][0])
    with works.writing(OPERATOR) as work:
        change_pool(work, "system", 2026, ("Annat", "Other"), 5)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        undo_import(work, batch.id)
    assert [fault.facts for fault in refused.value.faults] == [{"name": "system, 2026"}]


def test_what_something_rests_on_is_not_taken_back(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
        batch = take(work, "pools", SHEETS["pools"][0])
        day = COUNTED.replace(year=2026)
        record_cost(work, "transport", 2026, NewCost("f 1", day, "", "", 100))
        before = lines(work, "pools")
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        undo_import(work, batch.id)
    assert [(fault.at, fault.facts["thing"]) for fault in refused.value.faults] == [
        ("transport 2026", "f 1")
    ]
    with works.reading(OPERATOR) as work:
        assert lines(work, "pools") == before


def test_a_sheet_with_a_fault_saves_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
        before = lines(work, "measures")
    text = SHEETS["measures"][0] + "\npopulation;2999;2025-13-31;-1;"
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        take(work, "measures", text)
    assert [fault.at for fault in refused.value.faults] == [
        "row 4, Mätdatum",
        "row 4, Värde",
        "row 4, Källa",
    ]
    with works.reading(OPERATOR) as work:
        assert lines(work, "measures") == before


def manager(member: str) -> Actor:
    rights = {right: frozenset({member}) for right in ROLES["branch_manager"]}
    return Actor("chef", rights)


def test_a_branch_manager_reaches_its_own_libraries_only(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
    with works.reading(manager("2062")) as work:
        assert [line.partition(";")[0] for line in lines(work, "branches")] == ["mora-bibliotek"]
        text = (
            "Bibliotek;Från;Till;Skäl\nMora;2026-12-24;2026-12-24;Jul\n"
            "Falu stadsbibliotek;2026-12-24;2026-12-24;Jul"
        )
        tried = try_sheet(work, kind_of("closures"), Sent(text.encode(), "c.csv"))
        assert [line.state for line in tried.lines] == ["new", "faulty"]
        assert tried.faults[0].facts == {"code": "2080"}
        stolen = SHEETS["branches"][0].replace("mora-bibliotek;Mora;2062", "depan;Depån;2062")
        tried = try_sheet(work, kind_of("branches"), Sent(stolen.encode(), "b.csv"))
        assert tried.lines[1].state == "faulty"
        assert tried.faults[-1].facts == {"code": "2081"}
        with pytest.raises(Forbidden):
            try_sheet(work, kind_of("pools"), Sent(SHEETS["pools"][0].encode(), "p.csv"))


def test_a_column_that_is_left_out_changes_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
        take(work, "people", "username;title;roles\nekonom.mora;Chef;finance\n")
        kept = next(line for line in lines(work, "people") if line.startswith("ekonom"))
    assert kept == "ekonom.mora;Chef;ekonom@mora.example;ekonom;;2027-06-30"


def test_an_empty_cell_clears(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
        take(work, "people", "username;title;roles;email\nekonom.mora;Chef;finance;\n")
        kept = next(line for line in lines(work, "people") if line.startswith("ekonom"))
    assert kept == "ekonom.mora;Chef;;ekonom;;2027-06-30"
