import pytest

from consortium.core.errors import Invalid
from consortium.core.sheets import read_csv

COLUMNS = ("member", "loans")


@pytest.mark.parametrize(
    "content",
    [
        b"member;loans\n2080;5\n",
        b"member,loans\r\n2080,5\r\n",
        b"loans\tmember\n5\t2080\n",
        "\ufeffMember;Loans\n 2080 ; 5 \n;\n".encode(),
    ],
)
def test_a_sheet_is_read_however_it_was_saved(content: bytes) -> None:
    (row,) = read_csv(content, COLUMNS)
    assert row.cells == {"member": "2080", "loans": "5"}
    assert row.number == 2
    assert row.at("loans") == "row 2, loans"


def test_windows_1252_is_read_too() -> None:
    (row,) = read_csv("member;loans\nMälar;5\n".encode("cp1252"), COLUMNS)
    assert row.cells["member"] == "Mälar"


def test_every_fault_of_the_form_is_told() -> None:
    with pytest.raises(Invalid) as refused:
        read_csv(b"member;cost\n2080;5;6\n2081\n", COLUMNS)
    assert [(fault.at, fault.facts) for fault in refused.value.faults] == [
        ("row 1", {"column": "loans"}),
        ("row 1", {"column": "cost"}),
        ("row 2", {"count": 3, "width": 2}),
        ("row 3", {"count": 1, "width": 2}),
    ]


@pytest.mark.parametrize("content", [b"", b"member;loans\n", b"member;loans\n;\n"])
def test_an_empty_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_csv(content, COLUMNS)
