import pytest

from consortium.http.paging import Paging, pager, paging_of


@pytest.mark.parametrize(
    ("text", "number"),
    [(None, 1), ("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("99999", 99999), ("100000", 1)],
)
def test_an_address_names_a_page_or_the_first(text: str | None, number: int) -> None:
    assert paging_of(text).number == number


@pytest.mark.parametrize(
    ("number", "total", "expected"),
    [
        (1, 0, (0, 0, "", "")),
        (1, 50, (1, 50, "", "")),
        (1, 51, (1, 50, "", "?2")),
        (2, 51, (51, 51, "?1", "")),
        (2, 150, (51, 100, "?1", "?3")),
        (9, 51, (51, 51, "?2", "")),  # past the end: back to the last page there is
    ],
)
def test_what_stands_below_a_list(
    number: int, total: int, expected: tuple[int, int, str, str]
) -> None:
    found = pager(Paging(number), total, lambda page: f"?{page}")
    assert (found.first, found.last, found.before, found.after) == expected


def test_rows_before_a_page() -> None:
    assert Paging(1).offset == 0
    assert Paging(3, 6).offset == 12
