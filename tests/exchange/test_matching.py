import pytest

from consortium.core.errors import Invalid
from consortium.core.work import Works
from consortium.exchange.kinds import kind_of
from consortium.exchange.matching import columns_of, match, remember
from consortium.exchange.taking import Sent, try_sheet
from tests.conftest import OPERATOR
from tests.exchange.worlds import make_everything

OWN = ("Vad", "Var", "När", "Hur mycket", "Enligt")
CHOSEN = {"measure": "Vad", "member": "Var", "on_date": "När", "value": "Hur mycket"}
SHEET = ";".join(OWN) + "\npopulation;2081;2025-12-31;51425;SCB\n"


@pytest.mark.parametrize(
    "header",
    [
        ("Mätvärde", "Kommunkod", "Mätdatum", "Värde", "Källa"),
        ("measure", "member", "on_date", "value", "source"),
        ("MATVARDE", " kommun-kod ", "mät datum", "varde:", "KÄLLA"),
        ("Källa", "Värde", "Datum", "Kommun", "Mätvärde", "Fel"),
    ],
)
def test_headings_are_known_by_name_whatever_their_case_and_accents(
    header: tuple[str, ...],
) -> None:
    found = match(kind_of("measures"), header)
    assert found.whole
    assert set(found.columns) == {"measure", "member", "on_date", "value", "source"}


def test_what_is_missing_or_unknown_is_told(works: Works) -> None:
    with works.reading(OPERATOR) as work, pytest.raises(Invalid) as refused:
        try_sheet(work, kind_of("measures"), Sent(SHEET.encode(), "own.csv"))
    faults = refused.value.faults
    assert [fault.facts["column"] for fault in faults] == [
        "Mätvärde",
        "Kommunkod",
        "Mätdatum",
        "Värde",
        "Källa",
        *OWN,
    ]
    assert {fault.at for fault in faults} == {"row 1"}


def test_what_was_said_of_a_header_is_remembered(works: Works) -> None:
    kind = kind_of("measures")
    with works.writing(OPERATOR) as work:
        make_everything(work)
        remember(work, kind, OWN, CHOSEN | {"source": "Enligt"})
    with works.writing(OPERATOR) as work:
        tried = try_sheet(work, kind, Sent(SHEET.encode(), "own.csv"))
        assert tried.counts["new"] == 1
        assert tried.lines[0].after is not None
        assert kind.texts(tried.lines[0].after)[3:] == ["51425", "SCB"]
        faulty = try_sheet(work, kind, Sent(SHEET.replace("51425", "x").encode(), "own.csv"))
        assert [fault.at for fault in faulty.faults] == ["row 2, Hur mycket"]
        assert not columns_of(work, kind_of("usage"), OWN).whole
        assert not columns_of(work, kind, (*OWN, "Mer")).whole


def test_a_match_that_cannot_be_is_refused(works: Works) -> None:
    kind = kind_of("measures")
    wrong = CHOSEN | {"value": "Vad", "source": "Finns inte"}
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        remember(work, kind, OWN, wrong)
    assert {fault.at for fault in refused.value.faults} == {"measure", "value", "source"}
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        remember(work, kind, OWN, CHOSEN)
    assert [fault.at for fault in refused.value.faults] == ["source"]


def test_two_columns_with_the_same_heading_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        match(kind_of("measures"), ("Värde", "Källa", "Värde"))
    assert refused.value.faults[0].facts == {"column": "Värde"}
