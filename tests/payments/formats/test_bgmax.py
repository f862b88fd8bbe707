"""BgMax files, record by record; positions after Bankgirot's technical manual, chapter 3."""

from datetime import date

import pytest

from consortium.core.errors import Invalid
from consortium.payments.formats.entries import BankFile
from consortium.payments.formats.reading import read_bank_file

START = "01BGMAX               0120261124173035010331P"
OPENING = "050009912346          SEK"


def row(code: str, account: str, reference: str, ore: int, kind: int, serial: int) -> str:
    return f"{code}{account:>010}{reference:<25}{ore:018}{kind}2{serial:012}0"


def deposit(ore: int, count: int, day: str = "20261124", serial: str = "00074") -> str:
    return f"15{'58410000010098232':>035}{day}{serial}{ore:018}SEK{count:08}"


def end(payments: int, deductions: int = 0, extra: int = 0, deposits: int = 1) -> str:
    return f"70{payments:08}{deductions:08}{extra:08}{deposits:08}"


RECORDS = [
    START,
    OPENING,
    row("20", "3783511", "2026001204", 100_000_00, 2, 1),
    f"26{'Älvåkers kommun':<35}Box 1",
    "27Storgatan 2                        12345",
    "28Älvåker",
    "29002120002221",
    # code 3: words in the field, the references in records of their own, one of them a credit
    row("20", "", "se nedan", 140_000, 3, 2),
    row("22", "", "2026001303", 150_000, 4, 2),
    row("23", "", "2026001402", 10_000, 4, 2),
    "25" + "x" * 48 + "20",
    "25260012",
    row("20", "5", "wrong 17", 500, 5, 2),
    row("21", "3783511", "2026001204", 50_000, 2, 3),
    row("20", "3783511", "", 0, 0, 4),
    deposit(100_000_00 + 140_000 + 500 - 50_000, 5),
    end(4, 1, 2),
]


def written(records: list[str], ends: str = "\r\n", width: int = 80) -> bytes:
    return "".join(record.ljust(width) + ends for record in records).encode("iso-8859-1")


def faults(records: list[str]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_bank_file(written(records))
    return [(fault.at, fault.fault) for fault in refused.value.faults]


def test_each_field_is_where_the_manual_has_it() -> None:
    file = read_bank_file(written(RECORDS))
    assert (file.form, file.account, file.trial) == ("bgmax", "9912346", False)
    assert file.total_ore == 100_000_00 + 140_000 + 500 - 50_000
    whole, several, wrong, deduction = file.entries  # the payment of 0 is none
    assert whole.booked_on == date(2026, 11, 24)
    assert whole.references == (("2026001204", None),)
    assert (whole.payer, whole.payer_number) == ("Älvåkers kommun", "2120002221")
    assert (whole.payer_account, whole.amount_ore) == ("3783511", 100_000_00)
    assert several.references == (("2026001303", 150_000), ("2026001402", -10_000))
    assert several.message == "se nedan " + "x" * 48 + "20260012"  # a full record goes on
    assert (several.payer, several.payer_account, several.payer_number) == ("", "", "")
    assert wrong.references == (("wrong 17", None),)
    assert (deduction.amount_ore, deduction.reversal) == (-50_000, False)
    assert [entry.place for entry in file.entries] == [1, 2, 3, 4]


def shape(file: BankFile) -> list[object]:
    return [
        (e.key.partition("|")[2], e.references, e.payer, e.amount_ore, e.message)
        for e in file.entries
    ]


@pytest.mark.parametrize(
    "content",
    [
        written(RECORDS, "\n"),
        written(RECORDS, "\r"),
        written(RECORDS, ""),  # no line ends at all
        written(RECORDS, "\r\n", 0),  # trailing blanks cut
        written(RECORDS).replace(b"010331P   ", b"010331P\t"),  # 45 columns, then a tab to 48
        written(RECORDS) + b"\x1a",
        b"\r\n" + written(RECORDS) + b"\r\n\r\n",
        written(RECORDS).decode("iso-8859-1").encode("utf-8"),
        written(RECORDS).decode("iso-8859-1").encode("utf-8-sig"),
    ],
)
def test_what_is_done_to_files_on_their_way_changes_nothing(content: bytes) -> None:
    assert shape(read_bank_file(content)) == shape(read_bank_file(written(RECORDS)))


def test_a_reference_that_stands_alone_is_one_whatever_its_code() -> None:
    alone = row("21", "1", "89853", 50_000, 3, 1)
    file = read_bank_file(written([START, OPENING, alone, deposit(50_000, 1), end(0, 1)]))
    assert file.entries[0].references == (("89853", None),)


def test_a_serial_number_that_two_payments_share_leaves_them_two() -> None:
    twice = row("20", "1", "2026001204", 500, 2, 7)
    other = row("20", "1", "2026001303", 500, 2, 7)
    file = read_bank_file(
        written([START, OPENING, twice, other, twice, deposit(1500, 3), end(3)], "\n")
    )
    first, second, again = (entry.key for entry in file.entries)
    assert first != second
    assert first == again  # alike in everything: told twice


def test_another_file_that_tells_of_the_same_payments_has_the_same_keys() -> None:
    again = [START.replace("173035", "180000"), *RECORDS[1:]]
    keys = [entry.key for entry in read_bank_file(written(RECORDS)).entries]
    assert [entry.key for entry in read_bank_file(written(again, "\n", 0)).entries] == keys
    tomorrow = [r.replace("20261124000", "20261125000") for r in RECORDS]
    later = read_bank_file(written(tomorrow)).entries
    assert not {entry.key for entry in later} & set(keys)


def test_every_wrong_sum_and_count_is_told_with_its_record() -> None:
    wrong = [*RECORDS[:-2], deposit(1, 4), end(1, 2, 3, 4)]
    assert faults(wrong) == [
        ("record 16", "The deposit is 1 öre, its payments add up to 10090500 öre"),
        ("record 16", "The deposit tells of 4 payments, the section has 5"),
        ("record 17", "The end record tells of 1 records 20, the file has 4"),
        ("record 17", "The end record tells of 2 records 21, the file has 1"),
        ("record 17", "The end record tells of 3 records 22 + 23, the file has 2"),
        ("record 17", "The end record tells of 4 records 15, the file has 1"),
    ]


def test_what_is_not_as_it_should_be_is_told_all_at_once() -> None:
    assert faults(
        [
            START.replace("0120261124", "0220261124"),
            "26Nobody",
            OPENING.replace("SEK", "EUR"),
            row("20", "1", "1", 5, 2, 1).replace("0000000005", "000000000X"),
            "99",
            deposit(0, 1, "20261131"),
            OPENING,
        ]
    ) == [
        ("record 1", "BgMax has the version 01, not 02"),
        ("record 7", "The end record (70) is missing: the file is not whole"),
        ("record 2", "A record 26 may not stand here"),
        ("record 5", "A record 99 may not stand here"),
        ("record 3", "The currency is EUR; only SEK is taken in"),
        ("record 6", "20261131 is no date"),
        ("record 4", "00000000000000000X is no number"),
        ("record 7", "The section has no deposit record (15)"),
    ]


def test_a_file_that_was_cut_off_is_not_taken_for_a_short_one() -> None:
    at = [place for place, _ in faults(RECORDS[:10])]
    assert at == ["record 10", "record 2"]


def test_what_the_bank_marks_as_a_test_says_so() -> None:
    assert read_bank_file(written([START[:-1] + "T", end(0, deposits=0)])).trial


def test_other_layouts_of_bankgirot_are_refused_by_name() -> None:
    with pytest.raises(Invalid, match="neither BgMax nor camt"):
        read_bank_file(b"01AUTOGIRO".ljust(80))
