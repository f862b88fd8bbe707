"""What happens in the small worlds of the reports' tests."""

from consortium.branches.closing import close_branch
from consortium.core.work import Works
from tests.conftest import OPERATOR
from tests.transports.making import FALUN, TOMORROW


def close_falun(works: Works) -> None:
    """Falun is closed tomorrow."""
    with works.writing(OPERATOR) as work:
        close_branch(work, FALUN, (TOMORROW, TOMORROW), "Utbildningsdag")
