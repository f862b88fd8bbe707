from datetime import date
from typing import Any

import pytest

from consortium.core.errors import Invalid
from consortium.core.settings import Ledger, Settings
from consortium.ledger.formats.column_file import (
    FIELDS,
    Layout,
    Row,
    column_file,
    columns_of,
)

CLAIM = Row(
    entry="20260001",
    number=7,
    booked_on=date(2026, 3, 9),
    entered_on=date(2026, 3, 10),
    books="2080",
    text="Faktura; 20260001 – Mora",
    account="1510",
    pool="",
    counterpart="2062",
    counterpart_name="Mora",
    motpart="82",
    amount_ore=125_05,
)
SHARED = Row(**{
    **{name: getattr(CLAIM, name) for name in CLAIM.__slots__},
    "account": "3690",
    "pool": "system",
    "amount_ore": -100_000_05,
})  # fmt: skip


def written(*columns: str, **form: Any) -> str:
    plain = {
        "header": True,
        "separator": ";",
        "date_form": "YYYY-MM-DD",
        "decimal_sign": ",",
        "encoding": "utf-8",
    }
    layout = Layout(columns_of(columns), **{**plain, **form})
    return column_file([CLAIM, SHARED], layout).decode(layout.encoding)


def test_debit_and_credit_stand_in_columns_of_their_own() -> None:
    assert written("booked_on", "account", "debit", "credit") == (
        "booked_on;account;debit;credit\r\n2026-03-09;1510;125,05;\r\n2026-03-09;3690;;100000,05\r\n"
    )


def test_headings_fixed_texts_sides_and_dates_as_they_are_wanted() -> None:
    columns = "Bolag: '20;80'", "Ver:number", "Konto: account", "Motp: motpart", "side", "size"
    said = written(*columns, "entered_on", date_form="YYMMDD", decimal_sign=".", separator="\t")
    assert said.split("\r\n") == [
        "Bolag\tVer\tKonto\tMotp\tside\tsize\tentered_on",
        "20;80\t7\t1510\t82\tD\t125.05\t260310",
        "20;80\t7\t3690\t82\tK\t100000.05\t260310",
        "",
    ]


def test_a_separator_in_a_text_is_quoted_and_letters_that_are_lacking_are_written_plain() -> None:
    said = written("'01'", "account", "text", "amount", header=False, encoding="latin-1")
    assert said.split("\r\n")[1] == '01;3690;"Faktura; 20260001 - Mora";-100000,05'


def test_every_field_can_be_written() -> None:
    cells = written(*FIELDS).split("\r\n")[2]
    assert cells == (
        '20260001;7;2026-03-09;2026-03-10;2080;"Faktura; 20260001 – Mora";3690;system;2062;Mora;82;'
        "-100000,05;-10000005;;100000,05;K;100000,05"
    )


def test_every_fault_of_a_setting_is_named_with_its_place() -> None:
    with pytest.raises(Invalid) as refused:
        columns_of(["account", "belopp", "Konto: kto", "debit", "'fast"])
    assert [(fault.at, fault.facts.get("column")) for fault in refused.value.faults] == [
        ("ledger.columns[1]", "belopp"),
        ("ledger.columns[2]", "kto"),
        ("ledger.columns[4]", "'fast"),
        ("ledger.columns", None),  # debit alone does not tell the amount
    ]


@pytest.mark.parametrize(
    "columns", [["account", "amount"], ["account", "side", "size"], ["account", "amount_ore"]]
)
def test_an_account_and_an_amount_are_enough(columns: list[str]) -> None:
    assert columns_of(columns)


def test_the_columns_of_the_settings_that_come_with_the_service_hold() -> None:
    assert len(columns_of(Ledger().columns)) == 9


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("separator", "::"),
        ("date_form", "DD/MM"),
        ("date_form", "YYYYMMDDMM"),
        ("encoding", "koi8"),
    ],
)
def test_a_form_that_cannot_be_written_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings.model_validate({"home": "/", "ledger": {name: value}})
