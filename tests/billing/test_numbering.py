"""Numbers of invoices: in a row, a series a year, no gap after what was taken back."""

from contextlib import suppress

from sqlalchemy import text

from consortium.billing.numbering import Numbers
from consortium.core.errors import Invalid
from consortium.core.work import Works
from tests.conftest import OPERATOR


def take(works: Works, year: int, count: int = 1) -> list[str]:
    with works.writing(OPERATOR) as work:
        numbers = Numbers(work, year)
        return [numbers.take() for _ in range(count)]


def take_back(works: Works, year: int) -> str:
    """The number that a refused work had taken."""
    taken = ""
    with suppress(Invalid), works.writing(OPERATOR) as work:
        taken = Numbers(work, year).take()
        raise Invalid("Refused")
    return taken


def test_a_series_begins_with_one_and_goes_on_in_the_next_work(works: Works) -> None:
    assert take(works, 2026, 3) == ["20260001", "20260002", "20260003"]
    assert take(works, 2026, 2) == ["20260004", "20260005"]


def test_each_year_has_a_series_of_its_own(works: Works) -> None:
    take(works, 2026, 2)
    assert take(works, 2027) == ["20270001"]
    assert take(works, 2026) == ["20260003"]


def test_what_is_taken_back_leaves_no_gap(works: Works) -> None:
    take(works, 2026)
    assert take_back(works, 2026) == "20260002"
    assert take(works, 2026) == ["20260002"]


def test_a_first_number_that_is_taken_back_is_given_again(works: Works) -> None:
    assert take_back(works, 2026) == "20260001"
    assert take(works, 2026) == ["20260001"]


def test_the_series_is_read_anew_under_the_lock(works: Works) -> None:
    """What the session remembers of it may be older than what another work has committed."""
    take(works, 2026)
    with works.writing(OPERATOR) as work:
        before = Numbers(work, 2026).series
        work.session.connection().execute(text("update numberseries set last = 41"))
        assert before.last == 1
        assert Numbers(work, 2026).take() == "20260042"


def test_the_ten_thousandth_has_five_digits(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        Numbers(work, 2026).series.last = 9_998
    assert take(works, 2026, 2) == ["20269999", "202610000"]
