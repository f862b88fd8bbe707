"""November of the demo's year with all in it: usage, crates, invoices, a plan, a proposal."""

from datetime import date
from pathlib import Path
from random import Random

from consortium.branches.closing import close_branch
from consortium.core.settings import Web
from consortium.core.work import Works
from consortium.demo.banking import write_bank_files
from consortium.demo.budgeting import (
    FINANCE,
    answer,
    answerers,
    buy_licence,
    consult,
    line_up,
    look_ahead,
    open_next_year,
)
from consortium.demo.figures import year
from consortium.demo.lending import lend
from consortium.demo.placing import place_branches, plan_week
from consortium.demo.sharing import spend
from consortium.demo.travelling import travel
from consortium.demo.voting import agree_on_votes
from consortium.payments.importing import take_in_file
from jobs.scheduler import run_date
from jobs.worker import run_next
from tests.billing.worlds import issue_month, make_year
from tests.conftest import OPERATOR
from tests.jobs.worlds import running
from tests.web.browsing import add_account

TODAY = date(2026, 11, 24)
ROLES = {
    "administrator": None,
    "coordinator": None,
    "finance": None,
    "branch_manager": "2029",
    "counter": "2029",
    "auditor": None,
    "driver": None,
}


def make_november(works: Works, home: Path) -> None:
    """An account for each role, named as the role; two weeks of crates; tomorrow has a proposal."""
    make_year(works)
    figures, random = year(2026), Random(1)
    with works.writing(OPERATOR) as work:
        spend(work, figures, TODAY, random)
        lend(work, figures, TODAY, random)
        branches = place_branches(work)
        plan_week(work, branches)
        travel(work, branches, (date(2026, 11, 9), TODAY), random)
    for role, member in ROLES.items():
        add_account(works, role, (role, member))
    issue_month(works)
    held = running(works, home)
    assert run_date(held, "routing", TODAY)
    with works.writing(OPERATOR) as work:
        tomorrow = date(2026, 11, 25)
        close_branch(work, "malungs-bibliotek", (tomorrow, tomorrow), "Utbildningsdag")
    while run_next(held):
        pass


def make_money(works: Works, home: Path) -> None:
    """What November lacks of a year's money: budgets and votes, the next year, payments in."""
    with works.writing(OPERATOR) as work:
        line_up(work, TODAY.year)
        agree_on_votes(work, TODAY.year)
        buy_licence(work, TODAY)
        look_ahead(work, TODAY)
        open_next_year(work, TODAY.year + 1)
    with works.writing(FINANCE) as work:
        round_id = consult(work, TODAY.year + 1, Web())
    for actor in answerers():
        with works.writing(actor) as work:
            answer(work, round_id)
    with works.writing(OPERATOR) as work:
        bgmax, _camt = write_bank_files(work, home / "bank", TODAY.replace(day=1))
        take_in_file(work, bgmax.name, bgmax.read_bytes())
