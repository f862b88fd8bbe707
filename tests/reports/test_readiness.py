from consortium.core.work import Works
from consortium.costs.agreeing import add_pool
from consortium.members.joining import Address, change_address
from consortium.people.admitting import open_account
from consortium.reports.readiness import NAMES, steps
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR


def missing(works: Works) -> dict[str, list[str]]:
    """Step → the places of what is missing, of those that are not done."""
    with works.reading(OPERATOR) as work:
        return {s.code: [fault.at for fault in s.missing] for s in steps(work) if not s.done}


def test_an_empty_database_lacks_everything_that_can_be_said_yet(works: Works) -> None:
    assert set(missing(works)) == set(NAMES) - {"addresses", "keys"}


def test_a_consortium_that_can_invoice_lacks_nothing(works: Works) -> None:
    make_small(works)
    assert set(missing(works)) == {"people"}
    with works.writing(OPERATOR) as work:
        open_account(work, "ekonom", "Ekonom", "a long password", [("finance", None)])
    assert missing(works) == {}


def test_a_role_for_one_municipality_does_not_issue_for_all(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        open_account(work, "ekonom", "Ekonom", "a long password", [("finance", "2062")])
    assert set(missing(works)) == {"people"}


def test_what_is_missing_is_named_by_member_and_pool(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        change_address(work, "2062", Address())
        add_pool(work, "efilm", work.today.year, ("E-film", "E-film"), 1000, everyone=True)
    found = missing(works)
    assert found["addresses"] == ["2062"]
    assert set(found["keys"]) == {"efilm"}
